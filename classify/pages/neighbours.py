"""Kinds of units that only their neighbours show: a name under a headline, a day under who issued a notice.

`units` reads each unit by itself. Here each is read once more beside those next to it, in page order, so that the unit
before it has its final kind already. All five rules change a kind where one unit alone would be misread
and no weight could put it right, because the states of `transitions` follow from the kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.furniture import is_day
from classify.pages.headlines import is_organisation
from classify.pages.line_flags import COLUMN_SLACK
from classify.pages.printed import ends_open, heal_line, join
from classify.pages.runs import AUTHOR_CELLS
from classify.pages.units import CAPTION_CELLS, SHORT_CELLS, SHORT_LINES, is_display
from classify.text.bylines import LEAD_LINES, parse_author, parse_lead, parse_signature
from classify.text.characters import BLANK

if TYPE_CHECKING:
    from classify.pages.printed import Unit

__all__ = ["read_neighbours"]


def read_neighbours(units: list[Unit]) -> None:
    """Change the units of a page whose neighbours show what they are, in place.

    >>> from classify.pages.units import to_units
    >>> from classify.records import Line
    >>> units = to_units([Line(text) for text in ("春到石泉", "", "□ 岑雨桐", "", "雨后的山谷里，茶树发了新芽。")])
    >>> [unit.kind for unit in units]
    ['short', 'text', 'text']
    >>> read_neighbours(units)
    >>> [unit.kind for unit in units]
    ['short', 'byline', 'text']
    """
    for i, unit in enumerate(units):
        if unit.bullet and unit.text.startswith("▲"):
            _read_triangle(units, i)
        if not i:
            continue
        before = units[i - 1]
        if before.kind == "tall":
            _return_last_character(unit)
        if unit.lead:
            _read_stacked_displays(before, unit)
        elif unit.kind == "folio":
            _read_day_of_notice(units, i)
        elif unit.kind == "short" and unit.text.endswith("）"):
            _read_broken_signature(before, unit)
        if unit.widths[0] <= AUTHOR_CELLS and len(unit) == 1 and before.kind == "short":
            _read_author(units, i)


def _return_last_character(after: Unit) -> None:
    """Read a unit after a vertical headline without its first character, which may be the headline's last."""
    if after.kind not in ("text", "short") or after.gap or after.lead or after.bullet:
        return
    first = after.printed[0].lstrip(BLANK)
    lead = parse_lead("\n".join([first[1:], *after.printed[1:LEAD_LINES]]))
    if lead:
        after.kind, after.borrowed, after.lead = "text", first[0], lead
        after.text = join([heal_line(first[1:]), *after.healed[1:]])


def _read_stacked_displays(unit: Unit, below: Unit) -> None:
    """Read four or five ragged lines without a full stop, right over a lead, as display lines.

    Kicker, headline and deck may be set without blank lines between them. Lines of one width are a column.
    """
    if (
        unit.kind == "text"
        and SHORT_LINES < len(unit) <= 5
        and not (below.gap or unit.lead or unit.bullet)
        and sum(unit.widths) <= SHORT_CELLS
        and max(unit.widths) - min(unit.widths) > COLUMN_SLACK
        and is_display(unit.text)
    ):
        unit.kind, unit.open_end, unit.width = "short", ends_open(unit.text), 0.0


def _read_day_of_notice(units: list[Unit], i: int) -> None:
    """Read who issued a notice, with the day right under it, as the end of its text."""
    issuer, day = units[i - 1], units[i]
    if day.gap or not is_day(day.text) or not is_organisation(issuer.healed[-1]):
        return
    after_text = i > 1 and units[i - 2].kind == "text" and not units[i - 2].open_end
    if issuer.kind == "text" or (issuer.kind == "short" and len(issuer) == 1 and after_text):
        issuer.kind = day.kind = "text"
        issuer.open_end = day.open_end = False


def _read_triangle(units: list[Unit], i: int) -> None:
    """Read a few lines after ▲ as a caption, unless a neighbour has one too: several set off briefs."""
    unit = units[i]
    beside = units[max(0, i - 1) : i] + units[i + 1 : i + 2]
    if unit.lead or len(unit) > 4 or sum(unit.widths) >= CAPTION_CELLS:
        return
    if not any(other.text.startswith("▲") for other in beside):
        unit.kind, unit.bullet, unit.open_end = "caption", False, False


def _read_broken_signature(before: Unit, unit: Unit) -> None:
    """Read 雨桐） under a text that ends with （岑 as the rest of its signature."""
    # 80 characters hold any signature and the end of the sentence before it.
    if before.kind == "text" and "（" not in unit.text and parse_signature(before.text[-80:] + unit.text):
        unit.kind, unit.signed, unit.open_end = "text", True, False


def _read_author(units: list[Unit], i: int) -> None:
    """Read a name alone between a headline and a text as the author's."""
    unit = units[i]
    if unit.kind in ("text", "short") and i + 1 < len(units) and units[i + 1].kind in ("text", "short"):
        byline = parse_author(unit.printed[0])
        if byline:
            unit.kind, unit.byline, unit.bullet, unit.open_end = "byline", byline, False, False
