"""How common a word is in news at large, from jieba's document frequencies.

A word that most texts have (工作, 发展) says little about one of them. The table has the common words only
(`lexicon/common_words.txt`, whose head explains it); it is read with the first text that is asked about.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["RAREST", "rarities"]

RAREST = 10.0
"""Rarity of the words that are not in the table: in fewer than one text of 22,000 (e^10). Chosen."""


def rarities(words: Iterable[str]) -> list[float]:
    """Return the inverse document frequency of each of `words`: the natural logarithm, in steps of a half.

    Parameters
    ----------
    words : iterable of str

    Returns
    -------
    list of float
        From 0, a word of every text, to `RAREST`, which is that of all rarer words, too.

    Examples
    --------
    >>> rarities(["发展", "水库", "云港市"])
    [3.5, 7.0, 10.0]
    """
    known = _table()
    return [known.get(word, RAREST) for word in words]


@lru_cache(maxsize=1)
def _table() -> dict[str, float]:
    text = resources.files("classify.text.lexicon").joinpath("common_words.txt").read_text("utf-8")
    found: dict[str, float] = {}
    for row in text.splitlines():
        if not row.startswith("#"):
            value, words = row.split(" ", 1)
            found.update(dict.fromkeys(words.split(), float(value)))
    return found
