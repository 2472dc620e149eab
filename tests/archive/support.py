"""An archive with every kind of source, and what a run has written, for the tests of archives."""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from typing import TYPE_CHECKING, Any

from classify.archive.shards import unpack_lines
from classify.archive.state import suffix_of
from classify.options import ArchiveOptions
from tests.support import SEEDS

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ArchiveOptions(unit_bytes=3000)
"""Units of few articles, so that there are many shards."""


def texts(n: int, seed: int = 0) -> list[str]:
    return [
        p.read_text("utf-8").strip() for p in random.Random(seed).sample(sorted(SEEDS.glob("*/*.txt")), n)
    ]


def fill(folder: Path) -> None:
    """Write an archive with every kind of source, a few bad ones among them."""
    found = texts(60)
    (folder / "甲" / "乙").mkdir(parents=True)
    for i, text in enumerate(found[:20]):
        (folder / "甲" / f"第{i:02}版.txt").write_text(f"{text}\n\n{found[20 + i]}\n", "utf-8")
    (folder / "甲" / "乙" / "国标.txt").write_bytes(found[40].encode("gb18030"))
    (folder / "甲" / "坏.txt").write_bytes(b"\x00\x01\x02")
    (folder / "空.txt").write_bytes(b"")
    records = [{"text": t, "id": i} for i, t in enumerate(found[40:])]
    lines = [json.dumps(r, ensure_ascii=False) for r in records]
    lines.insert(5, "{")
    lines.insert(9, '{"title": "没有正文"}')
    (folder / "记录.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    with gzip.open(folder / "记录.jsonl.gz", "wt", encoding="utf-8") as f:
        f.write("\n".join(lines[:4]))
    (folder / "坏.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n' * 9)[:-9])
    (folder / "表.csv").write_text(
        'text,编号\n"甲县造林，\n面积五万亩。",1\n多,了,列\n乙县通车。,2\n', "utf-8"
    )
    with zipfile.ZipFile(folder / "包.zip", "w") as z:
        for i, text in enumerate(found[50:56]):
            z.writestr(f"版面/第{i}版.txt", text)
        z.writestr("记录.jsonl", "\n".join(lines[:3]))
        z.writestr("图.jpg", b"\xff\xd8")
        z.writestr("__MACOSX/._第0版.txt", b"\x00")
        z.writestr("坏.txt", b"\x00")
        z.writestr("内.zip", b"PK")
    (folder / "坏.zip").write_bytes(b"PK\x03\x04")
    (folder / ".hidden.txt").write_text("不读")
    (folder / "readme.md").write_text("不读")


def contents(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.iterdir())}


def articles(out: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted(out.glob("articles-*")):
        found += [json.loads(line) for line in unpack_lines(path.read_bytes(), suffix_of(path.name))]
    return found


def failures(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "failures.jsonl").read_text("utf-8").splitlines()]


def inputs_of(out: Path) -> list[str]:
    return [json.loads(line)["path"] for line in (out / "inputs.jsonl").read_text("utf-8").splitlines()]
