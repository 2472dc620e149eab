"""The layouts in which bulletins are measured have the lines of the bulletin, set differently."""

from __future__ import annotations

import doctest

import pytest

from benchmarks import summarization

TEXT = (
    "柳湾造林\n柳湾开始造林。\n苗木来自石泉。\n\n昨天，石泉有雨。\n雨下了一天。\n云港通车\n公路全长四十公里。"
)
LAYOUTS = summarization.layouts(TEXT)


def test_examples() -> None:
    assert doctest.testmod(summarization).failed == 0


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_has_every_line(name: str) -> None:
    lines = LAYOUTS[name].split("\n")
    at = -1
    for line in filter(None, TEXT.split("\n")):
        at = next(i for i in range(at + 1, len(lines)) if line in lines[i])


def test_what_sets_headings_off() -> None:
    assert LAYOUTS["as it is"] == TEXT
    assert "\n\n" not in LAYOUTS["no blank lines"]
    assert LAYOUTS["blank line after every line"].count("\n\n") == 6
    assert "2. 云港通车" in LAYOUTS["numbered 1."]
    assert "二、昨天，石泉有雨。" in LAYOUTS["numbered 一、, no blank lines"]
    assert LAYOUTS["ruled"].count("--------\n") == 2
    assert "云港通车。" in LAYOUTS["with 。, no blank lines"]
