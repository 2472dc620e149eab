"""Scores of articles found in files."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("rapidfuzz")

from benchmarks.article_scores import figures, score_file
from tests.support import find_shared

BODY = "云港市石泉水库昨日开始蓄水，供水三万户，沿岸五个村庄的居民当天搬入新居。"


def gold(**parts: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("headline", "kicker", "deck", "byline", "column", "place"), "")
    lists = ("reporters", "correspondents", "photographers", "captions", "subheads")
    empty |= {name: [] for name in lists} | {"kind": "story", "boxes": [[1, 0, 0, 100, 100]]}
    return {**empty, "body": BODY, **parts}


def truth(*articles: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"pages": [[200, 200]], "articles": list(articles), "furniture": [], "optional": [], **more}


def test_what_does_not_count_does_not_count() -> None:
    true = truth(gold(headline="水库 蓄水", reporters=["岑雨桐"], subheads=["新居"]))
    mine = {
        "headline": "水库蓄水",
        "body": f"●本报讯（记者岑雨桐）{BODY}",
        "byline": {"reporters": ["岑雨桐"]},
    }
    assert figures(score_file(true, [mine])) == {"f1": 1.0, "headlines": 1.0, "bylines": 1.0, "errors": 0.0}


def test_an_article_that_is_missing_and_one_too_many() -> None:
    found = figures(score_file(truth(gold()), [{"body": "全市召开会议。"}]))
    assert found == {"f1": 0.0, "errors": 1.0}


def test_notices_may_be_articles_or_not() -> None:
    true = truth(gold(), optional=["遗失声明 岑某遗失身份证，声明作废。"])
    found = [{"body": BODY}, {"headline": "遗失声明", "body": "岑某遗失身份证，声明作废。"}]
    assert figures(score_file(true, found))["f1"] == 1.0


def test_boxes_captions_and_furniture() -> None:
    true = truth(gold(captions=["图为水库。"]), furniture=["云港日报第3版"])
    mine = {"body": BODY + "云港日报第3版", "captions": ["图为水库"], "boxes": [[1, 0, 0, 100, 50]]}
    found = figures(score_file(true, [mine]))
    assert (found["captions"], found["furniture_taken"], found["overlap"]) == (1.0, 1.0, 0.5)


def test_a_caption_may_be_the_body_of_a_photograph() -> None:
    assert figures(score_file(truth(gold(kind="photo")), [{"body": "", "captions": [BODY]}]))["f1"] == 1.0


def test_the_scorer_of_the_development_data_agrees() -> None:
    folder = find_shared()
    if folder is None or not (folder / "tools" / "score_pdf.py").is_file():
        pytest.skip("the development data are absent")
    import importlib.util

    spec = importlib.util.spec_from_file_location("score_pdf", folder / "tools" / "score_pdf.py")
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    for path in sorted((folder / "pages" / "pdf").glob("page00*.json"))[:4]:
        true = json.loads(path.read_text("utf-8"))
        found = _spoiled(true)
        counts, _ = theirs.score(true, found)
        want, mine = theirs.figures(counts), figures(score_file(true, found))
        assert mine["f1"] == pytest.approx(want["article_f1"], abs=5e-4)
        assert mine["errors"] == pytest.approx(want["body_cer"], abs=1e-4)
        assert mine["overlap"] == pytest.approx(want["box_iou"], abs=1e-4)
        right, all_ = map(int, want["headline_exact"].split("/"))
        assert mine["headlines"] == pytest.approx(right / all_)


def _spoiled(true: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the true articles with some faults: one missing, one without its end, one with a wrong headline."""
    names = ("reporters", "correspondents", "photographers")
    found = [
        dict(a, boxes=a["boxes"][:2], byline={name: a[name] for name in names}) for a in true["articles"][1:]
    ]
    found[0]["body"] = found[0]["body"][: len(found[0]["body"]) // 2]
    found[1]["headline"] += "？"
    return found
