"""What a correction is, and which corrections are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Correction", "CorrectionFilter", "Kind", "bytes_digest", "storable", "text_digest"]

Kind = Literal["section", "boundaries"]

# A correction that holds: it is no undo, it is not undone, and no later one of its target holds.
_HOLDS = (
    "undoes IS NULL AND undone = 0 AND NOT EXISTS (SELECT 1 FROM corrections AS later WHERE later.kind = c.kind "
    "AND later.text_sha256 = c.text_sha256 AND later.id > c.id AND later.undoes IS NULL AND later.undone = 0)"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody corrected, or that somebody took a correction back.

    Attributes
    ----------
    kind : {"section", "boundaries"}
    text_sha256 : str
        `text_digest` of title and text, or `bytes_digest` of the page.
    before, after : dict
        What was said of the target and what is right: of a section ``{"section": …}``, of boundaries
        ``{"articles": […]}``.
    model_sha256 : str
        Digest of the model whose answer was corrected.
    file, headline : str
        For lists and searches.
    title, text : str
        What is trained on; empty for boundaries.
    document, article : str or None
        Digest of the page, and id of the article in it, where known.
    id, version, time
        Given by the store: a number that grows, the version of the target after it, ISO 8601 in UTC.
    undone : bool
        It was taken back.
    undoes : int or None
        The id of the correction that this row takes back.
    """

    kind: Kind
    text_sha256: str
    before: dict[str, Any]
    after: dict[str, Any]
    model_sha256: str = ""
    file: str = ""
    headline: str = ""
    title: str = ""
    text: str = field(default="", repr=False)
    document: str | None = None
    article: str | None = None
    id: int = 0
    version: int = 0
    time: str = ""
    undone: bool = False
    undoes: int | None = None

    @classmethod
    def of_section(cls, title: str, text: str, section: str, **known: Any) -> Correction:
        """Return the correction that gives a text a section; `known` are other fields.

        >>> Correction.of_section("林场造林忙", "林场造林。", "forestry").after
        {'section': 'forestry'}
        """
        title, text, section = storable(title), storable(text), storable(section)
        known.setdefault("before", {"section": None})
        return cls(
            "section", text_digest(title, text), after={"section": section}, title=title, text=text, **known
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON, the id first."""
        keys = (
            "id", "kind", "version", "time", "text_sha256", "model_sha256", "file", "headline", "title", "text",
            "before", "after", "document", "article", "undone", "undoes",
        )  # fmt: skip
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Which corrections are asked for.

    Parameters
    ----------
    query : str, default=""
        In the headline, the text or the file name, as it is written.
    kind, section : str, default=""
        Empty: any.
    undone : bool, default=False
        Also those that no longer hold, and undos.
    before : int, default=0
        Ids below this one only; 0: all. Lists are read on with it, newest first.
    """

    query: str = ""
    kind: str = ""
    section: str = ""
    undone: bool = False
    before: int = 0

    def where(self) -> tuple[str, list[Any]]:
        """Return the SQL condition and its values."""
        parts, values = ["1"], list[Any]()
        if not self.undone:
            parts.append(_HOLDS)
        for column, value in (("kind", self.kind), ("section", self.section)):
            if value:
                parts.append(f"{column} = ?")
                values.append(storable(value))
        if self.query:
            parts.append("(instr(headline, ?) OR instr(text, ?) OR instr(file, ?))")
            values += [storable(self.query)] * 3
        if self.before:
            parts.append("id < ?")
            values.append(self.before)
        return " AND ".join(parts), values


def text_digest(title: str, text: str) -> str:
    """Return the SHA-256 of a title and a text, hexadecimal; each is UTF-8 and follows its length.

    >>> text_digest("林场造林忙", "林场造林。")[:12]
    '235d3eaf98b8'
    """
    sha = hashlib.sha256()
    for part in (title, text):
        data = part.encode("utf-8", "surrogatepass")
        sha.update(len(data).to_bytes(8, "little") + data)
    return sha.hexdigest()


def bytes_digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes of a page, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def storable(text: str) -> str:
    r"""Return a text without lone surrogates, which UTF-8 and so SQLite cannot hold.

    >>> storable("林\ud800场")
    '林?场'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
