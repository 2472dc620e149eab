"""Tables of characters, from which other modules build patterns, and functions of character widths.

Chinese text is set on a grid of squares, so a line has a width in squares (`cells`), and justified setting puts
blanks inside words and numbers (`heal_blanks`, `is_letter_spaced`). This module is imported by every module that
reads printed lines; it imports nothing of the package.
"""

from __future__ import annotations

import re

__all__ = [
    "BLANK",
    "BULLETS",
    "CLOSERS",
    "HAN",
    "TERMINATORS",
    "WIDE",
    "cells",
    "heal_blanks",
    "is_letter_spaced",
]

TERMINATORS = "。！？!?…"
"""FULL STOP, EXCLAMATION MARK, QUESTION MARK, ELLIPSIS: the ends of sentences on a printed line."""
CLOSERS = "”’」』）)》】〕"
"""RIGHT QUOTATION MARKS, CORNER BRACKETS and RIGHT BRACKETS: marks that may follow a terminator."""
BULLETS = "●■▲◆★▪□◎⚫•"
"""Marks before a brief or a byline."""
BLANK = " \t\u00a0\u3000\u2002\u2003\u2009"
"""SPACE, TAB, NO-BREAK SPACE, IDEOGRAPHIC SPACE, EN, EM and THIN SPACE."""
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as a range for character classes."""
WIDE = (
    "\u2014\u2018-\u201f\u2026\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U00020000-\U0003ffff"
)
"""Characters that take a full square, Chinese punctuation included, as a range for character classes."""


class _Blanks:
    """Patterns of the blanks that justified setting adds."""

    B = f"[{BLANK}]"
    # Matches the blanks of 河道 清淤, 3. 5 and 5 %; not that of New Horizon. It begins with a blank, so that text
    # without one is passed over fast. What follows a run of blanks is looked at from its first blank only: from each
    # of them it would take the square of their number.
    JUSTIFIED = re.compile(
        f"{B}(?:(?<=[{WIDE}].){B}*|(?<!{B}.){B}*(?=[{WIDE}])"  # beside a Chinese character
        rf"|(?<=\d.){B}*(?=[.%‰])|(?<=\d\..){B}*(?=\d))"  # inside a decimal
    )
    # Matches 3. 5, which is left of 3 . 5 after one pass; not 3.5.
    POINT = re.compile(rf"\d\.{B}+\d")
    # Matches 今 年 上 半 年; not 今年 上 半 年.
    LETTER_SPACED = re.compile(rf"{B}*(?:[^{BLANK}]{B}+){{3,}}[^{BLANK}]{B}*")


def heal_blanks(text: str) -> str:
    """Return `text` without the blanks that justified setting put beside Chinese text and into numbers.

    >>> heal_blanks("投入 1900 万元，占 3. 5 %，New Horizon 公司")
    '投入1900万元，占3.5%，New Horizon公司'
    """
    healed = _Blanks.JUSTIFIED.sub("", text)
    if healed is not text and _Blanks.POINT.search(healed):
        healed = _Blanks.JUSTIFIED.sub("", healed)
    return healed


def is_letter_spaced(line: str) -> bool:
    """Whether blanks separate all characters of `line`, which are four at least.

    >>> is_letter_spaced("今 年 上 半 年"), is_letter_spaced("今年 上 半 年")
    (True, False)
    """
    return _Blanks.LETTER_SPACED.fullmatch(line) is not None


def cells(line: str) -> float:
    """Return the width of `line` in squares: ASCII characters count half, blanks nothing.

    >>> cells("占 35%。")
    3.5
    """
    printed = "".join(line.split())
    return len(printed) - len(printed.encode("ascii", "ignore")) / 2
