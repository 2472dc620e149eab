"""Annotations of articles for IIIF viewers."""

from __future__ import annotations

from classify.output.iiif import annotation_pages
from classify.records import PrintedPage

ARTICLE = {
    "id": "a1", "headline": "林场造林忙", "kicker": "", "deck": "", "body": "造林。", "section": "forestry",
    "boxes": [[1, 40.0, 20.0, 160.0, 44.0], [1, 40.0, 60.0, 100.2, 90.4], [2, 10.0, 10.0, 20.0, 20.0]],
}  # fmt: skip


def test_an_annotation_page_for_each_page() -> None:
    pages = [PrintedPage(n, 400, 600, pixels_per_point=2.0) for n in (1, 2, 3)]
    first, second, third = annotation_pages(pages, [ARTICLE], file="二月/page 1.xml")
    assert first["type"] == second["type"] == "AnnotationPage"
    assert third["items"] == []
    (item,) = first["items"]
    assert item["target"] == [
        "%E4%BA%8C%E6%9C%88/page%201.xml/canvas/1#xywh=80,40,240,48",
        "%E4%BA%8C%E6%9C%88/page%201.xml/canvas/1#xywh=80,120,120,61",
    ]
    text, tag = item["body"]
    assert (text["value"], text["format"], tag["value"]) == ("林场造林忙\n造林。", "text/plain", "forestry")
    (item,) = second["items"]
    assert item["target"].endswith("/canvas/2#xywh=20,20,20,20")
    assert first["items"][0]["id"] != item["id"]


def test_a_split_article_has_no_tag() -> None:
    article = {key: value for key, value in ARTICLE.items() if key != "section"}
    (page,) = annotation_pages([PrintedPage(1, 400, 600)], [article], file="page.pdf")
    assert [body["purpose"] for body in page["items"][0]["body"]] == ["supplementing"]
