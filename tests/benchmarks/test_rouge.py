"""Our ROUGE gives what rouge-score gives on the same tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.rouge import rouge_l, rouge_n, tokens

rouge_scorer = pytest.importorskip("rouge_score.rouge_scorer")

news = st.text(alphabet="林业局造林防火，。 \n1a", max_size=40)


class Characters:
    """rouge-score's tokenizer interface; its default keeps only ASCII."""

    def tokenize(self, text: str) -> list[str]:
        return list(tokens(text))


SCORER = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Characters())


@given(news, news)
def test_the_same_as_rouge_score(summary: str, reference: str) -> None:
    expected = SCORER.score(reference, summary)
    a, b = tokens(summary), tokens(reference)
    ours = {"rouge1": rouge_n(a, b, 1), "rouge2": rouge_n(a, b, 2), "rougeL": rouge_l(a, b)}
    for name, score in ours.items():
        theirs = expected[name]
        assert score == pytest.approx((theirs.recall, theirs.precision, theirs.fmeasure)), name


@given(news)
def test_a_text_is_like_itself(text: str) -> None:
    a = tokens(text)
    assert rouge_n(a, a, 1).f1 == (1.0 if a else 0.0)
    assert rouge_n(a, a, 2).f1 == (1.0 if len(a) > 1 else 0.0)
    assert rouge_l(a, a).f1 == (1.0 if a else 0.0)


def test_counts_are_clipped() -> None:
    assert rouge_n("林林林林", "林业", 1) == pytest.approx((1 / 2, 1 / 4, 1 / 3))
    assert rouge_n("造林造林", "造林", 2) == pytest.approx((1, 1 / 3, 1 / 2))
    assert rouge_l("造防火林", "造林火") == pytest.approx((2 / 3, 2 / 4, 4 / 7))


def test_their_own_tokenizer_sees_nothing_in_chinese() -> None:
    plain = rouge_scorer.RougeScorer(["rouge1"])
    assert plain.score("造林防火", "造林防火")["rouge1"].fmeasure == 0
