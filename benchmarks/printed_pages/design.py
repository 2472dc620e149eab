"""The design of a paper: measures and habits that all pages of one file share, drawn at random.

Ranges are wider than any one paper; they were written down from what typographic handbooks and papers in print do, not
from the pages that the project is measured on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["FORMATS", "ORDERS", "Design", "draw_design"]

FORMATS = (
    (980.0, 1390.0),
    (1000.0, 1500.0),
    (1105.0, 1545.0),
    (780.0, 1110.0),
    (680.0, 990.0),
    (595.0, 842.0),
)
"""Width and height of pages in points: broadsheets, Berliner, tabloids, A4."""

ORDERS = ("story", "heads_first", "blocks", "lines", "rows", "faces", "columns")
"""In which order the file has its text; see `writing`."""

TRAPS = (
    "",
    "",
    "",
    "",
    "",
    "rotated",
    "cropped",
    "rotated_cropped",
    "ocr_layer",
    "double",
    "shadow",
    "outside",
)
"""What is unusual in a file; most files have nothing of it."""

FACES = (
    ("STSong-Light", "STHeiti-Regular", "STKaiti-Regular", "STFangsong-Light"),
    ("SimSun", "SimHei", "KaiTi_GB2312", "FangSong_GB2312"),
    ("FZSSK--GBK1-0", "FZHTK--GBK1-0", "FZKTK--GBK1-0", "FZFSK--GBK1-0"),
    ("FZBSK--GBK1-0", "FZXBSK--GBK1-0", "FZKTK--GBK1-0", "FZXDXK--GBK1-0"),
    ("HYShuSongErKW", "HYDaHeiW", "HYKaiTiKW", "HYFangSongS"),
)
"""Names of typefaces: of running text, of headlines, and two more."""


@dataclass(frozen=True, slots=True)
class Design:
    """Measures (in points, or in parts of the body size where said) and habits of a paper."""

    width: float
    height: float
    columns: int
    gutter: float
    size: float
    leading: float
    """Distance of lines, in body sizes."""
    margin: float
    indent: int
    justify: bool
    kinsoku: str
    """What happens to a mark that may not begin a line: it is squeezed in, hangs out, or takes a character along."""
    vertical: bool
    traditional: bool
    faces: tuple[str, str, str, str]
    encoding: str
    head_face: int
    caption_face: int
    lead_face: int
    caption_size: float
    """In body sizes."""
    head_scale: float
    align: str
    rules: bool
    walls: bool
    column_rules: bool
    gap: float
    """Blank between stories, in body sizes."""
    bylines: tuple[str, ...]
    brief_mark: str
    brief_heads: bool
    subhead_align: str
    order: str
    trap: str
    masthead: bool
    pages: int
    spread: float
    """How often a story is set in another measure, in a frame, or dovetailed, 0–1."""
    font_size_steps: bool
    """Sizes of type are whole or half points."""
    mixed_widths: bool
    """Letters and figures are drawn one by one, as when a second typeface is used for them."""


def draw_design(rng: random.Random) -> Design:
    """Return a design drawn at random."""
    width, height = rng.choice(FORMATS)
    size = rng.choice((8.0, 8.5, 9.0, 9.0, 9.5, 10.0, 10.5))
    vertical = rng.random() < 0.12
    across = height if vertical else width
    # Columns of 11 to 22 characters.
    possible = [n for n in range(3, 9) if 11 <= (across - 70 - (n - 1) * 14) / n / size <= 24] or [3]
    columns = rng.choice(possible)
    traditional = vertical and rng.random() < 0.7
    if traditional:
        encoding = rng.choice(("UniCNS-UCS2-H", "UniCNS-UTF16-H", "UniCNS-UCS2-V"))
    elif vertical:
        encoding = rng.choice(("UniGB-UCS2-H", "UniGB-UCS2-V", "GBK-EUC-V"))
    else:
        encoding = rng.choice(("UniGB-UCS2-H", "GBK-EUC-H", "GBKp-EUC-H", "UniGB-UTF16-H"))
    return Design(
        width=width,
        height=height,
        columns=columns,
        gutter=size * rng.choice((1.4, 1.6, 1.8, 2.0, 2.6)),
        size=size,
        leading=rng.choice((1.2, 1.3, 1.4, 1.5, 1.65)),
        margin=rng.choice((24.0, 30.0, 36.0, 42.0)),
        indent=rng.choice((2, 2, 2, 2, 2, 2, 1)),
        justify=rng.random() < 0.85,
        kinsoku=rng.choice(("squeeze", "squeeze", "carry", "hang", "none")),
        vertical=vertical,
        traditional=traditional,
        faces=rng.choice(FACES),
        encoding=encoding,
        head_face=rng.choice((1, 1, 1, 0)),
        caption_face=rng.choice((0, 1, 2, 2, 3)),
        lead_face=rng.choice((0, 0, 1, 2)),
        caption_size=rng.choice((0.8, 0.85, 0.9, 0.95, 1.0)),
        head_scale=rng.choice((0.85, 1.0, 1.0, 1.2)),
        align=rng.choice(("left", "left", "centre", "centre", "mixed")),
        rules=rng.random() < 0.55,
        walls=rng.random() < 0.35,
        column_rules=rng.random() < 0.12,
        gap=rng.choice((1.2, 1.6, 2.0, 2.8)),
        bylines=rng.choice(
            (
                ("lead", "lead", "wire", "signature"),
                ("lead", "line", "wire", "none"),
                ("line", "line", "lead", "end"),
                ("top", "lead", "none"),
                ("end", "signature", "none", "wire"),
                ("lead", "wire", "line", "top", "end", "signature", "none"),
            )
        ),
        brief_mark=rng.choice(("●", "■", "▲", "◆", "★", "")),
        brief_heads=rng.random() < 0.5,
        subhead_align=rng.choice(("centre", "left", "indent")),
        order=rng.choice(ORDERS),
        trap=rng.choice(TRAPS),
        masthead=rng.random() < 0.4,
        pages=rng.choice((1, 1, 1, 1, 2)),
        spread=rng.choice((0.3, 0.5, 0.7)),
        font_size_steps=rng.random() < 0.5,
        mixed_widths=rng.random() < 0.5,
    )
