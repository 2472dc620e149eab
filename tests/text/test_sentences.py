"""Sentences: terminators and quotes kept, nothing lost, nothing cut inside quotations and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.sentences import MAX_QUOTED, sentence_spans, split_sentences

texts = st.text(alphabet="甲乙丙。！？!?.…；，、“”‘’「」（）《》 \n　a1", max_size=80)


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


def test_a_long_speech_is_split_inside() -> None:
    speech = "我们要造林。" * (MAX_QUOTED // 6 + 2)
    assert len(split_sentences(f"他说：“{speech}”")) > 1


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
