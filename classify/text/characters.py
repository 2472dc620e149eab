"""Characters by name: the tables other modules build their patterns from."""

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
"""FULL STOP, EXCLAMATION MARK, QUESTION MARK, ELLIPSIS: what a sentence may end with."""
CLOSERS = "”’」』）)》】〕"
"""RIGHT QUOTATION MARKS, CORNER BRACKETS and RIGHT BRACKETS: what may follow a terminator."""
BULLETS = "●■▲◆★▪□◎⚫•"
"""What a brief or a byline is set off with."""
BLANK = " \t\u00a0\u3000\u2002\u2003\u2009"
"""SPACE, TAB, NO-BREAK SPACE, IDEOGRAPHIC SPACE, EN, EM and THIN SPACE."""
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as a range for character classes."""
WIDE = "\u2014\u2018-\u201f\u2026\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f"
WIDE += "\uff00-\uffef\U00020000-\U0003ffff"
"""What is set on a full square, Chinese punctuation included, as a range for character classes."""

_B = f"[{BLANK}]"
_JUSTIFIED = re.compile(  # a blank first, so that text without one is passed over fast
    f"{_B}(?:(?<=[{WIDE}].){_B}*|{_B}*(?=[{WIDE}])"  # beside a Chinese character no blank was written
    rf"|(?<=\d.){_B}*(?=[.%‰])|(?<=\d\..){_B}*(?=\d))"  # nor inside a decimal
)
_POINT = re.compile(rf"\d\.{_B}+\d")
_LETTER_SPACED = re.compile(rf"{_B}*(?:[^{BLANK}]{_B}+){{3,}}[^{BLANK}]{_B}*")


def heal_blanks(text: str) -> str:
    """Return `text` without the blanks that justified setting put beside Chinese text and into numbers."""
    healed = _JUSTIFIED.sub("", text)
    if healed is not text and _POINT.search(healed):  # 3 . 5: the blank before the point hid the one after it
        healed = _JUSTIFIED.sub("", healed)
    return healed


def is_letter_spaced(line: str) -> bool:
    """Whether every character of `line` stands alone (``今 年 上 半 年``); at least four of them."""
    return _LETTER_SPACED.fullmatch(line) is not None


def cells(line: str) -> float:
    """Width of `line` on the page in Chinese characters: ASCII counts half, blanks nothing."""
    printed = "".join(line.split())
    return len(printed) - len(printed.encode("ascii", "ignore")) / 2
