"""Sections and boundaries are corrected by keys; what is shown as saved is saved, and nothing is overwritten."""

from __future__ import annotations

import pytest

from tests.service.browser.steps import current, headlines, paste, wait_saved
from tests.support import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TEXT = (ROOT / "examples" / "page.txt").read_text(encoding="utf-8")


def page_of(name: str) -> str:
    """Return a page of which no other test corrects an article: its places have another name."""
    text = TEXT
    for place in ("云港", "海岬", "桥西", "物流"):
        text = text.replace(place, name)
    return f"{text}\n\n{name}林场造林忙\n\n本报讯（记者林知遥）{name}林场今春造林两千亩，护林员上山补植。\n"


def state_of(page, number: int) -> str | None:
    return page.eval_on_selector_all(
        f".card[data-article='{number - 1}'] .state", "all => all[0]?.dataset.state ?? null"
    )


def section_of(page, number: int) -> str:
    return page.inner_text(f".card[data-article='{number - 1}'] .section")


def test_a_digit_sets_the_section_and_goes_on_and_enter_accepts(open_page, picture):
    page = open_page()
    paste(page, page_of("东岭"))
    page.keyboard.press("2")
    assert current(page) == 2
    page.keyboard.press("Enter")
    assert current(page) == 3
    wait_saved(page)
    assert [section_of(page, 1), section_of(page, 2)] == ["forestry", "other"]
    assert [state_of(page, 1), state_of(page, 2), state_of(page, 3)] == ["saved", "saved", None]
    picture(page, "newsroom-page")
    page.keyboard.press("u")
    page.keyboard.press("Control+z")
    wait_saved(page)
    assert current(page) == 1
    assert [state_of(page, 1), state_of(page, 2)] == [None, None]
    page.keyboard.press("Shift+U")
    wait_saved(page)
    assert state_of(page, 1) == "saved"
    page.reload()
    page.wait_for_selector(".card.current .detail")
    assert [state_of(page, 1), state_of(page, 2)] == ["saved", None]
    assert section_of(page, 1) == "forestry"


def test_the_queue_begins_with_the_least_certain_article(open_page):
    page = open_page()
    paste(page, page_of("西岭"))
    doubts = page.eval_on_selector_all(
        ".card .facts",
        "all => all.map((e) => e.textContent.match(/(\\d+)%.*?(\\d+)%/)).map((m) => 1 - (m[1] / 100) * (m[2] / 100))",
    )
    page.keyboard.press("o")
    order = page.eval_on_selector_all(".card", "all => all.map((e) => +e.dataset.article)")
    assert doubts[order[0]] == pytest.approx(max(doubts), abs=0.02)
    assert doubts[order[-1]] == pytest.approx(min(doubts), abs=0.02)
    assert current(page) == order[0] + 1
    page.keyboard.press("Enter")
    assert current(page) == order[1] + 1
    page.keyboard.press("n")
    assert state_of(page, current(page)) is None


def test_the_explanation_is_in_the_text(open_page, picture):
    page = open_page()
    paste(page, page_of("南岭"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.wait_for_selector(".why .heat")
    text = "".join(page.eval_on_selector_all(".why > p[lang]", "all => all.map((e) => e.textContent)"))
    assert "一辆没有挂牌的货车" in text
    assert page.locator(".why .for li").count() > 2
    picture(page, "newsroom-why")
    page.keyboard.press("w")
    page.wait_for_selector(".card.current mark")


def test_articles_are_parted_and_joined(open_page):
    page = open_page()
    paste(page, page_of("北岭"))
    before = headlines(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("e")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    wait_saved(page)
    assert page.locator(".card").count() == len(before) + 1
    assert current(page) == 4
    page.keyboard.press("m")
    wait_saved(page)
    assert page.locator(".card").count() == len(before)
    page.keyboard.press("u")
    page.keyboard.press("u")
    wait_saved(page)
    assert headlines(page) == before


def test_a_boundary_is_moved_and_parts_are_marked(open_page, picture):
    page = open_page()
    paste(page, page_of("中岭"))
    page.keyboard.press("j")
    page.keyboard.press("e")
    size = "document.querySelectorAll('.run[data-article=\"0\"] .line').length"
    lines = page.evaluate(size)
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert page.evaluate(size) == lines - 2
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate(size) == lines - 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("h")
    wait_saved(page)
    assert page.locator(".line.headline").count() == 2
    marked = "".join(
        page.eval_on_selector_all(".line.headline .words", "all => all.map((e) => e.textContent)")
    )
    same = str.maketrans("", "", " （）")
    assert headlines(page)[1].translate(same) in marked.translate(same)
    picture(page, "newsroom-lines")
    page.reload()
    page.wait_for_selector(".card.current .detail")
    assert page.locator(".line.headline").count() == 2
    assert page.evaluate(size) == lines - 1


def test_a_correction_is_shown_as_saved_only_when_it_is(open_page):
    page = open_page()
    paste(page, page_of("上岭"))
    page.route("**/v1/corrections", lambda route: route.abort())
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.wait_for_selector("#saved.bad")
    assert "2 not saved" in page.inner_text("#saved")
    assert state_of(page, 1) == "failed"
    page.unroute("**/v1/corrections")
    page.click("#saved button >> nth=0")
    wait_saved(page)
    assert [state_of(page, 1), state_of(page, 2)] == ["saved", "saved"]


@pytest.mark.parametrize(("choice", "section"), [("theirs", "forestry"), ("mine", "governance")])
def test_of_two_browsers_none_overwrites_the_other(open_page, choice, section):
    first, second = open_page(), open_page()
    for page in (first, second):
        paste(page, page_of(f"{choice[0]}岭"))
    first.keyboard.press("2")
    wait_saved(first)
    second.keyboard.press("3")
    second.wait_for_selector("dialog .versions")
    told = second.inner_text("dialog .versions")
    assert "forestry" in told
    assert "governance" in told
    second.click(f"dialog button[value={choice}]")
    wait_saved(second)
    assert section_of(second, 1) == section
    first.reload()
    first.wait_for_selector(".card.current .detail")
    assert section_of(first, 1) == section


def test_corrections_are_searched_and_undone(open_page, picture):
    page = open_page()
    paste(page, page_of("下岭"))
    page.keyboard.press("k")
    for _ in range(4):
        page.keyboard.press("2")
    wait_saved(page)
    page.click("nav a[data-screen=corrections]")
    page.wait_for_selector("table.corrections tbody tr >> nth=3")
    picture(page, "newsroom-corrections")
    page.fill("#query", "下岭天文台")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 1")
    assert "下岭天文台" in page.inner_text("tbody th")
    page.click("tbody button")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 0")
    with page.expect_download() as download:
        page.click("a[href*='format=jsonl']")
    assert download.value.path().stat().st_size > 100
