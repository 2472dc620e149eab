"""Texts to counts of character n-grams: scikit-learn's ``TfidfVectorizer(analyzer="char")`` in NumPy.

It decides as scikit-learn does: n-grams are taken from the text as it stands, runs of two or more blanks
made one space first; columns are in the order of the strings; rows are counts, made sublinear, weighted by
idf and normalised as asked for. The matrix is scikit-learn's to rounding.

The way there is another. Texts are joined by the block, encoded as UTF-32 and looked up in an `NgramTrie`
all positions at once. Then the nodes of a document are sorted and runs counted. Blocks are small enough
for the second-level cache, and what is sorted at a time (one long document or several short ones) for the
first: on that, more than on anything else, the speed depends.

This module loads without scikit-learn, and loads SciPy only to hand out its matrix.
"""

from __future__ import annotations

import inspect
from itertools import pairwise
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.text.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    _Counts: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]

__all__ = ["NgramVectorizer", "code_blocks", "counted_keys"]

BLOCK = 1 << 15
"""Characters looked up at a time. 32 Ki of them, their ids and two lengths of nodes fill half a MiB."""

SORTED_TOGETHER = 1 << 12
"""N-grams sorted at a time, at least: 16 KiB. Measured on fudan20: 11 ns per n-gram at 4 Ki, 24 at 64 Ki."""

_LAST_BLANK = 0x3000
_BLANK = np.zeros(_LAST_BLANK + 2, bool)  # characters that `re` calls \s; the last cell is everything above
_BLANK[[c for c in range(_LAST_BLANK + 1) if chr(c).isspace()]] = True


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
    >>> from classify.text.ngrams import NgramVectorizer
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
            raise ValueError(f"no n-gram of {low} to {high} characters in {len(texts)} texts; are they all empty?")
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
                f"max_df={self.max_df} allows fewer documents than min_df={self.min_df}; raise the one or lower the other"
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
            raise ValueError(f"ngram_range={self.ngram_range!r}: must be (min_n, max_n), 1 <= min_n <= max_n <= 255")
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
            part, where, sizes = _counted(self.trie_, codes, ends, low, high, ancestors, column)
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
        X = csr_matrix((data, columns.astype(index, copy=False), starts.astype(index)), shape=shape, copy=False)
        X.has_sorted_indices = X.has_canonical_format = True
        return X


def code_blocks(texts: Sequence[str], size: int = BLOCK) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.intp]]]:
    """Yield `texts` block by block as ``(code points, end of each text in them)``, runs of blanks made one.

    A block has `size` characters or a few more, and whole texts. No texts give no block.
    """
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    ends = np.cumsum(lengths)
    first = done = 0
    while first < len(texts):
        last = max(first, int(np.searchsorted(ends, done + size))) + 1
        last = min(last, len(texts))
        codes = np.frombuffer("".join(texts[first:last]).encode("utf-32-le", "surrogatepass"), "<u4")
        yield _one_blank(codes, ends[first:last] - done)
        first, done = last, int(ends[last - 1])


