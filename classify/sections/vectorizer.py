"""Texts to TF-IDF rows: the public vectoriser. That of the classifier is made of two of it; see `news`.

`NgramVectorizer` is scikit-learn's ``TfidfVectorizer(analyzer="char")`` in NumPy: the same parameters, columns in
the order of the strings, values equal to rounding, about ten times as fast. With ``analyzer="news"`` the same code
reads folded text and adds words and edges.

The way: `folding` makes blocks of code points, `vocabulary` and `counting` count terms, and the weights are put on
here. Nothing of it needs scikit-learn; SciPy is loaded only to return its matrix.
"""

from __future__ import annotations

from functools import partial
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.counting import SparseRows, row_sums
from classify.sections.estimator import (
    Estimator,
    check_fitted,
    check_number,
    check_texts,
    refuse_parameter,
)
from classify.sections.folding import BEGIN, END, TextBlock, folded_blocks, raw_blocks
from classify.sections.trie import NgramTrie
from classify.sections.vocabulary import NgramVocabulary, all_ngrams, news_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    _Blocks: TypeAlias = Callable[[], Iterable[TextBlock]]

__all__ = ["NgramVectorizer"]


class NgramVectorizer(Estimator):
    """Convert texts to a matrix of TF-IDF values of character n-grams.

    The parameters are those of scikit-learn's ``TfidfVectorizer``, and mean the same; `words` is added.

    Parameters
    ----------
    analyzer : {"char", "news"}, default="char"
        ``"char"`` takes n-grams from the unfolded text, runs of blanks made one space. ``"news"`` takes them
        from the text as `classify.text.normalize.fold` makes it, and adds `words` and edges: the first and last
        one or two characters of a text. `ngram_range` is (1, 2) then.
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Shortest and longest n-gram, in characters (code points), 1 to 255.
    max_df, min_df : float in [0, 1] or int, default=1.0 and 1
        N-grams in more or fewer texts are left out: a share of the texts, or their number.
    max_features : int or None, default=None
        Keep so many n-grams, the most frequent in all texts together.
    vocabulary : mapping of str to int, iterable of str, or None, default=None
        The n-grams to count, and their columns; a set or None is put in the order of the strings. Then `max_df`,
        `min_df` and `max_features` are ignored.
    binary : bool, default=False
        Replace every count that is not zero by 1.
    dtype : float dtype, default=np.float64
    norm : {"l1", "l2"} or None, default="l2"
        Divide each row by the sum of its absolute values, or by its Euclidean length.
    use_idf, smooth_idf : bool, default=True
        Multiply by ln(n / df) + 1, where smoothing adds one to n and df.
    sublinear_tf : bool, default=False
        Replace a count c by 1 + ln c.
    words : sequence of str, default=()
        Words to look for, of two characters or more. Only for ``analyzer="news"``.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each n-gram; made at each call. Not for ``"news"``, where a word and a pair may be alike.
    idf_ : ndarray, (n_features,)
        Only when `use_idf`.
    ngrams_ : NgramVocabulary
        What does the counting.

    Examples
    --------
    >>> from classify.sections.vectorizer import NgramVectorizer
    >>> v = NgramVectorizer(ngram_range=(1, 2), use_idf=False, norm=None)
    >>> v.fit_transform(["林业局", "林业"]).toarray()
    array([[1., 1., 1., 1., 1.],
           [1., 0., 0., 1., 1.]])
    >>> v.get_feature_names_out().tolist()
    ['业', '业局', '局', '林', '林业']
    """

    def __init__(
        self,
        *,
        analyzer: str = "char",
        ngram_range: tuple[int, int] = (1, 1),
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Mapping[str, int] | Iterable[str] | None = None,
        binary: bool = False,
        dtype: Any = np.float64,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        words: Sequence[str] = (),
    ) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.binary = binary
        self.dtype = dtype
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf
        self.words = words

    @classmethod
    def of_news(
        cls,
        vocabulary: NgramVocabulary,
        idf: NDArray[np.float64],
        *,
        min_df: int = 1,
        sublinear_tf: bool = False,
    ) -> NgramVectorizer:
        """Return a fitted vectoriser of news, as `NewsVectorizer` has two of.

        Parameters
        ----------
        vocabulary : NgramVocabulary
            With words.
        idf : ndarray, (n_features,)
        min_df : int, default=1
        sublinear_tf : bool, default=False
        """
        made = cls(analyzer="news", ngram_range=(1, 2), sublinear_tf=sublinear_tf, min_df=min_df)
        made.ngrams_, made.idf_ = vocabulary, idf
        return made

    # -- scikit-learn's interface --------------------------------------------------------------

    def fit(self, raw_documents: Iterable[str], y: object = None) -> NgramVectorizer:
        """Learn the vocabulary and the inverse document frequencies.

        Parameters
        ----------
        raw_documents : iterable of str
        y : object
            Ignored.

        Raises
        ------
        InvalidParameterError
            A parameter is out of its range; scikit-learn's error, a ValueError.
        ValueError
            No n-gram is left.
        """
        self._fit(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> Any:
        """Fit, and return the matrix of the same texts. See `fit` and `transform`; this takes half the time."""
        return self._matrix(self.weigh(self._fit(raw_documents)))

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """Return the TF-IDF values of texts.

        Parameters
        ----------
        raw_documents : iterable of str

        Returns
        -------
        scipy.sparse.csr_matrix, (n_texts, n_features)
            Indices are sorted.

        Raises
        ------
        NotFittedError
            `fit` has not been called.
        """
        check_fitted(self, "ngrams_")
        texts = check_texts(raw_documents)
        return self._matrix(self.rows(self._blocks(texts)(), self._most_characters(texts)))

    def _matrix(self, rows: SparseRows) -> Any:
        X = rows.to_csr(self.n_features_)
        if self.analyzer == "char" and self.vocabulary is None:
            X.has_sorted_indices = X.has_canonical_format = True  # spares SciPy the check
        else:
            X.sort_indices()
        return X

    def inverse_transform(self, X: Any) -> list[NDArray[np.object_]]:
        """Return the n-grams that have a value other than zero, for each row.

        Parameters
        ----------
        X : sparse matrix or ndarray, (n_texts, n_features)

        Returns
        -------
        list of ndarray of str, n_texts long

        Examples
        --------
        >>> v = NgramVectorizer().fit(["林业局"])
        >>> [row.tolist() for row in v.inverse_transform(v.transform(["林局长", ""]))]
        [['局', '林'], []]
        """
        from scipy.sparse import csr_matrix

        names, X = self.get_feature_names_out(), csr_matrix(X)
        return [names[X[i].nonzero()[1]] for i in range(X.shape[0])]

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the n-grams in the order of the columns, ``(n_features,)``.

        With ``analyzer="news"`` a name is the kind of the term and its characters, ``word__林场``; ``^`` and ``$``
        are the borders of a text.

        Parameters
        ----------
        input_features : object
            Ignored.
        """
        check_fitted(self, "ngrams_")
        terms = self.ngrams_.terms()
        if self.analyzer == "char":
            return np.array([text for _, text in terms], dtype=object)
        borders = str.maketrans({BEGIN: "^", END: "$"})
        return np.array([f"{kind}__{text.translate(borders)}" for kind, text in terms], dtype=object)

    @property
    def vocabulary_(self) -> dict[str, int]:
        """N-gram to column; made at each call, to look at it."""
        return {name: i for i, name in enumerate(self.get_feature_names_out().tolist())}

    @property
    def n_features_(self) -> int:
        """Number of columns."""
        return len(self.ngrams_)

    # -- learning ------------------------------------------------------------------------------

    def _fit(self, raw_documents: Iterable[str]) -> SparseRows:
        self._check_parameters()
        texts = check_texts(raw_documents)
        lowest, highest = self._limits(len(texts))
        if highest < lowest and self.vocabulary is None:
            raise ValueError(
                f"max_df={self.max_df} allows fewer texts than min_df={self.min_df}; raise max_df or lower min_df"
            )
        counts = self.learn(self._blocks(texts), self._most_characters(texts))
        if not self.n_features_:
            low, high = self.ngram_range
            raise ValueError(
                f"no n-gram of {low} to {high} characters is left of {len(texts)} texts; are they all empty? Else "
                f"try a lower min_df ({self.min_df}) or a higher max_df ({self.max_df})"
            )
        return counts

    def _blocks(self, texts: Sequence[str]) -> _Blocks:
        return partial(raw_blocks if self.analyzer == "char" else folded_blocks, texts)

    def _most_characters(self, texts: Sequence[str]) -> int | None:
        """Return how many characters the blocks of `texts` have at most; None where folding may add some."""
        return sum(map(len, texts)) + len(texts) if self.analyzer == "char" else None

    def learn(self, blocks: _Blocks, n_characters: int | None = None) -> SparseRows:
        """Set the vocabulary and the inverse document frequencies, and return the counts of the texts.

        Parameters
        ----------
        blocks : callable that returns an iterable of TextBlock
            The training texts; called several times.
        n_characters : int or None, default=None
            Characters of the blocks at most, where known; see `NgramVocabulary.count`.

        Returns
        -------
        SparseRows, (n_texts, n_features)
        """
        if self.vocabulary is not None:
            self.ngrams_ = _given(self.vocabulary, self.ngram_range)
            counts = self.ngrams_.count(blocks(), n_characters)
        else:
            every = (
                all_ngrams(blocks, self.ngram_range)
                if self.analyzer == "char"
                else news_terms(blocks, self.words)
            )
            counts = every.count(blocks(), n_characters)
            df = counts.document_frequencies(len(every))
            keep = self._wanted(df, counts)
            self.ngrams_ = every if keep.all() else every.pruned(keep)
            if self.analyzer == "news" and df[~keep].any():
                # Dropping a word can expose shorter words inside it, so count again.
                counts = self.ngrams_.count(blocks(), n_characters)
            elif not keep.all():
                counts = counts.kept(keep)
        if self.use_idf:
            df = counts.document_frequencies(self.n_features_).astype(self.dtype)
            one = 1 if self.smooth_idf else 0
            with np.errstate(divide="ignore"):  # a given n-gram that occurs nowhere, without smoothing
                self.idf_ = (np.log((len(counts) + one) / (df + one)) + 1.0).astype(self.dtype)
        return counts

    def _wanted(self, df: NDArray[np.intp], counts: SparseRows) -> NDArray[np.bool_]:
        """Return which columns `min_df`, `max_df` and `max_features` leave."""
        lowest, highest = self._limits(len(counts))
        keep: NDArray[np.bool_] = (df >= max(lowest, 1)) & (df <= highest)
        if self.max_features is not None and int(keep.sum()) > self.max_features:
            total = np.bincount(counts.columns, weights=counts.data, minlength=len(df)).astype(np.int64)
            at = np.flatnonzero(keep)
            best = (-total[at]).argsort()[: self.max_features]  # as scikit-learn, ties and all
            keep = np.zeros(len(df), bool)
            keep[at[best]] = True
        return keep

    def _limits(self, n_texts: int) -> tuple[float, float]:
        """Return `min_df` and `max_df` as numbers of texts."""
        lowest = self.min_df if isinstance(self.min_df, Integral) else self.min_df * n_texts
        highest = self.max_df if isinstance(self.max_df, Integral) else self.max_df * n_texts
        return lowest, highest

    def _check_parameters(self) -> None:
        if self.analyzer not in ("char", "news"):
            refuse_parameter(self, "analyzer", "'char' or 'news'")
        lengths = self.ngram_range
        if (
            not isinstance(lengths, (tuple, list))
            or len(lengths) != 2
            or not all(isinstance(n, Integral) for n in lengths)
            or not 1 <= lengths[0] <= lengths[1] <= 255
        ):
            refuse_parameter(self, "ngram_range", "(min_n, max_n) with 1 <= min_n <= max_n <= 255")
        if self.analyzer == "news" and tuple(lengths) != (1, 2):
            refuse_parameter(self, "ngram_range", "(1, 2) when analyzer is 'news'")
        for name in ("min_df", "max_df"):
            value = getattr(self, name)
            if not isinstance(value, Real) or isinstance(value, bool):
                refuse_parameter(self, name, "an int of 1 or more or a float from 0 to 1")
            whole = isinstance(value, Integral)
            check_number(self, name, 1 if whole else 0, float("inf") if whole else 1)
        if self.max_features is not None:
            check_number(self, "max_features", 1, integer=True)
        if self.norm not in ("l1", "l2", None):
            refuse_parameter(self, "norm", "'l1', 'l2' or None")
        if np.dtype(self.dtype).kind != "f":
            refuse_parameter(self, "dtype", "a floating type")
        for name in ("binary", "use_idf", "smooth_idf", "sublinear_tf"):
            if not isinstance(getattr(self, name), (bool, np.bool_)):
                refuse_parameter(self, name, "True or False")
        if isinstance(self.words, str) or not all(isinstance(w, str) and len(w) > 1 for w in self.words):
            refuse_parameter(self, "words", "a sequence of strings of two characters or more")
        if len(self.words) and self.analyzer != "news":
            refuse_parameter(self, "words", "empty unless analyzer is 'news'")
        if self.vocabulary is not None and (
            self.analyzer != "char" or isinstance(self.vocabulary, (str, bytes))
        ):
            refuse_parameter(self, "vocabulary", "a mapping or iterable of n-grams, and None for 'news'")

    # -- weights -------------------------------------------------------------------------------

    def rows(self, blocks: Iterable[TextBlock], n_characters: int | None = None) -> SparseRows:
        """Return the TF-IDF values of texts that are blocks of code points already.

        Parameters
        ----------
        blocks : iterable of TextBlock
            From the function of `folding` that belongs to the analyzer.
        n_characters : int or None, default=None
            Characters of the blocks at most, where known; see `NgramVocabulary.count`.
        """
        return self.weigh(self.ngrams_.count(blocks, n_characters))

    def weigh(self, counts: SparseRows) -> SparseRows:
        """Return the TF-IDF values of counted texts.

        Parameters
        ----------
        counts : SparseRows, (n_texts, n_features)
            From ``ngrams_.count`` or `learn`.
        """
        values = np.arange(int(counts.data.max(initial=0)) + 1).astype(self.dtype)
        if self.binary:
            values[1:] = 1
        elif self.sublinear_tf:
            values[1:] = np.log(values[1:]) + 1.0
        # A table of the values of counts: logarithms are taken once for each different count.
        data = np.empty(len(counts.data), self.dtype)
        for rows in _row_blocks(counts.starts):
            here = slice(int(counts.starts[rows.start]), int(counts.starts[rows.stop]))
            part = values.take(counts.data[here])
            if self.use_idf:
                part *= self.idf_.take(counts.columns[here])
            if self.norm is not None:
                starts = counts.starts[rows.start : rows.stop + 1] - here.start
                size = row_sums(part * part if self.norm == "l2" else np.abs(part), starts)
                if self.norm == "l2":
                    np.sqrt(size, out=size)
                size[size == 0] = 1
                part /= np.repeat(size, np.diff(starts))
            data[here] = part
        return SparseRows(data, counts.columns, counts.starts)


_VALUES_TOGETHER = 1 << 15  # entries weighted at a time, so that they stay in the second-level cache


def _row_blocks(starts: NDArray[np.int64]) -> Iterator[slice]:
    """Yield slices of rows that together have `_VALUES_TOGETHER` entries or a few more."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + _VALUES_TOGETHER))
        last = min(max(last, first + 1), len(starts) - 1)
        yield slice(first, last)
        first = last


def _given(vocabulary: Mapping[str, int] | Iterable[str], ngram_range: tuple[int, int]) -> NgramVocabulary:
    """Return the vocabulary that a user passes, with the columns that it gives."""
    if isinstance(vocabulary, (set, frozenset)):
        vocabulary = sorted(vocabulary)
    if not hasattr(vocabulary, "keys"):
        terms = list(vocabulary)
        columns = list(range(len(terms)))
    else:
        terms, columns = list(vocabulary), [vocabulary[t] for t in vocabulary]  # type: ignore[index]
    if not terms:
        raise ValueError("empty vocabulary passed to fit")
    if len(set(terms)) != len(terms):
        raise ValueError(f"Duplicate term in vocabulary: {next(t for t in terms if terms.count(t) > 1)!r}")
    if sorted(columns) != list(range(len(terms))):
        raise ValueError(
            f"Vocabulary of size {len(terms)} must have the indices 0 to {len(terms) - 1}, each once"
        )
    if not all(isinstance(t, str) and t for t in terms):
        raise ValueError("the vocabulary parameter must have strings that are not empty")
    if max(map(len, terms)) > 255:
        raise ValueError("the vocabulary parameter has an n-gram of more than 255 characters")
    trie = NgramTrie.of_terms(terms)
    nodes = trie.nodes_of(terms)
    is_ngram = np.zeros(len(trie), bool)
    is_ngram[nodes] = True
    made = NgramVocabulary(trie, is_ngram, None, ngram_range)
    made.column[nodes] = columns
    return made
