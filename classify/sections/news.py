"""What the classifier sees of an article: two `NgramVectorizer`, of the whole text and of its headline.

Newspapers say in the headline what an article is about, so its terms count twice: among those of the text, and
once more as terms of the headline. Words come from a segmenter that is called once, on the training texts; in a
text to classify a word is the longest known one that begins at a position. That needs no segmenter, and
development headlines showed no loss.

Edges are terms because headlines are written to their ends. Articles end with their source's signature, so the
last characters count more the longer texts are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.counting import SparseRows
from classify.sections.estimator import Estimator, check_fitted, check_number, check_texts
from classify.sections.folding import BEGIN, END, TextBlock, batches, folded_blocks
from classify.sections.vectorizer import NgramVectorizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from classify.text.words import Segmenter

__all__ = ["HEADLINE_LENGTH", "NewsVectorizer", "headline_block", "known_words"]

HEADLINE_LENGTH = 20
"""Characters of a headline; lengths of texts are measured by it. Chosen."""


class NewsVectorizer(Estimator):
    r"""Convert articles to the matrix that the section classifier learns from.

    The columns are those of two `NgramVectorizer` with ``analyzer="news"`` side by side: of the whole text, and of
    its headline, which is the first line where a newline follows it. A row of the first has length 1, a row of the
    second `headline_weight`, or 0 where there is no headline. The segmenter finds the words of the training
    texts once; it is not needed afterwards.

    Parameters
    ----------
    headline_weight : float, at least 0, default=0.5
    min_df : int or None, default=None
        Training texts that a term must be in; None: 2 where texts have `LONG_TEXT` characters on average, else 1.
    segmenter : {"rjieba", "jieba"} or None, default=None
        What finds the words of the training texts; None for the best there is.
    user_dictionary : str or None, default=None
        Path of a dictionary for jieba.
    sublinear_tf : bool or None, default=None
        Replace a term's count c by 1 + ln c; None: unless the texts are articles shorter than `SHORT_ARTICLE`.

    Attributes
    ----------
    whole_, headline_ : NgramVectorizer
    sublinear_tf_ : bool
    n_features_ : int

    Examples
    --------
    >>> v = NewsVectorizer().fit(["林场造林\n林场造林两千亩", "水库蓄水\n水库开始蓄水"])
    >>> X = v.transform(["林场\n水库"])
    >>> [round(float(value), 2) for value in (X.multiply(X)).sum(axis=1).ravel().tolist()[0]]
    [1.25]
    >>> v.get_feature_names_out()[X.nonzero()[1]].tolist()[-3:]
    ['headline__character__林', 'headline__pair__林场', 'headline__word__林场']
    """

    LONGEST_WORD = 5
    """Characters. Longer words are names of institutions, whose parts are words too."""

    LONG_TEXT = 100
    """Characters of a text, on average, from which a term must occur in two training texts. Headlines repeat
    few terms: without terms of one text, dev accuracy on headlines is 0.2 to 0.6 points less. In articles they are
    half of all terms and only lengthen the rows: without them it is 0 to 1 point more (five-fold on the training
    halves of three sets)."""

    SHORT_ARTICLE = 500
    """Characters of an article, on average, below which terms count as often as they occur. Those to label are then
    longer than those labelled, and say again and again what they are about: of fresh real items the model of the seeds,
    of some 370 characters, labels 5 % more rightly so. Where labelled articles are long themselves, it labels a point
    less rightly (five-fold on the training half of cnews10)."""

    END_GROWTH = 0.25
    """Power of the mean length, in headlines, by which the last one or two characters count more: two edges are
    lost among a thousand terms, and articles end with their source's signature. Five-fold on the training halves,
    cnews10 gains 0.5 points and the others change by less than 0.1. With 0.4 it gains 0.8 there and loses two texts
    of 100 on its dev half; with 0.5 small sets lose 0.1 to 0.2. What articles begin with gains nothing."""

    SCORED_TOGETHER = 1 << 18
    """Characters of the texts that `scores` takes at a time, which bounds its memory to some 20 MB."""

    WEIGHED_TOGETHER = 1000
    """Texts whose counts `learn` turns into weights at a time; chosen."""

    def __init__(
        self,
        *,
        headline_weight: float = 0.5,
        min_df: int | None = None,
        segmenter: str | None = None,
        user_dictionary: str | None = None,
        sublinear_tf: bool | None = None,
    ) -> None:
        self.headline_weight = headline_weight
        self.min_df = min_df
        self.segmenter = segmenter
        self.user_dictionary = user_dictionary
        self.sublinear_tf = sublinear_tf

    def fit(self, raw_documents: Iterable[str], y: object = None) -> NewsVectorizer:
        """Learn the terms of texts and their inverse document frequencies.

        Parameters
        ----------
        raw_documents : iterable of str
        y : object
            Ignored.

        Raises
        ------
        InvalidParameterError
            A parameter is out of its range.
        SegmenterError
            The segmenter is not installed.
        """
        self.fit_transform(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> Any:
        """Fit, and return the matrix of the same texts, ``(n_texts, n_features)``; see `transform`."""
        from classify.text.words import segmenter

        check_number(self, "headline_weight", 0)
        if self.min_df is not None:
            check_number(self, "min_df", 1, integer=True)
        return self.learn(check_texts(raw_documents), segmenter(self.segmenter, self.user_dictionary))

    def learn(self, texts: Sequence[str], segmenter: Segmenter, dtype: type[np.floating] = np.float64) -> Any:
        """Fit, with a segmenter given as an object, and return the matrix; see `fit_transform`.

        Parameters
        ----------
        texts : sequence of str
        segmenter : Segmenter
        dtype : type, default=numpy.float64
            Of the values of the matrix.
        """
        blocks = list(folded_blocks(texts))
        words = known_words(blocks, segmenter, self.LONGEST_WORD)
        sublinear = self.sublinear_tf
        if sublinear is None:
            sublinear = not self.LONG_TEXT <= _mean_length(blocks) < self.SHORT_ARTICLE
        self.whole_, whole = self._learn_part(blocks, words, sublinear)
        heads = [headline_block(block) for block in blocks]
        self.headline_, headline = self._learn_part(heads, words, sublinear)
        del blocks, heads
        return self._weighed(whole, headline, dtype)

    def _learn_part(
        self, blocks: list[TextBlock], words: Sequence[str], sublinear: bool
    ) -> tuple[NgramVectorizer, SparseRows]:
        length = _mean_length(blocks)
        min_df = self.min_df or (2 if length >= self.LONG_TEXT else 1)
        part = NgramVectorizer(
            analyzer="news", ngram_range=(1, 2), min_df=min_df, sublinear_tf=sublinear, words=words
        )
        counts = part.learn(lambda: blocks)
        part.idf_[part.ngrams_.end_columns()] *= max(1.0, length / HEADLINE_LENGTH) ** self.END_GROWTH
        # Rounded to what a model file keeps, so that a loaded model predicts the same to the last bit.
        part.idf_ = part.idf_.astype(np.float32).astype(np.float64)
        part.words = ()  # known to `ngrams_`
        return part, counts

    def _weighed(self, whole: SparseRows, headline: SparseRows, dtype: type[np.floating]) -> Any:
        """Return the matrix of counted texts; beside the counts, that matrix is all that is in memory at once."""
        starts = whole.starts + headline.starts
        data, columns = np.empty(int(starts[-1]), dtype), np.empty(int(starts[-1]), np.int32)
        for first in range(0, len(whole), self.WEIGHED_TOGETHER):
            last = min(first + self.WEIGHED_TOGETHER, len(whole))
            block = self._side_by_side(
                self.whole_.weigh(whole.part(first, last)), self.headline_.weigh(headline.part(first, last))
            )
            here = slice(int(starts[first]), int(starts[last]))
            data[here], columns[here] = block.data, block.indices
        X = SparseRows(data, columns, starts).to_csr(self.n_features_)
        X.has_sorted_indices = True
        return X

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """Return the TF-IDF values of texts.

        Parameters
        ----------
        raw_documents : iterable of str

        Returns
        -------
        scipy.sparse.csr_matrix, (n_texts, n_features)
            The columns of the whole text, then those of the headline; indices are sorted.
        """
        check_fitted(self, "whole_")
        blocks = list(folded_blocks(check_texts(raw_documents)))
        heads = [headline_block(block) for block in blocks]
        return self._side_by_side(self.whole_.rows(blocks), self.headline_.rows(heads))

    def _side_by_side(self, whole: SparseRows, headline: SparseRows) -> Any:
        from scipy.sparse import hstack

        if not len(headline.data):  # no copy
            X = whole.to_csr(self.n_features_)
        else:
            head = headline.to_csr(self.headline_.n_features_) * self.headline_weight
            X = hstack([whole.to_csr(self.whole_.n_features_), head], format="csr")
        X.sort_indices()
        return X

    def scores(self, texts: Sequence[str], weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return ``transform(texts) @ weights``, in bounded memory and without SciPy for few texts.

        Parameters
        ----------
        texts : sequence of str
        weights : ndarray, (n_features, n_classes)

        Returns
        -------
        ndarray, (n_texts, n_classes)
        """
        of_whole, of_headline = np.split(weights, [self.whole_.n_features_])
        parts = [np.empty((0, weights.shape[1]))]
        for some in batches(texts, self.SCORED_TOGETHER):
            blocks = list(folded_blocks(some))
            part = self.whole_.rows(blocks).times(of_whole)
            heads = [headline_block(block) for block in blocks]
            if sum(len(head.codes) for head in heads) > 2 * len(some):  # more than marks
                part += self.headline_weight * self.headline_.rows(heads).times(of_headline)
            parts.append(part)
        return np.concatenate(parts)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the columns, such as ``whole__word__林场``, ``(n_features,)``.

        Parameters
        ----------
        input_features : object
            Ignored.
        """
        check_fitted(self, "whole_")
        parts = (("whole", self.whole_), ("headline", self.headline_))
        return np.array(
            [f"{name}__{term}" for name, part in parts for term in part.get_feature_names_out()], dtype=object
        )

    @property
    def sublinear_tf_(self) -> bool:
        """Whether 1 + ln c stands for a term's count c."""
        return bool(self.whole_.sublinear_tf)

    @property
    def n_features_(self) -> int:
        """Number of columns of both parts."""
        return self.whole_.n_features_ + self.headline_.n_features_


