"""The prior: leads before what follows, headings nearly nothing, titles raise their sentences."""

from __future__ import annotations

from classify.summarizer import TextRank, summarize
from tests.summarizer.texts import ARTICLE, BULLETIN, rank


def test_a_title_raises_the_sentences_that_share_its_words() -> None:
    title = "苗木三百万株，成活率九成"
    plain = TextRank().rank(ARTICLE)
    titled = TextRank().rank(ARTICLE, title=title)
    about = next(i for i, s in enumerate(plain) if "三百万株" in s.text)
    assert titled[about].score > plain[about].score


def test_a_heading_ranks_far_below_every_sentence() -> None:
    """It is the first line and shares its words with the lead, and still is no sentence."""
    text = "柳湾造林二十万亩\n柳湾开始造林。\n镇里备好了苗木。\n明天有雨。"
    ranked = rank(text)
    assert [u.is_heading for u in ranked.units] == [True, False, False, False]
    heading, *sentences = ranked.ranks
    assert heading < min(sentences) / 2


def test_headings_are_no_sentences_of_a_summary() -> None:
    text = "柳湾造林二十万亩\n柳湾开始造林。\n苗木从哪里来\n苗木来自石泉。"
    assert str(summarize(text, 9)) == "柳湾开始造林。苗木来自石泉。"


def test_the_leads_of_all_items_rank_before_what_follows_them() -> None:
    ranked = rank(BULLETIN)
    sentences = [(r, u.position) for r, u in zip(ranked.ranks, ranked.units, strict=True) if not u.is_heading]
    leads = [r for r, position in sentences if position == 0]
    assert len(leads) == 4
    assert min(leads) > max(r for r, position in sentences if position)


def test_words_get_the_ranks_of_their_sentences() -> None:
    words = rank("柳湾造林。造林用苗木。").word_ranks()
    assert set(words) == {"柳湾", "造林", "苗木"}
    assert words["造林"] == max(words.values())
