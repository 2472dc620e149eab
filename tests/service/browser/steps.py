"""What the tests of the web page do again and again: start a service, put a page in, wait until all is saved."""

from __future__ import annotations

import base64
import contextlib
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

DROP = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type}));
  for (const kind of ["dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run `classify serve` with its corrections in `folder`; give the address."""
    pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
    command = [sys.executable, "-m", "classify.cli", "serve", "--port", "0", "--workers", "1"]
    command += ["--corrections", str(folder / "corrections.sqlite")]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        address = re.search(r"http://\S+?/", told)
        assert address, told
        yield address[0]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def paste(page: Page, text: str) -> None:
    """Read a page from the field of the first screen."""
    page.fill("#paste", text)
    page.press("#paste", "Control+Enter")
    page.wait_for_selector(".card.current .detail")


def drop(page: Page, path: Path, kind: str = "application/octet-stream") -> None:
    """Drop a file onto the page."""
    page.evaluate(DROP, [path.name, kind, base64.b64encode(path.read_bytes()).decode()])
    page.wait_for_selector(".card.current .detail")


def current(page: Page) -> int:
    """Return the number of the article that is open, from 1."""
    return int(page.inner_text(".card.current .n"))


def headlines(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".card h2 button span:last-child", "all => all.map((e) => e.textContent)"
    )


def wait_saved(page: Page) -> None:
    """Wait until everything is on the disk of the service."""
    page.wait_for_function("() => document.getElementById('saved').textContent.match(/All saved|全部已保存/)")
