"""Summary and keywords of the same texts, from one reading: less work than one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.summarizer.keywords import keywords_read
from classify.summarizer.reading import read
from classify.summarizer.textrank import summaries_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.records import Keyword, Summary

__all__ = ["summarize_with_keywords"]


def summarize_with_keywords(
    texts: Iterable[str],
    n_sentences: int = 3,
    n_keywords: int = 5,
    *,
    titles: Sequence[str | None] | None = None,
) -> list[tuple[Summary, list[Keyword]]]:
    """Return what `summarize_many` and `keywords_many` return, a pair for each of `texts`.

    Parameters
    ----------
    texts : iterable of str
    n_sentences, n_keywords : int, at least 0
    titles : sequence of str or None, as long as `texts`, or None

    Raises
    ------
    ValueError
        For a negative number, or where there are more titles than texts, or fewer.
    """
    if n_sentences < 0 or n_keywords < 0:
        raise ValueError(f"n_sentences is {n_sentences}, n_keywords {n_keywords}; give 0 or more")
    given = list(texts)
    if titles is not None and len(titles) != len(given):
        raise ValueError(f"{len(titles)} titles for {len(given)} texts; give each its own, or None")
    out: list[tuple[Summary, list[Keyword]]] = []
    for reading in read(given):
        some = titles[len(out) : len(out) + len(reading.texts)] if titles else None
        summaries = summaries_read(reading, n_sentences, titles=some)
        words = keywords_read(reading, n_keywords) if n_keywords else [[] for _ in summaries]
        out += zip(summaries, words, strict=True)
    return out
