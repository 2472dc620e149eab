"""Articles that go on on another page of the file."""

from __future__ import annotations

from classify.pages.layout import split_printed_pages
from classify.pages.layout.reading import is_jump
from tests.pages.layout.pages import OPEN, POND, REST, Sheet


def first_page() -> Sheet:
    sheet = (
        Sheet().headline(40, 60, "林场造林").text(40, 100, OPEN).line(80, 130, "（下转第2版）", 10.0, "Kai")
    )
    return sheet.headline(180, 60, "水库蓄水").text(180, 100, POND)


def second_page(number: int = 2) -> Sheet:
    sheet = Sheet(number=number).line(40, 60, "（上接第1版）", 10.0, "Kai").text(40, 75, REST)
    return sheet.headline(180, 60, "苗圃育苗").text(180, 100, POND)


def test_a_jump_line() -> None:
    lines = ("（下转第2版）", "下转A3版", "▶▶下转3版", "（上接第1版）", "下转移支付第3版")
    assert [is_jump(text) for text in lines] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_the_parts_are_one_article_on_the_page_where_it_begins() -> None:
    first, second = split_printed_pages([first_page().page(), second_page().page()])
    joined = next(article for article in first if article.headline == "林场造林")
    assert joined.body == "云港市林场近日造林两千亩，今年以来全市已造林三万亩，其中经济林占四成。"
    assert joined.page == 1
    assert {box.page for box in joined.boxes} == {1, 2}
    assert [article.headline for article in second] == ["苗圃育苗"]
    assert second.leftover == ()


def test_pages_between_are_held_back_and_come_in_order() -> None:
    between = [Sheet(number=k).headline(40, 60, f"水库{k}").text(40, 100, POND).page() for k in (2, 3)]
    pages = list(split_printed_pages([first_page().page(), *between, second_page(4).page()]))
    assert [[article.headline for article in page] for page in pages][1:] == [
        ["水库2"],
        ["水库3"],
        ["苗圃育苗"],
    ]
    assert {box.page for article in pages[0] for box in article.boxes} == {1, 4}


def test_a_jump_without_its_other_part_holds_back_some_pages_only() -> None:
    taken = []

    def pages():  # type: ignore[no-untyped-def]
        yield first_page().page()
        for k in range(2, 40):
            taken.append(k)
            yield Sheet(number=k).headline(40, 60, "水库蓄水").text(40, 100, POND).page()

    found = split_printed_pages(pages())
    assert {article.headline for article in next(found)} == {"林场造林", "水库蓄水"}
    assert len(taken) < 20
    assert len(list(found)) == 38
