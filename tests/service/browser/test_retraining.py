"""Corrections of a kind that the model gets wrong: the training shows that it learned, and the page the new label."""

from __future__ import annotations

import json
import re
from itertools import islice, product

import pytest

from tests.service.browser.steps import (
    controls_out_of_reach,
    drop,
    faults_in_every_look,
    serving,
    tab_to,
    wait_saved,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

TRAINING_MS = 900_000  # It runs at low priority: a busy machine takes long.
CROPS = ("竹荪", "灵芝", "黄精", "石斛", "香榧", "山核桃")
VILLAGES = ("青岙", "石门", "下坑", "白岭", "横溪", "高塘", "梅湾")


def articles(count: int) -> list[dict[str, str]]:
    """Return articles on what is earned with crops under trees: forestry in our newsroom, business to the model."""
    made = []
    for k, (village, crop) in enumerate(islice(product(VILLAGES, CROPS), count), 1):
        made.append(
            {
                "title": f"{village}村{crop}卖出好价钱",
                "text": f"{village}村{crop}合作社前三个月销售额{30 + 7 * k}万元，比去年同期增长{5 + k % 20}%。"
                f"合作社与两家电商签了订单，每斤收购价{18 + k}元。"
                f"村民韦某种了{2 + k % 5}亩{crop}，今年分红{1 + k % 4}万多元。",
            }
        )
    return made


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    """A service of its own: the model of the others stays as it is."""
    with serving(tmp_path_factory.mktemp("retraining")) as found:
        yield found


def test_thirty_corrections_change_the_label_of_the_next_articles(open_page, picture, tmp_path):
    kind = articles(40)
    for name, records in (("known", kind[:30]), ("new", kind[30:])):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    page = open_page()
    drop(page, tmp_path / "new.jsonl")
    before = page.locator(".card .section", has_text="forestry").count()
    drop_again(page, tmp_path / "known.jsonl", 30)
    for _ in range(30):
        page.keyboard.press("2")
    wait_saved(page)
    page.click("nav a[data-screen=model]")
    page.click("button:has-text('Retrain with 30')")
    page.wait_for_selector("progress")
    assert faults_in_every_look(page, "progress") == []
    page.wait_for_selector("table.figures", timeout=TRAINING_MS)
    right, of, was = map(
        int, re.findall(r"\d+", page.inner_text(".panel >> text=are right with the new model"))
    )
    assert of == 30
    assert right > was
    shown = page.inner_text("table.figures")
    assert "{" not in shown
    assert "Corrected articles right (30)" in shown
    assert faults_in_every_look(page, "table.figures") == []
    assert controls_out_of_reach(page) == []
    page.evaluate("document.querySelector('.panel:last-child').scrollIntoView()")
    picture(page, "newsroom-retrained")
    tab_to(page, "button:has-text('Use the new model')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => /The new model serves/.test(document.getElementById('status').textContent)")
    page.click("nav a[data-screen=page]")
    drop_again(page, tmp_path / "new.jsonl", 10)
    after = page.locator(".card .section", has_text="forestry").count()
    assert after > before
    page.click("nav a[data-screen=model]")
    tab_to(page, "button:has-text('Go back')")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => /The other model serves/.test(document.getElementById('status').textContent)"
    )
    assert "come with it" in page.inner_text(".panel .facts")


def drop_again(page, path, count: int) -> None:
    """Drop a file while another one is open."""
    drop(page, path)
    page.wait_for_function(f"() => document.querySelectorAll('.card').length === {count}")
