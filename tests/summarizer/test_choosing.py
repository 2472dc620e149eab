"""Which sentences make a summary, by number and by length."""

from __future__ import annotations

from classify.summarizer import TextRank, summarize
from tests.summarizer.texts import ARTICLE, BULLETIN, spans


def test_repeated_sentences_are_chosen_once() -> None:
    text = "林业局部署造林工作。林业局部署造林工作。天气预报说下周有雨。" * 3
    assert [s.text for s in summarize(text, 3).sentences] == ["林业局部署造林工作。", "天气预报说下周有雨。"]


def test_equal_sentences_rank_in_their_order() -> None:
    assert spans(summarize("甲乙丙丁。" * 5, 1)) == [(0, 5)]


def test_a_sentence_of_a_hundred_thousand_characters() -> None:
    text = "林业局部署造林工作，" * 10_000
    assert len(str(summarize(text, 1))) == len(text)
    assert 0 < len(str(summarize(text, max_chars=20))) <= 20
    assert len(str(summarize("林" * 100_000, max_chars=20))) == 20
    assert str(summarize("林" * 100_000, max_chars=20, strict=True)) == ""


def test_a_budget_is_a_mark_and_with_strict_a_limit() -> None:
    for length in range(200):
        about = len(str(summarize(ARTICLE, max_chars=length)))
        within = len(str(summarize(ARTICLE, max_chars=length, strict=True)))
        assert within <= length
        assert about - length <= 17  # half of the longest sentence
    assert str(summarize(ARTICLE, max_chars=0)) == ""


def test_a_long_budget_takes_everything_but_boilerplate() -> None:
    everything = "".join(s.text for s in TextRank().rank(ARTICLE))
    assert str(summarize(ARTICLE, max_chars=10_000)) == everything


def test_a_rundown_has_a_line_for_every_item() -> None:
    chosen = [s.text for s in summarize(BULLETIN, max_chars=70).sentences]
    assert len(chosen) == 4
    assert "造林" in chosen[0]
    assert "铁路" in chosen[1]
    assert "寒潮" in chosen[2] or "预警" in chosen[2] or "气温" in chosen[2]
    assert chosen[3] == "青州博物馆新馆开馆"


def test_a_bulletin_by_number_gives_leads_of_items() -> None:
    chosen = summarize(BULLETIN, 4).sentences
    assert [BULLETIN[: s.start].count("\n\n") for s in chosen] == [0, 1, 2, 3]


def test_blanks_between_latin_sentences_count() -> None:
    text = "The trees grow. The rain fell. 苗木来自石泉。The bus stopped. 明天有雨。"
    for length in range(70):
        assert len(str(summarize(text, max_chars=length, strict=True))) <= length
    assert (
        str(summarize(text, 9)) == "The trees grow. The rain fell. 苗木来自石泉。The bus stopped. 明天有雨。"
    )