def _one_blank(codes: NDArray[np.uint32], ends: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Make one space of two or more blanks, as scikit-learn's character analyser does; one alone stays."""
    blank = _BLANK.take(codes, mode="clip")
    pair = blank[1:] & blank[:-1]
    inner = ends[(ends > 0) & (ends < len(codes))]
    pair[inner - 1] = False
    second = np.flatnonzero(pair) + 1
    if not len(second):
        return codes, ends
    codes = codes.copy()
    codes[second - 1] = codes[second] = 32
    return np.delete(codes, second), ends - np.searchsorted(second, ends)


def _row_blocks(starts: NDArray[np.int64]) -> Iterator[slice]:
    """Yield slices of rows that together have `BLOCK` entries or a few more."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + BLOCK))
        last = min(max(last, first + 1), len(starts) - 1)
        yield slice(first, last)
        first = last


def _counted(
    trie: NgramTrie,
    codes: NDArray[np.uint32],
    ends: NDArray[np.intp],
    low: int,
    high: int,
    ancestors: Sequence[NDArray[np.int32]],
    column: NDArray[np.int32],
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Return counts and columns of one block, document by document and ascending, and how many each has.

    Only the longest n-gram known at each place is sorted and counted. What it begins with is counted
    afterwards: in the order of the nodes all that begin alike stand together.
    """
    deepest: NDArray[np.int32] | None = None
    for k, nodes in enumerate(trie.levels(trie.char_ids(codes), high), start=1):
        for back in range(1, k):
            over = ends - back
            nodes[over[over >= 0]] = -1
        deepest = nodes if deepest is None else np.maximum(deepest, nodes)  # n-grams follow what they begin with
    absent = len(trie)  # sorts behind every node
    keys = np.minimum(deepest.view(np.uint32), np.uint32(absent))  # −1 is above all
    counts, nodes, per_document = _runs(keys, ends, absent + 1)
    counts, nodes, per_document = _only(nodes < absent, counts, nodes, per_document)
    for depth in range(high - 1, low - 1, -1):
        exact = trie.depth if high > 2 else None  # all that is longer than 1 has length 2
        counts, nodes, per_document = _with_ancestors(
            counts, nodes, per_document, ancestors[depth - low], depth, exact
        )
    columns = column.take(nodes)
    return _only(columns >= 0, counts, columns, per_document)


def _with_ancestors(
    counts: NDArray[np.intp],
    nodes: NDArray[np.int32],
    per_document: NDArray[np.intp],
    ancestor: NDArray[np.int32],
    depth: int,
    depths: NDArray[np.uint8] | None,
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Count the n-grams of length `depth` that are the beginning of longer ones, and put them before those."""
    if not len(nodes):
        return counts, nodes, per_document
    stops = np.cumsum(per_document)
    above = ancestor.take(nodes)
    new = np.empty(len(nodes), bool)
    new[0] = True
    np.not_equal(above[1:], above[:-1], out=new[1:])
    new[(stops - per_document)[per_document > 0]] = True
    runs = np.flatnonzero(new)
    heads = above.take(runs)
    missing = nodes.take(runs) != heads
    if depths is None:
        totals = np.add.reduceat(counts, runs)
    else:  # those longer by one have theirs already; shorter and equal ones stay what they are
        deeper = depths.take(nodes) == depth + 1
        totals = np.add.reduceat(counts * deeper, runs)
        totals[~missing] += counts[runs[~missing]]
        missing &= depths.take(heads) == depth
    added = np.cumsum(missing)
    at = runs + added - missing
    old = np.ones(len(nodes) + int(added[-1]), bool)
    old[at[missing]] = False
    here = np.flatnonzero(old)
    all_nodes, all_counts = np.empty(len(old), nodes.dtype), np.empty(len(old), counts.dtype)
    all_nodes[here], all_counts[here] = nodes, counts
    all_nodes[at], all_counts[at] = heads, totals
    before = np.concatenate([[0], added])[np.searchsorted(runs, stops)]
    return all_counts, all_nodes, per_document + np.diff(before, prepend=0)


def counted_keys(
    keys: NDArray[np.uint32], stops: NDArray[np.intp], absent: int, column: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Count equal keys document by document.

    Parameters
    ----------
    keys : (n,), overwritten
        All below or at `absent`.
    stops : (n_documents,)
        Where each document's keys end.
    absent : int
        The key that stands for nothing.
    column : (absent + 1,)
        The column of each key, ascending with it; −1 for keys that have none.

    Returns
    -------
    counts, columns : (n_entries,)
        Columns ascend in each document.
    per_document : (n_documents,)
        How many entries each has.
    """
    counts, nodes, per_document = _runs(keys, stops, absent + 1)
    columns = column.take(nodes)
    return _only(columns >= 0, counts, columns, per_document)


def _runs(
    keys: NDArray[np.uint32], stops: NDArray[np.intp], size: int
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Sort the keys of each document, and return how often each occurs, the key, and how many a document has."""
    sizes = np.diff(stops, prepend=0)
    base = _sort_documents(keys, stops, size)
    first = np.empty(len(keys), bool)
    first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    first[(stops - sizes)[sizes > 0]] = True
    at = np.flatnonzero(first)
    per_document = np.diff(np.searchsorted(at, stops), prepend=0)
    counts = np.diff(at, append=len(keys))
    found = keys[at]
    if base.any():
        found -= np.repeat(base, per_document).astype(np.uint32)
    return counts, found.view(np.int32), per_document


def _only(
    stay: NDArray[np.bool_], counts: NDArray[np.intp], names: NDArray[np.int32], per_document: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    if stay.all():
        return counts, names, per_document
    here = np.flatnonzero(stay)
    kept = np.diff(np.searchsorted(here, np.cumsum(per_document)), prepend=0)
    return counts[here], names[here], kept


def _sort_documents(keys: NDArray[np.uint32], stops: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """Sort the keys of each document in place, and return what was added to them.

    Short documents are sorted several together: the second of them has `size` added to its keys, the
    third twice that. Keys are below `size`.
    """
    base = np.zeros(len(stops), np.int64)
    most = (1 << 32) // size  # documents together before a key overflows
    bounds = [0]
    first = start = 0
    while first < len(stops):
        last = min(int(np.searchsorted(stops, start + SORTED_TOGETHER)) + 1, first + most, len(stops))
        base[first:last] = np.arange(last - first) * size
        first, start = last, int(stops[last - 1])
        bounds.append(start)
    if base.any():
        keys += np.repeat(base, np.diff(stops, prepend=0)).astype(np.uint32)
    for a, b in pairwise(bounds):
        keys[a:b].sort()
    return base


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
        raise ValueError("one string was given where many texts are expected; put it in a list")  # noqa: TRY004
    texts = list(raw_documents)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"text {i} is {text!r}, a {type(text).__name__}; texts must be str")  # noqa: TRY004
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
