"""The text of files of the test bed, each line with what it is."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("reportlab", reason="PDF files need `pip install '.[bench]'`")
pytest.importorskip("rapidfuzz", reason="the alignment needs `pip install '.[bench]'`")

from benchmarks.printed_pages import make_file
from benchmarks.printed_pages.extracted import extract_text, tag_lines

SEED = 14  # a file in reading order, with briefs, notices and an advertisement


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_lines_of_each_article_are_its_parts() -> None:
    file = make_file(SEED)
    lines = tag_lines(extract_text(file.pdf), file)
    for article in file.truth["articles"]:
        own = [line for line in lines if f"a{line.story}" == article["id"]]
        body = "".join(line.text for line in own if line.role in ("body", "subhead"))
        assert plain(article["body"]) in plain(body)
        if article["headline"]:
            head = "".join(line.text for line in own if line.role == "headline")
            assert plain(article["headline"]) in plain(head)
        places = [line.place for line in own if line.role in ("body", "subhead")]
        assert places == sorted(places)


def test_furniture_and_advertisements_are_of_no_article() -> None:
    file = make_file(SEED)
    lines = {plain(line.text): line for line in tag_lines(extract_text(file.pdf), file)}
    found = [lines[plain(text)] for text in file.truth["furniture"] if plain(text) in lines]
    assert found
    assert all(line.story == -1 and line.role == "furniture" for line in found)


def test_a_line_of_two_articles_is_of_none() -> None:
    file = make_file(SEED)
    lines = [line for line in tag_lines(extract_text(file.pdf), file) if line.role == "body"]
    first, other = lines[0], next(line for line in lines if line.story != lines[0].story)
    text = extract_text(file.pdf).replace(other.text, "", 1).replace(first.text, first.text + other.text, 1)
    mixed = next(line for line in tag_lines(text, file) if line.text == first.text + other.text)
    assert mixed.story in (-1, first.story)
    assert (mixed.role, mixed.place) != ("body", other.place)
