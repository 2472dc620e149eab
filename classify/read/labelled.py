"""Labelled data from files to checked documents.

Every way that people keep labelled texts, each compressed or not where it is a file:

* a folder, or a zip file of one, with a folder for each section, whose ``.txt`` files are a headline line and a body;
* records (JSON Lines, CSV, Parquet) with ``text``, ``label`` and perhaps ``title``. ``sections``, a list with the best
  first, may replace ``label``: then any of them counts as right.

``-`` is standard input. Records are read as those of ``predict`` are (`classify.read.records`), but here a record that
cannot be used is an error for the whole file: a model trained on what was left of the data would look like one trained
on all of it. Documents come in the order of the file, folders in the order of their names, so the same data gives the
same documents and the same digest.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from classify.errors import CorpusError, InputError
from classify.files import open_regular
from classify.read.records import read_records
from classify.read.streams import LIMITS, Limits, errors_named, known_format
from classify.text.encoding import decode
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

__all__ = ["Corpus", "Document", "load_corpus"]


@dataclass(frozen=True, slots=True)
class Document:
    """One labelled text.

    Attributes
    ----------
    text : str
        The body, as it is in the file.
    label : str
        The section, best one first where several are right.
    title : str
        The headline in one line, without control characters; empty where there is none.
    source : str
        File and line, for messages.
    accepted : tuple of str
        All labels that are right, where there are several.

    Examples
    --------
    >>> document = Document("云港市林场造林两千亩。", "forestry", "林场造林忙")
    >>> document.content, document.right
    ('林场造林忙\\n云港市林场造林两千亩。', ('forestry',))
    """

    text: str
    label: str
    title: str = ""
    source: str = ""
    accepted: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        """What the classifier is given: the title as the first line, where there is one, and the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def right(self) -> tuple[str, ...]:
        """All labels that are right, the best first."""
        return self.accepted or (self.label,)


@dataclass(frozen=True)
class Corpus:
    """Labelled documents in the order of their file.

    Parameters
    ----------
    documents : tuple of Document
    source : str, default=""
        The path they were read from, for messages.

    Attributes
    ----------
    counts : mapping of str to int
        Documents of each label, sorted by label.

    Examples
    --------
    >>> corpus = Corpus((Document("林场造林。", "forestry"), Document("民警破案。", "policing")))
    >>> len(corpus), corpus.counts, corpus.labels
    (2, {'forestry': 1, 'policing': 1}, ['forestry', 'policing'])
    """

    documents: tuple[Document, ...]
    source: str = ""
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        counted = Counter(d.label for d in self.documents)
        object.__setattr__(self, "counts", dict(sorted(counted.items())))

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    @property
    def texts(self) -> list[str]:
        """`Document.content` of each document, in order."""
        return [d.content for d in self.documents]

    @property
    def labels(self) -> list[str]:
        """`Document.label` of each document, in order."""
        return [d.label for d in self.documents]

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, over labels, titles and texts in order, each preceded by its length in bytes.

        It depends on the documents alone, not on the format or encoding they were kept in. A model's card has it.
        """
        sha = hashlib.sha256()
        for d in self.documents:
            for part in (d.label, d.title, d.text):
                data = part.encode("utf-8", "surrogatepass")
                sha.update(len(data).to_bytes(8, "little"))
                sha.update(data)
        return sha.hexdigest()

    def check_trainable(self) -> None:
        """Check that a classifier can be trained: two labels or more, and two documents or more of each.

        Raises
        ------
        CorpusError
            The message names the label and where its document is.

        Examples
        --------
        >>> Corpus((Document("林场造林。", "forestry"),) * 2, "labelled.csv").check_trainable()
        Traceback (most recent call last):
            ...
        classify.errors.CorpusError: labelled.csv: 2 documents with one label only ('forestry'); give documents of 2 \
