"""What the classifier sees of an article: against counts taken with plain strings."""

from __future__ import annotations

import pickle
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.sections.calibration import Calibration
from classify.sections.folding import BEGIN, END, TextBlock, folded_blocks
from classify.sections.model import Model
from classify.sections.news import NewsVectorizer, headline_block
from classify.sections.vocabulary import EDGE_TEXTS
from classify.text.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = ("林业", "林业局", "造林", "林场", "业局长", "护林员会议")
LETTERS = "林业局长造场护员会议 \nａa\u200b𠮷外"
texts = st.text(LETTERS, max_size=40)


class Scissors:
    """A segmenter that knows `WORDS` and finds all of them, wherever they are."""

    name = "scissors"

    def cut(self, text: str) -> list[str]:
        return [w for w in WORDS if w in text]

    def tag(self, text: str) -> list[tuple[str, str]]:
        return [(w, "n") for w in self.cut(text)]


def learn(train: list[str], **params: Any) -> tuple[NewsVectorizer, Any]:
    vectorizer = NewsVectorizer(**params)
    return vectorizer, vectorizer.learn(train, Scissors())


def blocks_of(part: str, texts: list[str]) -> list[TextBlock]:
    blocks = list(folded_blocks(texts))
    return blocks if part == "whole" else [headline_block(block) for block in blocks]


def plain_terms(text: str, words: Iterable[str]) -> Counter[tuple[str, str]]:
    """Return the terms of a folded text as the module's first lines define them, with plain strings."""
    marked = BEGIN + text + END
    seen: Counter[tuple[str, str]] = Counter()
    stop = 0
    for i, char in enumerate(marked):
        if char not in (BEGIN, END):
            seen["character", char] += 1
        pair = marked[i : i + 2]
        if len(pair) == 2 and pair != BEGIN + END:
            seen["edge" if BEGIN in pair or END in pair else "pair", pair] += 1
        here = [n for n in range(2, NewsVectorizer.LONGEST_WORD + 1) if marked[i : i + n] in words]
        if here and i + max(here) > stop:
            stop = i + max(here)
            seen["word", marked[i:stop]] += 1
    if len(text) >= 2:
        seen["edge", marked[:3]] += 1
        seen["edge", marked[-3:]] += 1
    return seen


@settings(max_examples=200)
@given(st.lists(texts, min_size=1, max_size=8), st.integers(1, 3))
def test_training_texts_are_counted_as_any_others(train: list[str], min_df: int) -> None:
    vectorizer, X = learn(train, min_df=min_df)
    assert (vectorizer.transform(train) != X).nnz == 0
    assert (np.bincount(X.indices, minlength=X.shape[1]) >= min_df).all()
    lengths = np.sqrt(
        X[:, : vectorizer.whole_.n_features_].multiply(X[:, : vectorizer.whole_.n_features_]).sum(axis=1)
    )
    assert all(n == pytest.approx(1) or n == 0 for n in np.asarray(lengths).ravel().tolist())


def test_terms_of_one_text_count_in_headlines_only() -> None:
    bodies = ["林场造林" * 30, "林场护林" * 30]
    vectorizer, _ = learn([f"首次{i}\n{b}" for i, b in enumerate(bodies)])
    names = set(vectorizer.get_feature_names_out().tolist())
    assert {"whole__pair__林场", "whole__pair__首次", "headline__pair__次0"} <= names
    assert not {"whole__pair__次0", "whole__pair__造林", "whole__word__造林"} & names


def test_a_word_that_is_dropped_exposes_the_shorter_ones_inside() -> None:
    vectorizer, X = learn(["林业局长", "林业局", "林业局", "局长"], min_df=2)
    names = vectorizer.get_feature_names_out().tolist()
    assert [n for n in names if n.startswith("whole__word")] == ["whole__word__林业局"]
    assert (
        X[0, names.index("whole__word__林业局")] > 0
    )  # 业局长 is known to the segmenter, but in no other text


@pytest.mark.parametrize(("length", "factor"), [(10, 1.0), (20, 1.0), (320, 2.0)])
def test_the_end_counts_more_in_long_texts(length: int, factor: float) -> None:
    vectorizer, _ = learn(["林" * (length - 1) + "场"] * 3)
    whole = vectorizer.whole_
    weights = dict(zip(whole.get_feature_names_out().tolist(), whole.idf_.tolist(), strict=True))
    plain = np.log((1 + 3) / (1 + 3)) + 1  # scikit-learn's smoothed one, of a term that is in all three
    ends = {name for name in weights if name.endswith("$")}
    assert ends == {"edge__场$", "edge__林场$"}
    assert weights == pytest.approx({k: plain * factor if k in ends else plain for k in weights})


