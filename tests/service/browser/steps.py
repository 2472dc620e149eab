"""What the tests of the web page do again and again: start a service, put a page in, wait until all is saved."""

from __future__ import annotations

import base64
import contextlib
import os
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


# What a person can act on, of the dialog where one is open; and where the focus was.
CONTROLS = """() => {
  const within = document.querySelector("dialog[open]") ?? document;
  window.controls = [...within.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((control) => !control.disabled && control.checkVisibility({visibilityProperty: true}));
  window.was = document.activeElement;
  return controls.length;
}"""


@contextlib.contextmanager
def serving(folder: Path, *, token: str = "") -> Iterator[str]:
    """Run `classify serve` with its corrections in `folder`; give the address."""
    pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
    command = [sys.executable, "-m", "classify.cli", "serve", "--port", "0", "--workers", "1"]
    command += ["--corrections", str(folder / "corrections.sqlite")]
    environment = os.environ | ({"CLASSIFY_TOKEN": token} if token else {})
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
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


def go_to(page: Page, screen: str) -> None:
    """Follow the link to a screen: `page`, `corrections` or `model`."""
    page.click(f"nav a[data-screen={screen}]")


def faults(page: Page) -> list[str]:
    """Return what axe finds, light and dark, and whether the page is wider than the screen; a line each."""
    axe = pytest.importorskip(
        "axe_core_python.sync_playwright", reason="the extra `browser` is not installed"
    ).Axe()
    found = []
    # Of the rules only the one of contrast looks at colours.
    for theme, rules in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        page.emulate_media(color_scheme=theme)
        rules = axe.run(page, options={"resultTypes": ["violations"], **rules})["violations"]
        found += [f"{theme}, {rule['id']}: {node['html'][:120]}" for rule in rules for node in rule["nodes"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"{too_wide} pixels wider than the screen"] if too_wide > 0 else found


def faults_in_every_look(page: Page, shown: str) -> list[str]:
    """Return the faults of a screen in both languages, wide and narrow; `shown` is an element to wait for."""
    found = []
    size = page.viewport_size
    for language, width in (("zh-CN", 360), ("zh-CN", 1280), ("en", 1280), ("en", 360)):
        page.set_viewport_size({"width": width, "height": 720})
        if page.evaluate("document.documentElement.lang") != language:
            page.click("#language")
        page.wait_for_selector(shown)
        found += [f"{language}, {width}: {fault}" for fault in faults(page)]
    page.set_viewport_size(size)
    return found


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab, or Shift and Tab, until an element has the focus."""
    wanted = page.locator(selector).first
    for _ in range(300):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def controls_out_of_reach(page: Page) -> list[str]:
    """Return what a person can act on and Tab does not reach, as HTML; the focus is afterwards where it was."""
    count = page.evaluate(CONTROLS)
    assert count > 0
    reached = set()
    for _ in range(2 * count + 40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => controls.indexOf(document.activeElement)"))
        if len(reached - {-1}) == count:
            break
    page.evaluate("was.focus({preventScroll: true})")
    missed = [k for k in range(count) if k not in reached]
    return page.evaluate("(missed) => missed.map((k) => controls[k].outerHTML.slice(0, 120))", missed)
