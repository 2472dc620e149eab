"""Files to units: the same ones from wherever the cutting begins."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from classify.archive.units import Place, WorkUnit, cut_units
from classify.options import ArchiveOptions
from classify.read.listing import InputFile, list_inputs
from classify.read.parts import FilePart
from tests.archive.support import SMALL, fill

if TYPE_CHECKING:
    from pathlib import Path


def test_units_can_be_cut_from_anywhere(tmp_path: Path) -> None:
    fill(tmp_path)
    inputs = list(list_inputs([tmp_path]))
    whole = list(cut_units(inputs, SMALL))
    for i, unit in enumerate(whole[:-1]):
        assert list(cut_units(inputs, SMALL, number=i + 1, start=unit.after)) == whole[i + 1 :]
    assert whole[-1].after == Place(len(inputs), 0, sum(i.size for i in inputs))


def test_many_empty_pages_are_not_one_unit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    inputs = [InputFile(str(tmp_path / "a.txt"), 0, 0)] * 100
    sizes = [len(unit.parts) for unit in cut_units(inputs, ArchiveOptions(unit_bytes=2560))]
    assert max(sizes) == 10
    assert sum(sizes) == 100


def test_the_first_units_are_smaller(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 1000)
    inputs = [InputFile.of(str(tmp_path / "a.txt"))] * 400
    sizes = [len(unit.parts) for unit in cut_units(inputs, ArchiveOptions(unit_bytes=16_000))]
    assert sizes[:18] == [*range(1, 17), 16, 16]


def test_the_cost_of_a_unit_counts_lines_but_not_long_gaps() -> None:
    def cost(page: bytes) -> int:
        return WorkUnit(0, (FilePart("a.txt", "", page, len(page)),), Place()).cost

    assert cost(b"a\n" * 1000) == 20 * 2000 + 2000 * 1000
    assert cost(b"\n" * 4000) == 20 * 4000
    assert cost("云港市林场近日造林两\n".encode() * 100) < 300_000


def test_digests_are_those_of_the_files(tmp_path: Path) -> None:
    page, packed, records = tmp_path / "a.txt", tmp_path / "b.txt.gz", tmp_path / "c.jsonl"
    page.write_text("水库蓄水", "utf-8")
    packed.write_bytes(gzip.compress("水库蓄水".encode()))
    records.write_text('{"text": "水库蓄水"}\n' * 9, "utf-8")
    lying = (
        tmp_path / "d.txt"
    )  # packed, whatever its name says: not known, so it is done again when it is touched
    lying.write_bytes(packed.read_bytes())
    paths = [page, packed, records, lying, tmp_path / "none.txt"]
    units = cut_units([InputFile.of(str(path)) for path in paths], ArchiveOptions(unit_bytes=300))
    found = {path: digest for unit in units for path, digest in unit.digests.items()}
    want = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths[:3]}
    assert found == {**want, str(lying): "", str(paths[4]): ""}
