"""Articles of which generated pages are made: their files can be read, and keep what their folder promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.typography.written import long_articles, parse_article, seed_articles, set_articles

ARTICLES = Path(__file__).parents[2] / "benchmarks" / "typography" / "articles"


def test_every_file_is_an_article() -> None:
    articles = set_articles()
    assert len(articles) == len(list(ARTICLES.glob("*.txt")))
    for article in articles:
        assert 2 <= len(article.headline) <= 60
        assert article.paragraphs[-1][0] == "body", article.headline


def test_no_article_is_there_twice() -> None:
    bodies = ["".join(article.texts()) for article in (*seed_articles(), *set_articles())]
    assert len(set(bodies)) == len(bodies)


def test_long_articles_are_long_and_some_have_subheads() -> None:
    assert all(article.length() >= 900 for article in long_articles())
    with_subheads = [a for a in long_articles() if any(role == "subhead" for role, _ in a.paragraphs)]
    assert 0.3 < len(with_subheads) / len(long_articles()) < 0.7


def test_parts_and_paragraphs() -> None:
    article = parse_article(
        "kicker: 全市水利工作会\nheadline: 水库蓄水\ndeck: 供水三万户\ndeck: 明年再扩容\nlabel: 新春走基层\n"
        "caption: 水库大坝。\n\n昨日蓄水。\n##旧坝\n今年拆除。\n"
    )
    assert (article.kicker, article.headline, article.decks) == (
        "全市水利工作会",
        "水库蓄水",
        ("供水三万户", "明年再扩容"),
    )
    assert (article.label, article.captions, article.note) == ("新春走基层", ("水库大坝。",), "")
    assert article.texts() == ["昨日蓄水。", "今年拆除。"]


@pytest.mark.parametrize("text", ["headline: 水库蓄水", "昨日蓄水。", ""])
def test_a_file_without_headline_or_body_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no headline or no body"):
        parse_article(text)
