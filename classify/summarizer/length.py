"""A summary of a given length, from units already ranked.

Three cases. The text has items, and the budget is too short for the leads of all: a rundown, of the headings
there are and a run of clauses for each item without one. The budget is shorter than the best sentence: the
run of clauses that makes the best headline, or where the budget is longer than headlines are, the sentence as
far as the clause that ends nearest to the mark. Otherwise whole sentences, by rank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.summarizer.clauses import beginning, best_run
from classify.summarizer.ranking import ranked_items
from classify.summarizer.select import Span, by_rank, filling
from classify.summarizer.structure import ITEMS_MIN

if TYPE_CHECKING:
    from classify.summarizer.ranking import Ranked

__all__ = ["of_length"]

HEADLINE_MAX = 50
"""Characters up to which a budget means a headline; 99 in 100 headlines of 5,500 have fewer."""
LINE = 20
"""Characters a line of a rundown needs at least. Half of 4,000 TV headlines have 19 or fewer."""


def of_length(r: Ranked, budget: int, *, strict: bool = False) -> list[Span]:
    """Return spans of about `budget` characters together, in document order; with `strict`, of no more."""
    spans = by_rank(r.spans())
    if not spans or budget <= 0:
        return []
    items = r.units[-1].item + 1
    if items >= ITEMS_MIN and budget >= 2 * LINE:
        leads = [u.end - u.start for u in r.units if not (u.in_item or u.heading)]
        if sum(leads) > budget:
            return _rundown(r, budget, strict)
    if spans[0].end - spans[0].start > budget:
        run = (beginning if budget > HEADLINE_MAX else best_run)(r, budget, strict=strict)
        return [run] if run else []
    return filling(r.text, spans, budget, strict=strict)


def _rundown(r: Ranked, budget: int, strict: bool) -> list[Span]:
    """Return headings, and runs of clauses from the items without them: of the best items, if not of all."""
    spans = r.spans()
    headings = [s for s, u in zip(spans, r.units, strict=True) if u.heading]
    left = budget - sum(s.end - s.start for s in headings)
    if left < LINE:
        return filling(r.text, headings, budget, strict=strict)
    told = {u.item for u in r.units if u.heading}
    leads = [i for i, u in enumerate(r.units) if not u.in_item and u.item not in told]
    leads = sorted(leads, key=lambda i: -round(spans[i].score, 12))[: left // LINE]
    taken = {r.units[i].item for i in leads}
    items = ranked_items(r.text, [u for u in r.units if u.item in taken])
    share = left // max(1, len(items))
    runs = [best_run(item, share, strict=strict) for item in items]
    return filling(r.text, [*headings, *(run for run in runs if run)], budget, strict=strict)
