"""Hostile, broken and foreign files are refused in one line."""

from __future__ import annotations

import time

import pytest

from classify.errors import InputError
from classify.read.ocr import markup
from classify.read.ocr.markup import parse_markup
from tests.read.ocr.samples import alto_page, hocr, page_xml

ENTITIES = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE alto [<!ENTITY e0 "水">{ENTITIES}]><alto>&e9;</alto>'
EXTERNAL = '<!DOCTYPE alto [<!ENTITY x SYSTEM "file:///etc/passwd">]><alto><Layout>&x;</Layout></alto>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(LAUGHS.encode(), "declares entities", id="billion laughs"),
        pytest.param(EXTERNAL.encode(), "declares entities", id="external entity"),
        pytest.param(EXTERNAL.encode("utf-16"), "declares entities", id="external entity in UTF-16"),
        pytest.param(b"<a>" * 90_000, "no well-formed XML", id="deep nesting, not closed"),
        pytest.param(b"<alto>" + b"<a>" * 300 + b"</a>" * 300 + b"</alto>", "no well-formed", id="300 deep"),
        pytest.param(b"<alto>" + b"<a>" * 120 + b"</a>" * 120 + b"</alto>", "nested more", id="120 deep"),
        pytest.param(b'<alto a="' + b"x" * (11 * 2**20) + b'"/>', "no well-formed XML", id="huge attribute"),
        pytest.param(b"<?xml version='1.0' encoding='UTF-8'?><alto>\xc4\xcf</alto>", "no well-formed", id="encoding"),
        pytest.param(b"<?xml version='1.0' encoding='klingon'?><alto/>", "no well-formed XML", id="no such encoding"),
        pytest.param(alto_page()[:300], "no well-formed XML", id="cut short"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param("水库蓄水。".encode(), "is no XML", id="text"),
        pytest.param(b"<rss><channel/></rss>", "XML of another kind (<rss>)", id="another kind"),
        pytest.param(b"<html><body><p>x</p></body></html>", "HTML, but no hOCR", id="no hOCR"),
        pytest.param(b"<m:mets xmlns:m='http://www.loc.gov/METS/'/>", "is METS", id="METS"),
        pytest.param(b"<html>" + b"<div>" * 5000, "nested more|no HTML", id="deep HTML"),
    ],
)  # fmt: skip
def test_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_markup(data, "page.xml")
    message = str(caught.value)
    assert message.startswith("page.xml: ")
    assert "\n" not in message
    assert len(message) < 400
    assert any(part in message for part in reason.split("|"))


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="larger than 0 MiB; split it"):
        parse_markup(alto_page(), "page.xml")


def test_an_external_dtd_is_not_loaded() -> None:
    data = b'<!DOCTYPE alto SYSTEM "http://localhost:9/alto.dtd"><alto><Layout/></alto>'
    assert parse_markup(data, "page.xml")[0] == "alto"


@pytest.mark.parametrize(
    ("data", "format"),
    [(alto_page(version=v), "alto") for v in (2, 3, 4)]
    + [(page_xml(version=v), "page-xml") for v in ("2010-03-19", "2013-07-15", "2019-07-15")]
    + [(hocr(), "hocr"), (b"<alto><Layout/></alto>", "alto")],
)
def test_formats_are_known_by_their_root(data: bytes, format: str) -> None:
    assert parse_markup(data, "page.xml")[0] == format


@pytest.mark.parametrize(
    "data",
    [
        hocr().decode().encode("gb18030"),
        hocr()
        .replace(b"charset='utf-8'", b"charset='big5'")
        .decode()
        .replace("两", "兩")
        .encode("big5", "ignore"),
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + hocr(),
        b"\xef\xbb\xbf" + hocr(),
        hocr().replace(b"charset='utf-8'", b"charset='no-such'"),
    ],
)
def test_encodings_of_hocr(data: bytes) -> None:
    _, root = parse_markup(data, "page.hocr")
    assert "林" in "".join(root.itertext())


@pytest.mark.parametrize("declared", ["punycode", "idna", "no-such-encoding"])
def test_encodings_that_are_not_of_texts_are_not_used(declared: str) -> None:
    """The codecs of names of hosts take time with the square of a text."""
    data = hocr().replace(b"utf-8", declared.encode(), 1)
    assert parse_markup(data, "a.hocr")[0] == "hocr"
    assert "林场造林忙" in "".join(parse_markup(data, "a.hocr")[1].itertext())


def test_blanks_of_a_file_are_passed_once() -> None:
    """A declaration is looked for at the start only: a search took 28 seconds for 128,000 blanks."""
    began = time.process_time()
    lines = f"<span class='ocr_line' title='bbox 0 0 9 9'>{chr(0x3000) * 400_000}字</span>"
    parse_markup(hocr(lines), "a.hocr")
    assert time.process_time() - began < 10  # linear: some hundredths of a second; the square: minutes
