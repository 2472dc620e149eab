"""What is printed in every format: leftover lines, records with their fields, ids."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from classify.model_file import load_card
from tests.cli.commands import PAGE, TEXT, objects, program, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("command", ["predict", "split"])
def test_json_is_one_object_with_the_leftover_lines(page: Path, command: str) -> None:
    found = json.loads(run(command, page, PAGE, "-f", "json").stdout)
    assert list(found) == ["articles", "leftover"]
    assert found["articles"] == objects(run(command, page, PAGE, "-f", "jsonl"))
    line = {"page": 1, "line": 173, "text": TEXT.splitlines()[172].strip()}
    assert [{**o, "text": o["text"].strip()} for o in found["leftover"]] == [
        {"file": str(path)} | line for path in (page, PAGE)
    ]


def test_ids_are_the_same_in_every_run_and_folder(page: Path, tmp_path: Path) -> None:
    ids = [o["id"] for o in objects(run("predict", page, "-f", "jsonl"))]
    assert len(set(ids)) == 7
    assert ids == [o["id"] for o in objects(run("split", page, "-f", "jsonl"))]
    moved = tmp_path / "deeper" / page.name
    moved.parent.mkdir()
    moved.write_bytes(page.read_bytes())
    assert ids == [o["id"] for o in objects(run("predict", moved, "-f", "jsonl"))]
    renamed = page.with_name("三月.txt")
    renamed.write_bytes(page.read_bytes())
    assert not set(ids) & {o["id"] for o in objects(run("predict", renamed, "-f", "jsonl"))}


def test_the_id_in_an_archive_is_that_of_the_file(page: Path, tmp_path: Path) -> None:
    """A member of a zip file counts by its own name, so unpacking it changes no id."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.write(page, f"二月/{page.name}")
    out = tmp_path / "out"
    assert run("predict", tmp_path / "a.zip", "-o", out).exit_code == 0
    found = [
        json.loads(line) for shard in out.glob("*.jsonl") for line in shard.read_text("utf-8").splitlines()
    ]
    ids = [o["id"] for o in found if "id" in o]
    assert ids == [o["id"] for o in objects(run("predict", page, "-f", "jsonl"))]


def test_csv_has_a_row_an_article(page: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("predict", page, "-f", "csv").stdout)))
    assert len(rows) == 7
    assert rows[2]["headline"] == "乡道蹲守四夜擒获盗电池团伙"
    assert rows[2]["reporters"] == "林知遥"


def test_ninjs(page: Path) -> None:
    item = objects(run("predict", page, "-f", "ninjs"))[2]
    assert item["uri"].startswith("urn:classify:")
    assert item["subjects"][0]["name"] == "policing"
    assert item["bodies"][0]["charCount"] == len(item["bodies"][0]["value"])


@pytest.mark.parametrize("format", ["table", "jsonl", "json", "csv"])
@pytest.mark.parametrize("command", ["predict", "split"])
def test_leftover_lines_are_counted_once_a_file(tmp_path: Path, command: str, format: str) -> None:
    one, three, none = (tmp_path / f"{n}.txt" for n in (1, 3, 0))
    one.write_text(TEXT, encoding="utf-8")
    three.write_text("第03版\n2024年3月1日\n\n" + TEXT, encoding="utf-8")
    none.write_text("林场造林忙\n\n本报讯（记者岑雨桐）林场近日造林两千亩。\n", encoding="utf-8")
    result = run(command, one, three, none, "-f", format)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"classify: {one}: 1 line belongs to no article: 173",
        f"classify: {three}: 3 lines belong to no article: 1–2, 176",
    ]


@pytest.mark.parametrize("command", ["predict", "split", "summarize"])
def test_a_page_whose_fonts_give_no_characters_is_told(tmp_path: Path, command: str) -> None:
    story = "林场造林忙\n\n本报讯（记者岑雨桐）林场近日造林两千亩，苗木来自石泉。\n"
    few, many = tmp_path / "few.txt", tmp_path / "many.txt"
    few.write_text("\uf06e" + story * 5, encoding="utf-8")
    many.write_text(story + "(cid:907)(cid:12)\ue000\ue001\n", encoding="utf-8")
    result = run(command, few, many)
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if "OCR" in line] == [
        f"classify: {many}: 11 % of its characters were left out: its fonts do not say which they are; "
        "read the page with OCR"
    ]
    assert "cid" not in result.stdout


