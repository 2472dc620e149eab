"""Printed pages for tests, drawn as text: where each block stands, in points."""

from __future__ import annotations

from classify.records import Box, Line, PrintedPage


class Sheet:
    """A page of 400 × 600 points on which lines are set.

    >>> sheet = Sheet().headline(40, 40, "林场造林忙").text(40, 80, ["林场造林。"])
    >>> [line.text for line in sheet.page().lines]
    ['林场造林忙', '林场造林。']
    """

    def __init__(self, width: float = 400.0, height: float = 600.0, number: int = 1) -> None:
        self.width, self.height, self.number = width, height, number
        self.lines: list[Line] = []
        self.rules: list[Box] = []
        self.frames: list[Box] = []
        self.pictures: list[Box] = []

    def line(self, x: float, y: float, text: str, size: float = 10.0, face: str = "Song") -> Sheet:
        """Set one line; full-width blanks before it are an indent."""
        indent = len(text) - len(text.lstrip("\u3000"))
        text = text.lstrip("\u3000")
        width = sum(0.5 if char.isascii() else 1.0 for char in text) * size
        x += indent * size
        box = Box(self.number, x, y, x + width, y + size)
        self.lines.append(Line(text, len(self.lines) + 1, box, size, face))
        return self

    def headline(self, x: float, y: float, text: str, size: float = 20.0) -> Sheet:
        """Set a line of display type."""
        return self.line(x, y, text, size, "Hei")

    def vertical(self, x: float, y: float, text: str, size: float = 20.0) -> Sheet:
        """Set a vertical headline."""
        box = Box(self.number, x, y, x + size, y + 1.1 * size * len(text))
        self.lines.append(Line(text, len(self.lines) + 1, box, size, "Hei", "vertical"))
        return self

    def text(self, x: float, y: float, lines: list[str], size: float = 10.0, face: str = "Song") -> Sheet:
        """Set a column."""
        for k, line in enumerate(lines):
            self.line(x, y + 1.5 * size * k, line, size, face)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        """Draw a rule."""
        self.rules.append(Box(self.number, x0, y0, x1, y1))
        return self

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        """Draw a frame."""
        self.frames.append(Box(self.number, x0, y0, x1, y1))
        return self

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        """Place a picture."""
        self.pictures.append(Box(self.number, x0, y0, x1, y1))
        return self

    def page(self) -> PrintedPage:
        """Return the page."""
        return PrintedPage(
            self.number, self.width, self.height, tuple(self.lines), tuple(self.rules), tuple(self.frames),
            tuple(self.pictures),
        )  # fmt: skip


POND = ["　　石泉水库昨日开始蓄", "水，水位每天上升一米，", "预计月底到达设计水位。"]
FOREST = ["　　云港市林场近日造林", "两千亩，今年以来全市已", "造林三万亩，其中经济林", "占四成。"]
OPEN = ["　　云港市林场近日造林", "两千亩，今年以来全市已"]
REST = ["造林三万亩，其中经济林", "占四成。"]
