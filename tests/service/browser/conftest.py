"""A service and a headless Chromium for the tests of the web page; skipped, with a message, where one is missing.

The tests need the extra `browser` and a Chromium of the system (``CLASSIFY_CHROMIUM`` or one on the PATH):
``python -m pytest -m browser -n 0``. With ``CLASSIFY_SCREENSHOTS=1`` they renew the pictures of the documentation.
"""

from __future__ import annotations

import io
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.browser.steps import serving
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "docs" / "pages" / "img"
LARGEST_PICTURE = 150_000  # bytes
COLOURS = 256  # of a picture
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 120_000  # A busy machine is slow; a test that passes does not wait for this.


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
    names = [os.environ.get("CLASSIFY_CHROMIUM", ""), *BROWSERS]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: install it (apt-get install chromium) or name it in CLASSIFY_CHROMIUM")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the web page in a browser of its own; scripts may not fail in it."""
    contexts, failures = [], []

    def opened(
        language: str = "en", width: int = 1280, height: int = 800, at: str = address, **options: Any
    ) -> Page:
        locale = {"en": "en-GB", "zh": "zh-CN"}[language]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on(
            "console", lambda told: failures.append(told.text) if "Content Security" in told.text else None
        )
        page.goto(at)
        page.wait_for_selector(".opening, dialog")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Return a function that takes a picture for the documentation; it is kept when CLASSIFY_SCREENSHOTS is set."""
    from PIL import Image

    folder = PICTURES if os.environ.get("CLASSIFY_SCREENSHOTS") else tmp_path
    folder.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        path = folder / f"{name}.png"
        shot = Image.open(io.BytesIO(page.screenshot()))
        shot.convert("RGB").quantize(COLOURS).save(path, optimize=True)
        assert path.stat().st_size < LARGEST_PICTURE, name

    return take