@pytest.mark.parametrize("command", ["predict", "split"])
def test_a_page_whose_columns_are_mixed_is_told(tmp_path: Path, command: str) -> None:
    left = (
        "云港市柳湾镇把低产梨园改成设施蔬菜，三年建起大棚四百二十座，亩均收入由三千元增加到一万二千元。镇里请来农技员驻村，"
        "每周三下午在棚里讲课，种植户有问题当场就问。合作社统一育苗、统一销售，去年卖出黄瓜和番茄六千四百吨。今年春天，镇里又"
        "投资八百万元修了冷库和分拣车间，蔬菜可以错开上市时间，价格比过去高出两成。"
    )
    right = (
        "石泉县今年安排专项资金两千六百万元，对十九座小型水库的大坝和溢洪道进行加固，工程计划在五月底以前完工。施工队分成三班，"
        "工地上昼夜不停。县水利局派出技术员住在工地，每道工序都要验收签字后才能往下做。工程完成后，下游一万一千亩农田可以按时"
        "灌溉，沿岸四个村的防洪标准由十年一遇提高到三十年一遇，汛前还要再检查一遍闸门。"
    )
    lines = [text[i : i + 16] for text in (left, right) for i in range(0, len(text), 16)]
    order, mixed = tmp_path / "order.txt", tmp_path / "mixed.txt"
    order.write_text("水库加固\n" + "\n".join(lines), encoding="utf-8")
    random.Random(4).shuffle(lines)
    mixed.write_text("\n".join(lines), encoding="utf-8")
    result = run(command, order, mixed)
    assert result.exit_code == 0
    told = [line for line in result.stderr.splitlines() if "mixed" in line and "columns" in line]
    assert len(told) == 1
    assert told[0].startswith(f"classify: {mixed}: the lines of its columns are mixed")


def test_a_page_with_one_nul_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(
        "林场造林忙\n\n本报讯（记者岑雨桐）林场近日\0造林两千亩，苗木来自石泉。\n", encoding="utf-8"
    )
    (item,) = objects(run("predict", path, "-f", "jsonl"))
    assert item["body"] == "林场近日造林两千亩，苗木来自石泉。"


