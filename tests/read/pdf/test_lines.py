"""Characters to lines, by geometry alone."""

from __future__ import annotations

import random

import numpy as np

from classify.read.pdf.characters import Characters
from classify.read.pdf.lines import to_lines
from classify.records import Box


class Setter:
    """Sets characters at places, one after the other."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.boxes: list[tuple[float, float, float, float]] = []
        self.sizes: list[float] = []

    def line(self, x: float, y: float, text: str, size: float = 10.0, gap: float = 0.0) -> Setter:
        for char in text:
            width = size / 2 if char.isascii() else size
            if char != " ":
                self.text.append(char)
                self.boxes.append((x, y, x + width, y + size))
                self.sizes.append(size)
            x += width + gap
        return self

    def column(self, x: float, y: float, text: str, size: float = 10.0, gap: float = 1.0) -> Setter:
        for k, char in enumerate(text):
            self.line(x, y + k * (size + gap), char, size)
        return self

    def lines(self, *rules: Box, shuffle: bool = False) -> list[tuple[str, str]]:
        order = list(range(len(self.text)))
        if shuffle:
            random.Random(3).shuffle(order)
        characters = Characters(
            [self.text[i] for i in order],
            np.array([self.boxes[i] for i in order]),
            np.array([self.sizes[i] for i in order]),
            ["Song"] * len(order),
        )
        return [(line.text, line.direction[0]) for line in to_lines(characters, rules, 1)]


PARAGRAPH = ["本报讯昨日石泉水库开始", "蓄水今年以来全市完成造", "林三万亩其中经济林占四", "成"]


def set_paragraph(setter: Setter, x: float, y: float) -> Setter:
    for k, text in enumerate(PARAGRAPH):
        setter.line(x, y + 15 * k, text)
    return setter


def test_the_order_of_the_file_does_not_matter() -> None:
    setter = set_paragraph(set_paragraph(Setter(), 40, 40), 166, 47)
    expected = [(text, "h") for text in PARAGRAPH for _ in range(2)]
    assert sorted(setter.lines()) == sorted(expected)
    assert setter.lines(shuffle=True) == setter.lines()


def test_justified_lines_stay_whole_and_spaces_of_the_writer_are_kept() -> None:
    assert Setter().line(40, 40, "水库开始蓄水", gap=4.0).lines() == [("水库开始蓄水", "h")]
    assert Setter().line(40, 40, "记者 岑雨桐 摄").lines() == [("记者 岑雨桐 摄", "h")]
    assert Setter().line(40, 40, "引进New Horizon公司").lines() == [("引进New Horizon公司", "h")]


def test_a_letter_spaced_headline_of_two_rows() -> None:
    setter = set_paragraph(Setter(), 40, 200)
    setter.line(40, 40, "重庆潼南区", 20.0, gap=12.0).line(40, 64, "四川遂宁市", 20.0, gap=12.0)
    assert setter.lines()[:2] == [("重庆潼南区", "h"), ("四川遂宁市", "h")]


def test_a_vertical_headline_beside_its_columns() -> None:
    setter = set_paragraph(Setter().column(20, 40, "林场造林忙", 16.0), 50, 40)
    assert ("林场造林忙", "v") in setter.lines()


def test_a_vertical_kicker_of_the_size_of_the_body() -> None:
    setter = set_paragraph(Setter().column(30, 40, "市林业局", gap=0.5), 50, 40)
    found = setter.lines()
    assert ("市林业局", "v") in found
    assert [text for text, direction in found if direction == "h"] == PARAGRAPH


def test_vertical_setting() -> None:
    setter = Setter()
    for k, text in enumerate(PARAGRAPH):
        setter.column(200 - 16 * k, 40, text, gap=0.0)
    assert sorted(setter.lines()) == sorted((text, "v") for text in PARAGRAPH)


def test_a_rule_parts_headlines_that_are_close() -> None:
    setter = set_paragraph(Setter(), 40, 200).line(40, 40, "林场造林", 20.0).line(140, 40, "水库蓄水", 20.0)
    assert setter.lines()[0][0] == "林场造林\u3000水库蓄水"
    assert [text for text, _ in setter.lines(Box(1, 129.0, 30.0, 130.0, 100.0))[:2]] == [
        "林场造林",
        "水库蓄水",
    ]


def test_a_line_that_hangs_over_its_column_is_cut_at_the_gutter() -> None:
    setter = Setter()
    for k, text in enumerate(PARAGRAPH[:2]):
        setter.line(40, 40 + 15 * k, text).line(166, 40 + 15 * k, text)
    setter.line(40, 70, "林三万亩其中经济林占四。").line(166, 70, "林三万亩其中经济林占四")
    texts = [text for text, _ in setter.lines()]
    assert "林三万亩其中经济林占四。" in texts
    assert max(map(len, texts)) == 12


def test_a_character_torn_off_by_justified_setting_comes_back() -> None:
    setter = set_paragraph(Setter(), 40, 100)
    setter.line(40, 85, "本报讯", gap=6.0).line(86, 85, "（记者").line(130, 85, "萧")
    assert "萧" not in [text for text, _ in setter.lines()]


def test_the_face_of_a_line_of_two_is_the_first_of_them() -> None:
    boxes = np.array([[10.0 * k, 20.0, 10.0 * k + 10, 30.0] for k in range(4)])
    for faces in (["Song", "Hei"], ["Hei", "Song"]):
        characters = Characters(list("水库蓄水"), boxes, np.full(4, 10.0), [faces[0], *faces, faces[1]])
        (line,) = to_lines(characters, (), 1)
        assert line.face == faces[0]
