"""Features and scores: against counts taken with plain strings, and against each other."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.sections import scoring
from classify.sections.calibration import Calibration
from classify.sections.features import LONGEST_WORD, Features, row_sums
from classify.sections.folding import BEGIN, END
from classify.sections.model import Model
from classify.sections.scoring import distinct
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


def plain_terms(text: str, words: Iterable[str]) -> Counter[tuple[str, str]]:
    """Return the terms of a folded text as the module's first lines tell them, with plain strings."""
    marked = BEGIN + text + END
    seen: Counter[tuple[str, str]] = Counter()
    stop = 0
    for i, char in enumerate(marked):
        if char not in (BEGIN, END):
            seen["character", char] += 1
        pair = marked[i : i + 2]
        if len(pair) == 2 and pair != BEGIN + END:
            seen["edge" if BEGIN in pair or END in pair else "pair", pair] += 1
        here = [n for n in range(2, LONGEST_WORD + 1) if marked[i : i + n] in words]
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
    features, found = Features.learn(train, Scissors(), 0.5, min_df)
    again = features.count(train)
    for part in ("counts", "columns", "starts"):
        assert (getattr(found, part) == getattr(again, part)).all()
    df = np.bincount(found.columns, minlength=len(features))
    assert (df >= min_df).all()


def test_terms_of_one_text_count_in_headlines_only() -> None:
    bodies = ["林场造林" * 30, "林场护林" * 30]
    features, _ = Features.learn([f"首次{i}\n{b}" for i, b in enumerate(bodies)], Scissors(), 0.5)
    names = {(part, term) for part, _, term in features.names(np.arange(len(features)))}
    assert {("whole", "林场"), ("whole", "首次"), ("headline", "次0")} <= names
    assert not {("whole", "次0"), ("whole", "造林")} & names


@pytest.mark.parametrize(("length", "factor"), [(10, 1.0), (20, 1.0), (320, 2.0)])
def test_the_end_counts_more_in_long_texts(length: int, factor: float) -> None:
    features, _ = Features.learn(["林" * (length - 1) + "场"] * 3, Scissors(), 0.5)
    names = features.names(np.arange(len(features)))
    weights = {
        (kind, term): float(idf) for (_, kind, term), idf in zip(names, features.whole.idf, strict=True)
    }
    plain = np.log((1 + 3) / (1 + 3)) + 1  # scikit-learn's smoothed one, of a term that is in all three
    ends = {k for k in weights if k[0] == "edge" and k[1].endswith(END)}
    assert {term for _, term in ends} == {"场" + END, "林场" + END}
    assert weights == pytest.approx({k: plain * factor if k in ends else plain for k in weights})


@settings(max_examples=200)
@given(st.lists(texts, min_size=1, max_size=8), texts)
def test_counts_are_those_of_plain_strings(train: list[str], other: str) -> None:
    features, found = Features.learn(train, Scissors(), 0.5)
    folded = [fold(t) for t in train]
    heads = [t.split("\n")[0] if "\n" in t else "" for t in folded]
    words = {w for w in WORDS if any(w in t for t in folded)}
    again = features.count(train)
    for part in ("counts", "columns", "starts"):
        assert (getattr(found, part) == getattr(again, part)).all()
    for part, its_texts in (("whole", folded), ("headline", heads)):
        known = Counter[tuple[str, str]]()
        for t in its_texts:
            known.update(set(plain_terms(t, words)))
        rare = {t for t, n in known.items() if t[0] == "edge" and len(t[1]) == 3 and n < EDGE_TEXTS}
        last = fold(other)
        last = last if part == "whole" else last.split("\n")[0] if "\n" in last else ""
        counted = features.count([*train, other])
        names = features.names(counted.columns)
        for i, t in enumerate([*its_texts, last]):
            row = slice(int(counted.starts[i]), int(counted.starts[i + 1]))
            assert (np.diff(counted.columns[row]) > 0).all()
            here = {
                (kind, term): n
                for (p, kind, term), n in zip(names[row], counted.counts[row].tolist(), strict=True)
                if p == part
            }
            assert here == {k: n for k, n in plain_terms(t, words).items() if k in known and k not in rare}


def a_model(train: list[str], n_classes: int = 3) -> Model:
    features, _ = Features.learn(train, Scissors(), 0.5)
    for channel in (features.whole, features.headline):
        channel.idf = channel.idf.astype(np.float32).astype(np.float64)  # as a model file has them
    rng = np.random.default_rng(len(features))
    weights = rng.normal(size=(len(features), n_classes)).astype(np.float32)
    classes = [str(i) for i in range(n_classes)]
    calibration = Calibration(1.0, np.zeros(n_classes))
    return Model(
        classes, features, weights, rng.normal(size=n_classes), calibration, threshold=0, segmenter="scissors"
    )


@settings(max_examples=200)
@given(st.lists(texts, min_size=1, max_size=8), st.lists(texts, max_size=8), st.booleans())
def test_scores_are_those_of_the_counts(train: list[str], others: list[str], by_place: bool) -> None:
    with mock.patch.object(scoring, "PLACES_AT_MOST", 1 << 23 if by_place else 0):
        model = a_model(train)
        for some in (train, others):
            want = model.scores_of(model.features.count(some))
            np.testing.assert_allclose(model.scores(some), want, rtol=0, atol=1e-11)


@pytest.mark.parametrize("places", [0, 1 << 23])
def test_scores_of_long_texts_and_of_many(places: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "PLACES_AT_MOST", places)
    rng = np.random.default_rng(1)
    letters = list(LETTERS.replace("\n", "") + "".join(map(chr, range(0x4E00, 0x4E00 + 4000))))
    some = ["".join(rng.choice(letters, n)) for n in [*rng.integers(0, 40, 3000), 50_000, 2]]
    some.append("林业局" * 30_000)
    some += [t[:20] + "\n" + t for t in some[:50]]
    model = a_model(some[::2], n_classes=2)
    want = model.scores_of(model.features.count(some))
    np.testing.assert_allclose(model.scores(some), want, rtol=0, atol=1e-11)
    one_by_one = np.concatenate([model.scores([t]) for t in some[-60:]])
    np.testing.assert_allclose(model.scores(some[-60:]), one_by_one, rtol=0, atol=1e-12)


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


@given(st.lists(st.integers(0, 30) | st.integers(0, 2**64 - 1), max_size=60))
def test_distinct_counts(keys: list[int]) -> None:
    places, counts = distinct(np.array(keys, np.uint64))
    seen = Counter(keys)
    assert [keys[p] for p in places.tolist()] == keys
    assert [int(counts[p]) for p in places.tolist()] == [seen[k] for k in keys]
    assert int(counts.sum()) == len(keys)


def test_distinct_where_all_slots_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "FEWEST_BITS", 1)
    monkeypatch.setattr(scoring, "MOST_BITS", 1)
    keys = np.arange(40, dtype=np.uint64).repeat(2)
    places, counts = distinct(keys)
    assert (keys[places] == keys).all()
    assert (counts[places] == 2).all()


def test_row_sums() -> None:
    values = np.array([1.0, 2.0, 4.0])
    assert row_sums(values, np.array([0, 0, 2, 2, 3, 3])).tolist() == [0, 3, 0, 4, 0]
