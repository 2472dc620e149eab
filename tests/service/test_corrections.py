"""Corrections over HTTP: kept, refused with the current one, undone, listed, exported, imported."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from classify.read.labelled import load_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi.testclient import TestClient


@pytest.fixture
def page(client: TestClient, text_page: bytes) -> dict[str, Any]:
    found: dict[str, Any] = client.post("/v1/pages?file=page.txt", content=text_page).json()
    return found


def correct(client: TestClient, article: dict[str, Any], section: str, version: int = 0) -> Any:
    return client.post(
        "/v1/corrections",
        json={"kind": "section", "article": article, "section": section, "version": version},
    )


def test_a_section_is_kept_and_comes_back_with_its_page(
    client: TestClient, page: dict[str, Any], text_page: bytes
) -> None:
    article = page["articles"][3]
    answer = correct(client, article, "policing")
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["version"], kept["after"]) == (1, {"section": "policing"})
    assert kept["before"]["section"] == "forestry"
    assert (kept["file"], kept["headline"], kept["article"]) == (
        "page.txt",
        article["headline"],
        article["id"],
    )
    assert kept["model_sha256"] == page["model"]
    again = client.post("/v1/pages?file=page.txt", content=text_page).json()
    assert again["corrections"] == [kept]
    assert client.get(f"/v1/corrections/{kept['id']}").json() == kept
    records = client.post("/v1/articles", json=[article]).json()
    assert [c["article"] for c in records["corrections"]] == [article["id"]]
    assert client.get("/v1/model").json()["corrections"] == {"total": 1, "since": 1}


def test_two_browsers_do_not_overwrite_each_other(client: TestClient, page: dict[str, Any]) -> None:
    article = page["articles"][3]
    first = correct(client, article, "policing").json()
    second = correct(client, article, "business")
    assert second.status_code == 409
    refused = second.json()
    assert (refused["error"], refused["version"], refused["current"]) == ("conflict", 1, first)
    assert correct(client, article, "business", 1).json()["version"] == 2


def test_undo_and_redo(client: TestClient, page: dict[str, Any]) -> None:
    article = page["articles"][3]
    kept = correct(client, article, "policing").json()
    path = f"/v1/corrections/{kept['id']}/undo"
    assert client.post(path, json={"version": 7}).json()["error"] == "conflict"
    assert client.post(path, json={"version": 1}).json() == {"version": 2, "current": None}
    assert client.post(path, json={"version": 2}).status_code == 409
    assert correct(client, article, "policing", 2).json()["version"] == 3
    assert client.post("/v1/corrections/99/undo", json={"version": 1}).status_code == 404
    assert client.get("/v1/corrections/99").status_code == 404
    assert client.get(f"/v1/corrections/{2**60}").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "other"},
        {"kind": "section", "article": {}, "section": "forestry", "version": 0},
        {"kind": "section", "article": {"headline": "a"}, "section": "forestry"},
        {"kind": "section", "section": "forestry", "version": 0},
        {"kind": "boundaries", "document": "x", "articles": [], "version": 0},
        {"kind": "boundaries", "document": "0" * 64, "articles": [{"lines": [[0, 1, 1]]}], "version": 0},
        {"kind": "boundaries", "document": "0" * 64, "articles": [{"lines": [[1, 1]]}], "version": 0},
    ],
)
def test_wrong_bodies_name_the_field(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/v1/corrections", json=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_value")
    assert answer.json()["field"]


def test_sections_that_the_model_does_not_have(client: TestClient, page: dict[str, Any]) -> None:
    answer = correct(client, page["articles"][0], "sport")
    assert answer.status_code == 422
    assert "no section 'sport'" in answer.json()["message"]
    empty = {
        **page["articles"][0],
        **dict.fromkeys(("headline", "kicker", "deck", "body"), ""),
        "captions": [],
    }
    assert correct(client, empty, "forestry").json()["field"] == "article"


def test_boundaries_are_tried_then_kept_as_a_gold_page(
    client: TestClient, page: dict[str, Any], text_page: bytes
) -> None:
    document = page["document"]
    spans = [[1, *span] for article in page["articles"][2:4] for span in article["lines"]]
    joined = {"articles": [{"lines": spans}]}
    tried = client.post(f"/v1/documents/{document}/articles", json=joined).json()
    assert len(tried["articles"]) == 1
    assert tried["articles"][0]["section"]
    assert client.get("/v1/corrections").json()["total"] == 0
    body = {"kind": "boundaries", "document": document, "version": 0, **joined}
    kept = client.post("/v1/corrections", json=body).json()
    assert kept["after"]["articles"][0]["headline"] is None
    assert kept["after"]["objects"][0]["body"] == tried["articles"][0]["body"]
    assert kept["before"]["articles"][0]["lines"] == [[1, *span] for span in page["articles"][0]["lines"]]
    assert client.post("/v1/corrections", json=body).json()["current"]["id"] == kept["id"]
    again = client.post("/v1/corrections", json={**body, "version": 1}).json()
    assert again["before"] == {"articles": kept["after"]["articles"]}
    correct(client, tried["articles"][0], "policing")
    with zipfile.ZipFile(io.BytesIO(client.get("/v1/corrections/export?format=gold").content)) as archive:
        name = document[:16]
        assert archive.namelist() == [f"{name}.txt", f"{name}.json"]
        assert archive.read(f"{name}.txt") == text_page
        (gold,) = json.loads(archive.read(f"{name}.json"))["articles"]
    assert gold["sections"] == ["policing"]
    assert gold["lines"][0] == spans[0][1]
    unknown = {"kind": "boundaries", "document": "0" * 64, "articles": [], "version": 0}
    assert client.post("/v1/corrections", json=unknown).status_code == 404
    wrong = client.post(f"/v1/documents/{document}/articles", json={"articles": [{"lines": [[9, 1, 1]]}]})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "bad_input")


def test_boundaries_of_a_pdf(client: TestClient, pdf_page: bytes) -> None:
    page = client.post("/v1/pages?file=page.pdf", content=pdf_page).json()
    view = client.get(f"/v1/documents/{page['document']}").json()
    own = [[1, line["line"], line["line"]] for line in view["pages"][0]["lines"] if line["article"] == 2]
    body = {"kind": "boundaries", "document": page["document"], "articles": [{"lines": own}], "version": 0}
    kept = client.post("/v1/corrections", json=body).json()
    assert kept["after"]["objects"][0]["boxes"]
    assert client.get("/v1/corrections/export?format=gold").content.startswith(b"PK")


def test_lists_are_searched_page_by_page(client: TestClient, page: dict[str, Any]) -> None:
    for article in page["articles"][2:6]:
        correct(client, article, "other")
    first = client.get("/v1/corrections?limit=3").json()
    assert (first["total"], len(first["corrections"])) == (4, 3)
    rest = client.get(f"/v1/corrections?limit=3&before={first['next']}").json()
    assert [c["id"] for c in first["corrections"] + rest["corrections"]] == [4, 3, 2, 1]
    assert rest["next"] is None
    headline = page["articles"][3]["headline"]
    assert [
        c["id"] for c in client.get("/v1/corrections", params={"query": headline}).json()["corrections"]
    ] == [2]
    assert client.get("/v1/corrections?section=forestry").json()["total"] == 0
    assert client.get("/v1/corrections?limit=0").status_code == 422


def test_exports_are_read_by_train_and_the_log_by_import(
    client: TestClient,
    serving: Callable[..., AbstractContextManager[TestClient]],
    page: dict[str, Any],
    tmp_path: Path,
) -> None:
    for article in page["articles"][2:4]:
        correct(client, article, "other")
    corpora = []
    for format in ("jsonl", "csv"):
        answer = client.get(f"/v1/corrections/export?format={format}")
        assert "attachment" in answer.headers["content-disposition"]
        path = tmp_path / f"e.{format}"
        path.write_bytes(answer.content)
        corpora.append(load_corpus(path))
    assert corpora[0].digest == corpora[1].digest
    assert corpora[0].labels == ["other", "other"]
    rows = list(
        csv.DictReader(io.StringIO(client.get("/v1/corrections/export?format=csv").text.lstrip("\ufeff")))
    )
    assert rows[0]["file"] == "page.txt"
    log = client.get("/v1/corrections/export?format=log").content
    labelled = client.get("/v1/corrections/export?format=csv").content
    with serving("other.sqlite") as other:
        assert other.post("/v1/corrections/import", content=log).json() == {
            "added": 2,
            "known": 0,
            "conflicts": 0,
        }
        assert other.post("/v1/corrections/import", content=labelled).json()["known"] == 2
    assert client.get("/v1/corrections/export?format=x").status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b'{"kind": "section"}', 400),
        (b'{"kind": "what"}', 400),
        (b'{"text": "a", "label": "sport"}', 422),
        (b'{"text": "a"}', 400),
    ],
)
def test_imports_that_are_none(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/v1/corrections/import", content=body)
    assert answer.status_code == status, answer.text
    assert "/tmp/" not in answer.text


def test_a_full_disk_is_507_and_nothing_is_kept(client: TestClient, page: dict[str, Any]) -> None:
    store = client.app.state.service.store  # type: ignore[attr-defined]
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    article = {**page["articles"][3], "body": "造林两千亩。" * 10_000}
    answer = correct(client, article, "forestry")
    assert (answer.status_code, answer.json()["error"]) == (507, "disk_full")
    assert client.get("/v1/corrections").json()["total"] == 0
