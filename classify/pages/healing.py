"""Set lines back to running text: no blanks from justified setting, Latin words kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.text.characters import BLANK, CLOSERS, TERMINATORS, heal_blanks, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STOPS", "ends_open", "heal", "heal_line", "join"]

STOPS = tuple(TERMINATORS + "；;")
"""What a sentence, or a clause that could be one, ends with."""
_MAY_CLOSE = frozenset([*STOPS, *CLOSERS, *BLANK])


def heal_line(line: str) -> str:
    """Return one set line without the blanks that setting put around it and into it."""
    piece = line.strip(BLANK)
    if is_letter_spaced(piece):
        return "".join(piece.split())
    piece = heal_blanks(piece)
    if piece.startswith(". ") and piece[2:3].isdigit():  # 449 / . 21: the line broke inside a decimal
        piece = "." + piece[2:]
    return piece


def join(pieces: Sequence[str]) -> str:
    """Join healed lines to running text; two Latin words stay apart."""
    out: list[str] = []
    latin = False
    for piece in pieces:
        if piece:
            if latin and piece[0].isascii() and piece[0].isalpha():
                out.append(" ")
            out.append(piece)
            latin = piece[-1].isascii() and piece[-1].isalpha()
    return "".join(out)


def heal(lines: Sequence[str]) -> str:
    """Join set lines to running text."""
    return join([heal_line(line) for line in lines])


def ends_open(text: str) -> bool:
    """Whether `text` stops inside a sentence."""
    if text and text[-1] not in _MAY_CLOSE and not text[-1].isspace():
        return True  # the common case
    t = text.rstrip()
    while t and t[-1] in CLOSERS:
        t = t[:-1]
        if t and t[-1] in TERMINATORS:
            return False
    return not t.endswith(STOPS) if t else False
