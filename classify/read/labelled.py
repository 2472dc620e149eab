"""Labelled data from files to checked documents.

Every way that people keep labelled texts, each compressed or not where it is a file:

* a folder, or a zip file of one, with a folder for each section, whose ``.txt`` files, also those in folders below, are
  a headline line and a body;
* a folder, or a zip file, of files of records, unless it has such texts of two sections: one folder of texts may hold
  what was written about the records;
* records (JSON Lines, JSON, CSV, TSV, Parquet) with a text, a label and perhaps a title, under these or other common
  names (`classify.read.columns`). A label may be a list with the best first, as labelling programs export it: then any
  of them counts as right, and a record whose list is empty is left out and counted;
* results of ``predict`` (`classify.read.results`), in which somebody may have changed a section. Those without one are
  left out and counted, but for those that the model took for background.

``-`` is standard input. Records are read as those of ``predict`` are (`classify.read.records`), but here a record that
cannot be used is an error for the whole file: a model trained on what was left of the data would look like one trained
on all of it. Documents come in the order of the file, folders in the order of their names, so the same data gives the
same documents and the same digest.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from classify.errors import CorpusError, InputError
from classify.files import open_regular
from classify.options import ReadOptions
from classify.read.columns import LABEL_NAMES, find_name
from classify.read.formats import known_format
from classify.read.listing import list_inputs
from classify.read.parts import member_name, read_parts
from classify.read.records import Record, frame_records, read_records
from classify.read.streams import LIMITS, Limits, UnpackedStream, errors_named
from classify.records import BACKGROUND
from classify.text.encoding import decode
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from classify.read.results import PastResult

__all__ = ["Corpus", "Document", "frame_corpus", "join_corpora", "load_corpus"]

DEFAULT = ReadOptions()

RECORD_FORMATS = ("jsonl", "json", "csv", "parquet", "zip")
"""Formats of files in a folder that hold records, or may."""


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
    skipped : mapping of str to int, default={}
        What was left out: how many files or records for each reason.

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
    skipped: Mapping[str, int] = field(default_factory=dict)
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


def join_corpora(corpora: Sequence[Corpus]) -> Corpus:
    """Return the documents of several corpora as one corpus, in their order.

    A document that several corpora hold (the same title and text) is taken once, with the label that it has in the
    last of them: corrections follow what they correct. Repetitions inside a corpus stay as they are.

    Examples
    --------
    >>> old = Corpus((Document("林场造林。", "policing"), Document("民警破案。", "policing")), "old.csv")
    >>> joined = join_corpora([old, Corpus((Document("林场造林。", "forestry"),), "new.csv")])
    >>> joined.labels, joined.source
    (['policing', 'forestry'], 'old.csv, new.csv')
    """
    if len(corpora) == 1:
        return corpora[0]
    last = {(d.title, d.text): i for i, corpus in enumerate(corpora) for d in corpus}
    kept = [d for i, corpus in enumerate(corpora) for d in corpus if last[d.title, d.text] == i]
    skipped: Counter[str] = Counter()
    for corpus in corpora:
        skipped.update(corpus.skipped)
    if repeated := sum(map(len, corpora)) - len(kept):
        skipped["replaced by the same text of a later source"] += repeated
    return Corpus(tuple(kept), ", ".join(c.source for c in corpora), dict(skipped))


def load_corpus(
    path: str | os.PathLike[str],
    limits: Limits = LIMITS,
    *,
    options: ReadOptions = DEFAULT,
    pipes: bool = False,
) -> Corpus:
    """Read labelled data.

    Parameters
    ----------
    path : str or path
        A folder or a zip file (of texts by section, or of files of records), a file of records, or ``-`` for standard
        input; see the module. Files may be compressed.
    limits : Limits, default=LIMITS
        A file has at most ``limits.labelled`` bytes, unpacked.
    options : ReadOptions, default=ReadOptions()
        Encoding and columns.
    pipes : bool, default=False
        Whether a pipe with a name is read, which may wait for ever; only where the user gave that name.

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
    (1438, ['business', 'forestry', 'governance', 'other', 'policing'])
    """
    name = os.fspath(path)
    skipped: Counter[str] = Counter()
    expected = "folders with .txt files in them (`<section>/*.txt`), or files of records"
    reader = _Reader(limits, options, skipped)
    try:
        if os.path.isdir(name):
            documents = reader.sections_or_records(reader.folder(Path(name)), name)
        elif name != "-" and not os.path.exists(name):
            raise CorpusError(f"{name}: no such file or folder")
        elif known_format(name) == "zip":
            documents = reader.sections_or_records(reader.zip(name), name)
        else:
            documents = list(reader.records(name, pipes=pipes))
            expected = "a record with `text` and `label`"
    except InputError as e:
        raise e if isinstance(e, CorpusError) else CorpusError(str(e)) from None
    if not documents:
        left_out = f" ({', '.join(f'{n} {why}' for why, n in skipped.items())})" if skipped else ""
        raise CorpusError(f"{name}: no documents{left_out}; expected {expected}")
    return Corpus(tuple(documents), name, dict(skipped))


def frame_corpus(frame: Any, options: ReadOptions = DEFAULT) -> Corpus:
    """Return the rows of a pandas DataFrame as labelled documents; see `load_corpus`.

    Parameters
    ----------
    frame : pandas.DataFrame
        With columns of texts, labels and perhaps titles. The index is in the `source` of each document.
    options : ReadOptions, default=ReadOptions()

    Raises
    ------
    CorpusError
        A row has no text or no label.
    """
    skipped: Counter[str] = Counter()
    try:
        records = [
            (record, f"the DataFrame, row {index!r}")
            for record, index in zip(frame_records(frame, options), frame.index, strict=True)
        ]
        documents = list(_Reader(LIMITS, options, skipped).documents(records))
    except InputError as e:
        raise e if isinstance(e, CorpusError) else CorpusError(str(e)) from None
    return Corpus(tuple(documents), "the DataFrame", dict(skipped))


def _opened(file: Traversable) -> IO[bytes]:
    """Open a file of a folder, or a member of a zip file."""
    if not isinstance(file, Path):
        return file.open("rb")
    with errors_named(str(file)):
        return open_regular(file)


class _Reader:
    """The readers of one source, and what they leave out."""

    def __init__(self, limits: Limits, options: ReadOptions, skipped: Counter[str]) -> None:
        self._limits, self._options, self._skipped = limits, options, skipped

    def folder(self, root: Traversable) -> Iterator[Document]:
        """Yield the documents of the folders of a folder, a section each; folders in them belong to the section."""
        for entry in sorted(root.iterdir(), key=lambda p: p.name):
            if entry.name.startswith((".", "__MACOSX")):
                continue
            if entry.is_dir():
                yield from self._section(entry, entry.name)
            else:
                self._skipped["files beside the folders of sections"] += 1

    def _section(self, folder: Traversable, label: str) -> Iterator[Document]:
        for file in sorted(folder.iterdir(), key=lambda p: p.name):
            if file.name.startswith((".", "__MACOSX")):
                continue
            if file.is_dir():
                yield from self._section(file, label)
            elif known_format(file.name) != "text" or not file.is_file():
                ending = os.path.splitext(file.name)[1].lower()
                self._skipped[f"files that are no .txt ({ending or 'without ending'})"] += 1
            else:
                yield self._text_document(file, label)

    def _text_document(self, file: Traversable, label: str) -> Document:
        """Return the document of a file: a headline line and a body, or a body alone."""
        with _opened(file) as packed, errors_named(str(file)):
            data = UnpackedStream(packed, str(file), self._limits.page).read()
        text = decode(data, str(file), self._options.encoding)
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text:
            raise CorpusError(f"{file}: the file is empty; write a headline line and a body, or delete it")
        title, _, body = text.partition("\n")
        if body.strip():
            return Document(body.strip(), label, _one_line(title), str(file))
        return Document(title.strip(), label, "", str(file))

    def zip(self, path: str) -> Iterator[Document]:
        """Yield the documents of a zip file of a folder, or of a folder in it."""
        try:
            with _opened(Path(path)) as file, zipfile.ZipFile(file) as archive:
                for member in archive.infolist():  # sections may have names of a Chinese Windows
                    member.filename = member_name(member)
                    archive.NameToInfo[member.filename] = member
                root: Traversable = zipfile.Path(archive)
                # Many programs pack the folder itself, and not what is in it.
                inside = [p for p in root.iterdir() if not p.name.startswith((".", "__MACOSX"))]
                if len(inside) == 1 and inside[0].is_dir() and any(p.is_dir() for p in inside[0].iterdir()):
                    root = inside[0]
                yield from self.folder(root)
        except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error, lzma.LZMAError) as e:
            raise CorpusError(f"{path}: can't be unpacked ({e}); make the zip file again") from None

    def sections_or_records(self, texts: Iterable[Document], path: str) -> list[Document]:
        """Return the `texts` of a folder or a zip file, or the documents of the files of records in it."""
        documents = list(texts)
        if len({document.label for document in documents}) < 2:
            documents = list(self.documents(self._records_in(path))) or documents
        return documents

    def _records_in(self, path: str) -> Iterator[tuple[Record, str]]:
        """Yield the records of these files, each with its place."""
        beside: Counter[str] = Counter()
        name, size = "", 0
        for file in list_inputs([path], skipped=beside):
            if known_format(file.path) not in RECORD_FORMATS:
                beside["files without records"] += 1
                continue
            for part, _ in read_parts(file, self._options, limits=self._limits):
                if isinstance(part.content, str):
                    raise CorpusError(f"{part.name}: {part.content}")
                if not part.holds_records:
                    beside["files without records"] += 1
                    continue
                name, size = part.name, part.size + (size if part.name == name else 0)
                if size > self._limits.labelled:
                    raise CorpusError(f"{name}: larger than {self._limits.labelled >> 20} MiB; split it")
                for _, record in part.records():
                    yield record, f"{name}, line {record.line}"
        if name:  # it was one of records, so what was no text of a section is counted anew
            self._skipped.clear()
            self._skipped.update(beside)

    def records(self, path: str, *, pipes: bool = False) -> Iterator[Document]:
        """Yield the documents of a file of records."""
        found = read_records(
            path, self._limits, most=self._limits.labelled, options=self._options, pipes=pipes
        )
        yield from self.documents((record, f"{path}, line {record.line}") for record in found)

    def documents(self, records: Iterable[tuple[Record, str]]) -> Iterator[Document]:
        """Yield the documents of records, each of which comes with its place for messages."""
        options = self._options
        for record, where in records:
            if record.problem:
                raise CorpusError(f"{where.rsplit(', ', 1)[0]}, {record.problem}")
            name = find_name(record.fields, options.label_column, LABEL_NAMES)
            if record.result and name not in (options.label_column or "label", "label"):
                document = _result_document(record.result, where)
            elif name is None:
                has = _shown(list(record.fields))
                raise CorpusError(f"{where}: no label; give every record a `label` (it has {has})")
            else:
                document = _document(record.fields, name, where)
            if document is None:
                self._skipped["without a section" if record.result else "without a label yet"] += 1
            else:
                yield document


def _result_document(result: PastResult, where: str) -> Document | None:
    """Return the document of a result: what the classifier read of it, with its section; None where it has none."""
    label = result.section or (BACKGROUND if result.decision == "other" else None)
    if label is None:
        return None
    article = result.article
    title = " ".join(part for part in (article.kicker, article.headline, article.deck) if part)
    return Document(article.body or " ".join(article.captions), _label(label, where), _one_line(title), where)


def _document(fields: Mapping[str, Any], name: str, where: str) -> Document | None:
    """Return the document of a record whose label is the field `name`; None where its list of labels is empty.

    `where` is its file and line.
    """
    value = fields[name]
    accepted: tuple[str, ...] = ()
    if isinstance(value, dict):  # as Label Studio exports several choices
        value = value.get("choices")
    if isinstance(value, list):
        if not value:
            return None
        accepted = tuple(_label(part, where) for part in value)
    label = accepted[0] if accepted else _label(value, where)
    text, title = fields["text"], _one_line(fields.get("title") or "")
    if not text.strip() and not title:
        raise CorpusError(f"{where}: text and title are empty; leave the record out")
    return Document(text, label, title, where, accepted)


def _label(value: object, where: str) -> str:
    """Return a label as a string: the numbers 1 and 1.0 of a JSON file are the label "1" of a CSV file."""
    if value is None or (isinstance(value, str) and not value.strip()):
        shown = "null or NaN" if value is None else f"{value!r}, which is empty"
        raise CorpusError(f"{where}: the label is {shown}; name a section, or leave the record out")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise CorpusError(f"{where}: label {_shown(value)} is not a string; put it in quotes")
    # A table with a missing number somewhere has all of them as 1.0.
    return re.sub(r"(?<=\d)\.0\Z", "", str(value).strip())


def _one_line(title: str) -> str:
    """Return a title in one line: a newline in it would end the classifier's first line early."""
    return clean(title).replace("\n", " ").strip()


def _shown(value: object) -> str:
    """Return a wrong value for a message, at most 40 characters of it."""
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
