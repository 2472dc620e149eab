"""The signs of sentences: what depends on the sentence before it, what is no sentence, which features are seen."""

from __future__ import annotations

from typing import Any

import pytest

from classify.summarizer import summarize
from classify.summarizer.scoring import WEIGHTS, find_dependents, sentence_features, sentence_numbers
from classify.summarizer.structure import text_units
from tests.summarizer.texts import rank
from tests.support import read_cases

SHARED = "柳湾林业局开始造林，今年计划造林二十万亩，苗木由石泉的苗圃准备，三月底前完成。"


def feature(text: str, name: str) -> list[float]:
    """Return one feature of all sentences of a text."""
    ranked = rank(text)
    numbers = list(range(len(ranked.units)))
    found: list[float] = sentence_features(ranked, numbers)[:, list(WEIGHTS).index(name)].tolist()
    return found


@pytest.mark.parametrize("case", (cases := read_cases("summary_choice")), ids=[c["comment"] for c in cases])
def test_cases(case: dict[str, Any]) -> None:
    found = [s.text for s in summarize(case["text"], 3).sentences]
    for text in case.get("in", []):
        assert any(text in s for s in found), found
    for text in case.get("out", []):
        assert not any(text in s for s in found), found


@pytest.mark.parametrize(
    ("second", "depends"),
    [
        ("这些苗木来自石泉。", True),
        ("该局还备好了水车。", True),
        ("他说，雨水够了。", True),
        ("“他们都来了。”", True),
        ("其中，沙区有五万亩。", True),
        ("此外，镇里修了路。", True),
        ("对此，专家有话说。", True),
        ("其他县也在造林。", False),
        ("此次造林有三个镇。", False),
        ("其实造林不难。", False),
        ("石泉备好了苗木。", False),
    ],
)
def test_what_depends_on_the_sentence_before(second: str, depends: bool) -> None:
    text = "柳湾开始造林。" + second
    assert find_dependents(text, text_units(text), [0, 1]) == [False, depends]


def test_the_first_candidate_depends_on_nothing() -> None:
    text = "他们上了山。他带着铁锹。"
    units = text_units(text)
    assert find_dependents(text, units, [0, 1]) == [False, True]
    assert find_dependents(text, units, [1]) == [False]


def test_a_line_without_a_mark_is_no_sentence_unless_most_are() -> None:
    deck = "造林是为了让风沙停下来" * 5
    text = f"{deck}\n柳湾造林。石泉有雨。"
    assert sentence_numbers(text, text_units(text)) == [1, 2]
    text = f"{deck}\n{deck}了\n石泉有雨。"
    assert sentence_numbers(text, text_units(text)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "sentence", "value"),
    [
        ("figures", "产量20.5吨，增1,000斤。", 2 / 3),
        ("results", "累计造林，同比增长。", 1.0),
        ("announcement", "县里印发通知。", 1.0),
        ("attribution", "局长介绍，苗木够了。", 1.0),
        ("speech", "“苗木够了，水也够了。”他说。", 1.0),
        ("speech", "“造林”是县里今年最大的事。", 0.0),
        ("question", "谁来浇水？", 1.0),
        ("exclamation", "水来了！", 1.0),
        ("example", "比如，石泉有苗圃。", 1.0),
        ("first person", "我上了山。", 1.0),
        ("first person", "我国造林最多。", 0.0),
    ],
)
def test_signs(name: str, sentence: str, value: float) -> None:
    others = [SHARED, "天气预报说下周有雨。"]
    assert feature("".join([others[0], sentence, others[1]]), name)[1] == pytest.approx(value)
    assert feature("".join(others), name)[-1] == 0.0


def test_features_of_place_length_and_words() -> None:
    text = f"{SHARED}\n造林要苗木。\n明天有雨。"
    assert feature(text, "last paragraph") == [0.0, 0.0, 1.0]
    assert feature(text, "rank")[0] == 1.0
    assert max(feature(text, "centrality")) == 1.0
    assert feature(text, "centrality")[2] == 0.0
    short, length = feature(text, "too short"), feature(text, "length")
    assert short[1] == pytest.approx(-length[1])
    assert sum(feature("明天有雨。", "centrality")) == 0.0
