"""The compatible mode gives what textrank4zh itself gives: the same sentences, order and weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import TextRank, compat
from tests.support import SEEDS

N_TEXTS = 100
CHARS = 120
"""Characters of a seed that are read: textrank4zh is slow."""

ODD = (
    "林业局部署造林。林业局部署造林。天气预报说下周有雨！",
    "只有一句没有句号",
    "防火；防火；防火",
    "第一行\n第二行讲造林\n\n第三行也讲造林，讲得更长",
    "The forest bureau met. 它讨论了GDP；增长3.5%……然后散会？",
    "的的的。了了了。",
    "他说：“造林了。”然后走了。",
)


def our_texts() -> list[str]:
    """Return a hundred texts: the odd ones, five of five seeds each, and single seeds."""
    bodies = [p.read_text("utf-8")[:CHARS] for p in sorted(SEEDS.glob("*/*.txt"))[::3]]
    long = ["\n".join(bodies[i : i + 5]) for i in range(0, N_TEXTS, 20)]
    return [*ODD, *long, *bodies][:N_TEXTS]


# Both open their word lists and leave them open.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_a_hundred_texts() -> None:
    theirs_of = pytest.importorskip("textrank4zh").TextRank4Sentence
    on_networkx_3 = pytest.importorskip("benchmarks.peers_summarization").on_networkx_3
    texts = our_texts()
    assert len(texts) == N_TEXTS
    for text in texts:
        with on_networkx_3():
            theirs = theirs_of()
            theirs.analyze(text=text)
        ours = TextRank(compat="textrank4zh").rank(text)
        best = theirs.key_sentences
        order = sorted(range(len(ours)), key=lambda i: -ours[i].score)
        assert [(i, ours[i].text) for i in order] == [(s.index, s.sentence) for s in best]
        assert [ours[i].score for i in order] == pytest.approx([s.weight for s in best], abs=1e-6)
        chosen = TextRank(compat="textrank4zh").summarize(text, 3)
        expected = sorted(theirs.get_key_sentences(num=3), key=lambda s: s.index)
        assert [s.text for s in chosen.sentences] == [s.sentence for s in expected]


@given(st.text(alphabet="林业局造林防火的了，。！；…\n 1a", max_size=60))
def test_any_text(text: str) -> None:
    ranks = TextRank(compat="textrank4zh").rank(text)
    at = 0
    for s in ranks:
        assert at <= s.start < s.end
        assert text[s.start : s.end] == s.text
        at = s.end
    if ranks:
        assert sum(s.score for s in ranks) == pytest.approx(1, abs=1e-4)  # networkx stops as early


def test_long_texts_go_without_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(our_texts()[len(ODD) :][:5])
    by_matrix = TextRank(compat="textrank4zh").rank(text)
    monkeypatch.setattr(compat, "MATRIX_MAX", 0)
    without = TextRank(compat="textrank4zh").rank(text)
    assert [s.score for s in without] == pytest.approx([s.score for s in by_matrix], abs=1e-12)


def test_nothing_to_rank() -> None:
    assert TextRank(compat="textrank4zh").rank("") == []
    assert TextRank(compat="textrank4zh").rank("。\n！") == []
    assert TextRank(compat="textrank4zh").summarize("").sentences == ()
