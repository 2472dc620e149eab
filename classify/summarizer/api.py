"""What programs import: summaries, keywords and phrases of Chinese news, and a text with its summary marked.

Each function checks its arguments first: a wrong type is a `TypeError`, a wrong number a `ValueError`, and the
message says what to give instead. A single string where many texts are expected is refused, because Python
would go over its characters. Then the texts are read once (`reading`), ranked (`ranking`, `keywords`), and
the best units are chosen (`choosing`).

Functions for many texts rank all of them in one block-diagonal graph. They return what the functions for one
text return, in about half of the time.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from html import escape
from itertools import islice
from numbers import Integral
from typing import TYPE_CHECKING, Any

from classify.records import Sentence, Summary
from classify.summarizer.choosing import choose_by_length, choose_by_number
from classify.summarizer.compat import SHORTEST, rank_as_textrank4zh
from classify.summarizer.keywords import find_keywords, find_phrases
from classify.summarizer.ranking import rank_units
from classify.summarizer.reading import USUAL, read
from classify.summarizer.word_lists import word_lists
from classify.text.script import to_simplified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classify.records import Keyword
    from classify.summarizer.ranking import RankedText
    from classify.summarizer.reading import Reading
    from classify.summarizer.word_lists import WordList, WordLists

__all__ = [
    "TextRank",
    "key_phrases",
    "keywords",
    "keywords_many",
    "mark",
    "summarize",
    "summarize_iter",
    "summarize_many",
    "summarize_with_keywords",
]

RUN_ON = 500
"""Characters of a sentence without a place to cut it, from which on `max_chars` cuts it anywhere; chosen."""

# Matches <p class="a"> and </div>; not 3<5 or <北京>.
_TAG = re.compile(
    r"</?(?:p|div|span|br|html|body|head|a|img|h[1-6]|li|ul|table|td|tr)\b[^<>]*>", re.IGNORECASE
)


def summarize(
    text: str,
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    title: str | None = None,
    strict: bool = False,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> Summary:
    """Return the most important sentences of `text`, in document order.

    Parameters
    ----------
    text : str
        Paragraphs on lines of their own. Headings and items of a bulletin are found in any layout. Lines that a
        narrow column has broken are joined first; a sentence of the summary then contains line ends of the text.
    n_sentences : int, at least 0, default=3
        Number of sentences. Ignored where `max_chars` is given.
    max_chars : int, at least 0, or None, default=None
        Length of the summary in characters. The summary ends as near to it as sentences and clauses allow,
        before or after; see `strict`. A budget below the best sentence is filled with clauses of it. Line ends
        inside a sentence do not count.
    title : str or None, default=None
        The headline, where `text` does not contain it: sentences that share its words rank higher.
    strict : bool, default=False
        Whether `max_chars` is a limit. What does not fit is left out, if necessary everything.
    stop_words : iterable of str, or path of a file with one on each line, or None, default=None
        Words that connect no sentences, besides those that the package leaves out: words of one character, and
        those of every report. A word counts as it is cut; Latin letters in capitals are the same.
    user_dict : iterable of str, or path of such a file, or None, default=None
        Terms that are not to be cut apart, ``word [frequency] [tag]`` as in jieba's dictionaries. jieba cuts the
        words then: the first call takes a second, and all take ten times as long. A term without a tag is a proper
        noun.

    Returns
    -------
    Summary
        Sentences or clauses as they are in `text`: ``text[s.start:s.end] == s.text``. ``s.score``, 0 to 1, is
        the rank of the sentence in the text. Bylines, datelines, credits and captions are left out. Empty only
        where `text` is blank, or nothing fits.

    Raises
    ------
    TypeError
        `text` or `title` is no string, a number is no whole number, or a list holds something else than strings.
    ValueError
        `n_sentences` or `max_chars` is negative, or an entry of `user_dict` has another format.
    InputError
        A file of words cannot be read, or has a line of another format.

    Examples
    --------
    >>> from classify.summarizer import summarize
    >>> text = "本报讯（记者 岑雨桐）昨日，柳湾开始造林，面积二十万亩。镇里已备好苗木。苗木来自石泉。"
    >>> str(summarize(text, 1))
    '昨日，柳湾开始造林，面积二十万亩。'
    >>> str(summarize(text, max_chars=8))
    '柳湾开始造林'
    """
    _check_text("text", text)
    if title is not None:
        _check_text("title", title)
    (summary,) = summarize_many(
        [text],
        n_sentences,
        max_chars=max_chars,
        titles=[title],
        strict=strict,
        stop_words=stop_words,
        user_dict=user_dict,
    )
    return summary


def summarize_many(
    texts: Iterable[str],
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    titles: Iterable[str | None] | None = None,
    strict: bool = False,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> list[Summary]:
    """Return `summarize` of each of `texts`, in order, in about half of the time.

    Parameters
    ----------
    texts : iterable of str
    n_sentences, max_chars, strict, stop_words, user_dict
        As for `summarize`.
    titles : iterable of str or None, as long as `texts`, or None, default=None

    Raises
    ------
    TypeError
        `texts` is a single string, or no collection of strings; likewise `titles`; or a number is no whole
        number.
    ValueError
        `n_sentences` or `max_chars` is negative, or there are not as many titles as texts.

    The errors of word lists are those of `summarize`.

    Examples
    --------
    >>> from classify.summarizer import summarize_many
    >>> [str(summary) for summary in summarize_many(["柳湾造林。明天有雨。", "石泉修水库。"], 1)]
    ['柳湾造林。', '石泉修水库。']
    """
    given = _check_texts(texts)
    its_titles = _simplified(_check_titles(titles, len(given)))
    lists = word_lists(stop_words, user_dict)
    return _summaries(given, n_sentences, max_chars, titles=its_titles, strict=strict, lists=lists)


def summarize_iter(
    texts: Iterable[str],
    n_sentences: int = 3,
    *,
    max_chars: int | None = None,
    batch: int = 32,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> Iterator[Summary]:
    """Yield `summarize` of each of `texts`, in order, while they are read: a stream of texts is never held.

    Parameters
    ----------
    texts : iterable of str
        May have no end.
    n_sentences, max_chars, stop_words, user_dict
        As for `summarize`; files of words are read once.
    batch : int, at least 1, default=32
        Texts that are read before the first of them is summarised. 1 gives each summary at once; more are faster.

    Raises
    ------
    TypeError, ValueError
        As `summarize_many`, when the text is reached; or `batch` is less than 1.

    Examples
    --------
    >>> from itertools import count, islice
    >>> endless = (f"柳湾造林{n}亩。明天有雨。" for n in count(1))
    >>> [str(summary) for summary in islice(summarize_iter(endless, 1, batch=1), 2)]
    ['柳湾造林1亩。', '柳湾造林2亩。']
    """
    if batch < 1:
        raise ValueError(f"batch is {batch}; give 1 or more")
    if isinstance(texts, str):
        raise TypeError("texts is one string; put it in a list")
    lists = word_lists(stop_words, user_dict)
    stream = iter(texts)
    while some := list(islice(stream, batch)):
        yield from _summaries(_check_texts(some), n_sentences, max_chars, lists=lists)


def summarize_with_keywords(
    texts: Iterable[str],
    n_sentences: int = 3,
    n_keywords: int = 5,
    *,
    titles: Iterable[str | None] | None = None,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> list[tuple[Summary, list[Keyword]]]:
    """Return what `summarize_many` and `keywords_many` return, a pair for each of `texts`; each is read once.

    Parameters
    ----------
    texts : iterable of str
    n_sentences, n_keywords : int, at least 0, default=3 and 5
    titles : iterable of str or None, as long as `texts`, or None, default=None
    stop_words, user_dict
        As for `summarize` and `keywords`.

    Raises
    ------
    TypeError, ValueError, InputError
        As for `summarize_many`.

    Examples
    --------
    >>> from classify.summarizer import summarize_with_keywords
    >>> [(summary, words)] = summarize_with_keywords(["柳湾林业局造林。林业局备好了苗木。"], 1, 1)
    >>> str(summary), words[0].text
    ('柳湾林业局造林。', '林业局')
    """
    _check_count("n_sentences", n_sentences)
    _check_count("n_keywords", n_keywords)
    given = _check_texts(texts)
    found: list[tuple[Summary, list[Keyword]]] = []
    lists = word_lists(stop_words, user_dict)
    its_titles = _simplified(_check_titles(titles, len(given)))
    for reading, texts_ranked in _read_and_rank(given, its_titles, lists):
        summaries = [_summary(reading, i, ranked, n_sentences) for i, ranked in enumerate(texts_ranked)]
        own = its_titles and its_titles[len(found) : len(found) + len(summaries)]
        words = find_keywords(reading, n_keywords, own) if n_keywords else [[] for _ in summaries]
        found += zip(summaries, words, strict=True)
    return found


def keywords(
    text: str,
    k: int = 10,
    *,
    title: str | None = None,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> list[Keyword]:
    """Return the words that `text` is about.

    Parameters
    ----------
    text : str
    k : int, at least 0, default=10
        Number of words; fewer are returned where the text has fewer.
    title : str or None, default=None
        The headline, where `text` does not contain it. A word of the text that is in it, too, counts as if it stood
        before the text once more.
    stop_words : iterable of str, or path of a file with one on each line, or None, default=None
        Words that are no keywords, besides those that the package leaves out: words of one character, and those of
        every report. A word counts as it is cut; Latin letters in capitals are the same.
    user_dict : iterable of str, or path of such a file, or None, default=None
        Terms that are not to be cut apart, ``word [frequency] [tag]`` as in jieba's dictionaries. jieba cuts the
        words then: the first call takes a second, and all take ten times as long. A term without a tag is a proper
        noun.

    Returns
    -------
    list of Keyword
        Nouns, names and verbs, best first. A word that the text never has without another
        one comes with it. Scores are at least 0, and those of all candidates of the
        text sum to 1. ``text[start:end]`` is the word, for each pair of ``word.spans``.

    Raises
    ------
    TypeError
        `text` or `title` is no string, `k` no whole number, or a list holds something else than strings.
    ValueError
        `k` is negative, or an entry of `user_dict` has another format.
    InputError
        A file of words cannot be read, or has a line of another format.

    Examples
    --------
    >>> from classify.summarizer import keywords
    >>> [word.text for word in keywords("林业局部署森林防火。森林防火不能松懈，林业局派出巡护员。", 2)]
    ['林业局', '森林防火']
    >>> text = "柳湾湿地公园昨日开园。近日去柳湾湿地公园的人很多。"
    >>> (word,) = keywords(text, 1, stop_words=["开园"], user_dict=["柳湾湿地公园"])
    >>> word.text, round(word.score, 2), word.spans
    ('柳湾湿地公园', 1.0, ((0, 6), (14, 20)))
    """
    _check_text("text", text)
    if title is not None:
        _check_text("title", title)
    return keywords_many([text], k, titles=[title], stop_words=stop_words, user_dict=user_dict)[0]


def keywords_many(
    texts: Iterable[str],
    k: int = 10,
    *,
    titles: Iterable[str | None] | None = None,
    stop_words: WordList | None = None,
    user_dict: WordList | None = None,
) -> list[list[Keyword]]:
    """Return `keywords` of each of `texts`, in order, in less time.

    Parameters
    ----------
    texts : iterable of str
    k : int, at least 0, default=10
    titles : iterable of str or None, as long as `texts`, or None, default=None
    stop_words, user_dict
        As for `keywords`.

    Raises
    ------
    TypeError
        `texts` is a single string, or no collection of strings; likewise `titles`; or `k` is no whole number.
    ValueError
        `k` is negative, or there are not as many titles as texts.

    The errors of word lists are those of `keywords`.

    Examples
    --------
    >>> from classify.summarizer import keywords_many
    >>> [[word.text for word in found] for found in keywords_many(["石泉修水库。", ""], 1)]
    [['石泉'], []]
    """
    _check_count("k", k)
    given = _check_texts(texts)
    its_titles = _simplified(_check_titles(titles, len(given)))
    found: list[list[Keyword]] = []
    for reading in read(given, word_lists(stop_words, user_dict)):
        own = its_titles and its_titles[len(found) : len(found) + len(reading.texts)]
        found += find_keywords(reading, k, own)
    return found


def key_phrases(
    text: str, k: int = 10, *, stop_words: WordList | None = None, user_dict: WordList | None = None
) -> list[Keyword]:
    """Return the best phrases of `text`: two to four nouns that follow one another.

    Parameters
    ----------
    text : str
    k : int, at least 0, default=10
    stop_words, user_dict
        As for `keywords`. A phrase holds no stop word, and is none.

    Returns
    -------
    list of Keyword
        Best first; of phrases within one another only the best. The score is the sum of the ranks of the words.

    Raises
    ------
    TypeError, ValueError, InputError
        As for `keywords`.

    Examples
    --------
    >>> from classify.summarizer import key_phrases
    >>> [phrase.text for phrase in key_phrases("林业局准备樟子松苗木。樟子松苗木来自石泉。", 1)]
    ['樟子松苗木']
    """
    _check_text("text", text)
    _check_count("k", k)
    (reading,) = read([text], word_lists(stop_words, user_dict))
    return find_phrases(reading, k)


class TextRank:
    """The rank of every sentence of a text.

    Parameters
    ----------
    compat : None or "textrank4zh", default=None
        With "textrank4zh", the sentences and weights of that package (version 0.3, to 1e-12): no prior of
        position, and as slow in cutting words, because it takes jieba's part-of-speech tags.

    Raises
    ------
    ValueError
        `compat` is anything else.

    Examples
    --------
    >>> from classify.summarizer import TextRank
    >>> ranks = TextRank().rank("林业局部署防火。防火要靠林业局。明天有雨。")
    >>> [(s.text, round(s.score, 2)) for s in ranks]
    [('林业局部署防火。', 0.53), ('防火要靠林业局。', 0.3), ('明天有雨。', 0.17)]
    """

    def __init__(self, compat: str | None = None) -> None:
        if compat not in (None, "textrank4zh"):
            raise ValueError(f"compat is {compat!r}; give None or 'textrank4zh'")
        self.compat = compat

    def __repr__(self) -> str:
        return f"TextRank({self.compat!r})"

    def rank(self, text: str, *, title: str | None = None) -> list[Sentence]:
        """Return the sentences of `text` in order; their scores sum to 1.

        Headings count as sentences here. A `title` raises the rank of sentences that share its words; the
        compatible mode ignores it.

        Raises `TypeError` where `text` or `title` is no string.

        >>> text = "明天有雨。柳湾造林。"
        >>> [round(TextRank().rank(text, title=title)[1].score, 2) for title in (None, "柳湾造林")]
        [0.33, 0.5]
        """
        _check_text("text", text)
        if title is not None:
            _check_text("title", title)
        if self.compat:
            return rank_as_textrank4zh(text)
        ((reading, (ranked,)),) = _read_and_rank([text], _simplified([title]))
        return [reading.texts[0].sentence(*span) for span in ranked.spans()]

    def summarize(self, text: str, n_sentences: int = 3) -> Summary:
        """Return the `n_sentences` best sentences in document order, as the function `summarize` does.

        In compatible mode they are those of ``get_key_sentences(num=n_sentences)``: 6 characters or longer.

        Raises `TypeError` or `ValueError` as `summarize` does.

        >>> str(TextRank("textrank4zh").summarize("柳湾开始造林。林木茂盛。", 1))
        '柳湾开始造林'
        """
        if not self.compat:
            return summarize(text, n_sentences)
        _check_text("text", text)
        _check_count("n_sentences", n_sentences)
        long_enough = [s for s in rank_as_textrank4zh(text) if len(s.text) >= SHORTEST]
        chosen = sorted(long_enough, key=lambda s: -s.score)[:n_sentences]
        return Summary(tuple(sorted(chosen, key=lambda s: s.start)))


def mark(text: str, summary: Summary) -> str:
    """Return `text` as HTML paragraphs with the sentences of `summary` in ``<mark>``.

    Parameters
    ----------
    text : str
        The text that was summarised. A line is a paragraph; everything in it is escaped.
    summary : Summary
        Its sentences must be in `text`, in order, and not overlap.

    Raises
    ------
    TypeError
        `text` is no string, or `summary` no Summary.
    ValueError
        `summary` is not of this text.

    Examples
    --------
    >>> from classify.summarizer import mark, summarize
    >>> text = "柳湾造林。明天有雨。"
    >>> mark(text, summarize(text, 1))
    '<p><mark>柳湾造林。</mark>明天有雨。</p>'
    """
    _check_text("text", text)
    if not isinstance(summary, Summary):
        raise TypeError(f"summary has type {type(summary).__name__}; give the result of summarize")
    last_end = 0
    for s in summary.sentences:
        if not last_end <= s.start <= s.end <= len(text) or text[s.start : s.end] != s.text:
            raise ValueError(f"no sentence of this text is at {s.start}–{s.end}; mark the text summarised")
        last_end = s.end
    paragraphs: list[str] = []
    sentences = summary.sentences
    start = k = 0  # sentence k is the first that does not end before the line
    for line in text.split("\n"):
        end = start + len(line)
        out: list[str] = []
        at = start
        while k < len(sentences) and sentences[k].start < end:
            # A sentence of wrapped text covers several lines, and is marked in each.
            first, last = max(sentences[k].start, start), min(sentences[k].end, end)
            if first < last:
                out += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
                at = last
            if sentences[k].end > end:
                break
            k += 1
        if line.strip():
            paragraphs.append(f"<p>{''.join(out)}{escape(text[at:end])}</p>")
        start = end + 1
    return "\n".join(paragraphs)


def _summaries(
    texts: Sequence[str],
    n_sentences: int,
    max_chars: int | None,
    *,
    titles: Sequence[str | None] | None = None,
    strict: bool = False,
    lists: WordLists,
) -> list[Summary]:
    """Return the summary of each of `texts`."""
    _check_count("n_sentences", n_sentences)
    if max_chars is not None:
        _check_count("max_chars", max_chars)
    _warn_of_html(texts)
    return [
        _summary(reading, i, ranked, n_sentences, max_chars, strict=strict)
        for reading, texts_ranked in _read_and_rank(texts, titles, lists)
        for i, ranked in enumerate(texts_ranked)
    ]


def _read_and_rank(
    texts: Sequence[str], titles: Sequence[str | None] | None, lists: WordLists = USUAL
) -> Iterator[tuple[Reading, list[RankedText]]]:
    """Yield readings of `texts` with the ranked units of each of their texts."""
    first = 0
    for reading in read(texts, lists):
        last = first + len(reading.texts)
        running = [t.text for t in reading.texts]
        yield reading, rank_units(running, reading.units, reading.words, titles and titles[first:last])
        first = last


def _summary(
    reading: Reading,
    i: int,
    ranked: RankedText,
    n_sentences: int,
    max_chars: int | None = None,
    *,
    strict: bool = False,
) -> Summary:
    """Return the summary of text `i` of a reading."""
    if max_chars is None:
        spans = choose_by_number(ranked, n_sentences)
    else:
        spans = choose_by_length(ranked, max_chars, strict=strict)
        # Text without punctuation is one sentence, however long, and has no place to be cut.
        spans = [
            s._replace(end=s.start + max_chars) if s.end - s.start > max(RUN_ON, max_chars) else s
            for s in spans
        ]
    return Summary(tuple(reading.texts[i].sentence(*span) for span in spans))


def _simplified(titles: Sequence[str | None] | None) -> list[str | None] | None:
    """Return titles in simplified characters, as the texts are read."""
    return None if titles is None else [title and to_simplified(title) for title in titles]


def _warn_of_html(texts: Sequence[str]) -> None:
    """Warn of texts with tags of HTML, which would be words of the summary."""
    for i, text in enumerate(texts):
        if "</" in text and len(_TAG.findall(text)) >= 3:
            warnings.warn(
                f"text {i} looks like HTML, and its tags are read as words; extract its text first",
                stacklevel=4,
            )


def _check_text(name: str, text: object) -> None:
    if isinstance(text, (bytes, bytearray)):
        raise TypeError(f"{name} has type {type(text).__name__}; decode it to a string first")
    if not isinstance(text, str):
        raise TypeError(f"{name} has type {type(text).__name__}; give a string")


def _check_texts(texts: Iterable[str | None], name: str = "text", *, or_none: bool = False) -> list[Any]:
    """Return `texts` as a list, if it is a collection of strings (or None, with `or_none`)."""
    if isinstance(texts, str):
        raise TypeError(f"{name}s is one string; put it in a list")
    # Going over a mapping or a table gives its keys, or the names of its columns.
    is_table = isinstance(texts, Mapping) or getattr(texts, "ndim", 1) != 1
    if is_table or isinstance(texts, (bytes, bytearray)) or not isinstance(texts, Iterable):
        raise TypeError(f"{name}s has type {type(texts).__name__}; give a list of strings")
    given = list(texts)
    for i, text in enumerate(given):
        if text is not None or not or_none:
            _check_text(f"{name} {i}", text)
    return given


def _check_titles(titles: Iterable[str | None] | None, n_texts: int) -> list[str | None] | None:
    """Return `titles` as a list, if there are as many as texts."""
    if titles is None:
        return None
    given = _check_texts(titles, "title", or_none=True)
    if len(given) != n_texts:
        raise ValueError(f"{len(given)} titles for {n_texts} texts; give each text its own, or None")
    return given


def _check_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r:.40}; give a whole number")
    if value < 0:
        raise ValueError(f"{name} is {value}; give 0 or more")
