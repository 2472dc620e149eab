"""Files of results: the format by the name, and written whole or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from classify.errors import InputError
from classify.output.files import file_format, open_results


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("x.csv", "csv"),
        ("X.XLSX", "xlsx"),
        ("x.jsonl", "jsonl"),
        ("x.ndjson.gz", "jsonl"),
        ("x.json", "json"),
        ("x.csv.gz", "csv"),
        ("out", None),
        ("out/2026.02", None),
        ("v1.2", None),
        (".hidden", None),
    ],
)
def test_the_format_is_that_of_the_name(name: str, format: str | None) -> None:
    assert file_format(Path(name)) == format


@pytest.mark.parametrize("name", ["x.txt", "x.xml", "二月.docx", "x.parquet", "x.tar.gz"])
def test_a_name_of_another_kind_of_file_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"call it \.jsonl, \.json, \.csv, \.xlsx or \.html"):
        file_format(Path(name))


def test_a_folder_is_a_folder_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.txt").mkdir()
    (tmp_path / "x.csv").mkdir()
    assert file_format(tmp_path / "x.txt") is file_format(tmp_path / "x.csv") is None


def test_a_file_is_replaced_when_all_is_well(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")

    def fail_half_way() -> None:
        with open_results(path) as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.csv": b"old"}
    with open_results(path) as file:
        file.write(b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.csv": b"new"}


def test_gz_is_compressed_and_has_no_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with open_results(tmp_path / name) as file:
            file.write(b"{}")
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == b"{}"
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written"), open_results(tmp_path / "no" / "x.csv"):
        pass
