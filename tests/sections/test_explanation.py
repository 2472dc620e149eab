"""Explanations are exact, and their spans show the term in the text as given."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.sections.classifier import SectionClassifier
from classify.sections.explanation import folded_places
from classify.sections.folding import folded_blocks, stands_alone
from classify.sections.news import headline_block
from classify.text.normalize import fold, fold_widths
from tests.sections.texts import AWKWARD, some_seeds

ODD = "　 \n\r\t\u2028\x85\x1b\u200b\ufeff\u0301\ud800\u1112\u1161\u11ab\ue000\ue001"
texts = st.text(
    st.one_of(st.sampled_from("林场造护民警案公司e３Ａ，。“”𠮷" + ODD), st.characters()), max_size=40
)


@pytest.fixture(scope="module")
def model():
    """A model that knows the awkward texts' characters too."""
    corpus = some_seeds(12)
    awkward = [t for t in AWKWARD if t.strip()]
    return (
        SectionClassifier(folds=0, n_jobs=1)
        .fit([*corpus.texts, *awkward, *awkward], [*corpus.labels, *["other"] * 2 * len(awkward)])
        .model_
    )


def check(model, text):
    """Assert all that holds of the explanation of any text."""
    found = model.explain(text)
    scores = model.scores([text])[0]
    for k, name in enumerate(model.classes):
        total = found.intercepts[name] + sum(term.by_section[name] for term in found.terms)
        assert found.scores[name] == pytest.approx(total, abs=1e-9)
        assert found.scores[name] == pytest.approx(scores[k], abs=1e-9)
        assert sum(found.heat(name)) == pytest.approx(found.scores[name] - found.intercepts[name], abs=1e-9)
    blocks = list(folded_blocks([text]))
    counts = model.vectorizer.whole_.ngrams_.count(blocks).data.tolist()
    counts += model.vectorizer.headline_.ngrams_.count(map(headline_block, blocks)).data.tolist()
    assert [len(term.spans) for term in found.terms] == counts, "a span for each time it was counted"
    simplified = str.maketrans(dict(zip(fold_widths(text), fold(text), strict=True)))
    for term in found.terms:
        assert list(term.spans) == sorted(term.spans)
        for start, end in term.spans:
            assert 0 <= start < end <= len(text)
            shown = fold_widths(f"一{text[start:end]}一")[1:-1].translate(simplified)
            # Marks that compose in part share the place of what they compose with.
            assert shown == term.text or (term.text in shown and not all(map(stands_alone, shown)))
    assert found.prediction == model.predict([text])[0]
    return found


@pytest.mark.parametrize(
    "text",
    [
        *AWKWARD,
        "民警破获案件\r\n林场造林",
    ],
)
def test_awkward_texts_are_explained_exactly(model, text):
    check(model, text)


@given(text=texts)
def test_any_text_is_explained_exactly(model, text):
    check(model, text)


def test_unseen_seeds_are_explained_exactly(model):
    for document in some_seeds(15).documents[12:15]:
        assert len(check(model, document.content).terms) > 100


def test_headline_terms_stand_in_the_headline(model):
    text = "林场造林\n民警破获案件，林场也去了"
    found = check(model, text)
    heads = [term for term in found.terms if term.part == "headline"]
    assert heads
    assert all(end <= 4 for term in heads for _, end in term.spans)
    (whole,) = (t for t in found.terms if (t.part, t.kind, t.text) == ("whole", "pair", "林场"))
    assert whole.spans == ((0, 2), (12, 14))


def test_towards_and_away_are_the_strongest_and_signed(model):
    found = model.explain("林场造林\n护林员上山巡林，公司签约")
    towards, away = found.towards("forestry", None), found.away("forestry", None)
    pulls = [pull for _, pull in towards]
    assert pulls == sorted(pulls, reverse=True)
    assert min(pulls) > 0 > max(pull for _, pull in away)
    assert len(towards) + len(away) == sum(t.by_section["forestry"] != 0 for t in found.terms)
    assert found.towards("forestry", 3) == towards[:3]
    assert "林" in {term.text for term, _ in towards[:5]}


@pytest.mark.parametrize("top", [1, 5, 10_000])
def test_plain_data_adds_up(model, top):
    text = "林场造林\n护林员上山巡林，公司签约"
    told = model.explain(text).to_dict(top)
    assert json.loads(json.dumps(told)) == told
    assert told["text"] == text
    for name, score in told["scores"].items():
        terms = told["terms"][name]
        listed = [*terms["towards"], *terms["away"]]
        assert len(terms["towards"]) <= top
        total = told["intercepts"][name] + sum(t["contribution"] for t in listed) + terms["rest"]
        assert score == pytest.approx(total, abs=1e-9)
        assert all(fold(text[a:b]) == t["text"].strip() for t in listed for a, b in t["spans"])


def test_a_word_is_told_from_the_pair_it_is(model):
    kinds = {(t.kind, t.text) for t in model.explain("民警破获案件").terms}
    assert {("word", "民警"), ("pair", "民警"), ("character", "民")} <= kinds


@given(text=texts)
def test_places_of_the_folded_text_cover_it_in_order(text):
    places = folded_places(text)
    folded = fold(text)
    assert len(places) == len(folded)
    assert [a for a, _ in places] == sorted(a for a, _ in places)
    assert all(0 <= a < b <= len(text) for a, b in places)


def test_terms_are_found_in_traditional_text(model):
    text = "林場(cid:7)造林\n護林員上山巡林，沿著林道種樹"
    found = model.explain(text)
    assert found.text == text
    spans = {(t.kind, t.text): [text[a:b] for a, b in t.spans] for t in found.terms if t.part == "whole"}
    assert spans["character", "林"] == ["林"] * 5
    assert spans["pair", "林场"] == ["林場"]
    assert spans["character", "着"] == ["著"]
    check(model, text)


def test_float_weights_are_not_added_in_single_precision(model):
    assert model.weights.dtype == np.float32
    text = some_seeds(1).texts[0] * 50
    check(model, text)


def test_shown_in_a_notebook_it_escapes_what_texts_contain(model):
    found = model.explain("<b>林场</b>&造林")
    assert repr(found).startswith("<Explanation of a text of 12 characters: section ")
    page = found._repr_html_()
    assert page.startswith("<table>")
    assert "<b>" not in page
    assert "林场" in page
