"""Any input to TextRank, training, the readers and the state of an archive: a result, or an error of ours."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from classify import read_pages, split_page
from classify.archive.state import FAILURES, INPUTS, MANIFEST
from classify.errors import ClassifyError, InputError
from classify.read.labelled import load_corpus
from classify.read.listing import InputFile
from classify.read.parts import read_parts
from classify.records import PrintedPage
from classify.sections import SectionClassifier
from classify.sections.explanation import folded_places
from classify.sections.training import train
from classify.summarizer import TextRank
from classify.text.normalize import clean, clean_places, fold, part_marks
from tests.end_to_end.test_hostile_input import texts
from tests.read.ocr.samples import alto_page, hocr, page_xml
from tests.safety.damage import contents, write
from tests.safety.patterns import PATTERNS
from tests.safety.promises import check_printed_page, refused_or

if TYPE_CHECKING:
    from pathlib import Path


def check_told(error: ClassifyError) -> None:
    """Check that an error is told in one line."""
    told = str(error)
    assert told
    assert "\n" not in told


few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
patterned = st.builds(
    lambda name, n: PATTERNS[name](n), st.sampled_from(sorted(PATTERNS)), st.integers(1, 400)
)
any_text = st.one_of(texts, patterned)
any_bytes = st.one_of(st.binary(max_size=300), any_text.map(lambda text: text.encode("utf-8", "replace")))


@given(any_text, st.integers(0, 5))
@few
def test_text_rank(text: str, n: int) -> None:
    ranked = refused_or(TextRank().rank, text)
    assert ranked is None or all(np.isfinite(s.score) and text[s.start : s.end] == s.text for s in ranked)
    summary = refused_or(TextRank().summarize, text, n)
    assert summary is None or len(summary) <= n


@given(
    st.lists(any_text, min_size=2, max_size=6), st.lists(st.sampled_from("ab\ud800"), min_size=2, max_size=6)
)
@example(["林", "林"], ["a", "b"])
@few
def test_a_classifier_of_anything(found: list[str], labels: list[str]) -> None:
    n = min(len(found), len(labels))
    fitted = refused_or(SectionClassifier(folds=0, n_jobs=1).fit, found[:n], labels[:n])
    if fitted is not None:
        p = fitted.predict_proba(["林场造林", *found])
        assert np.isfinite(p).all()
        assert np.allclose(p.sum(axis=1), 1)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a\nb", "\ud800"]), any_text), max_size=8))
@few
def test_training_on_any_folder(tmp_path: Path, documents: list[tuple[str, str]]) -> None:
    shutil.rmtree(root := tmp_path / "data", ignore_errors=True)
    root.mkdir()
    for i, (label, text) in enumerate(documents):
        folder = root / label.encode("utf-8", "replace").decode()
        folder.mkdir(exist_ok=True)
        (folder / f"{i}.txt").write_bytes(text.encode("utf-8", "replace"))
    try:
        model = train(root, classifier=SectionClassifier(folds=2, n_jobs=1)).model
    except ClassifyError as e:
        check_told(e)
    else:
        assert np.isfinite(model.probabilities(["林场造林"])).all()


@given(
    any_bytes,
    st.sampled_from([".txt", ".jsonl", ".csv", ".parquet", ".zip", ".pdf", ".txt.gz", ".jsonl.zst", ""]),
)
@few
def test_the_readers_of_any_bytes(tmp_path: Path, data: bytes, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(data)
    for part, _ in read_parts(InputFile.of(str(path))):
        if not isinstance(part.content, (str, bytes)):
            assert all(record.problem or record.fields for _, record in part.records())
    for read in (read_pages, load_corpus):
        try:
            found = list(read(path)) if read is read_pages else [read(path)]
        except ClassifyError as e:
            check_told(e)
        else:
            assert all(page is not None for page in found)
            assert not any(isinstance(page, PrintedPage) for page in found) or ending == ".pdf"


def ocr_files() -> dict[str, bytes]:
    """Return a sound file of each format of OCR programs, by the ending of its name."""
    return {
        ".alto.xml": alto_page(),
        ".page.xml": page_xml(),
        ".hocr": hocr(),
    }


@given(
    st.sampled_from(sorted(ocr_files())),
    st.integers(0, 1500),
    st.integers(0, 60),
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"<", b"&", b"]]>", b"<!ENTITY a 'b'>", b"-1e999", b"NaN", b"1" * 400, b'"/>', b"<a>" * 90]
        ),
    ),
)
@example(".alto.xml", 0, 0, b"")
@example(".page.xml", 0, 0, b"")
@example(".hocr", 0, 0, b"")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_readers_of_changed_files_of_ocr_programs(
    tmp_path: Path, ending: str, at: int, length: int, instead: bytes
) -> None:
    data = ocr_files()[ending]
    path = tmp_path / f"a{ending}"
    path.write_bytes(data[:at] + instead + data[at + length :])
    try:
        pages = list(read_pages(path))
    except ClassifyError as e:
        assert instead or length
        check_told(e)
    else:
        for page in pages:
            assert isinstance(page, PrintedPage)
            check_printed_page(page)


@given(any_text)
@example("<p>林场造林")
@few
def test_the_reader_of_any_html(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f"<html><body><p>{text}</p></body></html>".encode("utf-8", "replace"))
    try:
        for page in read_pages(path):
            assert split_page(page).articles is not None
    except ClassifyError as e:
        check_told(e)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("half") / "out"
    write(out, 2)
    return out


@given(
    st.sampled_from([MANIFEST, INPUTS, FAILURES]),
    st.integers(0, 900),
    st.integers(0, 30),
    st.binary(max_size=30),
)
@few
def test_the_state_of_an_archive(
    half: Path, tmp_path: Path, name: str, at: int, length: int, instead: bytes
) -> None:
    write(whole := tmp_path / "whole")
    shutil.rmtree(out := tmp_path / "out", ignore_errors=True)
    shutil.copytree(half, out)
    data = (out / name).read_bytes()
    (out / name).write_bytes(data[:at] + instead + data[at + length :])
    try:
        write(out)
    except InputError as e:
        check_told(e)
    else:
        assert {k: v for k, v in contents(out).items() if k != FAILURES} == {
            k: v for k, v in contents(whole).items() if k != FAILURES
        }


# -- long runs of marks -------------------------------------------------------------------------------

marked = st.text(
    st.sampled_from("林e\u0301\u0323\u0344\u0f73\u200b\u034f\r\n (cid:1)\u3000Ｅ\u09be\u09c7"), max_size=200
)


@given(marked)
@example("a" + "\u0301\u0323" * 200)
@example("a" + "\u0301\u200b" * 200)
@example("\u0f73" * 100)
@settings(max_examples=150)
def test_marks_are_parted_once_and_places_are_exact(text: str) -> None:
    import unicodedata

    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert part_marks(cleaned) == cleaned
    assert unicodedata.normalize("NFC", "".join(char for char, _, _ in clean_places(text))) == cleaned
    places = folded_places(text)
    assert len(places) == len(fold(text))
    assert [a for a, _ in places] == sorted(a for a, _ in places)
    assert all(0 <= a < b <= len(text) for a, b in places)


def test_every_combining_mark_may_be_in_a_long_run() -> None:
    import sys
    import unicodedata

    from classify.text.normalize import _CleaningTables

    marks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))]
    assert all(_CleaningTables.MAY_BE_MARKS.search(mark * 16) for mark in marks)
    doubles = [
        c
        for c in map(chr, range(0x300, 0x2000))
        if len(d := unicodedata.normalize("NFD", c)) > 1 and all(map(unicodedata.combining, d))
    ]
    assert "".join(doubles) == _CleaningTables.DOUBLE_MARKS
