"""Labelled data from files to checked documents.

Three shapes, each ``.gz`` or ``.zst`` too where it is a file:

* a folder with one folder per section, whose ``.txt`` files are a headline line and a body;
* JSON lines with ``text``, ``label`` and perhaps ``title``. ``sections``, a list with the best first, may
  stand for ``label``: then any of them is right;
* CSV with the columns ``text``, ``label`` and perhaps ``title``.

``-`` is standard input: JSON lines where it begins with ``{``, else CSV. Files are UTF-8, with or without
its mark, or GB18030. Documents come in the order of the file, folders in the order of their names: the same
data gives the same documents and the same digest. What can't be used is a `CorpusError` that says which line
or file, and what to do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.errors import CorpusError, InputError
from classify.read import open_input, plain_name
from classify.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Corpus", "Document", "load_corpus"]

MAX_BYTES = 1 << 30
"""Bytes of a file, unpacked, at most: so many texts are more than a linear model can use."""

MAX_FIELD = 16 << 20
"""Characters in one CSV field at most; csv's own limit of 131,072 is shorter than a long report."""

_SHOWN = 40  # characters of a wrong value in a message


@dataclass(frozen=True, slots=True)
class Document:
    """One labelled text. ``source`` says where it stands; ``accepted`` are all labels that are right."""

    text: str
    label: str
    title: str = ""
    source: str = ""
    accepted: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        """What the classifier is given: the title, where there is one, as the first line."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def right(self) -> tuple[str, ...]:
        """All labels that are right, the best first."""
        return self.accepted or (self.label,)


@dataclass(frozen=True)
class Corpus:
    """Documents in order, and where they are from."""

    documents: tuple[Document, ...]
    source: str = ""
    counts: Mapping[str, int] = field(init=False)
    """Documents of each label, labels sorted."""

    def __post_init__(self) -> None:
        counted = Counter(d.label for d in self.documents)
        object.__setattr__(self, "counts", dict(sorted(counted.items())))

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    @property
    def texts(self) -> list[str]:
        """What the classifier is given of each document."""
        return [d.content for d in self.documents]

    @property
    def labels(self) -> list[str]:
        """Label of each document."""
        return [d.label for d in self.documents]

    @property
    def digest(self) -> str:
        """SHA-256 over labels, titles and texts, in order, each with its length; hexadecimal."""
        sha = hashlib.sha256()
        for d in self.documents:
            for part in (d.label, d.title, d.text):
                data = part.encode("utf-8", "surrogatepass")
                sha.update(len(data).to_bytes(8, "little"))
                sha.update(data)
        return sha.hexdigest()

    def check_trainable(self) -> None:
        """Raise `CorpusError` where a classifier can't be trained on this."""
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


def load_corpus(path: str | Path) -> Corpus:
    """Read labelled data from a folder, a JSON lines file, a CSV file, or standard input (``-``).

    Raises
    ------
    CorpusError
        Where something is missing, unreadable or no label; the message says what, where, and the mend.
    """
    path = Path(path)
    if path.is_dir():
        documents = list(_folder(path))
        what = "folders with .txt files in them (`<section>/*.txt`)"
    elif str(path) == "-" or path.is_file():
        documents = list(_records(path))
        what = "a record with `text` and `label`"
    else:
        raise CorpusError(f"{path}: no such file or folder")
    if not documents:
        raise CorpusError(f"{path}: no documents; expected {what}")
    return Corpus(tuple(documents), str(path))


def _records(path: Path) -> Iterator[Document]:
    name = plain_name(path.name)
    if name != "-" and not name.endswith((".csv", ".jsonl", ".ndjson", ".json")):
        raise CorpusError(f"{path}: not a kind of labelled data; give a folder, a .jsonl or a .csv (.gz too)")
    text = _text(path)
    as_csv = name.endswith(".csv") or (name == "-" and not text.lstrip().startswith("{"))
    return (_csv if as_csv else _jsonl)(text, path)


def _folder(path: Path) -> Iterator[Document]:
    for folder in sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith(".")):
        for file in sorted(folder.glob("*.txt")):
            text = _text(file).strip()
            if not text:
                raise CorpusError(
                    f"{file}: the file is empty; write a headline line and a body, or delete it"
                )
            title, _, body = text.partition("\n")
            if body.strip():
                yield Document(body.strip(), folder.name, title.strip(), str(file))
            else:
                yield Document(title.strip(), folder.name, "", str(file))


def _jsonl(text: str, path: Path) -> Iterator[Document]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as e:
            reason = e.msg if isinstance(e, json.JSONDecodeError) else str(e)
            raise CorpusError(
                f"{where}: not JSON ({reason}); one whole object per line is expected"
            ) from None
        if not isinstance(record, dict):
            raise CorpusError(f'{where}: {_short(record)} is no object; write {{"text": …, "label": …}}')
        yield _document(record, where)


def _csv(text: str, path: Path) -> Iterator[Document]:
    limit = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        for name in ("text", "label"):
            if name not in (reader.fieldnames or ()):
                has = ", ".join(map(repr, reader.fieldnames or ())) or "none"
                raise CorpusError(
                    f"{path}, line 1: no column {name!r} (columns: {has}); name it in the first line"
                )
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            where = f"{path}, line {reader.line_num}"
            if None in record:
                raise CorpusError(f"{where}: more values than columns; put quotes around values with commas")
            yield _document(record, where)
    except csv.Error as e:
        raise CorpusError(f"{path}, line {reader.reader.line_num}: {e}; check the quotes") from None
    finally:
        csv.field_size_limit(limit)


def _document(record: Mapping[str, Any], where: str) -> Document:
    accepted: tuple[str, ...] = ()
    if "label" in record:
        label = record["label"]
    elif isinstance(record.get("sections"), list) and record["sections"]:
        accepted = tuple(_label(name, where) for name in record["sections"])
        label = accepted[0]
    else:
        raise CorpusError(f"{where}: no label; give every record a `label`")
    if "text" not in record:
        raise CorpusError(f"{where}: no text; give every record a `text`")
    text, title = record["text"], record.get("title")
    for name, value in (("text", text), ("title", "" if title is None else title)):
        if not isinstance(value, str):
            raise CorpusError(f"{where}: {name} is {_short(value)}, not a string; put it in quotes")
    title = (title or "").replace("\n", " ").strip()
    if not text.strip() and not title:
        raise CorpusError(f"{where}: text and title are empty; leave the record out")
    return Document(text, _label(label, where), title, where, accepted)


def _label(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise CorpusError(f"{where}: label {_short(value)} is not a string; put it in quotes")
    if not value.strip():
        raise CorpusError(f"{where}: label {value!r} is empty; name a section, or leave the record out")
    return value.strip()


def _text(path: Path) -> str:
    try:
        with open_input(str(path)) as (_, stream):
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise CorpusError(f"{path}: more than {MAX_BYTES >> 20} MiB of text; train on a sample of it")
        text = decode(data, str(path))
    except InputError as e:
        raise CorpusError(str(e)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _short(value: object) -> str:
    told = repr(value)
    return told if len(told) <= _SHOWN else told[: _SHOWN - 1] + "…"
