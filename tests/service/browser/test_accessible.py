"""Everybody can use the page: axe finds nothing, the keyboard reaches everything, a narrow screen holds it."""

from __future__ import annotations

import pytest

from tests.service.browser.steps import current, drop, paste, wait_saved
from tests.support import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TEXT = (ROOT / "examples" / "page.txt").read_text(encoding="utf-8")
SCREENS = ("open", "page", "why", "lines", "keys", "corrections", "model")
FOCUSED = "() => document.activeElement.dataset.action ?? document.activeElement.id"


def violations(page) -> list[str]:
    """Return what axe finds, a line each."""
    axe = pytest.importorskip(
        "axe_core_python.sync_playwright", reason="the extra `browser` is not installed"
    )
    found = axe.Axe().run(page)["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def show(page, screen: str) -> None:
    """Go from the screen before, in the order of SCREENS, to `screen`."""
    if screen == "page":
        paste(page, TEXT)
        page.keyboard.press("j")
        page.keyboard.press("2")
        wait_saved(page)
    elif screen == "why":
        page.keyboard.press("w")
        page.wait_for_selector(".why h3")
    elif screen == "lines":
        page.keyboard.press("w")
        page.keyboard.press("e")
        page.keyboard.press("Shift+ArrowDown")
    elif screen == "keys":
        page.keyboard.press("?")
        page.wait_for_selector("dialog")
    elif screen == "corrections":
        page.keyboard.press("Escape")
        page.click("nav a[data-screen=corrections]")
        page.wait_for_selector("tbody tr")
    elif screen == "model":
        page.click("nav a[data-screen=model]")
        page.wait_for_selector(".panel code")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_on_any_screen(open_page, language, theme):
    page = open_page(language, color_scheme=theme)
    found = {}
    for screen in SCREENS:
        show(page, screen)
        found[screen] = violations(page)
    assert found == {screen: [] for screen in SCREENS}


def test_axe_finds_nothing_on_a_printed_page(open_page):
    page = open_page()
    drop(page, ROOT / "examples" / "page.pdf", "application/pdf")
    assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_narrow_screen_holds_every_screen(open_page, language, picture):
    page = open_page(language, width=360, height=720)
    for screen in SCREENS:
        show(page, screen)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, screen
        if screen == "page" and language == "zh":
            picture(page, "newsroom-phone")
    assert violations(page) == []


def test_everything_is_done_without_a_mouse(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "paste":
            break
        page.keyboard.press("Tab")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card.current .detail")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    actions = {
        "part",
        "join",
        "boundaryUp",
        "boundaryDown",
        "toPrevious",
        "toNext",
        "toNone",
        "headline",
        "kicker",
    }
    assert {*actions, "deck", "byline", "unmark", "language", "theme", "keys", "order"} <= reached
    page.keyboard.press("o")
    page.keyboard.press("o")
    assert current(page) == 1
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    wait_saved(page)
    assert current(page) == 2


def test_language_and_theme_are_remembered(open_page, picture):
    page = open_page("zh", color_scheme="light")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    paste(page, TEXT)
    assert page.inner_text(".card.current .choice >> nth=1").startswith("2")
    assert "林业" in page.inner_text(".card.current .choices")
    page.click("#language")
    page.click("#theme")
    page.click("#theme")
    page.reload()
    page.wait_for_selector(".card.current .detail")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == [
        "en",
        "dark",
    ]
    page.click("#language")
    page.wait_for_selector(".card.current .detail")
    picture(page, "newsroom-dark")


def test_single_keys_can_be_turned_off(open_page):
    page = open_page()
    paste(page, TEXT)
    page.keyboard.press("?")
    page.click("#single-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert current(page) == 1
    page.keyboard.press("ArrowDown")
    assert current(page) == 2