@settings(max_examples=200)
@given(st.lists(texts, min_size=1, max_size=8), texts)
def test_counts_are_those_of_plain_strings(train: list[str], other: str) -> None:
    vectorizer, _ = learn(train)
    folded = [fold(t) for t in train]
    heads = [t.split("\n")[0] if "\n" in t else "" for t in folded]
    words = {w for w in WORDS if any(w in t for t in folded)}
    for part, its_texts in (("whole", folded), ("headline", heads)):
        known = Counter[tuple[str, str]]()
        for t in its_texts:
            known.update(set(plain_terms(t, words)))
        rare = {t for t, n in known.items() if t[0] == "edge" and len(t[1]) == 3 and n < EDGE_TEXTS}
        last = fold(other)
        last = last if part == "whole" else last.split("\n")[0] if "\n" in last else ""
        ngrams = (vectorizer.whole_ if part == "whole" else vectorizer.headline_).ngrams_
        counted = ngrams.count(blocks_of(part, [*train, other]))
        names = ngrams.terms(counted.columns)
        for i, t in enumerate([*its_texts, last]):
            row = slice(int(counted.starts[i]), int(counted.starts[i + 1]))
            here = dict(zip(names[row], counted.data[row].tolist(), strict=True))
            assert len(here) == len(names[row])
            assert here == {k: n for k, n in plain_terms(t, words).items() if k in known and k not in rare}


def a_model(train: list[str], n_classes: int = 3) -> Model:
    vectorizer, _ = learn(train)
    rng = np.random.default_rng(vectorizer.n_features_)
    weights = rng.normal(size=(vectorizer.n_features_, n_classes)).astype(np.float32)
    classes = tuple(str(i) for i in range(n_classes))
    calibration = Calibration(1.0, np.zeros(n_classes))
    return Model(classes, vectorizer, weights, rng.normal(size=n_classes), calibration, 0.0, "scissors")


def check_scores(model: Model, some: list[str]) -> None:
    want = model.transform(some) @ model.weights.astype(np.float64) + model.intercepts
    np.testing.assert_allclose(model.scores(some), want, rtol=0, atol=1e-11)


@settings(max_examples=100)
@given(st.lists(texts, min_size=1, max_size=8), st.lists(texts, max_size=8))
def test_scores_are_rows_times_weights(train: list[str], others: list[str]) -> None:
    model = a_model(train)
    check_scores(model, train)
    check_scores(model, others)


@given(st.lists(texts, min_size=1, max_size=8))
def test_scores_without_scipy_are_the_same(train: list[str]) -> None:
    model = a_model(train)
    want = model.scores(train)
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(sys.modules, "scipy.sparse")
        np.testing.assert_allclose(model.scores(train), want, rtol=0, atol=1e-11)


def test_scores_of_long_texts_and_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    letters = list(LETTERS.replace("\n", "") + "".join(map(chr, range(0x4E00, 0x4E00 + 4000))))
    some = ["".join(rng.choice(letters, n)) for n in [*rng.integers(0, 40, 1000), 50_000, 2]]
    some.append("林业局" * 30_000)
    some += [t[:20] + "\n" + t for t in some[:50]]
    model = a_model(some[::2], n_classes=2)
    check_scores(model, some)
    at_once = model.scores(some)
    monkeypatch.setattr(NewsVectorizer, "SCORED_TOGETHER", 100)
    np.testing.assert_allclose(model.scores(some), at_once, rtol=0, atol=1e-12)
    one_by_one = np.concatenate([model.scores([t]) for t in some[-60:]])
    np.testing.assert_allclose(at_once[-60:], one_by_one, rtol=0, atol=1e-12)


def test_scores_of_nothing() -> None:
    model = a_model(["林业局", "造林"])
    assert model.scores([]).shape == (0, 3)
    np.testing.assert_array_equal(model.scores(["", "\n", "外"])[:2], np.tile(model.intercepts, (2, 1)))


def test_a_model_is_pickled_without_what_it_can_make_again() -> None:
    model = a_model(["林业局", "造林"])
    before = len(pickle.dumps(model))
    scores = model.scores(["林业"])
    assert len(pickle.dumps(model)) == before
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).scores(["林业"]), scores)


@pytest.mark.parametrize(
    ("params", "name"),
    [({"headline_weight": -1}, "headline_weight"), ({"min_df": 0}, "min_df"), ({"min_df": 0.5}, "min_df")],
)
def test_bad_parameters_are_named(params: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' parameter of NewsVectorizer"):
        NewsVectorizer(**params).fit(["林业局", "造林"])


def test_weights_made_a_text_at_a_time_and_of_four_bytes_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train = ["林业\n林业局造林", "", "护林员会议", "造林\n林场造林" * 9]
    _, X = learn(train)
    monkeypatch.setattr(NewsVectorizer, "WEIGHED_TOGETHER", 1)
    _, one_by_one = learn(train)
    assert (one_by_one != X).nnz == 0
    single = NewsVectorizer().learn(train, Scissors(), np.float32)
    assert single.dtype == np.float32
    assert single.has_canonical_format
    np.testing.assert_allclose(single.toarray(), X.toarray(), rtol=1e-6)
