"""Printed lines: healed, measured, and together as units.

`heal_line` takes out the blanks that justified setting puts into a line, `join` joins healed lines to running
text, and `ends_open` says whether a text stops inside a sentence. A line with Latin words and no Chinese
character is read as Latin text: its blanks and its line end are blanks between words.

`PrintedLines` and `Unit` are the records that the other modules of this package pass on; they are here, below all
of them, so that no two modules need each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.text.characters import BLANK, CLOSERS, TERMINATORS, cells, heal_blanks, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Byline, Line
    from classify.text.bylines import Lead

__all__ = ["STOPS", "PrintedLines", "Unit", "ends_latin", "ends_open", "heal_line", "is_latin", "join"]

STOPS = tuple(TERMINATORS + "；;")
"""Last characters of a sentence, or of a clause that could be one."""

_CJK = "\u2e80"
"""CJK RADICAL REPEAT, the first of the Chinese characters and their punctuation."""
# New in 引进 New Horizon; not the G of 5G
_LATIN_WORD = re.compile("[A-Za-z]{2}[^ ]*")
_NOT_LATIN = re.compile(f"[{_CJK}-\U0010ffff]")
# "It rained in 2010." ends a Latin sentence: a word, at most one more without letters, the last with its full stop.
# "…was said by Mr." does not, nor does 全长11.
_LATIN_END = re.compile(
    r"[A-Za-z]{2}[,’']? (?:[^\s\u2e80-\U0010ffff]* )?[^\s\u2e80-\U0010ffff]+(?<![A-Z]r)(?<! No)\.[\"'”’)]*$"
)
_BLANKS = re.compile(f"[{BLANK}]+")
# （笑） in 他说：“走吧。”（笑）; not （含封山育林） in 造林二十万亩（含封山育林）
_ASIDE = re.compile(f"(?<=[{TERMINATORS}{CLOSERS}])[{BLANK}]*[（(][^（()）]{{1,12}}[）)]$")
# （二）, which numbers what comes next; not （笑）
_NUMBER = re.compile(r"[（(][一二三四五六七八九十\d]+[）)]")
_MAY_CLOSE = frozenset([*STOPS, *CLOSERS, *BLANK, *".\"'"])
"""Characters after which `ends_open` has to look closer."""


def heal_line(line: str) -> str:
    """Return a printed line without the blanks that setting put around it and into it.

    Blanks between Latin words stay. A line with three Latin words and no Chinese character keeps all its blanks.

    >>> heal_line("　　今 年 上 半 年"), heal_line("投入 1900 万元，占 3.5 % 。")
    ('今年上半年', '投入1900万元，占3.5%。')
    >>> heal_line("引进 New Horizon"), heal_line("the fox  jumped")
    ('引进New Horizon', 'the fox jumped')
    """
    piece = line.strip(BLANK)
    if is_letter_spaced(piece):
        return "".join(piece.split())
    if is_latin(piece) and len(_LATIN_WORD.findall(piece)) >= 3:
        return _BLANKS.sub(" ", piece)
    piece = heal_blanks(piece)
    if piece.startswith(". ") and piece[2:3].isdigit():  # 449 / . 21: the line broke inside a decimal
        piece = "." + piece[2:]
    return _BLANKS.sub(" ", piece)


def join(pieces: Sequence[str]) -> str:
    """Join healed lines to running text; a blank parts two Latin words.

    >>> join(["引进New", "Horizon公司的设备，", "共11台。"])
    '引进New Horizon公司的设备，共11台。'
    >>> join(["a four-", "month job"])
    'a four-month job'
    """
    out: list[str] = []
    last = ""
    for piece in pieces:
        if piece:
            if last and last[-1] < _CJK and piece[0] < _CJK and _are_words(last, piece):
                out.append(" ")
            out.append(piece)
            last = piece
    return "".join(out)


def _are_words(left: str, right: str) -> bool:
    """Return whether the line end between two lines parts Latin words."""
    a, b = left[-1], right[0]
    if a.isascii() and a.isalpha() and b.isascii() and b.isalpha():
        return True
    return a not in "-/(“‘—" and b not in ".,;:!?)%-/’”" and is_latin(left) and is_latin(right)


def is_latin(line: str) -> bool:
    """Return whether a line has a Latin word and no Chinese character.

    >>> is_latin("The council met."), is_latin("据BBC报道"), is_latin("A 3")
    (True, False, False)
    """
    return _LATIN_WORD.search(line) is not None and not _NOT_LATIN.search(line)


def ends_latin(text: str) -> bool:
    """Return whether a text ends with a sentence in Latin words and its full stop.

    The full stop of ``Mr.``, ``Dr.`` and ``No.`` ends none.

    >>> ends_latin("It rained in 2010."), ends_latin("It was said by Mr."), ends_latin("全长11.")
    (True, False, False)
    """
    if not text.rstrip("\"'”’)").endswith("."):
        return False  # the common case, without the pattern
    return _LATIN_END.search(text, max(0, len(text) - 60)) is not None


def ends_open(text: str) -> bool:
    """Return whether a text stops inside a sentence.

    An aside in brackets after a sentence does not open another one.

    >>> ends_open("造林二十万亩，"), ends_open("造林二十万亩。"), ends_open("他说：“走吧。”（笑）")
    (True, False, False)
    """
    if text and text[-1] not in _MAY_CLOSE and not text[-1].isspace():
        return True  # the common case
    t = text.rstrip()
    if t.endswith(STOPS) or not t:
        return False
    aside = _ASIDE.search(t, max(0, len(t) - 16)) if t[-1] in "）)" else None
    if aside and not _NUMBER.fullmatch(aside[0].lstrip(BLANK)):
        t = t[: aside.start()]
    end = t.rstrip(CLOSERS)
    return bool(end) and not (end.endswith(STOPS) or ends_latin(t))


@dataclass(slots=True)
class PrintedLines:
    """Lines as printed, healed, and measured; three tuples of one length, without blank lines.

    Attributes
    ----------
    printed : tuple of str
    healed : tuple of str
        Without the blanks of justified setting; the same object as in `printed` where nothing was to heal.
    widths : tuple of float
        In cells.
    """

    printed: tuple[str, ...]
    healed: tuple[str, ...]
    widths: tuple[float, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> PrintedLines:
        """Heal and measure `texts`; blank ones are left out.

        >>> PrintedLines.of(["全长 11", "", "公里。"])
        PrintedLines(printed=('全长 11', '公里。'), healed=('全长11', '公里。'), widths=(3.0, 3.0))
        """
        printed = tuple([text for text in texts if text.strip()])
        return cls(printed, tuple(map(heal_line, printed)), tuple(map(cells, printed)))


@dataclass(slots=True)
class Unit(PrintedLines):
    """Lines that move together.

    Attributes
    ----------
    lines : sequence of Line
        The lines as they came in, with number and box; empty for a title that was given apart from the text.
    kind : str
        See `units`.
    text : str
        The lines healed and joined.
    gap : int
        Blank lines before the unit.
    lead, byline : Lead or None, Byline or None
        What the unit begins with, or consists of.
    photographers : tuple of str
        Names in the credit of a ``caption`` or ``credit``.
    bullet : bool
        The unit begins with a bullet.
    open_end : bool
        The unit stops inside a sentence.
    signed : bool
        The unit ends with a signature, （岑雨桐）.
    width : float
        Width of its column in cells; 0 where it cannot be measured.
    borrowed : str
        The last character of a vertical headline, where it is before this unit's own first character.
    is_title : bool
        The unit is the title of a record.
    own_paragraph : bool
        In the body the unit is a paragraph of its own. Set by `articles`.
    position : int
        Index of the unit on its page. Set by `articles`.
    """

    lines: Sequence[Line]
    kind: str
    text: str
    gap: int
    lead: Lead | None = None
    byline: Byline | None = None
    bullet: bool = False
    open_end: bool = False
    signed: bool = False
    width: float = 0.0
    photographers: tuple[str, ...] = ()
    borrowed: str = ""
    is_title: bool = False
    own_paragraph: bool = False
    position: int = 0

    def __len__(self) -> int:
        return len(self.printed)
