"""How the display lines of one article become headline, kicker and deck."""

from __future__ import annotations

import pytest

from classify.pages.headlines import Headlines, compose_headlines, join_display


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({"headlines": ["河道清淤开始"]}, Headlines("河道清淤开始"), id="one line"),
        pytest.param({"labels": ["简讯"]}, Headlines(kicker="简讯"), id="a label alone"),
        pytest.param({"kickers": ["简讯"]}, Headlines(kicker="简讯"), id="a rubric alone"),
        pytest.param({"kickers": ["水清了"]}, Headlines("水清了"), id="a kicker alone is the headline"),
        pytest.param({"kickers": ["市水务局", "水清了"]}, Headlines("水清了", "市水务局"), id="the last kicker is the headline"),
        pytest.param({"decks": ["——青塘侧记", "水清了"]}, Headlines("——青塘侧记", "", "水清了"), id="the first deck is the headline"),
        pytest.param(
            {"headlines": ["河道清淤开始"], "kickers": ["市水务局"], "labels": ["民生"]}, Headlines("河道清淤开始", "市水务局"),
            id="a kicker before a label",
        ),
        pytest.param({"headlines": ["河道清淤"], "labels": ["民生"]}, Headlines("河道清淤", "民生"), id="a label is the kicker"),
        pytest.param({"headlines": ["河道清淤"], "decks": ["——青塘侧记"]}, Headlines("河道清淤", "", "青塘侧记"), id="a dash goes"),
        pytest.param({"headlines": ["河道清淤", "水清了"]}, Headlines("河道清淤", "", "水清了"), id="one headline"),
        pytest.param({"title": "河道清淤", "decks": ["水清了"]}, Headlines("河道清淤", "", "水清了"), id="a known title"),
        pytest.param({}, Headlines(), id="nothing"),
    ],
)  # fmt: skip
def test_display_lines(parts: dict[str, list[str]], expected: Headlines) -> None:
    given = {"headlines": [], "kickers": [], "decks": [], "labels": []} | parts
    assert compose_headlines(**given) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["河道", "清淤开始"], "河道清淤开始", id="two lines"),
        pytest.param(["河 道 清 淤"], "河道清淤", id="letter-spaced"),
        pytest.param(["河道清淤　水清了"], "河道清淤 水清了", id="two parts"),
        pytest.param(["公　告"], "公告", id="a notice"),
        pytest.param(["河", "道", "清", "淤"], "河道清淤", id="vertical"),
        pytest.param(["New", "Horizon 开工"], "New Horizon 开工", id="Latin words"),
        pytest.param(["增长3 .5 %"], "增长3.5%", id="a number"),
    ],
)
def test_lines_of_one_display(lines: list[str], expected: str) -> None:
    assert join_display(lines) == expected
