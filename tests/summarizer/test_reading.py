"""Texts read in blocks, and their words as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import summarize_with_keywords
from classify.summarizer.reading import read
from tests.summarizer.texts import ARTICLE, news

if TYPE_CHECKING:
    import pytest


@given(st.lists(news, min_size=1, max_size=4))
def test_words_of_a_unit_are_its_text(texts: list[str]) -> None:
    (reading,) = read(texts)
    words = reading.words
    units = [(t.text, u) for t, of_text in zip(reading.texts, reading.units, strict=True) for u in of_text]
    cut = [""] * len(units)
    for i, unit in zip(words.ids.tolist(), words.units.tolist(), strict=True):
        cut[unit] += words.vocabulary[i]
    assert [c.removesuffix("\n") for c in cut] == [
        text[u.start : u.end].replace("\ud800", "\ufffd") for text, u in units
    ]
    assert words.lengths.tolist() == [len(word) for word in words.vocabulary]
    assert words.is_term.tolist() == [len(word) > 1 and word[0].isalnum() for word in words.vocabulary]
    assert [words.index[word] for word in words.vocabulary] == list(range(len(words.vocabulary)))


def test_many_texts_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [ARTICLE, "", ARTICLE[:60], "林场防火。", ARTICLE]
    titles = ["造林", None, None, "防火", "苗木"]
    together = summarize_with_keywords(texts, 2, 5, titles=titles)
    monkeypatch.setattr("classify.summarizer.reading.BLOCK_CHARS", 100)
    assert len(list(read(texts))) > 1
    assert summarize_with_keywords(texts, 2, 5, titles=titles) == together


def test_no_texts() -> None:
    assert list(read([])) == []
