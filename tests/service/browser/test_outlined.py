"""The file that ``-f html`` writes: a page with its articles outlined, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import run
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

OVERLAPS = """() => {
  const cards = [...document.querySelectorAll(".article")].map(card => card.getBoundingClientRect());
  return cards.filter((card, k) => k && card.top < cards[k - 1].bottom - 1).length;
}"""
"""Counts articles beside the page that lie over the one before."""


@pytest.fixture
def outlined(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "page.html"
    path.write_text(run("predict", "examples/page.pdf", "-f", "html").stdout, "utf-8")
    context = browser.new_context(viewport={"width": 1200, "height": 860}, color_scheme="light")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda told: failures.append(told.text))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert failures == []


def test_hovering_an_outline_shows_its_article_and_the_other_way_round(outlined: Page) -> None:
    blocks = outlined.locator(".block[data-article='5']")
    card = outlined.locator("#a5")
    blocks.first.hover()
    assert "on" in (card.get_attribute("class") or "").split()
    assert card.bounding_box()["y"] < 860  # scrolled into view
    outlined.locator("#a1").hover()
    assert outlined.locator(".article.on").count() == 1
    assert outlined.locator(".block.on").count() == outlined.locator(".block[data-article='1']").count()


@pytest.mark.parametrize("width", [400, 1200])
def test_nothing_lies_over_anything_or_sticks_out(outlined: Page, width: int) -> None:
    outlined.set_viewport_size({"width": width, "height": 860})
    assert outlined.evaluate(OVERLAPS) == 0
    assert outlined.evaluate("document.documentElement.scrollWidth") <= width


def test_a_picture_of_it(outlined: Page, picture: Callable[[Page, str], None]) -> None:
    outlined.set_viewport_size({"width": 1080, "height": 640})
    outlined.locator(".block[data-article='2']").first.hover()
    picture(outlined, "page-outlined")