def known_words(blocks: Sequence[TextBlock], segmenter: Segmenter, longest: int) -> list[str]:
    """Return the words of 2 to `longest` characters that a segmenter finds in folded texts, sorted.

    No word crosses a line end, so the texts of a block are cut as lines of one text: a call for each headline
    costs as much as its words.

    Parameters
    ----------
    blocks : sequence of TextBlock
        From `folded_blocks`.
    segmenter : Segmenter
    longest : int, in characters
    """
    words: set[str] = set()
    for block in blocks:
        text = block.codes.tobytes().decode("utf-32-le")
        words.update(segmenter.cut(text[1:-1].replace(END + BEGIN, "\n")))
    return sorted(w for w in words if 2 <= len(w) <= longest and not any(map(str.isspace, w)))


def headline_block(block: TextBlock) -> TextBlock:
    r"""Return the first line of each text that has another, between marks; nothing between them for others.

    Parameters
    ----------
    block : TextBlock
        From `folded_blocks`.

    Examples
    --------
    >>> (block,) = folded_blocks(["造林\n林场造林", "蓄水"])
    >>> headline_block(block).codes.tobytes().decode("utf-32-le")
    '\x02造林\x03\x02\x03'
    """
    codes, ends = block
    begins = np.concatenate([np.zeros(1, np.intp), ends[:-1]])[: len(ends)]
    lines = np.flatnonzero(codes == ord("\n"))
    first = np.append(lines, len(codes))[np.searchsorted(lines, begins)]
    # Texts without a second line get an empty headline: END right after BEGIN.
    stops = np.where(first < ends, first, begins + 1)  # where the END of the headline goes
    lengths = stops - begins + 1
    head_ends = np.cumsum(lengths)
    at = np.arange(int(lengths.sum())) + np.repeat(begins - (head_ends - lengths), lengths)
    heads: NDArray[np.uint32] = codes.take(at)
    heads[head_ends - 1] = ord(END)
    return TextBlock(heads, head_ends)


def _mean_length(blocks: Sequence[TextBlock]) -> float:
    """Return how many characters texts have on average, marks and empty texts left out."""
    lengths = np.concatenate(
        [np.zeros(0, np.intp), *(np.diff(block.ends, prepend=0) - 2 for block in blocks)]
    )
    return int(lengths.sum()) / max(int(np.count_nonzero(lengths)), 1)
