"""How the tests of the command line run it: in this process, or as a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from classify.cli import app
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "examples" / "page.txt"


TEXT = PAGE.read_text(encoding="utf-8")


def run(*args: object, stdin: bytes | None = None):
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(a) for a in args], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def program(*args: object, stdin: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "classify.cli", *map(str, args)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def objects(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines() if line]


BAD = {
    "binary": bytes(range(256)) * 40,
    "neither UTF-8 nor GB18030": "本报讯。".encode() + b"\xff\xfe\xfd",
}
