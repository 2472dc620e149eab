"""`NgramVectorizer` against scikit-learn's `TfidfVectorizer`, on texts that Hypothesis makes."""

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
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils._param_validation import InvalidParameterError

from classify.sections import counting, vectorizer
from classify.sections.folding import raw_blocks
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
        "binary": st.booleans(),
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
    theirs, ours = (v.inverse_transform(v.transform(others)) for v in (peer, mine))
    without_nul = [sorted(term.rstrip("\0") for term in row) for row in ours]  # NumPy drops NUL at the end
    assert [sorted(row) for row in theirs] == without_nul


@given(
    some_texts,
    some_texts,
    st.lists(st.text(FEW, min_size=1, max_size=4), min_size=1, max_size=9, unique=True),
    st.sampled_from([list, set, dict, "reversed"]),
    st.sampled_from([(1, 1), (1, 2), (2, 2), (2, 3), (1, 3)]),
)
def test_a_given_vocabulary_equals_scikit_learn(
    train: list[str], others: list[str], terms: list[str], kind: Any, ngram_range: tuple[int, int]
) -> None:
    if kind is dict:
        vocabulary: Any = {term: i for i, term in enumerate(terms)}
    elif kind == "reversed":
        vocabulary = {term: len(terms) - 1 - i for i, term in enumerate(terms)}
    else:
        vocabulary = kind(terms)
    peer, mine = both({"vocabulary": vocabulary, "ngram_range": ngram_range})
    assert_equal(peer.fit_transform(train), mine.fit_transform(train))
    assert_equal(peer.transform(others), mine.transform(others))
    assert mine.vocabulary_ == peer.vocabulary_
    assert mine.get_feature_names_out().tolist() == peer.get_feature_names_out().tolist()


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
    monkeypatch.setattr(vectorizer, "_VALUES_TOGETHER", 64)
    monkeypatch.setattr(raw_blocks, "__defaults__", (64,))
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
        ({"ngram_range": "12"}, "'ngram_range' parameter of NgramVectorizer must be"),
        (
            {"analyzer": "word"},
            "'analyzer' parameter of NgramVectorizer must be 'char' or 'news'. Got 'word'",
        ),
        ({"analyzer": "news"}, "ngram_range"),
        ({"min_df": -1}, "min_df"),
        ({"min_df": "2"}, "min_df"),
        ({"max_df": 1.5}, "max_df"),
        ({"binary": 2}, "binary"),
        ({"words": ("林场",)}, "words"),
        ({"vocabulary": "林场"}, "vocabulary"),
        ({"vocabulary": []}, "empty vocabulary"),
        ({"vocabulary": ["林", "林"]}, "Duplicate term"),
        ({"vocabulary": {"林": 1}}, "indices"),
        ({"vocabulary": ["林", ""]}, "not empty"),
        ({"vocabulary": ["林" * 256]}, "255"),
    ],
)
def test_errors_name_the_parameter(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NgramVectorizer(**params).fit(["林业局", "林业"])


def test_errors_are_scikit_learns() -> None:
    with pytest.raises(InvalidParameterError):
        NgramVectorizer(norm="l3").fit(["林业局"])


def test_in_a_pipeline() -> None:
    texts = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林"]
    pipeline = make_pipeline(NgramVectorizer(ngram_range=(1, 2)), LinearSVC()).fit(texts, [0, 0, 1, 1])
    assert pipeline.predict(["林场护林"]).tolist() == [1]
    assert len(pipeline[:1].get_feature_names_out()) == pipeline[0].n_features_


def test_news_has_words_and_edges() -> None:
    v = NgramVectorizer(analyzer="news", ngram_range=(1, 2), words=["林场", "造林"], use_idf=False, norm=None)
    X = v.fit_transform(["　林场造林", "林场　造林"])
    row = dict(zip(v.get_feature_names_out().tolist(), X.toarray()[0].tolist(), strict=True))
    assert {k: n for k, n in row.items() if n} == {
        "character__林": 2, "character__场": 1, "character__造": 1,
        "pair__林场": 1, "pair__场造": 1, "pair__造林": 1,
        "edge__^林": 1, "edge__^林场": 1, "edge__林$": 1, "edge__造林$": 1,
        "word__林场": 1, "word__造林": 1,
    }  # fmt: skip
    assert X.has_sorted_indices


def test_one_string_is_not_a_list_of_texts() -> None:
    with pytest.raises(TypeError, match="put it in a list"):
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
    assert set(ours) - set(theirs) == {"words"}
    defaults = NgramVectorizer().get_params()
    assert {k for k in set(theirs) & set(ours) if defaults[k] != theirs[k]} == {"analyzer"}
    assert repr(mine) == "NgramVectorizer(ngram_range=(1, 2), norm=None)"
    assert mine.set_params(norm="l1").norm == "l1"
    with pytest.raises(ValueError, match="Invalid parameter 'stop_words'"):
        mine.set_params(stop_words="word")
    assert NgramVectorizer(dtype=np.float32).fit_transform(["林业"]).dtype == np.float32


def test_no_texts_to_transform() -> None:
    assert NgramVectorizer().fit(["林业"]).transform([]).shape == (0, 2)


def test_news_that_folding_makes_longer() -> None:
    long = "\u0958" * 50  # one character that NFC writes as two
    v = NgramVectorizer(analyzer="news", ngram_range=(1, 2), use_idf=False, norm=None).fit([long, long])
    assert v.transform([long]).sum() == 100 + 99 + 4
