"""Summaries of headline length: runs of clauses."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import TextRank, summarize
from classify.summarizer.clauses import WEIGHTS, best_run, find_candidates
from tests.summarizer.texts import ARTICLE, news, rank

CLAUSE_END = re.compile(r"[，；]")


@pytest.mark.parametrize("length", range(6, 40))
def test_below_the_first_sentence_clauses_are_chosen(length: int) -> None:
    first = TextRank().rank(ARTICLE)[0]
    if length >= len(first.text):
        return
    (chosen,) = summarize(ARTICLE, max_chars=length).sentences
    before, after = ARTICLE[: chosen.start], ARTICLE[chosen.end :]
    sentence_starts = {s.start for s in TextRank().rank(ARTICLE)}
    assert chosen.start in sentence_starts or CLAUSE_END.match(before[-1])
    assert re.match("[，；。]", after) or chosen.text.endswith("。")


@pytest.mark.parametrize("length", range(4, 30))
def test_a_quotation_is_not_cut_open(length: int) -> None:
    text = "他在会上说“造林要因地制宜，量水而行，不能一哄而上”，各镇负责人参加了会议。"
    chosen = str(summarize(text, max_chars=length))
    assert chosen.count("“") == chosen.count("”")


@given(news, st.integers(1, 40))
def test_candidates_are_runs_of_one_unit(text: str, budget: int) -> None:
    ranked = rank(text)
    candidates, features = find_candidates(ranked, budget)
    assert features.shape == (len(candidates), len(WEIGHTS))
    assert np.isfinite(features).all()
    for c in candidates:
        unit = ranked.units[c.unit]
        assert unit.start <= c.start < c.end <= unit.end


@pytest.mark.parametrize("length", range(6, 24))
def test_an_attribution_costs_a_clause_its_place(length: int) -> None:
    """The attribution is the first clause, and would be chosen if it counted for its run."""
    text = "记者获悉，柳湾开始造林，面积二十万亩，苗木来自石泉。"
    assert "记者" not in str(summarize(text, max_chars=length))


def test_a_run_of_more_than_three_budgets_is_refused() -> None:
    """The long sentence has everything that the text repeats, but it is no headline of ten characters."""
    long = "柳湾林业局部署柳湾春季造林工作要求各镇林业站做好造林准备并把造林任务落实到各村林业队。"
    ranked = rank(f"{long}下雨。{long}")
    run = best_run(ranked, 10)
    assert run is not None
    assert ranked.text[run.start : run.end] == "下雨"


def test_where_everything_is_too_long_the_shortest_may_be_chosen() -> None:
    long = "柳湾林业局部署柳湾春季造林工作要求各镇林业站做好造林准备并把造林任务落实到各村林业队"
    ranked = rank(f"{long}。")
    run = best_run(ranked, 10)
    assert run is not None
    assert ranked.text[run.start : run.end] == long
    assert best_run(ranked, 10, strict=True) is None


def test_a_text_without_units_has_no_run() -> None:
    assert best_run(rank(""), 10) is None
