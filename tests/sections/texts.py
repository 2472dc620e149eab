"""Labelled texts for the tests of the section classifier: some of our seeds, and texts to stumble over."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from classify.read.labelled import Corpus, load_corpus

SEEDS = Path(__file__).parents[2] / "seeds"

AWKWARD = (
    "",
    " ",
    "\n",
    "林",
    "林场",
    "林场\n",
    "\n林场",
    "林场造林两千亩\n护林员上山巡林。林场林场。",
    "　　林场　　造林\u3000 \t两千亩  \r\n\r\n护林员　上山",
    "民警破获Ａ１２３４号案\r抓获３人\u2028移送检察院\x85结案",
    "\x1b[31m红\x1b[0m\u202e反\u200b写\ufeff",
    "cafe\u0301 开业\u0301，è e\u0300",
    "𠮷野家\n𠮷𠮷开业",
    "\u1112\u1161\u11ab 公司\n\u1112\u1161\u11ab",
    "\ud800半个\udc00",
    "\ue000\ue001记\ue000\n\ue001",
)
"""What `fold` changes, and what it must not trip over; edges with and without a headline."""


def some_seeds(each: int = 12) -> Corpus:
    """Return the first `each` seeds of every section."""
    seen: Counter[str] = Counter()
    kept = []
    for document in load_corpus(SEEDS):
        seen[document.label] += 1
        if seen[document.label] <= each:
            kept.append(document)
    return Corpus(tuple(kept), "some seeds")
