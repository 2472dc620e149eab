"""Sentences: the cases, terminators and quotes kept, nothing lost, nothing cut inside quotations and numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.sentences import MAX_QUOTED, sentence_spans, split_sentences

texts = st.text(alphabet="甲乙丙。！？!?.．｡…；，：、“”‘’「」（）《》\"＂' \n　a1", max_size=80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下雨了。刮风了！停电了？", ["下雨了。", "刮风了！", "停电了？"]),
        ("真的？！好。", ["真的？！", "好。"]),
        ("他说：“下雨了。刮风了。”", ["他说：“下雨了。刮风了。”"]),
        ("他说：“下雨了！”，就走了。", ["他说：“下雨了！”，就走了。"]),
        ("“下雨了。”他说。", ["“下雨了。”", "他说。"]),
        ("（记者注：未经证实。）后来证实了。", ["（记者注：未经证实。）后来证实了。"]),
        ("增长3.5%，达1.2万。版本1.60.5已发布。", ["增长3.5%，达1.2万。", "版本1.60.5已发布。"]),
        ("他想了想……没有说话。", ["他想了想……没有说话。"]),
        ("先修路；再种树。", ["先修路；再种树。"]),
        (
            "It rained. The wind rose (at 5.30 p.m.). 停电了。",
            ["It rained.", "The wind rose (at 5.30 p.m.).", "停电了。"],
        ),
        ("第一段没有句号\n第二段", ["第一段没有句号", "第二段"]),
        ("  前后有空白。　 ", ["前后有空白。"]),
        ("最后一句没有句号。像这样", ["最后一句没有句号。", "像这样"]),
        ("", []),
        (" \n\n ", []),
        ("。", ["。"]),
    ],
)
def test_known_sentences(text: str, expected: list[str]) -> None:
    assert [s.text for s in split_sentences(text)] == expected


@pytest.mark.cases("sentences")
def test_cases(case: dict[str, Any]) -> None:
    assert [s.text for s in split_sentences(case["text"])] == case["expected"]


def test_a_long_speech_is_split_inside() -> None:
    speech = "我们要造林。" * (MAX_QUOTED // 6 + 2)
    assert len(split_sentences(f"他说：“{speech}”")) > 1


@pytest.mark.parametrize("quotes", ["“”", '""', "＂＂", "''", "””", "““", "「」"])
def test_every_kind_of_marks_keeps_a_speech_whole(quotes: str) -> None:
    speech = f"他说：{quotes[0]}下雨了。刮风了！{quotes[1]}"
    assert [s.text for s in split_sentences(speech + "停电了。")] == [speech, "停电了。"]


def test_long_runs_of_marks_take_time_in_proportion_to_their_length() -> None:
    # Each took minutes or could: a run of terminators before a colon was read once for each of them.
    for unit in ("。", "。”", '"', "“", "”", '("', "a?", "http://!", "a.", "“甲。”", 'Mr. "', '。"'):
        assert sentence_spans(unit * 40_000 + "：") is not None


@given(texts)
def test_offsets_reproduce_the_text(text: str) -> None:
    at = 0
    for s in split_sentences(text):
        assert text[s.start : s.end] == s.text
        assert s.text == s.text.strip() != ""
        assert not text[at : s.start].strip()
        assert "\n" not in s.text
        at = s.end
    assert not text[at:].strip()


@given(texts)
def test_paragraphs_are_split_alone(text: str) -> None:
    alone = [(0, 0)]
    at = 0
    for line in text.split("\n"):
        alone += [(a + at, b + at) for a, b in sentence_spans(line)]
        at += len(line) + 1
    assert sentence_spans(text) == alone[1:]
