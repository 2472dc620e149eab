"""The errors of this package, one small tree.

    ClassifyError                  any error that the package reports; exit code 1 of the command line
    ├── InputError                 a page, record or text that cannot be read, or is larger than a limit
    │   ├── EncodingError          bytes that are not text in any encoding tried
    │   └── CorpusError            labelled data that cannot be trained or evaluated on
    ├── ModelError                 a model file that is missing, damaged, hostile or of another format
    ├── CorrectionError            corrections that can't be kept or read
    │   ├── ConflictError          a correction of something that somebody else has corrected since
    │   └── DatabaseError          a database of corrections that can't be used: full disk, damaged, another program's
    ├── ServiceError               a service that can't be started, or has no room or time for a request
    └── SegmenterError             a word segmenter that is not installed, or not the model's

Every message is one line that names the value, the place, and what to do about it. Wrong arguments in a
program raise Python's own ``ValueError`` and ``TypeError``, as everywhere.
"""

from __future__ import annotations

__all__ = [
    "ClassifyError",
    "ConflictError",
    "CorpusError",
    "CorrectionError",
    "DatabaseError",
    "EncodingError",
    "InputError",
    "ModelError",
    "SegmenterError",
    "ServiceError",
]


class ClassifyError(Exception):
    """Base class of all errors that this package reports.

    >>> from classify import load_model
    >>> try:
    ...     load_model("no-such-model.joblib")
    ... except ClassifyError as error:
    ...     print(type(error).__name__)
    ModelError
    """

    def __str__(self) -> str:
        """Return the message as one line: the name of a file may hold a line end.

        >>> str(ClassifyError("a\\nb.txt: no such file"))
        'a b.txt: no such file'
        """
        return " ".join(super().__str__().splitlines())


class InputError(ClassifyError):
    """A page, record or text that cannot be read, or is larger than a limit.

    The message names the file and, where there is one, the line or the byte. Other inputs of the same run
    are processed: the command line reports the error and continues.
    """


class EncodingError(InputError):
    """Bytes that are not text in any of the encodings tried.

    The message names the offset and the value of the first byte that cannot be decoded.
    """


class CorpusError(InputError):
    """Labelled data that cannot be trained or evaluated on.

    Examples: a record without a label, a single label only, a label with one document.
    """


class ModelError(ClassifyError):
    """A model file that is missing, damaged, hostile or of another format.

    Also raised when a model cannot be written: the folder is read-only, the disk is full, the model is
    larger than `classify.model_file.MAX_BYTES`.
    """


class CorrectionError(ClassifyError):
    """Corrections that can't be kept or read: one that names no section, or that is not there.

    Nothing of a correction that raises it is kept.
    """


class ConflictError(CorrectionError):
    """A correction that was made from an older version of what it corrects.

    Attributes
    ----------
    version : int
        The version that it has now.
    """

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


class DatabaseError(CorrectionError):
    """A database of corrections that can't be used: the disk is full, it is damaged or another program's."""


class ServiceError(ClassifyError):
    """A service that can't be started as asked, or has no room or no time for a request."""


class SegmenterError(ClassifyError):
    """A word segmenter that is not installed, or is not the one the model was trained with.

    A model stores the segmenter's name, because another one would give words that the model has no weights
    for.
    """
