"""The errors of this package, one small tree.

    ClassifyError                  anything that is the package's to report; exit code 1
    ├── InputError                 a page, record or text that can't be read or is out of bounds
    │   ├── EncodingError          bytes that are no text in any encoding tried; names the byte
    │   └── CorpusError            labelled data that can't be trained or evaluated on
    ├── ModelError                 a model file that is missing, damaged, hostile or of another format
    └── SegmenterError             the word segmenter asked for is not there, or not the model's

Every message is one line that names the value, the place and the mend. Wrong arguments in a
program are Python's own ``ValueError`` and ``TypeError``, as everywhere.
"""

from __future__ import annotations

__all__ = [
    "ClassifyError",
    "CorpusError",
    "EncodingError",
    "InputError",
    "ModelError",
    "SegmenterError",
]


class ClassifyError(Exception):
    """Base of all errors this package reports."""


class InputError(ClassifyError):
    """A page, record or text that can't be read, or lies outside a stated limit."""


class EncodingError(InputError):
    """Bytes that are no text in any of the encodings tried."""


class CorpusError(InputError):
    """Labelled data that can't be trained or evaluated on."""


class ModelError(ClassifyError):
    """A model file that is missing, damaged, hostile or of another format."""


class SegmenterError(ClassifyError):
    """The word segmenter asked for is not installed, or is not the one the model was trained with."""
