"""How the tests of the command line run it: in this process, or as a program of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classify.cli import app, main
from tests.support import ROOT

PAGE = ROOT / "examples" / "page.txt"


TEXT = PAGE.read_text(encoding="utf-8")


def run(*args: object, stdin: bytes | None = None):
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(a) for a in args], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def program(*args: object, stdin: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    """Run the whole program with its exit code and messages, in this process: a new one costs two seconds."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
    streams["stdin"] = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["classify", *map(str, args)])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        patch.chdir(cwd)
        try:
            main()
            code: object = 0
        except SystemExit as e:
            code = e.code
    assert Path.cwd() == before
    written = []
    for name in ("stdout", "stderr"):
        streams[name].flush()
        written.append(streams[name].buffer.getvalue())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(args, int(str(code or 0)), *written)


def objects(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines() if line]


BAD = {
    "binary": bytes(range(256)) * 40,
    "neither UTF-8 nor GB18030": "本报讯。".encode() + b"\xff\xfe\xfd",
}
