"""Boundaries that somebody sets: articles of given lines, and gold pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import InputError
from classify.output.json import article_object
from classify.read.pdf import PdfReader
from classify.service.boundaries import drawn_articles, gold_page, parse_boundaries
from classify.service.reading import SplitFile, Upload, read_page
from tests.support import ROOT

TEXT = """林场造林忙
本报讯（记者岑雨桐）云港市林场近日
造林两千亩。
水库开始蓄水
本报讯 石泉水库昨日开始蓄水，水位上升
三米。
第3版"""


@pytest.fixture(scope="module")
def page() -> SplitFile:
    with PdfReader() as reader:
        return read_page(Upload(TEXT.encode(), "p.txt"), reader)


@pytest.fixture(scope="module")
def printed() -> SplitFile:
    with PdfReader() as reader:
        return read_page(Upload((ROOT / "examples" / "page.pdf").read_bytes(), "page.pdf"), reader)


def drawn(file: SplitFile, *articles: dict[str, Any]) -> SplitFile:
    return drawn_articles(parse_boundaries(articles, file), file)


def test_lines_become_articles_and_the_others_are_left_over(page: SplitFile) -> None:
    found = drawn(page, {"lines": [[1, 1, 3]]}, {"lines": [[1, 4, 6]]})
    assert [(a.headline, a.body, a.lines) for a in found.articles] == [
        ("林场造林忙", "云港市林场近日造林两千亩。", ((1, 3),)),
        ("水库开始蓄水", "石泉水库昨日开始蓄水，水位上升三米。", ((4, 6),)),
    ]
    assert [line.text for line in found.leftover] == ["第3版"]
    assert found.articles[0].byline.reporters == ("岑雨桐",)


def test_what_nobody_changed_stays_as_it_was_found(page: SplitFile) -> None:
    spans = [{"lines": [[1, *span] for span in article.lines]} for article in page.articles]
    assert drawn(page, *spans).articles == page.articles


def test_marked_lines_are_what_somebody_says(page: SplitFile) -> None:
    found = drawn(
        page,
        {
            "lines": [[1, 1, 7]],
            "headline": [[1, 4, 4]],
            "kicker": [[1, 1, 1]],
            "deck": [],
            "byline": [[1, 7, 7]],
        },
    )
    (article,) = found.articles
    assert (article.headline, article.kicker, article.deck) == ("水库开始蓄水", "林场造林忙", "")
    assert article.byline.reporters == ("第3版",)
    assert "造林两千亩" in article.body
    assert "水位上升三米" in article.body
    (plain,) = drawn(page, {"lines": [[1, 4, 6]], "headline": []}).articles
    assert plain.headline == ""
    assert plain.body.startswith("水库开始蓄水")


@pytest.mark.parametrize(
    ("articles", "told"),
    [
        ([{"lines": [[1, 1, 3]]}, {"lines": [[1, 3, 4]]}], "line 3 of page 1 is in two articles"),
        ([{"lines": [[1, 1, 9]]}], "page 1 has no lines 1 to 9"),
        ([{"lines": [[2, 1, 1]]}], "page 2 has no lines 1 to 1"),
        ([{"lines": [[1, 3, 1]]}], "are no range"),
        ([{"lines": [[1, 1, 2**31]]}], "has no lines 1 to"),
        ([{"lines": [[1, 1, 2]], "headline": [[1, 3, 3]]}], "a line of its headline is none of its lines"),
        ([{"lines": []}], "has no text"),
    ],
)
def test_wrong_boundaries_are_told(page: SplitFile, articles: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_boundaries(articles, page)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True), st.data())
def test_no_text_is_lost_whatever_is_drawn(page: SplitFile, numbers: list[int], data: st.DataObject) -> None:
    """Each line is in the one article or is left over, and each character of an article's lines is in a part of it."""
    cut = data.draw(st.integers(0, len(numbers)))
    groups = [sorted(group) for group in (numbers[:cut], numbers[cut:]) if group]
    found = drawn(page, *({"lines": [[1, n, n] for n in group]} for group in groups))
    texts = {line.number: line.text for line in page.lines}
    for article, group in zip(found.articles, groups, strict=True):
        assert [n for first, last in article.lines for n in range(first, last + 1)] == group
        parts = [article.kicker, article.headline, article.deck, article.body, *article.captions]
        byline = article.byline
        kept = "".join(
            [*parts, byline.source, *byline.reporters, *byline.photographers, article.dateline.date]
        )
        for n in group:
            missing = set(texts[n]) - set(kept) - set("本报讯（记者） ")
            assert not missing, (texts[n], kept)
    assert {line.number for line in found.leftover} == set(texts) - set(numbers)


def test_articles_of_a_pdf_are_joined_and_parted(printed: SplitFile) -> None:
    lines: dict[int, list[int]] = {}
    from classify.service.reading import document_view

    for line in document_view(printed, "0" * 64, "page.pdf")["pages"][0]["lines"]:
        if line["article"] is not None:
            lines.setdefault(line["article"], []).append(line["line"])
    same = drawn(printed, *({"lines": [[1, n, n] for n in own]} for own in lines.values()))
    assert len(same.articles) == len(lines)
    assert all(article.boxes for article in same.articles)
    first, second, *_ = lines.values()
    (joined,) = drawn(printed, {"lines": [[1, n, n] for n in first + second]}).articles
    a, b = same.articles[:2]
    for text in (a.body, b.body):
        assert text.replace("\n", "")[:20] in joined.body.replace("\n", "")
    (marked,) = drawn(
        printed, {"lines": [[1, n, n] for n in first], "headline": [[1, first[0], first[0]]]}
    ).articles
    assert marked.headline


def test_a_gold_page_is_what_scorers_read(page: SplitFile) -> None:
    found = drawn(page, {"lines": [[1, 1, 3]]})
    objects = [article_object(a, file="p.txt", number=1) for a in found.articles]
    (gold,) = gold_page(objects, [["forestry"]])["articles"]
    assert gold["lines"] == [1, 2, 3]
    assert (gold["sections"], gold["headline"], gold["reporters"]) == (["forestry"], "林场造林忙", ["岑雨桐"])
    assert gold["source"] == "本报"
