"""What only its neighbours tell of a unit: a name under a headline, a day under who issued a notice.

Lines are read one unit at a time first (see `lines`). Then each is looked at once more with those beside it,
in order, so that a unit before is already what it is to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.furniture import is_day
from classify.pages.healing import ends_open, heal_line, join
from classify.pages.kickers import is_organisation
from classify.pages.runs import AUTHOR_CELLS, LEAD_LINES
from classify.pages.units import CAPTION_CELLS, SHORT_CELLS, SHORT_LINES, is_display
from classify.text.bylines import parse_author, parse_lead, parse_signature
from classify.text.characters import BLANK

if TYPE_CHECKING:
    from classify.pages.units import Unit

__all__ = ["read_in_context"]

STACKED_LINES = 5
"""Display lines right over a lead at most, kicker and deck included."""
RAGGED = 1.6
"""Cells by which more than `SHORT_LINES` of them differ in length at least."""
POINTER = "▲"
"""The one bullet that points at pictures, too."""
TAIL = 80
"""Characters before a line that close a signature with it."""


def read_in_context(units: list[Unit]) -> list[Unit]:
    """Return `units`, those changed that their neighbours make out."""
    for i, unit in enumerate(units):
        if unit.bullet and unit.text.startswith(POINTER):
            _point_at_picture(units, i)
        if not i:
            continue
        before = units[i - 1]
        if before.kind == "tall":
            _give_back(unit)
        if unit.lead:
            _stack(before, unit)
        elif unit.kind == "folio":
            _date_notice(units, i)
        elif unit.kind == "short" and unit.text.endswith("）"):
            _close_signature(before, unit)
        if unit.sizes[0] <= AUTHOR_CELLS and len(unit.set) == 1 and before.kind == "short":
            _sign(units, i)
    return units


def _give_back(after: Unit) -> None:
    """Give back to the vertical headline before it the last character that runs into an article's first line."""
    if after.kind not in ("text", "short") or after.gap or after.lead or after.bullet:
        return
    first = after.set[0].lstrip(BLANK)
    lead = parse_lead("\n".join([first[1:], *after.set[1:LEAD_LINES]]))
    if lead:
        after.kind, after.glued, after.lead = "text", first[0], lead
        after.text = join([heal_line(first[1:]), *after.healed[1:]])


def _stack(unit: Unit, below: Unit) -> None:
    """A few ragged lines without a full stop, right over a lead, are display lines, be they more than usual."""
    if (
        unit.kind == "text"
        and SHORT_LINES < len(unit) <= STACKED_LINES
        and not (below.gap or unit.lead or unit.bullet)
        and sum(unit.sizes) <= SHORT_CELLS
        and max(unit.sizes) - min(unit.sizes) > RAGGED
        and is_display(unit.text)
    ):
        unit.kind, unit.open_end, unit.width = "short", ends_open(unit.text), 0.0


def _date_notice(units: list[Unit], i: int) -> None:
    """Who issued a notice, with the day right under it, closes its text."""
    issuer, day = units[i - 1], units[i]
    if day.gap or not is_day(day.text) or not is_organisation(issuer.healed[-1]):
        return
    after_text = i > 1 and units[i - 2].kind == "text" and not units[i - 2].open_end
    if issuer.kind == "text" or (issuer.kind == "short" and len(issuer) == 1 and after_text):
        issuer.kind = day.kind = "text"
        issuer.open_end = day.open_end = False


def _point_at_picture(units: list[Unit], i: int) -> None:
    """A triangle that stands alone points at a picture; several one after the other set off briefs."""
    unit = units[i]
    beside = units[max(0, i - 1) : i] + units[i + 1 : i + 2]
    if unit.lead or len(unit) > 4 or sum(unit.sizes) >= CAPTION_CELLS:
        return
    if not any(u.text.startswith(POINTER) for u in beside):
        unit.kind, unit.bullet, unit.open_end = "caption", False, False


def _close_signature(before: Unit, unit: Unit) -> None:
    """A signature may be broken in two: （林 at the end of the text, 知遥） under it."""
    if before.kind == "text" and "（" not in unit.text and parse_signature(before.text[-TAIL:] + unit.text):
        unit.kind, unit.signed, unit.open_end = "text", True, False


def _sign(units: list[Unit], i: int) -> None:
    """A name alone between a headline and text is the author's."""
    unit = units[i]
    if unit.kind in ("text", "short") and i + 1 < len(units) and units[i + 1].kind in ("text", "short"):
        byline = parse_author(unit.set[0])
        if byline:
            unit.kind, unit.byline, unit.bullet, unit.open_end = "byline", byline, False, False
