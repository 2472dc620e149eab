"""Files to units: the same ones from wherever the cutting begins."""

from __future__ import annotations

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