def test_records_pass_their_fields_through_in_order(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    records = [
        {"id": n, "text": f"民警抓获盗窃嫌疑人{n}名。", "title": "警方破案", "file": "其他", "深": {"a": [n]}}
        for n in range(600)
    ]
    path.write_bytes(gzip.compress("\n".join(json.dumps(r) for r in records).encode()))
    found = objects(run("predict", path, "-f", "jsonl"))
    assert [o["input_id"] for o in found] == list(range(600))
    assert len({o["id"] for o in found}) == 600
    assert found[5]["lines"] == [[6, 6]]
    assert found[5]["深"] == {"a": [5]}
    assert found[5]["file"] == str(path)
    assert found[5]["input_file"] == "其他"
    assert found[5]["headline"] == "警方破案"
    assert found[5]["section"] == "policing"


def test_a_broken_record_is_reported_by_number_and_the_rest_are_done(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"text": "一。"}\n{"text": \n{"text": 3}\n{"text": "二。"}\n', encoding="utf-8")
    result = run("predict", path, "-f", "jsonl")
    assert result.exit_code == 1
    assert [o["body"] for o in objects(result)] == ["一。", "二。"]
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr


# -- files, for people and for programs --------------------------------------------------------------


@pytest.mark.parametrize("command", ["predict", "split"])
def test_a_file_has_what_standard_output_has(page: Path, tmp_path: Path, command: str) -> None:
    for name in ("x.jsonl", "x.json", "x.jsonl.gz"):
        done = run(command, page, "-o", tmp_path / name)
        assert (done.exit_code, done.stdout) == (0, "")
        assert "1 line belongs to no article" in done.stderr
        data = (tmp_path / name).read_bytes()
        written = gzip.decompress(data) if name.endswith(".gz") else data
        format = name.removesuffix(".gz").rpartition(".")[2]
        assert written == run(command, page, "-f", format).stdout_bytes
    assert run(command, page, "-o", tmp_path / "x.csv").exit_code == 0
    csv_file = (tmp_path / "x.csv").read_bytes()
    assert csv_file == b"\xef\xbb\xbf" + run(command, page, "-f", "csv").stdout_bytes


def test_a_workbook_has_chinese_sections_if_wanted(page: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    assert run("predict", page, "-o", tmp_path / "x.xlsx", "--labels", "zh", "--no-summary").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["articles", "leftover"]
    header, *rows = book["articles"].iter_rows(values_only=True)
    assert [row[header.index("section")] for row in rows] == [
        None,
        None,
        "公安",
        "林业",
        "政务",
        "经济",
        "经济",
    ]
    assert rows[0][header.index("likeliest")] == "其他"
    written = run("predict", page, "-f", "xlsx", "--labels", "zh", "--no-summary").stdout_bytes
    assert written == (tmp_path / "x.xlsx").read_bytes()
    table = run("predict", page, "--labels", "zh", "--no-summary").stdout
    assert "林业" in table
    assert "forestry" not in table


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            ("-o", "t.txt"),
            1,
            "t.txt: no results are written as .txt; call it .jsonl, .json, .csv, .xlsx or .html",
        ),
        (("-o", "t.csv", "-f", "json"), 2, "t.csv is csv, not json"),
        (("-o", "in.json"), 1, "in.json: is an input, and would be replaced"),
        (("-o", "no/t.csv"), 1, "no/t.csv: can't be written (No such file or directory)"),
        (("-o", "link.csv"), 1, "link.csv: can't be written (it is a device or a pipe, not a file)"),
        (("-f", "jsonl", "--labels", "zh"), 2, "--labels is for tables, CSV and xlsx"),
        (("-o", "out", "--labels", "zh"), 2, "--labels is for tables, CSV and xlsx"),
        (("--labels", "fr"), 1, "no names of labels in 'fr'"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, options: tuple[str, ...], code: int, message: str
) -> None:
    (tmp_path / "in.json").write_text('{"text": "林场造林两千亩。"}', "utf-8")
    (tmp_path / "link.csv").symlink_to("/dev/null")
    before = sorted(p.name for p in tmp_path.iterdir())
    done = program("predict", "in.json", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, b"")
    assert message in " ".join(done.stderr.decode().replace("│", " ").split())
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert (tmp_path / "link.csv").is_symlink()


def test_split_writes_no_folder(page: Path, tmp_path: Path) -> None:
    done = program("split", page, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


# -- results read again ------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_results_of_predict_are_its_input_and_give_the_same(page: Path, tmp_path: Path, format: str) -> None:
    first, second = tmp_path / f"first.{format}", tmp_path / f"second.{format}"
    assert run("predict", page, "-o", first).exit_code == 0
    assert run("predict", first, "-o", second).exit_code == 0
    assert second.read_bytes() == first.read_bytes()
    run("predict", first, "-o", tmp_path / "out")
    (shard,) = (tmp_path / "out").glob("articles-*.jsonl")
    assert shard.read_bytes() == run("predict", page, "-f", "jsonl").stdout_bytes


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_changed_section_is_learnt_from(page: Path, tmp_path: Path, format: str) -> None:
    results, other = tmp_path / f"r.{format}", page.with_name("other.txt")
    other.write_text(TEXT.replace("云港", "青塘"), "utf-8")
    run("predict", page, other, "-o", results)
    written = results.read_text("utf-8")
    results.write_text(written.replace(*(f'"section": "{s}"' for s in ("policing", "治安"))).replace(
        ",policing,labelled,", ",治安,labelled,"), "utf-8")  # fmt: skip
    trained = run("train", results, "-o", tmp_path / "m.joblib")
    assert trained.exit_code == 0, trained.stderr
    assert load_card(tmp_path / "m.joblib")["labels"] == {
        "business": 4, "forestry": 2, "governance": 2, "other": 4, "治安": 2
    }  # fmt: skip


def test_results_without_a_section_are_left_out_and_told(page: Path, tmp_path: Path) -> None:
    results = tmp_path / "r.jsonl"
    run("predict", page, page, "-o", results)
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    for line in lines[2::7]:
        line |= {"section": None, "decision": "unsure"}
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    trained = run("train", results, "-o", tmp_path / "m.joblib")
    assert "business 4, forestry 2, governance 2, other 4); left out: 2 without a section" in trained.stderr
