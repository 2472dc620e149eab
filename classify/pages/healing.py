"""Set lines back to running text: no blanks from justified setting, Latin words kept apart.

A line with Latin words and no Chinese character is taken for Latin text: it keeps its blanks, its end is a
blank, and a full stop may end its sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classify.text.characters import BLANK, CLOSERS, TERMINATORS, heal_blanks, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STOPS", "ends_latin", "ends_open", "heal", "heal_line", "is_latin", "join"]

STOPS = tuple(TERMINATORS + "；;")
"""What a sentence, or a clause that could be one, ends with."""
_MAY_CLOSE = frozenset([*STOPS, *CLOSERS, *BLANK, *"." + "\"'"])
_CHINESE = "\u2e80"
"""CJK RADICAL REPEAT, the first of the Chinese characters and their punctuation."""
_NOT_LATIN = re.compile(f"[{_CHINESE}-\U0010ffff]")
_WORD = re.compile("[A-Za-z]{2}[^ ]*")
_LATIN_END = re.compile(
    r"[A-Za-z]{2}[,’']? (?:[^\s\u2e80-\U0010ffff]* )?[^\s\u2e80-\U0010ffff]+(?<![A-Z]r)(?<! No)\.[\"'”’)]*$"
)
"""A Latin word, at most one more without letters, and the last one with its full stop; not Mr., Dr., No."""
SEVERAL = 3
"""Latin words in a line whose blanks are the writer's."""
_NO_BLANK_AFTER, _NO_BLANK_BEFORE = "-/(“‘—", ".,;:!?)%-/’”"
_BLANKS = re.compile(f"[{BLANK}]+")
_ASIDE = re.compile(f"(?<=[{TERMINATORS}{CLOSERS}])[{BLANK}]*[（(][^（()）]{{1,12}}[）)]$")
"""What stands in brackets behind a sentence that has ended: （笑）, （掌声）, a name…"""
_NUMBER = re.compile(r"[（(][一二三四五六七八九十\d]+[）)]")
"""…but not the number of what comes next."""


def heal_line(line: str) -> str:
    """Return one set line without the blanks that setting put around it and into it."""
    piece = line.strip(BLANK)
    if is_letter_spaced(piece):
        return "".join(piece.split())
    if is_latin(piece) and len(_WORD.findall(piece)) >= SEVERAL:
        return _BLANKS.sub(" ", piece)
    piece = heal_blanks(piece)
    if piece.startswith(". ") and piece[2:3].isdigit():  # 449 / . 21: the line broke inside a decimal
        piece = "." + piece[2:]
    return _BLANKS.sub(" ", piece)


def join(pieces: Sequence[str]) -> str:
    """Join healed lines to running text; two Latin words stay apart."""
    out: list[str] = []
    last = ""
    for piece in pieces:
        if piece:
            if last and last[-1] < _CHINESE and piece[0] < _CHINESE and _are_words(last, piece):
                out.append(" ")
            out.append(piece)
            last = piece
    return "".join(out)


def _are_words(left: str, right: str) -> bool:
    """Whether a line end between two lines parts Latin words."""
    a, b = left[-1], right[0]
    if a.isascii() and a.isalpha() and b.isascii() and b.isalpha():
        return True
    return a not in _NO_BLANK_AFTER and b not in _NO_BLANK_BEFORE and is_latin(left) and is_latin(right)


def is_latin(line: str) -> bool:
    """Whether `line` has a Latin word and no Chinese character."""
    return _WORD.search(line) is not None and not _NOT_LATIN.search(line)


def ends_latin(text: str) -> bool:
    """Whether `text` ends with a sentence in Latin words and its full stop."""
    return _LATIN_END.search(text, max(0, len(text) - 60)) is not None


def heal(lines: Sequence[str]) -> str:
    """Join set lines to running text."""
    return join([heal_line(line) for line in lines])


def ends_open(text: str) -> bool:
    """Whether `text` stops inside a sentence."""
    if text and text[-1] not in _MAY_CLOSE and not text[-1].isspace():
        return True  # the common case
    t = text.rstrip()
    if t.endswith(STOPS) or not t:
        return False
    aside = _ASIDE.search(t, max(0, len(t) - 16)) if t[-1] in "）)" else None
    if aside and not _NUMBER.fullmatch(aside[0].lstrip(BLANK)):  # …。（笑）
        t = t[: aside.start()]
    end = t.rstrip(CLOSERS)
    return bool(end) and not (end.endswith(STOPS) or ends_latin(t))
