"""How records show themselves: a readable repr, and HTML that is escaped."""

from __future__ import annotations

from classify.records import Article, Byline, Dateline, Sentence, Summary

MARKUP = "<script>alert('1')</script>&\"\u200b"


def test_an_article_shows_only_what_is_given() -> None:
    assert repr(Article()) == "Article()"
    long = Article(headline="水库蓄水", body="蓄" * 1000, lines=((1, 9),))
    assert len(repr(long)) < 100
    assert "headline='水库蓄水'" in repr(long)
    assert "lines=((1, 9),)" in repr(long)


def test_html_of_an_article_has_all_its_parts_escaped() -> None:
    parts = {name: f"{name} {MARKUP}" for name in ("headline", "kicker", "deck", "body")}
    article = Article(
        **parts,
        byline=Byline(f"source {MARKUP}", ("岑雨桐",), (), (f"photo {MARKUP}",)),
        dateline=Dateline(f"place {MARKUP}", "2月20日"),
        captions=(f"caption {MARKUP}",),
    )
    page = article._repr_html_()
    assert "<script>" not in page
    assert '"' not in page
    for part in (*parts, "source", "岑雨桐", "photo", "place", "2月20日", "caption"):
        assert part in page


def test_html_of_an_article_has_a_paragraph_a_line_and_none_for_what_is_empty() -> None:
    assert Article(body="一\n二")._repr_html_() == "<article>\n<p>一</p>\n<p>二</p>\n</article>"
    assert Article()._repr_html_() == "<article>\n</article>"


def test_a_summary_shows_its_sentences() -> None:
    summary = Summary((Sentence("水库\n蓄水。", 0, 6, 0.4, "水库蓄水。"), Sentence(MARKUP, 6, 9)))
    assert repr(summary).startswith("Summary(['水库蓄水。', ")
    page = summary._repr_html_()
    assert '<li title="rank 0.400">水库蓄水。</li>' in page
    assert "<script>" not in page
    assert Summary()._repr_html_() == "<ul>\n</ul>"


def test_blanks_follow_sentences_in_latin_letters() -> None:
    texts = ["It rained.", "“Buses stopped!”", "水位升3%", "水库蓄水。", "Really?", "雨停了。"]
    summary = Summary(tuple(Sentence(text, 0, 1) for text in texts))
    assert str(summary) == "It rained. “Buses stopped!” 水位升3%水库蓄水。Really? 雨停了。"


def test_many_bylines_are_merged_at_once() -> None:
    merged = Byline("", ("甲",)).merged_with(
        Byline("本报", ("乙", "甲")), Byline("新华社", (), ("丙",), ("丁",))
    )
    assert merged == Byline("本报", ("甲", "乙"), ("丙",), ("丁",))
    assert Byline("本报").merged_with() == Byline("本报")
