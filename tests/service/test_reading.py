"""Pages, records, summaries, sections and explanations over HTTP: the JSON of the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from classify.output.schema import output_schema
from tests.cli.commands import objects, run
from tests.support import ROOT, TESTS

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

LINES = "application/x-ndjson"
NINJS_SCHEMA = TESTS / "data" / "ninjs-schema_3.2.json"  # see the README there


def by_command_line(path: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.chdir(ROOT)
    return objects(run("predict", path, "-f", "jsonl"))


@pytest.mark.parametrize("name", ["page.txt", "page.pdf"])
def test_a_page_gives_what_the_command_line_gives(
    reader: TestClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (ROOT / "examples" / name).read_bytes()
    answer = reader.post(f"/v1/pages?file=examples/{name}", content=data)
    assert answer.status_code == 200
    found = answer.json()
    expected = by_command_line(f"examples/{name}", monkeypatch)
    assert [a | {"file": name} for a in expected] == found["articles"]
    assert found["kind"] == name[-3:].replace("txt", "text")
    for article in found["articles"]:
        jsonschema.validate(article, output_schema())


def test_a_form_gives_the_same_as_a_body(reader: TestClient, text_page: bytes) -> None:
    raw = reader.post("/v1/pages?file=page.txt", content=text_page).json()
    form = reader.post("/v1/pages", files={"file": ("page.txt", text_page, "text/plain")}).json()
    assert raw == form


def test_the_client_chooses_the_format(reader: TestClient, text_page: bytes) -> None:
    def posted(accept: str) -> Any:
        return reader.post("/v1/pages", content=text_page, headers={"accept": accept})

    whole = posted("application/json").json()["articles"]
    lines = posted(LINES)
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    assert lines.headers["content-type"].startswith(LINES)
    ninjs = posted("text/html, application/ninjs+json;q=0.9, application/json;q=0.8")
    assert ninjs.headers["content-type"].startswith("application/ninjs+json")
    assert [item["uri"] for item in ninjs.json()] == [f"urn:classify:{a['id']}" for a in whole]
    for item in ninjs.json():
        jsonschema.validate(item, json.loads(NINJS_SCHEMA.read_text("utf-8")))
    assert posted("application/json;q=0.5, application/ninjs+json").json() == ninjs.json()
    assert posted("application/json;q=0, image/png").status_code == 406
    assert posted("image/png").status_code == 406
    assert posted("text/html, */*;q=0.1").json()["articles"] == whole


def test_options_of_a_request(reader: TestClient, text_page: bytes) -> None:
    query = "sentences=1&keywords=2&threshold=1"
    for article in reader.post(f"/v1/pages?{query}", content=text_page).json()["articles"]:
        assert len(article["summary"]) == 1
        assert len(article["keywords"]) <= 2
        assert article["decision"] == "unsure"
    single = reader.post("/v1/pages?kind=article", content="水库蓄水\n\n石泉水库开始蓄水。".encode()).json()
    assert [a["headline"] for a in single["articles"]] == ["水库蓄水"]
    big5 = reader.post("/v1/pages?encoding=big5&kind=article", content="水庫蓄水。".encode("big5")).json()
    assert big5["articles"][0]["body"] == "水庫蓄水。"


@pytest.mark.parametrize(
    ("query", "data", "status", "code", "told"),
    [
        ("", b"", 400, "bad_request", "the body is empty"),
        ("file=a.pdf", b"%PDF-1.4 nothing", 400, "bad_input", "a.pdf"),
        ("file=a.docx", b"PK\x03\x04word/", 400, "bad_input", "word processor"),
        ("file=a.zip", b"PK\x03\x04", 400, "bad_input", "one by one"),
        ("file=a.csv", b"text,label\na,b\n", 400, "bad_input", "/v1/articles"),
        ("", b"\xff\xfe\x00\xd8", 400, "bad_input", "page"),
        ("file=a.gz", b"\x1f\x8bnothing", 400, "bad_input", "gzip"),
        ("pages=0", b"a", 422, "bad_value", "pages is '0'"),
        ("encoding=klingon", b"a", 422, "bad_value", "klingon"),
        ("kind=jsonl", b"a", 422, "bad_value", "kind"),
        ("sentences=-1", b"a", 422, "bad_value", "sentences"),
        ("threshold=x", b"a", 422, "bad_value", "threshold"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    reader: TestClient, query: str, data: bytes, status: int, code: str, told: str
) -> None:
    answer = reader.post(f"/v1/pages?{query}", content=data)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert told in answer.json()["message"]
    assert "\n" not in answer.json()["message"]
    assert "Traceback" not in answer.text


def test_a_form_without_a_file(reader: TestClient) -> None:
    assert reader.post("/v1/pages", files={"page": b"a"}).json()["field"] == "file"
    broken = {"content-type": "multipart/form-data"}
    assert reader.post("/v1/pages", content=b"a", headers=broken).json()["error"] == "bad_request"


def test_a_document_has_its_lines_with_their_articles(reader: TestClient, text_page: bytes) -> None:
    page = reader.post("/v1/pages?file=page.txt", content=text_page).json()
    found = reader.get(f"/v1/documents/{page['document']}").json()
    (drawn,) = found["pages"]
    assert (found["kind"], drawn["image"], drawn["width"]) == ("text", None, None)
    assert [line["line"] for line in drawn["lines"]] == list(range(1, len(drawn["lines"]) + 1))
    for article in page["articles"]:
        own = {line["line"] for line in drawn["lines"] if line["article"] == article["article"]}
        spans = {n for first, last in article["lines"] for n in range(first, last + 1)}
        assert own == {n for n in spans if drawn["lines"][n - 1]["text"].strip()}
    loose = {line["line"] for line in drawn["lines"] if line["article"] is None and line["text"].strip()}
    assert loose == {line["line"] for line in page["leftover"]}


def test_a_pdf_has_pictures_and_boxes(reader: TestClient, pdf_page: bytes) -> None:
    page = reader.post("/v1/pages?file=page.pdf", content=pdf_page).json()
    found = reader.get(f"/v1/documents/{page['document']}").json()
    (drawn,) = found["pages"]
    assert found["kind"] == "pdf"
    owners = {line["article"] for line in drawn["lines"]}
    assert owners - {None} == {article["article"] for article in page["articles"]}
    for line in drawn["lines"]:
        x0, y0, x1, y1 = line["box"]
        assert 0 <= x0 <= x1 <= drawn["width"]
        assert 0 <= y0 <= y1 <= drawn["height"]
    picture = reader.get(drawn["image"], params={"pixels": 100})
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert reader.get(drawn["image"].replace("/1.png", "/9.png")).status_code == 404
    assert reader.get(drawn["image"].replace("/1.png", "/x.png")).status_code == 422
    again = reader.get(f"/v1/documents/{page['document']}/articles").json()
    assert again == page


def test_ocr_output_is_read_and_has_no_picture(reader: TestClient) -> None:
    line = '<TextLine HPOS="100" VPOS="{0}" WIDTH="300" HEIGHT="20"><String CONTENT="{1}"/></TextLine>'
    lines = line.format(100, "林场造林忙") + line.format(140, "云港市林场近日造林两千亩。")
    space = f"<PrintSpace><TextBlock>{lines}</TextBlock></PrintSpace>"
    data = f'<alto><Layout><Page WIDTH="600" HEIGHT="800">{space}</Page></Layout></alto>'
    page = reader.post("/v1/pages?file=p.xml", content=data.encode()).json()
    assert page["kind"] == "ocr"
    found = reader.get(f"/v1/documents/{page['document']}").json()
    assert found["pages"][0]["image"] is None
    assert reader.get(f"/v1/documents/{page['document']}/pages/1.png").status_code == 404


def test_a_document_that_is_not_kept(reader: TestClient) -> None:
    for path in ("", "/articles", "/pages/1.png"):
        answer = reader.get(f"/v1/documents/{'0' * 64}{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert reader.get("/v1/documents/nonsense").status_code == 422


RECORD = {"title": "林场造林忙", "text": "云港市林场近日造林两千亩。", "issue": 7}


def test_records_one_many_and_results_read_again(reader: TestClient) -> None:
    one = reader.post("/v1/articles", json=RECORD).json()["articles"]
    assert [(a["headline"], a["section"], a["issue"]) for a in one] == [("林场造林忙", "forestry", 7)]
    many = reader.post("/v1/articles", json=[RECORD, RECORD]).json()["articles"]
    assert [a["article"] for a in many] == [1, 2]
    again = reader.post("/v1/articles", json=one).json()["articles"]
    assert [a["id"] for a in again] == [a["id"] for a in one]


def test_json_lines_are_answered_line_by_line(reader: TestClient) -> None:
    lines = [json.dumps(RECORD), "", "{", "[]", '{"title": "a"}', json.dumps({"text": "水库蓄水。"})]
    answer = reader.post("/v1/articles", content="\n".join(lines), headers={"content-type": LINES})
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert [one.get("error", "") for one in found] == ["", "bad_input", "bad_input", "bad_input", ""]
    assert [one.get("line") for one in found] == [None, 3, 4, 5, None]
    assert found[0]["headline"] == "林场造林忙"
    assert found[-1]["article"] == 6


def test_a_record_that_looks_like_an_error_is_no_error(reader: TestClient) -> None:
    record = {**RECORD, "error": "bad_input", "message": "mine", "line": 3}
    assert reader.post("/v1/articles", json=record).json()["articles"][0]["message"] == "mine"


@pytest.mark.parametrize("path", ["articles", "sections", "summaries", "explanations"])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": 3}', "application/json", 400),
        (b"text", "text/plain", 415),
        (b'"text"', "application/json", 400),
        (b"\xff", "application/json", 400),
    ],
)
def test_bodies_that_are_no_records(
    reader: TestClient, path: str, body: bytes, kind: str, status: int
) -> None:
    answer = reader.post(f"/v1/{path}", content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]


def test_too_many_records_and_none(reader: TestClient) -> None:
    assert reader.post("/v1/articles", json=[]).status_code == 422
    assert reader.post("/v1/articles", json=[{"text": "a"}] * 2001).status_code == 422


def test_sections_are_listed_and_given(reader: TestClient) -> None:
    listed = reader.get("/v1/sections").json()
    assert [s["name"] for s in listed["sections"]] == [
        "business",
        "forestry",
        "governance",
        "other",
        "policing",
    ]
    assert listed["sections"][1]["names"] == {"zh": "林业"}
    (one,) = reader.post("/v1/sections", json=RECORD).json()["predictions"]
    assert (one["section"], list(one)) == (
        "forestry", ["section", "decision", "likeliest", "confidence", "scores"],
    )  # fmt: skip
    lines = reader.post("/v1/sections", content=b'{"text": "a"}\n{', headers={"content-type": LINES}).text
    assert [json.loads(line).get("error") for line in lines.splitlines()] == [None, "bad_input"]


def test_a_summary_has_sentences_of_the_text(reader: TestClient) -> None:
    text = "石泉水库昨日开始蓄水。水位上升三米。下游两个镇受益。记者在现场看到，闸门已经关闭。"
    found = reader.post("/v1/summaries", json={"text": text, "sentences": 2, "keywords": 3}).json()
    assert len(found["summary"]) == 2
    assert len(found["keywords"]) == 3
    for sentence in found["summary"]:
        assert found["text"][sentence["start"] : sentence["end"]] == sentence["text"]
    short = reader.post("/v1/summaries", json={"text": text, "max_chars": 12, "title": "蓄水"}).json()
    assert sum(len(s["text"]) for s in short["summary"]) <= 20
    lines = f'{json.dumps({"text": text})}\n{{"text": "a", "sentences": 0}}\n{{"text": "a", "title": 1}}'
    answer = reader.post("/v1/summaries", content=lines, headers={"content-type": LINES})
    assert [json.loads(line).get("line") for line in answer.text.splitlines()] == [None, 2, 3]


def test_an_explanation_adds_up(reader: TestClient) -> None:
    found = reader.post("/v1/explanations?top=3", json=RECORD).json()
    likeliest = found["likeliest"]
    assert len(found["towards"]) == 3
    assert len(found["heat"]) == len(found["text"])
    assert sum(found["heat"]) + found["intercepts"][likeliest] == pytest.approx(
        found["scores"][likeliest], abs=1e-3
    )
    assert reader.post("/v1/explanations?top=0", json=RECORD).status_code == 422


def test_the_service_describes_itself(reader: TestClient) -> None:
    described = reader.get("/openapi.json").json()
    assert described["components"]["schemas"]["Article"]["required"][0] == "id"
    named = set(described["components"]["schemas"])
    used = {
        part.split("/")[-1]
        for part in json.dumps(described).split('"')
        if part.startswith("#/components/schemas/")
    }
    assert used <= named
    health = reader.get("/healthz").json()
    assert (health["status"], health["token"]) == ("ok", False)
    assert reader.get("/v1/limits").json()["body_bytes"] == 32 * 2**20
    figures = reader.get("/metrics").text
    assert 'classify_requests_total{route="/healthz",status="200"}' in figures
    assert "classify_workers_busy 0.0" in figures
