"""Which display lines are headline, kicker and deck.

Display lines come in groups, a group before the body and one after it. The main group is the one nearer to
the body's words; a line of the other group is a kicker. In a group of several lines the kicker is what
reads like one (an organisation, 会议要求, a rubric), or returns over another article, and stands before
another; a deck begins with —— or follows the headline. Lines set together without a blank line between are
one headline broken in two, unless the second begins with ——.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.pages.furniture import is_notice
from classify.pages.kickers import is_bracketed, is_kicker, is_rubric
from classify.text.characters import BLANK, cells, heal_blanks, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classify.pages.units import Unit

__all__ = ["Headlines", "display_text", "find_series", "read_headlines"]

SERIES_CELLS = 16
"""A kicker that returns is no longer than this."""

_DASH = re.compile(r"^[—－-]{1,2}")
_BLANKS = re.compile(f"[{BLANK}]+")


@dataclass(frozen=True, slots=True)
class Headlines:
    """The display lines of one article, as printed; empty where there is none."""

    headline: str = ""
    kicker: str = ""
    deck: str = ""


def display_text(lines: list[str]) -> str:
    """Join the lines of one display; blanks that part its halves stay, as one blank."""
    out = ""
    for line in lines:
        piece = line.strip(BLANK)
        piece = (
            "".join(piece.split()) if is_letter_spaced(piece) or is_notice(piece) else _BLANKS.sub(" ", piece)
        )
        latin = (
            out
            and piece
            and out[-1].isascii()
            and out[-1].isalpha()
            and piece[0].isascii()
            and piece[0].isalpha()
        )
        out += (" " if latin else "") + piece
    return re.sub(r"(?<=\d) (?=[\d%.])|(?<=[“‘《（]) | (?=[”’》）])", "", out)


def find_series(displays: Iterable[list[Unit]]) -> frozenset[str]:
    """Return the lines that stand among the `displays` of several articles, each time with other lines."""
    beside: dict[str, set[str]] = {}
    for units in displays:
        texts = [unit.text for unit in units if unit.kind == "short"]
        group = "\n".join(texts)
        for text in texts if len(texts) > 1 else ():
            beside.setdefault(text, set()).add(group)
    return frozenset(text for text, all_ in beside.items() if len(all_) > 1 and cells(text) <= SERIES_CELLS)


def read_headlines(
    before: list[Unit], after: list[Unit], glued: str, body: str, series: frozenset[str] = frozenset()
) -> Headlines:
    """Return the headlines of an article from the displays before and after its body; `series`: kickers."""
    first, last = _displays(before), _displays(after, glued)
    if first and last:
        main, rest = (last, first) if _about(last, body) >= _about(first, body) else (first, last)
        read = _group(main, series)
        return Headlines(read.headline, " ".join([*rest, *filter(None, [read.kicker])]).strip(), read.deck)
    return _group(first or last, series)


def _displays(units: list[Unit], glued: str = "") -> list[str]:
    out: list[str] = []
    for unit in units:
        if unit.kind == "tall":
            out.append(unit.text)
            continue
        run: list[str] = []
        for line in unit.set:
            if run and (_DASH.match(line.strip(BLANK)) or is_bracketed(run[-1].strip(BLANK))):
                out.append(display_text(run))
                run = []
            run.append(line)
        out.append(display_text(run))
    if glued:
        for i in range(len(units) - 1, -1, -1):
            if units[i].kind == "tall":
                out[i - len(units)] += glued
                break
    return out


def _group(displays: list[str], series: frozenset[str]) -> Headlines:
    if not displays:
        return Headlines()
    if len(displays) == 1:
        only = displays[0]
        return Headlines(kicker=only) if is_rubric(only) else Headlines(headline=only)
    main = 0
    while main < len(displays) - 1 and not _DASH.match(displays[main + 1]):
        text = heal_blanks(displays[main])
        if not (is_kicker(text) or text in series):
            break
        main += 1
    if (
        main == 0
        and len(displays) >= 3
        and not _DASH.match(displays[1])
        and cells(displays[0]) < cells(displays[1])
    ):
        main = 1
    headline = displays[main]
    return Headlines(
        headline, " ".join(displays[:main]), "\n".join(_DASH.sub("", d) for d in displays[main + 1 :])
    )


def _about(displays: list[str], body: str) -> float:
    text = "".join("".join(displays).split())
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(p in body for p in pairs) / len(pairs) if pairs else 0.0
