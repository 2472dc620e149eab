"""Bad input never wins: any text or bytes give a result or one of our errors; no terminal sees them raw."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from classify import predict_page, predict_records
from classify.cli import app
from classify.errors import ClassifyError, CorpusError, EncodingError, InputError
from classify.output.csv import csv_text
from classify.output.json import article_object, labelled_object, to_json
from classify.output.ninjs import ninjs_object
from classify.output.terminal import print_articles, print_table
from classify.read import LIMITS, read_text
from classify.read.labelled import load_corpus
from classify.sections import SectionClassifier
from classify.summarizer import TextRank, key_phrases, keywords, mark, summarize, summarize_many
from classify.text.encoding import decode
from classify.text.normalize import printable
from tests.safety.promises import check_decode, check_records, check_split, is_shown_safely, refused_or
from tests.safety.tried import few_seeds, small_model

if TYPE_CHECKING:
    from pathlib import Path
from unicodedata import category

ODD = (
    "\0\x01\x07\x08\x0b\x0c\r\x1a\x1b\x7f\x85\x9b\xa0\xad\u061c\u115f\u180e\u200b\u200d\u200e\u200f\u2028\u2029\u202a"
    "\u202e\u2066\u2069\u3000\u3164\ufeff\ufffd\ufffe\uffff\ud800\udfff\U0001f600\U0010ffff\u0301\u3099"
)
TYPICAL = (
    "本报讯（记者 王小明）新华社青河2月20日电通讯员摄影报道图为责编："
    "□■●◆“”‘’《》（）()［］【】、，。！？；：……—ＡＢＣ１２３abc123%.-·\n\n\t  　"
    "林业局护林员上山巡林民警破获盗窃案县政府召开会议公司销售额增长百分之一二三四五六七八九十"
)
ESCAPES = "\x1b]0;标题\x07\x1b[31m红\x1b[2J\x9b31m\u202e倒\u2066置\u200b零\u200e<script>alert(1)</script>&\"'"

# What printable() doesn't escape yet has a test of its own, below.
others = st.characters(exclude_categories=[]).filter(lambda c: c in ODD or category(c) != "Cf")
characters = st.one_of(st.sampled_from(TYPICAL), st.sampled_from(ODD), others)
texts = st.one_of(
    st.text(characters, max_size=300),
    st.lists(st.text(st.sampled_from(TYPICAL + ODD), max_size=24), max_size=40).map("\n".join),
    st.builds(lambda t, n: t * n, st.text(characters, min_size=1, max_size=4), st.integers(1, 400)),
)
examples = settings(max_examples=40)


# -- text in ------------------------------------------------------------------------------------------


@given(texts, st.booleans())
@example(ESCAPES * 3, False)
@example("字" * 20_000, False)
@example("一\n" * 3000, False)
@example("（" * 3000, False)
@example("本报讯（记者 " * 300, True)
@examples
def test_split_page(text: str, single: bool) -> None:
    page = check_split(text, single=single)
    for number, article in enumerate(page.articles, 1):
        to_json(article_object(article, file="x", number=number)).encode("utf-8")


@given(texts)
@example(ESCAPES)
@examples
def test_predict_page_and_all_formats(text: str) -> None:
    items = list(predict_page(text, model=small_model()))
    results = [labelled_object(item, file=ESCAPES, number=i) for i, item in enumerate(items, 1)]
    for result in results:
        assert abs(sum(result["scores"].values()) - 1) < 1e-3
        json.loads(to_json(result))
        json.loads(to_json(ninjs_object(result)))
    rows = list(csv.reader(io.StringIO(csv_text(results), newline="")))
    assert len(rows) == len(results) + 1
    for show in (print_table, print_articles):
        shown = io.StringIO()
        show(results, Console(file=shown, width=100, force_terminal=False))
        assert is_shown_safely(shown.getvalue())


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.fixed_dictionaries({"text": plain}, optional={"title": plain, "id": plain, "": plain}), max_size=4
    )
)
@examples
def test_predict_records(records: list[dict[str, object]]) -> None:
    items = refused_or(lambda: list(predict_records(records, model=small_model())))
    if items is not None:
        assert len(items) == len(records)


def test_a_record_without_text() -> None:
    with pytest.raises((ClassifyError, ValueError, TypeError)):
        list(predict_records([{"title": "林业"}], model=small_model()))


@given(st.lists(texts, max_size=4))
@examples
def test_the_classifier(found: list[str]) -> None:
    p = small_model().probabilities(found)
    assert p.shape == (len(found), 5)
    assert np.isfinite(p).all()
    assert np.allclose(p.sum(axis=1), 1)
    assert len(small_model().predict(found)) == len(found)


@pytest.fixture(scope="module")
def classifier() -> SectionClassifier:
    return SectionClassifier(folds=0, n_jobs=1).fit(*few_seeds(0))


@pytest.mark.parametrize("wrong", ["text", b"text", 3, None, [None], [1], [b"x"], [["x"]], [float("nan")]])
def test_the_classifier_names_what_is_no_text(wrong: object, classifier: SectionClassifier) -> None:
    with pytest.raises((ValueError, TypeError)):
        classifier.predict(wrong)


@given(texts, st.integers(-1, 6), st.one_of(st.none(), st.integers(-1, 50)), st.one_of(st.none(), texts))
@example("字" * 20_000, 3, None, None)
@example(ESCAPES, 3, 10, ESCAPES)
@examples
def test_summarize(text: str, n: int, max_chars: int | None, title: str | None) -> None:
    summary = refused_or(summarize, text, n, max_chars=max_chars, title=title)
    if summary is None:
        assert n < 0 or (max_chars is not None and max_chars < 0)
        return
    for s in summary.sentences:
        assert text[s.start : s.end] == s.text
    marked = mark(text, summary)
    assert set(re.findall("<[^>]*>", marked)) <= {"<p>", "</p>", "<mark>", "</mark>"}


@given(st.lists(texts, max_size=4))
@examples
def test_summarize_many(found: list[str]) -> None:
    assert len(summarize_many(found)) == len(found)


@given(texts, st.integers(-1, 5))
@examples
def test_text_rank(text: str, n: int) -> None:
    assert refused_or(lambda: TextRank(text).summarize(n)) is None or n >= 0


@given(texts, st.integers(-2, 8))
@examples
def test_keywords_and_phrases(text: str, k: int) -> None:
    for find in (keywords, key_phrases):
        assert len(refused_or(find, text, k) or []) <= max(0, k)


@given(texts)
@examples
def test_explain(text: str) -> None:
    small_model().explain(text)


def test_no_format_character_is_shown() -> None:
    every = "".join(c for c in map(chr, range(0x110000)) if category(c) == "Cf")
    assert is_shown_safely(printable(every))


# -- bytes in ---------------------------------------------------------------------------------------


pieces = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\x1f\x8b", b"BZh", b"\r\n", b"\0"]
    ),
    texts.map(lambda t: t.encode("utf-8", "surrogatepass")),
    texts.map(lambda t: t.encode("gb18030", "ignore")),
    st.sampled_from(
        [b'{"text": "', b'"}\n', b'text,title\n"', b'",x\n', b"{", b"[[[[", b"text,label\n", b'"a\nb",c\n']
    ),
)
some_bytes = st.lists(pieces, max_size=5).map(b"".join)


@given(some_bytes)
@example(b"\xff\xfe\x00\xd8")
@example(b"\x84\x31\xa4\x37")
@examples
def test_decode(data: bytes) -> None:
    check_decode(data)


@given(some_bytes, st.sampled_from(["r.jsonl", "r.csv", "r.jsonl.gz", "r.csv.gz", "r.parquet"]))
@example(b'{"text": "a"}\n{"text": "b"\n{"text": "c"}', "r.jsonl")
@example(b'text\n"a\nb""c"\n', "r.csv")
@examples
def test_read_records(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    check_records(data, str(tmp_path_factory.getbasetemp() / name))


@given(some_bytes, st.sampled_from(["c.jsonl", "c.csv", "c.jsonl.gz", "c.csv.gz", "c.json", "c.txt"]))
@examples
def test_load_corpus(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        corpus = load_corpus(path)
        corpus.check_trainable()
    except CorpusError as e:
        told = str(e)
    else:
        told = ""
        assert len(corpus.counts) >= 2
    assert "\n" not in told


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("a.jsonl", '{"text": "林", "label": 3}', "one label only ('3')"),
        ("a.jsonl", '{"text": "林", "label": null}', "line 1: the label is null or NaN"),
        ("a.jsonl", '{"text": "林", "label": "林"}\n{"text"', "line 2 is no JSON"),
        ("a.jsonl", '{"text": "林", "label": "林"}\n' * 2, "one label only"),
        (
            "a.jsonl",
            '{"text": "林", "label": "林"}\n' * 2 + '{"text": "警", "label": "警"}',
            "has 1 document",
        ),
        ("a.csv", 'text,label\n"林\n场",林\n警,', "line 4: the label"),
        ("a.csv", 'text,label\n"林', "line 2: a quote is never closed"),
        ("a.csv", "text,kind\n林,林\n", "line 2: no label"),
    ],
)
def test_labelled_data_that_cannot_be_trained_on(name: str, written: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(written, encoding="utf-8")
    with pytest.raises(CorpusError, match=re.escape(told)) as caught:
        load_corpus(path).check_trainable()
    assert name in str(caught.value)


# -- limits -----------------------------------------------------------------------------------------


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(LIMITS.page + 1)
    with pytest.raises(InputError, match="larger than 256 MiB; split it"):
        read_text(path)


def test_the_order_of_encodings() -> None:
    text = "林业局，ＡＢ"
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(text.encode("utf-16")) == text
    assert decode(text.encode("gb18030")) == text
    with pytest.raises(EncodingError, match="byte 0xff at offset 3"):
        decode("林".encode() + b"\xff\xff")


# -- the command line -------------------------------------------------------------------------------


HOSTILE = {
    "escapes": f"{ESCAPES}\n本报讯 护林员{ESCAPES}上山巡林，今年造林两千亩。\n".encode(
        "utf-8", "surrogatepass"
    ),
    "nothing": b"",
    "blank": "\n　\n\t\n".encode(),
    "not text": bytes(range(256)) * 4,
    "nul": "林业\0局".encode(),
    "half a character": "林业局".encode()[:-1] + b"\xff",
    "surrogates": "林\ud800业".encode("utf-8", "surrogatepass"),
    "bidi": "林业局\u202e今年造林\u2066两千亩。\u200b\u200d\n".encode(),
    "utf-16 cut short": "林业局".encode("utf-16")[:-1],
    "a damaged gzip": gzip.compress("林业局".encode() * 50)[:-6],
    "a long line": "林".encode() * 60_000,
}
COMMANDS = [
    ["predict", "--format", "table"],
    ["predict", "--format", "jsonl"],
    ["predict", "--format", "csv"],
    ["predict", "--format", "ninjs"],
    ["predict", "--input", "jsonl"],
    ["split", "--format", "table"],
    ["split", "--format", "json"],
    ["summarize", "--keywords", "3"],
    ["summarize", "--format", "html"],
    ["explain"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_command_line(command: list[str], tmp_path: Path) -> None:
    paths = []
    for name, data in HOSTILE.items():
        path = tmp_path / f"{name}.txt"
        path.write_bytes(data)
        paths.append(str(path))
    paths.append(str(tmp_path / f"none\x1b[31m\u202e{os.linesep}.txt"))
    result = CliRunner().invoke(app, [*command, *paths])
    assert result.exception is None or isinstance(result.exception, (SystemExit, ClassifyError)), (
        result.exception
    )
    assert result.exit_code == 1  # some could not be read; the others were done
    assert is_shown_safely(result.stderr)
    assert result.stdout
    shown = result.stdout
    if "--format" in command and command[-1] in ("jsonl", "ninjs"):
        for line in shown.splitlines():
            json.loads(line)
    elif command[-1] == "html":
        assert "<script" not in shown
    elif command[-1] == "table" or command[0] in ("summarize", "explain"):
        assert is_shown_safely(shown)


def test_a_bad_record_is_told_by_its_number_and_the_rest_are_done(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [
        '{"text": "护林员上山巡林。", "id": 1}',
        '{"text": "护林',
        '{"text": 3}',
        '{"text": "民警破案。", "id": 4}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(app, ["predict", str(path), "--format", "jsonl"])
    assert result.exit_code == 1
    assert [json.loads(line)["input_id"] for line in result.stdout.splitlines()] == [1, 4]
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
