"""Everybody can use the page: axe finds nothing, the keyboard reaches everything, a narrow screen holds it.

Each screen is looked at in both languages, as wide as a desktop and as a telephone, light and dark. The screens of a
training that runs and of its figures are looked at in test_retraining.py, which trains.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.service.browser.steps import (
    controls_out_of_reach,
    current,
    drop,
    faults,
    go_to,
    paste,
    serving,
    tab_to,
    wait_saved,
)
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TEXT = (ROOT / "examples" / "page.txt").read_text(encoding="utf-8")
EVERYWHERE = [
    pytest.param(language, width, id=f"{language}-{width}")
    for language in ("en", "zh")
    for width in (1280, 360)
]
TOKEN = "a long secret"
NOTHING = "1\n\n2\n\n3\n"
# Notes the choosers of files that are opened, in the place of opening them.
CHOOSERS = """() => {
  window.choosers = [];
  const note = (event) => {
    if (event.target.type !== "file") return;
    choosers.push(event.target.id);
    event.preventDefault();
  };
  addEventListener("click", note, true);
}"""


def refuse(page: Page, path: str) -> None:
    """Let requests fail as they do while the service is away."""
    page.route(path, lambda route: route.abort())


def read(page: Page) -> None:
    paste(page, TEXT)
    page.keyboard.press("j")
    page.keyboard.press("2")
    wait_saved(page)


def refuse_a_file(page: Page) -> None:
    page.locator("#files").set_input_files(
        {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing follows"}
    )
    page.wait_for_selector("#status.bad")


def explain(page: Page) -> None:
    page.keyboard.press("w")
    page.wait_for_selector(".why h3")


def choose_lines(page: Page) -> None:
    page.keyboard.press("w")
    page.keyboard.press("e")
    page.keyboard.press("Shift+ArrowDown")


def fail_to_save(page: Page) -> None:
    """Correct a section and a boundary while the service is away."""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    refuse(page, "**/v1/corrections")
    page.keyboard.press("3")
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    page.wait_for_selector("#saved.bad")


def list_corrections(page: Page) -> None:
    page.unroute("**/v1/corrections")
    while page.locator("#saved.bad").count():
        page.click("#saved button >> nth=1")
    go_to(page, "corrections")
    page.wait_for_selector("tbody tr")


def find_no_correction(page: Page) -> None:
    page.fill("#query", "这些字哪里都没有")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 0")


def describe_the_model(page: Page) -> None:
    go_to(page, "model")
    page.wait_for_selector(".panel code")
    page.wait_for_selector(".panel:last-child button")


def fail_to_train(page: Page) -> None:
    """Show what is shown of a training that failed."""

    def failed(route) -> None:
        told = {"state": "failed", "message": "the database is locked; end the other program"}
        route.fulfill(json=route.fetch().json() | told)

    page.route("**/v1/training", failed)
    go_to(page, "corrections")
    go_to(page, "model")
    page.wait_for_selector(".panel .bad")


SCREENS: dict[str, Callable[[Page], None]] = {
    "open": lambda page: None,
    "a file that cannot be read": refuse_a_file,
    "page": read,
    "worth a look first": lambda page: page.keyboard.press("o"),
    "why": explain,
    "lines": choose_lines,
    "keys": lambda page: (page.keyboard.press("?"), page.wait_for_selector("dialog")),
    "not saved": fail_to_save,
    "corrections": list_corrections,
    "no correction found": find_no_correction,
    "model": describe_the_model,
    "training failed": fail_to_train,
}


@pytest.mark.parametrize(("language", "width"), EVERYWHERE)
def test_axe_finds_nothing_on_any_screen(open_page, language, width, picture):
    page = open_page(language, width=width, height=720)
    found = {}
    for name, show in SCREENS.items():
        show(page)
        found[name] = faults(page)
        if (name, language, width) == ("page", "zh", 360):
            picture(page, "newsroom-phone")
    assert found == {name: [] for name in SCREENS}


@pytest.mark.parametrize(("language", "width"), EVERYWHERE)
def test_axe_finds_nothing_where_two_people_corrected_the_same(open_page, language, width):
    first, second = (open_page(language, width=width, height=720) for _ in range(2))
    for page in (first, second):
        paste(page, TEXT.replace("云港", f"{language}{width}港"))
    for page, digit in ((first, "2"), (second, "3")):
        page.keyboard.press(digit)
    second.wait_for_selector("dialog .versions")
    assert faults(second) == []


@pytest.fixture(scope="module")
def guarded(browser, tmp_path_factory):
    """A service that asks for a token and that nobody has used."""
    with serving(tmp_path_factory.mktemp("guarded"), token=TOKEN) as found:
        yield found


@pytest.mark.parametrize(("language", "width"), EVERYWHERE)
def test_axe_finds_nothing_on_a_screen_with_nothing_on_it(open_page, guarded, language, width):
    page = open_page(language, width=width, height=720, at=guarded)
    found = {"token": faults(page)}
    for name, token in (("wrong token", "guessed"), ("open", TOKEN)):
        page.keyboard.insert_text(token)
        page.keyboard.press("Enter")
        page.wait_for_selector({"wrong token": "dialog .bad", "open": ".opening"}[name])
        found[name] = faults(page)
    page.fill("#paste", " ")
    page.press("#paste", "Control+Enter")
    page.wait_for_selector("#status.bad")
    found["nothing pasted"] = faults(page)
    for screen, empty in (("corrections", "[role=status]"), ("model", ".panel:last-child .dim")):
        go_to(page, screen)
        page.wait_for_function("(s) => document.querySelector(`main ${s}`)?.textContent", arg=empty)
        found[screen] = faults(page)
    go_to(page, "page")
    page.fill("#paste", NOTHING)
    page.press("#paste", "Control+Enter")
    page.wait_for_selector(".workbench")
    assert page.locator(".card").count() == 0
    found["no articles"] = faults(page)
    refuse(page, "**/v1/**")
    go_to(page, "corrections")
    page.wait_for_selector("#status.bad")
    found["service away"] = faults(page)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize(("language", "width"), EVERYWHERE)
def test_axe_finds_nothing_on_a_printed_page_and_on_results(open_page, language, width, tmp_path):
    page = open_page(language, width=width, height=720)
    drop(page, ROOT / "examples" / "page.pdf", "application/pdf")
    found = {"articles": faults(page)}
    page.keyboard.press("e")
    found["printed page"] = faults(page)
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({"title": "林场造林", "text": "林场今春造林两千亩。"}), encoding="utf-8")
    drop(page, path)
    page.wait_for_function("() => document.querySelectorAll('.card').length === 1")
    found["results"] = faults(page)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("width", [1280, 360])
def test_tab_reaches_everything_on_any_screen(open_page, width):
    page = open_page(width=width, height=720)
    found = {}
    for name, show in SCREENS.items():
        show(page)
        found[name] = controls_out_of_reach(page)
    assert found == {name: [] for name in SCREENS}


def test_everything_is_done_without_a_mouse(open_page, tmp_path):
    page = open_page()
    press = page.keyboard.press
    page.evaluate(CHOOSERS)
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for button in (".drop button >> nth=0", ".drop button >> nth=1"):
        tab_to(page, button)
        press("Enter")
    assert page.evaluate("choosers") == ["files", "folder"]
    tab_to(page, "#paste")
    page.keyboard.insert_text(TEXT.replace("云港", "无鼠港"))
    press("Tab")
    press("Enter")
    page.wait_for_selector(".card.current .detail")
    tab_to(page, "#order")
    press("ArrowDown")
    assert page.input_value("#order") == "look"
    press("Escape")
    tab_to(page, "main .bar-top button")
    tab_to(page, ".card[data-article='0'] h2 button")
    press("Enter")
    assert current(page) == 1
    press("o")
    assert page.input_value("#order") == "page"
    press("e")
    press("ArrowDown")
    tab_to(page, "[data-action=part]", back=True)
    count = page.locator(".card").count()
    press("Enter")
    page.wait_for_function("(n) => document.querySelectorAll('.card').length === n", arg=count + 1)
    wait_saved(page)
    press("u")
    wait_saved(page)
    press("o")
    press("o")
    press("3")
    wait_saved(page)
    assert current(page) == 2
    tab_to(page, ".card.current .choice[data-section=forestry]")
    press("Enter")
    wait_saved(page)
    assert current(page) == 3
    tab_to(page, "nav a[data-screen=corrections]", back=True)
    press("Enter")
    tab_to(page, "#query")
    page.keyboard.insert_text("无鼠港")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 1")
    tab_to(page, "tbody button")
    press("Enter")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 0")
    tab_to(page, "a[href*='format=jsonl']")
    with page.expect_download():
        press("Enter")
    tab_to(page, ".files button")
    press("Enter")
    assert len(page.evaluate("choosers")) == 3
    tab_to(page, "nav a[data-screen=model]", back=True)
    press("Enter")
    page.wait_for_selector(".panel:last-child button")
    tab_to(page, ".panel:last-child button")
    press("Enter")
    page.wait_for_selector("progress")
    tab_to(page, ".panel:last-child button")
    press("Enter")
    page.wait_for_selector(".panel:last-child .good")
    tab_to(page, "#language", back=True)
    press("Enter")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    tab_to(page, "#theme")
    press("Enter")
    tab_to(page, "#keys")
    press("Enter")
    tab_to(page, "#single-keys")
    press("Space")
    press("Escape")
    page.wait_for_selector("dialog", state="detached")


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
