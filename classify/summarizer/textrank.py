"""What programs import: `summarize`, `summarize_many` and `TextRank`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.records import Sentence, Summary
from classify.summarizer.compat import SHORTEST, rank_as_textrank4zh
from classify.summarizer.length import of_length
from classify.summarizer.ranking import Ranked, ranked_reading
from classify.summarizer.reading import Reading, read
from classify.summarizer.select import Span, best

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.summarizer.wrapping import Running

__all__ = ["TextRank", "summaries_read", "summarize", "summarize_many"]

COMPAT = (None, "textrank4zh")


def summarize(
    text: str,
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    title: str | None = None,
    strict: bool = False,
) -> Summary:
    """Return what `text` says in few of its own sentences, in document order.

    Parameters
    ----------
    text : str
        Paragraphs set apart by newlines; items of a bulletin by blank lines. Lines that a narrow column has
        broken are read as one; a sentence then stands in the text with line ends in it.
    n_sentences : int, at least 0, default=3
        How many sentences. Not looked at where `max_chars` is given.
    max_chars : int, at least 0, or None
        How many characters instead: the mark that the summary ends nearest to. Nothing is cut inside a
        clause, so it can end before or after; see `strict`. Below the length of the best sentence it is made
        of clauses. Line ends inside a sentence aren't counted.
    title : str or None
        The headline, where it isn't in `text`: sentences about it rank higher.
    strict : bool, default=False
        Never longer than `max_chars`; what doesn't fit is left out, if need be everything.

    Returns
    -------
    Summary
        Sentences or clauses as they stand in `text`, ``text[s.start:s.end] == s.text``; ``s.score`` is the
        rank of the sentence in the text (0 to 1). Bylines, datelines, credits and captions are in none. Empty
        where `text` has nothing to say.

    Raises
    ------
    ValueError
        For a negative `n_sentences` or `max_chars`.

    Examples
    --------
    >>> from classify.summarizer import summarize
    >>> text = "本报讯（记者 王小明）昨日，青河县开始造林，面积二十万亩。县里已备好苗木。苗木来自邻县。"
    >>> str(summarize(text, 1))
    '昨日，青河县开始造林，面积二十万亩。'
    >>> str(summarize(text, max_chars=8))
    '青河县开始造林'
    """
    return summarize_many([text], n_sentences, max_chars=max_chars, titles=[title], strict=strict)[0]


def summarize_many(
    texts: Iterable[str],
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    titles: Sequence[str | None] | None = None,
    strict: bool = False,
) -> list[Summary]:
    """Return `summarize` of each of `texts`, in order; from one block-diagonal matrix, so in less time.

    Parameters
    ----------
    texts : iterable of str
    n_sentences, max_chars, strict
        As for `summarize`.
    titles : sequence of str or None, as long as `texts`, or None

    Raises
    ------
    ValueError
        For a negative `n_sentences` or `max_chars`, or where there are more titles than texts, or fewer.
    """
    if n_sentences < 0:
        raise ValueError(f"n_sentences is {n_sentences}; give 0 or more")
    if max_chars is not None and max_chars < 0:
        raise ValueError(f"max_chars is {max_chars}; give 0 or more, or None")
    given = list(texts)
    if titles is not None and len(titles) != len(given):
        raise ValueError(f"{len(titles)} titles for {len(given)} texts; give each its own, or None")
    out: list[Summary] = []
    for reading in read(given):
        some = titles[len(out) : len(out) + len(reading.texts)] if titles else None
        out += summaries_read(reading, n_sentences, max_chars=max_chars, titles=some, strict=strict)
    return out


def summaries_read(
    reading: Reading,
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    titles: Sequence[str | None] | None = None,
    strict: bool = False,
) -> list[Summary]:
    """Return `summarize` of each text read."""
    found = zip(reading.texts, ranked_reading(reading, titles), strict=True)
    return [_summary(t, r, n_sentences, max_chars, strict) for t, r in found]


class TextRank:
    """The rank of every sentence of a text.

    Parameters
    ----------
    compat : None or "textrank4zh", default=None
        With "textrank4zh", the sentences and weights of that package (version 0.3, to 1e-12): no prior of
        position, and as slow in cutting words, for it takes jieba's part-of-speech tags.

    Raises
    ------
    ValueError
        For any other `compat`.

    Examples
    --------
    >>> from classify.summarizer import TextRank
    >>> ranks = TextRank().rank("林业局部署防火。防火要靠林业局。明天有雨。")
    >>> [(s.text, round(s.score, 2)) for s in ranks]
    [('林业局部署防火。', 0.53), ('防火要靠林业局。', 0.3), ('明天有雨。', 0.17)]
    """

    def __init__(self, compat: str | None = None) -> None:
        if compat not in COMPAT:
            raise ValueError(f"compat is {compat!r}; give None or 'textrank4zh'")
        self.compat = compat

    def rank(self, text: str, *, title: str | None = None) -> list[Sentence]:
        """Return the sentences of `text` in order; their scores sum to 1. Compatible mode ignores `title`."""
        if self.compat:
            return rank_as_textrank4zh(text)
        (reading,) = read([text])
        return _sentences(reading.texts[0], ranked_reading(reading, [title])[0].spans())

    def summarize(self, text: str, n_sentences: int = 3) -> Summary:
        """Return the `n_sentences` best sentences in document order; of `TextRank()`, as `summarize` does.

        In compatible mode they are those of ``get_key_sentences(num=n_sentences)``: 6 characters or longer.
        """
        if not self.compat:
            return summarize(text, n_sentences)
        told = [s for s in rank_as_textrank4zh(text) if len(s.text) >= SHORTEST]
        chosen = sorted(told, key=lambda s: -s.score)[: max(0, n_sentences)]
        return Summary(tuple(sorted(chosen, key=lambda s: s.start)))


def _summary(t: Running, r: Ranked, n_sentences: int, max_chars: int | None, strict: bool) -> Summary:
    if max_chars is not None:
        spans = of_length(r, max_chars, strict=strict)
    else:
        spans = best(r.text, r.sentences(), n_sentences)
    return Summary(tuple(_sentences(t, spans)))


def _sentences(t: Running, spans: Iterable[Span]) -> list[Sentence]:
    return [t.sentence(s.start, s.end, s.score) for s in spans]