labels or more
        """
        if len(self.counts) < 2:
            only = ", ".join(map(repr, self.counts)) or "none"
            raise CorpusError(
                f"{self.source}: {len(self)} documents with one label only ({only}); give documents of 2 labels or more"
            )
        for label, n in self.counts.items():
            if n < 2:
                where = next(d.source for d in self.documents if d.label == label)
                raise CorpusError(
                    f"{where}: label {label!r} has 1 document; give it 2 or more, or leave it out"
                )


def load_corpus(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Corpus:
    """Read labelled data.

    Parameters
    ----------
    path : str or path
        A folder, a zip file of a folder, a file of records, or ``-`` for standard input; see the module. Files are
        UTF-8 or GB18030 and may end in .gz or .zst.
    limits : Limits, default=LIMITS
        A file has at most ``limits.labelled`` bytes, unpacked.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        Something is missing, unreadable, too large, or has no label; the message says what, where, and what to do.

    Examples
    --------
    >>> corpus = load_corpus("seeds")
    >>> len(corpus), sorted(corpus.counts)
    (1256, ['business', 'forestry', 'governance', 'other', 'policing'])
    """
    name = os.fspath(path)
    expected = "folders with .txt files in them (`<section>/*.txt`)"
    try:
        if os.path.isdir(name):
            documents = list(_read_folder(Path(name), limits))
        elif name != "-" and not os.path.isfile(name):
            raise CorpusError(f"{name}: no such file or folder")
        elif known_format(name) == "zip":
            documents = list(_read_zip(name, limits))
        elif known_format(name) == "text":
            raise CorpusError(
                f"{name}: not a kind of labelled data; give a folder, a .jsonl or a .csv (.gz too)"
            )
        else:
            documents = list(_read_records(name, limits))
            expected = "a record with `text` and `label`"
    except InputError as e:
        raise e if isinstance(e, CorpusError) else CorpusError(str(e)) from None
    if not documents:
        raise CorpusError(f"{name}: no documents; expected {expected}")
    return Corpus(tuple(documents), name)


def _read_folder(root: Traversable, limits: Limits) -> Iterator[Document]:
    for folder in sorted(root.iterdir(), key=lambda p: p.name):
        if not folder.is_dir() or folder.name.startswith((".", "__MACOSX")):
            continue
        for file in sorted(folder.iterdir(), key=lambda p: p.name):
            if not file.name.endswith(".txt"):
                continue
            with _opened(file) as stream:
                data = stream.read(limits.page + 1)
            if len(data) > limits.page:
                raise CorpusError(f"{file}: larger than {limits.page >> 20} MiB; split it into several files")
            text = decode(data, str(file)).replace("\r\n", "\n").replace("\r", "\n").strip()
            if not text:
                raise CorpusError(
                    f"{file}: the file is empty; write a headline line and a body, or delete it"
                )
            title, _, body = text.partition("\n")
            if body.strip():
                yield Document(body.strip(), folder.name, _one_line(title), str(file))
            else:
                yield Document(title.strip(), folder.name, "", str(file))


def _opened(file: Traversable) -> IO[bytes]:
    """Open a file of a folder, or a member of a zip file."""
    if not isinstance(file, Path):
        return file.open("rb")
    with errors_named(str(file)):
        return open_regular(file)


def _read_zip(path: str, limits: Limits) -> Iterator[Document]:
    try:
        with _opened(Path(path)) as file, zipfile.ZipFile(file) as archive:
            yield from _read_folder(zipfile.Path(archive), limits)
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error, lzma.LZMAError) as e:
        raise CorpusError(f"{path}: can't be unpacked ({e}); make the zip file again") from None


def _read_records(path: str, limits: Limits) -> Iterator[Document]:
    for record in read_records(path, limits, most=limits.labelled):
        if record.problem:
            raise CorpusError(f"{path}, {record.problem}")
        yield _document(record.fields, f"{path}, line {record.line}")


def _document(fields: Mapping[str, Any], where: str) -> Document:
    """Return the document of a record; `where` is its file and line."""
    accepted: tuple[str, ...] = ()
    if "label" in fields:
        label = _label(fields["label"], where)
    elif isinstance(fields.get("sections"), list) and fields["sections"]:
        accepted = tuple(_label(name, where) for name in fields["sections"])
        label = accepted[0]
    else:
        raise CorpusError(f"{where}: no label; give every record a `label` (it has {_shown(list(fields))})")
    text, title = fields["text"], _one_line(fields.get("title") or "")
    if not text.strip() and not title:
        raise CorpusError(f"{where}: text and title are empty; leave the record out")
    return Document(text, label, title, where, accepted)


def _label(value: object, where: str) -> str:
    """Return a label as a string: the number 1 of a JSON file is the label "1" of a CSV file."""
    if value is None or (isinstance(value, str) and not value.strip()):
        shown = "null or NaN" if value is None else f"{value!r}, which is empty"
        raise CorpusError(f"{where}: the label is {shown}; name a section, or leave the record out")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise CorpusError(f"{where}: label {_shown(value)} is not a string; put it in quotes")
    return str(value).strip()


def _one_line(title: str) -> str:
    """Return a title in one line: a newline in it would end the classifier's first line early."""
    return clean(title).replace("\n", " ").strip()


def _shown(value: object) -> str:
    """Return a wrong value for a message, at most 40 characters of it."""
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
