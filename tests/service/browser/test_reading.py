"""Pages are opened: pasted, dropped, as results; what they hold is shown as text, whatever it is."""

from __future__ import annotations

import json

import pytest

from classify import predict_page
from tests.service.browser.steps import drop, headlines, paste, wait_saved
from tests.support import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TEXT = (ROOT / "examples" / "page.txt").read_text(encoding="utf-8")
HOSTILE = '<img src=x onerror="window.hit=1">'


def test_a_pasted_page_is_shown_beside_its_articles(open_page, picture):
    page = open_page()
    picture(page, "newsroom-open")
    paste(page, TEXT)
    articles = predict_page(TEXT)
    assert headlines(page) == [article.headline or "(no headline)" for article in articles]
    numbers = {number for first, last in articles[0].article.lines for number in range(first, last + 1)}
    shown = page.eval_on_selector_all(".run[data-article='0'] .n", "all => all.map((e) => +e.textContent)")
    assert set(shown) <= numbers
    assert shown
    marked = page.eval_on_selector_all(".card.current mark", "all => all.map((e) => e.textContent)")
    assert "".join(marked) == str(articles[0].summary)
    keywords = page.eval_on_selector_all(".keywords li", "all => all.map((e) => e.textContent)")
    assert keywords == [keyword.text for keyword in articles[0].keywords]


def test_a_dropped_pdf_is_shown_with_its_articles_outlined(open_page, picture):
    page = open_page()
    drop(page, ROOT / "examples" / "page.pdf", "application/pdf")
    page.wait_for_function("() => document.querySelector('.paper img')?.naturalWidth > 500")
    count = page.locator(".card").count()
    assert count > 3
    assert page.locator(".outline b").count() == count
    boxes = page.eval_on_selector_all(
        ".outline",
        "all => all.map((e) => [e.offsetLeft, e.offsetTop, e.offsetParent.clientWidth - e.offsetLeft - e.offsetWidth])",
    )
    assert all(left >= -3 and top >= -3 and right >= -3 for left, top, right in boxes)
    picture(page, "newsroom-pdf")


def test_results_are_opened_without_their_page(open_page, tmp_path):
    path = tmp_path / "results.jsonl"
    records = [
        {"title": f"林场造林第{k}期", "text": "林场今春造林两千亩，护林员上山补植。"} for k in range(3)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    page = open_page()
    drop(page, path)
    assert headlines(page) == [record["title"] for record in records]
    assert page.locator(".sheet").count() == 0


def test_text_is_never_rendered_as_html(open_page, tmp_path):
    records = [{"title": HOSTILE, "text": f"{HOSTILE}林场造林两千亩。<b>护林员</b>上山补植。"}]
    path = tmp_path / f"{HOSTILE[:5].strip('<')}.jsonl"
    path.write_text(json.dumps(records[0]), encoding="utf-8")
    page = open_page()
    drop(page, path)
    assert headlines(page) == [HOSTILE]
    page.keyboard.press("w")
    page.wait_for_selector(".why h3")
    page.keyboard.press("2")
    wait_saved(page)
    page.click("nav a[data-screen=corrections]")
    page.wait_for_selector("table.corrections tbody tr")
    assert page.inner_text("tbody th span").strip() == HOSTILE
    paste_page = open_page()
    paste(paste_page, f"{HOSTILE}\n\n{TEXT}")
    for shown in (page, paste_page):
        assert shown.evaluate("window.hit") is None
        assert shown.locator("img[src=x]").count() == 0


def test_a_page_that_cannot_be_read_is_told(open_page, tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.4 nothing follows")
    page = open_page()
    page.set_input_files("#files", path)
    page.wait_for_selector("#status.bad")
    assert "broken.pdf" in page.inner_text("#status")
    assert page.locator(".opening").count() == 1


# Counts what changes in the page: attributes, texts, and each node that is put in or taken out.
COUNT = """() => {
  window.changes = 0;
  const observer = new MutationObserver((all) => {
    for (const {addedNodes, removedNodes} of all) window.changes += 1 + addedNodes.length + removedNodes.length;
  });
  observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def changes_by_key(page) -> dict[str, int]:
    """Return how much of an open page each of some keys changes."""
    page.evaluate(COUNT)
    found = {}
    for key in ("j", "k", "2", "Enter", "u"):
        page.evaluate("changes = 0")
        page.keyboard.press(key)
        page.wait_for_function("() => !document.getElementById('saved').className")
        found[key] = page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done(changes)))")
    return found


def test_a_key_changes_no_more_of_two_hundred_articles_than_of_seven(open_page, tmp_path):
    counts, changes = [], []
    for name, copies in (("few", 1), ("many", 30)):
        path = tmp_path / f"{name}.txt"
        text = TEXT.replace("云港", {"few": "少港", "many": "多港"}[name])
        path.write_text("\n\n".join([text] * copies), encoding="utf-8")
        page = open_page()
        drop(page, path)
        counts.append(page.locator(".card").count())
        changes.append(changes_by_key(page))
    few, many = changes
    assert counts == [7, 210]
    assert all(few.values())
    assert {key: n for key, n in many.items() if n > 1.2 * few[key]} == {}


def test_of_many_articles_only_the_open_one_is_drawn_in_full(open_page, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("\n\n".join([TEXT] * 30), encoding="utf-8")
    page = open_page()
    drop(page, path)
    assert page.locator(".card").count() > 150
    assert page.locator(".detail").count() == 1
    hidden = "e => getComputedStyle(e).contentVisibility"
    assert page.eval_on_selector(".cards > li:last-child", hidden) == "auto"
    assert page.eval_on_selector(".run:last-child", hidden) == "auto"
    for _ in range(5):
        page.keyboard.press("j")
    assert page.locator(".detail").count() == 1
    assert page.inner_text(".card.current .n") == "6"
