"""Generated pages: the same seed gives the same page, and each line knows its article and its role."""

from __future__ import annotations

import random

import pytest

from benchmarks.typography import ROLES, draw_style, make_page, wrap

SEEDS = [seed for seed in range(60) if seed % 3 == 0]


@pytest.fixture(scope="module")
def pages() -> list:
    try:
        return [make_page(seed) for seed in SEEDS]
    except ImportError as e:
        pytest.skip(f"{e}; traditional characters need `pip install '.[bench]'`")


def test_the_same_seed_gives_the_same_page(pages: list) -> None:
    assert [make_page(seed).text for seed in SEEDS[:5]] == [page.text for page in pages[:5]]


def test_every_printed_line_has_a_role_and_every_article_a_body(pages: list) -> None:
    for page in pages:
        for line in page.lines:
            assert (line.role in ROLES) if line.text.strip() else line.story == -1 or not line.text
            assert (line.story == -1) == (line.role in ("", "furniture")) or line.role == "furniture"
        with_body = {line.story for line in page.lines if line.role in ("body", "subhead")}
        assert with_body >= set(range(len(page.stories)))


def test_a_plain_page_has_its_headlines_in_its_lines(pages: list) -> None:
    checked = 0
    for page in pages:
        if (
            page.style["traditional"]
            or page.style["ocr"]
            or page.style["glue_vertical"]
            or page.style["fullwidth_digits"]
        ):
            continue
        for number, story in enumerate(page.stories):
            printed = "".join(x.text for x in page.lines if x.story == number and x.role == "headline")
            assert "".join(printed.split()) == "".join(story.headline.split())
            checked += 1
    assert checked > 20


def test_styles_differ() -> None:
    styles = [draw_style(random.Random(seed)) for seed in range(200)]
    assert {style["order"] for style in styles} >= {"story", "heads_first", "blocks"}
    assert {style["blanks"] for style in styles} >= {"none", "parts", "random", "every"}


def test_lines_are_as_wide_as_asked() -> None:
    text = "石泉水库今日蓄水，下游一万一千亩农田可以按时灌溉。"
    lines = wrap(text, 8, random.Random(1), kinsoku=True, keep_words=False)
    assert "".join(lines) == text
    assert all(len(line) <= 9 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
