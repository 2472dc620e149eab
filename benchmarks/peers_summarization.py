"""The summarisers ours is measured against, each as its users run it: text -> sentences, best first.

textrank4zh needs `on_networkx_3`. sumy is set up as its README does it: its Chinese tokenizer (jieba), its
Chinese stemmer (which changes nothing) and its 542 Chinese stop words. PacSum is written here: its authors
(Zheng and Lapata, ACL 2019) published a script for their own data files; this is its TF-IDF form.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx
import numpy as np

from classify.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "PEERS",
    "Ranked",
    "lead",
    "on_networkx_3",
    "pacsum",
    "sumy_lexrank",
    "sumy_textrank",
    "textrank4zh",
]


class Ranked(NamedTuple):
    """A sentence and its number in the text."""

    number: int
    text: str


@contextlib.contextmanager
def on_networkx_3() -> Iterator[None]:
    """Let textrank4zh 0.3 run: networkx 3.0 calls its ``from_numpy_matrix`` ``from_numpy_array``."""
    missing = not hasattr(networkx, "from_numpy_matrix")
    if missing:
        networkx.from_numpy_matrix = networkx.from_numpy_array
    try:
        yield
    finally:
        if missing:
            del networkx.from_numpy_matrix


def lead(text: str) -> list[Ranked]:
    """Return the sentences as they come."""
    return [Ranked(i, s.text) for i, s in enumerate(split_sentences(text))]


def textrank4zh(text: str) -> list[Ranked]:
    with on_networkx_3():
        from textrank4zh import TextRank4Sentence

        ranker = TextRank4Sentence()
        ranker.analyze(text=text)
    return [Ranked(item.index, item.sentence) for item in ranker.key_sentences]


def sumy_textrank(text: str) -> list[Ranked]:
    from sumy.summarizers.text_rank import TextRankSummarizer

    return _sumy(TextRankSummarizer, text)


def sumy_lexrank(text: str) -> list[Ranked]:
    from sumy.summarizers.lex_rank import LexRankSummarizer

    return _sumy(LexRankSummarizer, text)


def _sumy(summarizer_class: Any, text: str) -> list[Ranked]:
    import jieba
    from sumy.nlp.stemmers import Stemmer
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.utils import get_stop_words

    jieba.setLogLevel(logging.WARNING)
    summarizer = summarizer_class(Stemmer("chinese"))
    summarizer.stop_words = get_stop_words("chinese")
    document = PlaintextParser.from_string(text, Tokenizer("chinese")).document
    sentences = document.sentences
    if len(sentences) < 2:  # its LexRank divides by log(1 / 2)
        return [Ranked(i, str(s)) for i, s in enumerate(sentences)]
    # __call__ returns sentences in the order of the text; their ranks are inside.
    scores: dict[Any, float] = {}
    if hasattr(summarizer, "rate_sentences"):
        scores = summarizer.rate_sentences(document)
    else:
        words = [summarizer._to_words_set(s) for s in sentences]
        tf, idf = summarizer._compute_tf(words), summarizer._compute_idf(words)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matrix = summarizer._create_matrix(words, summarizer.threshold, tf, idf)
            scores = dict(zip(sentences, summarizer.power_method(matrix, summarizer.epsilon), strict=True))
    order = sorted(range(len(sentences)), key=lambda i: -scores[sentences[i]])
    return [Ranked(i, str(sentences[i])) for i in order]


def pacsum(text: str, *, backward: float = -1.0, forward: float = 2.0, beta: float = 0.3) -> list[Ranked]:
    """Rank by directed centrality: edges to later sentences count `forward`, to earlier ones `backward`.

    Edges are cosines of TF-IDF over words, those under min + beta (max - min) are cut. The settings are the
    best of seven on the average of the six dev sets, as its authors tune theirs.
    """
    import jieba

    sentences = split_sentences(text)
    words = [[w for w in jieba.lcut(s.text) if w.strip()] for s in sentences]
    n = len(words)
    if n < 2:
        return [Ranked(i, s.text) for i, s in enumerate(sentences)]
    df = Counter(w for s in words for w in set(s))
    column = {w: i for i, w in enumerate(df)}
    x = np.zeros((n, len(df)))
    for i, s in enumerate(words):
        for w, c in Counter(s).items():
            x[i, column[w]] = c * np.log((n + 0.5) / (df[w] + 0.5)) if n > df[w] else 0.0
    x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    edges = x @ x.T
    np.fill_diagonal(edges, 0.0)
    off = edges[~np.eye(n, dtype=bool)]
    edges = np.maximum(edges - (off.min() + beta * (off.max() - off.min())), 0.0)
    np.fill_diagonal(edges, 0.0)
    score = forward * np.triu(edges).sum(1) + backward * np.tril(edges).sum(1)
    return [Ranked(int(i), sentences[i].text) for i in np.argsort(-score, kind="stable")]


PEERS: dict[str, Callable[[str], list[Ranked]]] = {
    "Lead": lead,
    "textrank4zh": textrank4zh,
    "sumy TextRank": sumy_textrank,
    "sumy LexRank": sumy_lexrank,
    "PacSum": pacsum,
}
