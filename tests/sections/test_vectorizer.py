"""`NgramVectorizer` against scikit-learn's `TfidfVectorizer`, on whatever Hypothesis thinks of."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer

from classify.sections import counting
from classify.sections import vectorizer as ngrams
from classify.sections.counting import code_blocks, counted_keys
from classify.sections.vectorizer import NgramVectorizer

FEW = "林业局木 \n\u3000\x85a\0𠮷\U0001f332\ud800"
"""A few characters, so that n-grams repeat: blanks, NUL, two astral ones and a lone surrogate among them."""

texts = st.text(FEW, max_size=40) | st.text(max_size=20)
some_texts = st.lists(texts, min_size=1, max_size=8)
parameters = st.fixed_dictionaries(
    {
        "ngram_range": st.sampled_from([(1, 1), (1, 2), (2, 3), (1, 3), (2, 2), (3, 3), (1, 4)]),
        "min_df": st.sampled_from([1, 2, 0.3]),
        "max_df": st.sampled_from([1.0, 0.8]),
        "max_features": st.sampled_from([None, 1, 5]),
        "sublinear_tf": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
        "smooth_idf": st.booleans(),
    }
)


def both(params: dict[str, Any]) -> tuple[TfidfVectorizer, NgramVectorizer]:
    return TfidfVectorizer(analyzer="char", lowercase=False, **params), NgramVectorizer(**params)


def assert_equal(theirs: Any, ours: Any) -> None:
    assert theirs.shape == ours.shape
    assert theirs.nnz == ours.nnz
    np.testing.assert_allclose(ours.toarray(), theirs.toarray(), rtol=0, atol=1e-12)
    ours.check_format(full_check=True)
    assert (ours.sorted_indices().indices == ours.indices).all()


@settings(max_examples=150)
@given(some_texts, some_texts, parameters)
def test_equals_scikit_learn(train: list[str], others: list[str], params: dict[str, Any]) -> None:
    peer, mine = both(params)
    try:
        theirs = peer.fit_transform(train)
    except ValueError:
        with pytest.raises(ValueError, match=r"n-gram|min_df"):
            mine.fit_transform(train)
        return
    assert_equal(theirs, mine.fit_transform(train))
    assert mine.get_feature_names_out().tolist() == peer.get_feature_names_out().tolist()
    assert mine.vocabulary_ == peer.vocabulary_
    assert_equal(peer.transform(train), mine.transform(train))
    assert_equal(peer.transform(others), mine.transform(others))


@given(some_texts, parameters)
def test_transform_of_the_training_texts_is_fit_transform(train: list[str], params: dict[str, Any]) -> None:
    mine = NgramVectorizer(**params)
    try:
        at_once = mine.fit_transform(train)
    except ValueError:
        return
    assert (at_once != mine.transform(train)).nnz == 0
    again = pickle.loads(pickle.dumps(clone(mine).fit(train)))
    assert (at_once != again.transform(train)).nnz == 0


@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 2), (1, 3), (2, 3)])
def test_many_blocks(monkeypatch: pytest.MonkeyPatch, ngram_range: tuple[int, int]) -> None:
    monkeypatch.setattr(counting, "SORTED_TOGETHER", 64)
    monkeypatch.setattr(ngrams, "BLOCK", 64)
    monkeypatch.setattr(code_blocks, "__defaults__", (64,))
    rng = np.random.default_rng(0)
    train = ["".join(rng.choice(list(FEW + "山水田土"), rng.integers(0, 50))) for _ in range(300)]
    peer, mine = both({"ngram_range": ngram_range, "sublinear_tf": True})
    assert_equal(peer.fit_transform(train), mine.fit_transform(train))
    assert_equal(peer.transform(train[::-1]), mine.transform(train[::-1]))


def test_more_characters_than_the_dense_table_has() -> None:
    rng = np.random.default_rng(0)
    every = [chr(c) for c in range(0x4E00, 0x4E00 + 5000)]
    train = ["".join(every)] + ["".join(rng.choice(every, 200)) for _ in range(20)]
    peer, mine = both({"ngram_range": (1, 3)})
    assert_equal(peer.fit_transform(train), mine.fit_transform(train))
    others = ["".join(rng.choice(every, 200)) for _ in range(5)]
    assert_equal(peer.transform(others), mine.transform(others))


def test_a_count_above_a_byte_and_a_text_above_a_block() -> None:
    train = ["林业" * 40_000, "业林", ""]
    peer, mine = both({"ngram_range": (1, 2), "sublinear_tf": True, "norm": None})
    assert_equal(peer.fit_transform(train), mine.fit_transform(train))


@given(some_texts)
def test_blocks_hold_all_texts_in_order(train: list[str]) -> None:
    seen = []
    for codes, ends in code_blocks(train, 16):
        for a, b in zip([0, *ends.tolist()], ends.tolist(), strict=False):
            seen.append(codes[a:b].tobytes().decode("utf-32-le", "surrogatepass"))
    import re

    assert seen == [re.sub(r"\s\s+", " ", t) for t in train]


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=8))
def test_counted_keys_counts(rows: list[list[int]]) -> None:
    keys = np.array([k for row in rows for k in row], np.uint32)
    stops = np.cumsum([len(row) for row in rows], dtype=np.intp) if rows else np.zeros(0, np.intp)
    column = np.append(np.where(np.arange(9) % 4 == 3, -1, np.arange(9)), -1).astype(np.int32)
    counts, columns, sizes = counted_keys(keys, stops, 9, column)
    first = 0
    for row, size in zip(rows, sizes.tolist(), strict=True):
        kept = [k for k in row if k != 9 and k % 4 != 3]
        here = dict(
            zip(columns[first : first + size].tolist(), counts[first : first + size].tolist(), strict=True)
        )
        assert here == {k: kept.count(k) for k in kept}
        assert list(here) == sorted(here)
        first += size
    assert first == len(counts)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ngram_range": (2, 1)}, "ngram_range"),
        ({"ngram_range": (0, 1)}, "ngram_range"),
        ({"norm": "max"}, "norm"),
        ({"dtype": np.int64}, "dtype"),
        ({"max_features": 0}, "max_features"),
        ({"min_df": 3, "max_df": 1}, "min_df"),
        ({"min_df": 3}, "min_df"),
        ({"ngram_range": (9, 9)}, "no n-gram"),
    ],
)
def test_errors_name_the_parameter(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NgramVectorizer(**params).fit(["林业局", "林业"])


def test_one_string_is_not_a_list_of_texts() -> None:
    with pytest.raises(ValueError, match="put it in a list"):
        NgramVectorizer().fit("林业局")
    with pytest.raises(ValueError, match="text 1 is None"):
        NgramVectorizer().fit(["林业局", None])  # type: ignore[list-item]


def test_not_fitted() -> None:
    with pytest.raises(NotFittedError):
        NgramVectorizer().transform(["林业局"])
    with pytest.raises(NotFittedError):
        NgramVectorizer().get_feature_names_out()


def test_parameters_as_scikit_learn_has_them() -> None:
    mine = NgramVectorizer(ngram_range=(1, 2), norm=None)
    ours, theirs = mine.get_params(), TfidfVectorizer().get_params()
    assert set(ours) <= set(theirs)
    assert {k: v for k, v in NgramVectorizer().get_params().items() if v != theirs[k]} == {}
    assert repr(mine) == "NgramVectorizer(ngram_range=(1, 2), norm=None)"
    assert mine.set_params(norm="l1").norm == "l1"
    with pytest.raises(ValueError, match="analyzer"):
        mine.set_params(analyzer="word")
    assert NgramVectorizer(dtype=np.float32).fit_transform(["林业"]).dtype == np.float32


def test_no_texts_to_transform() -> None:
    assert NgramVectorizer().fit(["林业"]).transform([]).shape == (0, 2)
