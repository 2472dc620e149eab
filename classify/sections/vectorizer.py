"""Texts to counts of character n-grams: scikit-learn's ``TfidfVectorizer(analyzer="char")`` in NumPy.

It decides as scikit-learn does: n-grams are taken from the text as it stands, runs of two or more blanks
made one space first; columns are in the order of the strings; rows are counts, made sublinear, weighted by
idf and normalised as asked for. The matrix is scikit-learn's to rounding.

The way there is another: see `classify.sections.counting`.

This module loads without scikit-learn, and loads SciPy only to hand out its matrix.
"""

from __future__ import annotations

import inspect
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.counting import BLOCK, code_blocks, counted
from classify.sections.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    _Counts: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]

__all__ = ["NgramVectorizer"]


class NgramVectorizer:
    """Convert texts to a matrix of character n-gram counts or TF-IDF values.

    The parameters are those of scikit-learn's ``TfidfVectorizer``, and mean the same.

    Parameters
    ----------
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Shortest and longest n-gram, in characters (code points).
    max_df, min_df : float in [0, 1] or int, default=1.0 and 1
        N-grams in more or fewer documents are left out: a share of the documents, or their number.
    max_features : int or None, default=None
        Keep so many n-grams, the most frequent in all texts together.
    sublinear_tf : bool, default=False
        Replace a count c by 1 + ln c.
    norm : {"l1", "l2"} or None, default="l2"
        Divide each row by the sum of its absolute values, or its Euclidean length.
    use_idf, smooth_idf : bool, default=True
        Multiply by ln(n / df) + 1, where smoothing adds one to n and df.
    dtype : float dtype, default=np.float64

    Attributes
    ----------
    trie_ : NgramTrie
        The n-grams and their prefixes.
    idf_ : ndarray, (n_features,)
        Only when ``use_idf``.
    n_features_ : int

    Examples
    --------
    >>> from classify.sections.vectorizer import NgramVectorizer
    >>> v = NgramVectorizer(ngram_range=(1, 2), use_idf=False, norm=None)
    >>> v.fit_transform(["林业局", "林业"]).toarray()
    array([[1., 1., 1., 1., 1.],
           [0., 1., 0., 1., 1.]])
    >>> v.get_feature_names_out().tolist()
    ['业', '业局', '局', '林', '林业']
    """

    def __init__(
        self,
        *,
        ngram_range: tuple[int, int] = (1, 1),
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        sublinear_tf: bool = False,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        dtype: Any = np.float64,
    ) -> None:
        self.ngram_range = ngram_range
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.sublinear_tf = sublinear_tf
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.dtype = dtype

    # -- scikit-learn's interface --------------------------------------------------------------

    def fit(self, raw_documents: Iterable[str], y: object = None) -> NgramVectorizer:
        """Learn the vocabulary and idf of `raw_documents`; `y` is ignored."""
        self._learn(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> Any:
        """Learn the vocabulary and idf, and return the ``(n_documents, n_features)`` CSR matrix."""
        return self._matrix(*self._learn(raw_documents))

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """Return the ``(n_documents, n_features)`` CSR matrix of `raw_documents`."""
        if not hasattr(self, "trie_"):
            raise _not_fitted(self)
        return self._matrix(*self._count(_checked(raw_documents)))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the n-grams, in the order of the columns."""
        if not hasattr(self, "trie_"):
            raise _not_fitted(self)
        return np.array(self.trie_.terms(self._nodes), dtype=object)

    @property
    def vocabulary_(self) -> dict[str, int]:
        """N-gram to column. Made at each call: for looking at, not for looking up."""
        return {term: i for i, term in enumerate(self.get_feature_names_out().tolist())}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name."""
        return {name: getattr(self, name) for name in list(inspect.signature(type(self)).parameters)}

    def set_params(self, **params: Any) -> NgramVectorizer:
        """Set parameters by name and return self."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"no parameter is called {name!r}; there are {', '.join(sorted(known))}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        default = inspect.signature(type(self)).parameters
        told = (f"{k}={v!r}" for k, v in self.get_params().items() if v != default[k].default)
        return f"{type(self).__name__}({', '.join(told)})"

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn, which alone asks, that this takes texts and gives a sparse matrix."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=[]),
            input_tags=InputTags(string=True, two_d_array=False),
        )

    # -- learning ------------------------------------------------------------------------------

    def _learn(self, raw_documents: Iterable[str]) -> _Counts:
        """Set the vocabulary and idf, and return the counts of `raw_documents`."""
        texts = _checked(raw_documents)
        low, high = self._lengths()
        trie = _all_ngrams(texts, high)
        self.trie_, self._nodes = trie, None
        if low > 1:
            self._nodes = np.flatnonzero(trie.depth >= low)
        if not len(trie) or (self._nodes is not None and not len(self._nodes)):
            raise ValueError(
                f"no n-gram of {low} to {high} characters in {len(texts)} texts; are they all empty?"
            )
        counts, columns, starts = self._count(texts)
        df = np.bincount(columns, minlength=self.n_features_)
        keep = self._wanted(df, counts, columns, len(texts))
        if not keep.all():
            nodes = np.flatnonzero(keep) if self._nodes is None else self._nodes[keep]
            kept = np.zeros(len(trie), bool)
            kept[nodes] = True
            self.trie_, old = trie.pruned(kept)
            self._nodes = None if len(old) == len(nodes) else np.searchsorted(old, nodes)
            stay = keep[columns]
            new_column = np.cumsum(keep, dtype=np.int32) - np.int32(1)
            starts = np.concatenate([[0], np.cumsum(stay)])[starts]
            counts, columns, df = counts[stay], new_column[columns[stay]], df[keep]
        if self.use_idf:
            one = 1 if self.smooth_idf else 0
            self.idf_ = (np.log((len(texts) + one) / (df.astype(self.dtype) + one)) + 1.0).astype(self.dtype)
        return counts, columns, starts

    def _wanted(
        self, df: NDArray[np.intp], counts: NDArray[Any], columns: NDArray[np.int32], n_documents: int
    ) -> NDArray[np.bool_]:
        """Which columns min_df, max_df and max_features leave."""
        lowest = self.min_df if isinstance(self.min_df, Integral) else self.min_df * n_documents
        highest = self.max_df if isinstance(self.max_df, Integral) else self.max_df * n_documents
        if highest < lowest:
            raise ValueError(
                f"max_df={self.max_df} allows fewer documents than min_df={self.min_df}; "
                "raise the one or lower the other"
            )
        keep: NDArray[np.bool_] = (df >= lowest) & (df <= highest)
        if self.max_features is not None and int(keep.sum()) > self.max_features:
            total = np.bincount(columns, weights=counts, minlength=len(df)).astype(np.int64)
            at = np.flatnonzero(keep)
            best = (-total[at]).argsort()[: self.max_features]  # as scikit-learn, ties and all
            keep = np.zeros(len(df), bool)
            keep[at[best]] = True
        if not keep.any():
            raise ValueError(
                f"after pruning, no n-gram of {len(df)} remains; try a lower min_df ({self.min_df}) "
                f"or a higher max_df ({self.max_df})"
            )
        return keep

    def _lengths(self) -> tuple[int, int]:
        low, high = self.ngram_range
        if not 1 <= low <= high <= 255:
            raise ValueError(
                f"ngram_range={self.ngram_range!r}: must be (min_n, max_n), 1 <= min_n <= max_n <= 255"
            )
        if self.norm not in ("l1", "l2", None):
            raise ValueError(f"norm={self.norm!r}: must be 'l1', 'l2' or None")
        if np.dtype(self.dtype).kind != "f":
            raise ValueError(f"dtype={self.dtype!r}: must be a floating type")
        if self.max_features is not None and self.max_features < 1:
            raise ValueError(f"max_features={self.max_features!r}: must be 1 or more, or None")
        return low, high

    @property
    def n_features_(self) -> int:
        """Number of columns."""
        return len(self.trie_) if self._nodes is None else len(self._nodes)

    # -- counting ------------------------------------------------------------------------------

    def _count(self, texts: Sequence[str]) -> _Counts:
        """Return counts, columns and row starts: a CSR matrix of how often each n-gram occurs."""
        low, high = self.ngram_range
        column = np.full(len(self.trie_) + 1, -1, np.int32)
        nodes = slice(0, len(self.trie_)) if self._nodes is None else self._nodes
        column[nodes] = np.arange(self.n_features_, dtype=np.int32)
        ancestors = [self.trie_.ancestors(depth) for depth in range(low, high)]
        most = sum(map(len, texts)) * (high - low + 1)
        # Pages that stay empty are never touched, so the most there can be costs nothing.
        counts, columns = np.empty(most, np.int32), np.empty(most, np.int32)
        starts = np.zeros(len(texts) + 1, np.int64)
        row = first = 0
        for codes, ends in code_blocks(texts):
            part, where, sizes = counted(self.trie_, codes, ends, low, high, ancestors, column)
            last = first + len(part)
            counts[first:last], columns[first:last] = part, where
            starts[row + 1 : row + 1 + len(sizes)] = sizes
            first, row = last, row + len(sizes)
        counts.resize(first, refcheck=False)
        columns.resize(first, refcheck=False)
        return counts, columns, np.cumsum(starts, out=starts)

    def _matrix(self, counts: NDArray[Any], columns: NDArray[np.int32], starts: NDArray[np.int64]) -> Any:
        """Weight and normalise counts; return SciPy's CSR matrix."""
        from scipy.sparse import csr_matrix

        top = int(counts.max(initial=0)) + 1
        value = np.arange(top, dtype=self.dtype)
        if self.sublinear_tf:
            value[1:] = np.log(value[1:]) + 1.0
        data = np.empty(len(counts), self.dtype)
        for rows in _row_blocks(starts):
            a, b = int(starts[rows.start]), int(starts[rows.stop])
            part = value.take(counts[a:b])
            if self.use_idf:
                part *= self.idf_.take(columns[a:b])
            if self.norm is not None and b > a:
                at, sizes = starts[rows] - a, np.diff(starts[rows.start : rows.stop + 1])
                filled = sizes > 0
                size = np.add.reduceat(part * part if self.norm == "l2" else np.abs(part), at[filled])
                if self.norm == "l2":
                    np.sqrt(size, out=size)
                size[size == 0] = 1
                part /= np.repeat(size, sizes[filled])
            data[a:b] = part
        index = np.int32 if len(data) <= np.iinfo(np.int32).max else np.int64
        shape = (len(starts) - 1, self.n_features_)
        X = csr_matrix(
            (data, columns.astype(index, copy=False), starts.astype(index)), shape=shape, copy=False
        )
        X.has_sorted_indices = X.has_canonical_format = True
        return X


def _row_blocks(starts: NDArray[np.int64]) -> Iterator[slice]:
    """Yield slices of rows that together have `BLOCK` entries or a few more."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + BLOCK))
        last = min(max(last, first + 1), len(starts) - 1)
        yield slice(first, last)
        first = last


def _all_ngrams(texts: Sequence[str], longest: int) -> NgramTrie:
    """Return the trie of all n-grams of `texts` up to `longest` characters."""
    seen = np.zeros(0x110000, bool)
    for codes, _ in code_blocks(texts):
        seen[codes] = True
    trie = NgramTrie.of_characters(np.flatnonzero(seen))
    for n in range(2, longest + 1):
        trie = trie.extended(_endings(trie, texts, n))
    return trie


def _endings(
    trie: NgramTrie, texts: Sequence[str], n: int
) -> Iterator[tuple[NDArray[np.integer], NDArray[np.int32]]]:
    """Yield the last characters and the prefix nodes of the n-grams of length `n`, block by block."""
    for codes, ends in code_blocks(texts):
        ids = trie.char_ids(codes)
        *_, prefixes = trie.levels(ids, n - 1)
        whole = np.ones(max(0, len(ids) - n + 1), bool)
        for back in range(1, n):
            over = ends - back
            whole[over[(over >= 0) & (over < len(whole))]] = False
        yield ids[n - 1 :][whole], prefixes[: len(whole)][whole]


def _checked(raw_documents: Iterable[str]) -> list[str]:
    if isinstance(raw_documents, (str, bytes)):
        raise ValueError("one string was given where many texts are expected; put it in a list")
    texts = list(raw_documents)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"text {i} is {text!r}, a {type(text).__name__}; texts must be str")
    return texts


def _not_fitted(vectorizer: object) -> Exception:
    """Return scikit-learn's own error where scikit-learn is there, or a plain one."""
    message = f"this {type(vectorizer).__name__} is not fitted yet; call fit with some texts first"
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:
        return AttributeError(message)
    error: Exception = NotFittedError(message)
    return error
