"""Leads, bylines, signatures and credits: the cases, and what holds for any text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.pages import split_page
from classify.summarizer import TextRank
from classify.text.bylines import (
    LEAD_OPENERS,
    parse_byline,
    parse_credit,
    parse_lead,
    parse_signature,
)
from classify.text.characters import BULLETS
from tests.support import read_cases

if TYPE_CHECKING:
    from classify.records import Byline, Dateline

NAMES = ("reporters", "correspondents", "photographers")
news = st.text(
    alphabet="本报讯新华社据电记者通讯员李王卫苒摄影文图（）()【】●：/、，。日月3报道訊記者 \n　a",
    max_size=60,
)
texts = st.one_of(news, st.text(max_size=60))


def whole(case: dict[str, Any]) -> bool:
    """A case that holds a lead which is read as it should be."""
    return case["expected"] is not None and "xfail" not in case


LEADS = [case for case in read_cases("leads") if whole(case)]


def told(byline: Byline) -> dict[str, Any]:
    """What a byline says, as the cases write it: what is empty is left out."""
    parts = {name: list(getattr(byline, name)) for name in NAMES}
    return {k: v for k, v in {"source": byline.source, **parts}.items() if v}


# -- cases -------------------------------------------------------------------------------------


@pytest.mark.cases("leads")
def test_leads(case: dict[str, Any]) -> None:
    lead = parse_lead(case["text"])
    if case["expected"] is None:
        assert lead is None
        return
    assert lead is not None
    found = {
        "place": lead.dateline.place,
        "date": lead.dateline.date,
        "body": case["text"][lead.end :].strip(),
    }
    assert {**told(lead.byline), **{k: v for k, v in found.items() if v}} == case["expected"]


@pytest.mark.cases("bylines")
def test_bylines(case: dict[str, Any]) -> None:
    byline = parse_byline(case["text"])
    assert (byline and told(byline)) == case["expected"]


@pytest.mark.cases("signatures")
def test_signatures(case: dict[str, Any]) -> None:
    found = parse_signature(case["text"])
    if case["expected"] is None:
        assert found is None
        return
    assert found is not None
    assert {**told(found[0]), "before": case["text"][: found[1]]} == case["expected"]


@pytest.mark.cases("credits")
def test_credits(case: dict[str, Any]) -> None:
    credit = parse_credit(case["text"])
    found = credit and {"caption": credit.caption, "photographers": list(credit.photographers)}
    assert found == case["expected"]


@pytest.mark.parametrize("name", ["leads", "bylines", "signatures", "credits"])
def test_cases_have_origins_and_negatives(name: str) -> None:
    cases = read_cases(name)
    assert all(case["origin"] and case["label"] for case in cases)
    assert len({case["label"] for case in cases}) == len(cases)
    assert sum(case["expected"] is None for case in cases) >= len(cases) // 5


# -- both users read them ----------------------------------------------------------------------

REST = "工人分三班作业，岸上堆满淤泥，两个月后全线完工。区水务局还要加固六公里堤岸，补种柳树三千棵。"


def is_on_one_line(case: dict[str, Any]) -> bool:
    """A lead with a body after it, set on one line, as summaries get their paragraphs."""
    return whole(case) and "\n" not in case["text"] and len(case["expected"].get("body", "")) > 10


def is_sentence_without_lead(case: dict[str, Any]) -> bool:
    return case["expected"] is None and "。" in case["text"] and "\n" not in case["text"]


@pytest.mark.cases("leads", keep=is_on_one_line)
def test_a_page_has_lead_and_body_apart(case: dict[str, Any]) -> None:
    text = f"青塘区河道清淤启动\n{case['text']}{REST}"
    (article,) = split_page(text, single=True)
    expected = case["expected"]
    assert told(article.byline) == {k: v for k, v in expected.items() if k in ("source", *NAMES)}
    assert (article.dateline.place, article.dateline.date) == (
        expected.get("place", ""),
        expected.get("date", ""),
    )
    assert "".join(article.body.split()) == "".join(expected["body"].split()) + REST


@pytest.mark.cases("leads", keep=is_on_one_line)
def test_a_summary_has_no_lead(case: dict[str, Any]) -> None:
    text = case["text"] + REST
    sentences = TextRank().rank(text)
    assert text[sentences[0].start :] == case["expected"]["body"] + REST


@pytest.mark.cases("leads", keep=is_sentence_without_lead)
def test_a_sentence_without_a_lead_keeps_its_beginning(case: dict[str, Any]) -> None:
    (article,) = split_page(f"青塘区河道清淤启动\n{case['text']}{REST}", single=True)
    assert "".join(article.body.split()) == "".join((case["text"] + REST).split())
    first = TextRank().rank(case["text"] + REST)[0]
    assert first.start == 0


# -- how a lead is set changes nothing ---------------------------------------------------------


@pytest.mark.parametrize("blank", [" ", "\t", "　"])
@pytest.mark.cases("leads", keep=whole)
def test_an_indent_changes_nothing(case: dict[str, Any], blank: str) -> None:
    plain, indented = parse_lead(case["text"]), parse_lead(blank * 2 + case["text"])
    assert plain is not None
    assert indented is not None
    assert (indented.byline, indented.dateline) == (plain.byline, plain.dateline)
    assert indented.end == plain.end + 2


@pytest.mark.cases("leads", keep=whole)
def test_the_cheap_test_lets_every_lead_through(case: dict[str, Any]) -> None:
    assert LEAD_OPENERS.match(case["text"])
    if case["text"][0] not in BULLETS:  # a vertical headline's last character may stand before it
        assert LEAD_OPENERS.match("偿" + case["text"])


AMBIGUOUS = {
    "and",
    "run together: the usual surname wins",
    "compound surnames run together",
    "middle dot set apart",
    "four-character name without surname",
}
"""Leads in which a line end could split or join names, so that the text is ambiguous."""
REPORTS = ("报道", "報道", "報導")


def broken_at(text: str, at: int) -> tuple[Byline, Dateline] | None:
    lead = parse_lead(text[:at] + "\n" + text[at:])
    return lead and (lead.byline, lead.dateline)


def misread_breaks(text: str, *, inside_reports: bool) -> list[str]:
    """Where a line end changes what the lead of `text` says."""
    lead = parse_lead(text)
    assert lead is not None
    return [
        f"{text[:at]}|{text[at : lead.end]}"
        for at in range(1, lead.end)
        if (text[at - 1 : at + 1] in REPORTS) == inside_reports
        and broken_at(text, at) != (lead.byline, lead.dateline)
    ]


@pytest.mark.cases("leads", keep=lambda case: whole(case) and case["label"] not in AMBIGUOUS)
def test_a_lead_may_break_anywhere(case: dict[str, Any]) -> None:
    assert not misread_breaks(case["text"], inside_reports=False)


def test_a_lead_may_break_inside_its_verb() -> None:
    assert not [bad for case in LEADS for bad in misread_breaks(case["text"], inside_reports=True)]


# -- any text ----------------------------------------------------------------------------------


def sane(byline: Byline) -> bool:
    names = [name for part in NAMES for name in getattr(byline, part)]
    return all(name and not any(c.isspace() for c in name) for name in names) and not any(
        len(set(getattr(byline, part))) < len(getattr(byline, part)) for part in NAMES
    )


@given(texts)
def test_leads_of_any_text(text: str) -> None:
    lead = parse_lead(text)
    if lead is not None:
        assert 0 < lead.end <= len(text)
        assert sane(lead.byline)


@given(texts)
def test_bylines_of_any_text(text: str) -> None:
    byline = parse_byline(text)
    if byline is not None:
        assert byline
        assert sane(byline)


@given(texts)
def test_signatures_of_any_text(text: str) -> None:
    found = parse_signature(text)
    if found is not None:
        assert text[found[1]] in "（("
        assert text.rstrip()[-1] in "）)"
        assert sane(found[0])


@given(texts)
def test_credits_of_any_text(text: str) -> None:
    credit = parse_credit(text)
    if credit is not None:
        assert text.lstrip().startswith(credit.caption)
        assert all(name and not any(c.isspace() for c in name) for name in credit.photographers)
