"""PDF files for tests: text at places, rules, frames and pictures, written without any library.

Fonts are not embedded and have no ToUnicode table, as in the pages of real Chinese papers.

>>> page = PdfPage(200, 100)
>>> page.text(20, 30, 10, "水库开始蓄水。")
>>> pdf([page])[:8]
b'%PDF-1.7'
"""

from __future__ import annotations

from dataclasses import dataclass, field

FONTS = {
    "song": "STSong-Light",
    "hei": "STHeiti-Regular",
    "kai": "STKaiti-Regular",
    "upright": "STSong-Light",
}
"""The font ``upright`` is of vertical type."""


@dataclass
class PdfPage:
    """A page; places are in points from its top left corner, as it is shown without rotation.

    Parameters
    ----------
    width, height : float
    extra : str, default=""
        Further entries of the page's dictionary, such as ``/Rotate 90``.
    """

    width: float
    height: float
    extra: str = ""
    parts: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        size: float,
        text: str,
        font: str = "song",
        *,
        mode: int = 0,
        step: float = 0.0,
    ) -> None:
        """Print a line whose upper left corner is at (x, y); `step` is additional space between characters."""
        code = text.encode("utf-16-be").hex()
        baseline = self.height - y - 0.88 * size
        self.parts.append(f"BT /{font} {size} Tf {mode} Tr {step} Tc {x} {baseline:.2f} Td <{code}> Tj ET")

    def vertical(self, x: float, y: float, size: float, text: str) -> None:
        """Print a vertical line whose upper left corner is at (x, y), in a font of vertical type."""
        code = text.encode("utf-16-be").hex()
        self.parts.append(
            f"BT /upright {size} Tf 0 Tr 0 Tc {x + size / 2} {self.height - y} Td <{code}> Tj ET"
        )

    def column(self, x: float, y: float, size: float, text: str, font: str = "song") -> None:
        """Print characters under one another, as a vertical headline is set."""
        for k, char in enumerate(text):
            self.text(x, y + 1.1 * k * size, size, char, font)

    def lines(
        self, x: float, y: float, size: float, lines: list[str], leading: float = 1.5, font: str = "song"
    ) -> None:
        """Print lines under one another."""
        for k, line in enumerate(lines):
            shift = len(line) - len(line.lstrip("\u3000"))
            self.text(x + shift * size, y + k * leading * size, size, line.lstrip("\u3000"), font)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line."""
        self.parts.append(f"0.5 w {x0} {self.height - y0} m {x1} {self.height - y1} l S")

    def frame(self, x0: float, y0: float, x1: float, y1: float, *, tint: bool = False) -> None:
        """Draw a frame, or a tinted ground."""
        paint = "0.9 g" if tint else "0.5 w"
        end = "f 0 g" if tint else "S"
        self.parts.append(f"{paint} {x0} {self.height - y1} {x1 - x0} {y1 - y0} re {end}")

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Place a picture: one grey pixel."""
        self.parts.append(
            f"q {x1 - x0} 0 0 {y1 - y0} {x0} {self.height - y1} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
        )


def pdf(pages: list[PdfPage]) -> bytes:
    """Return a PDF file of some pages."""
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    fonts = ""
    for name, base in FONTS.items():
        descriptor = add(
            f"<< /Type /FontDescriptor /FontName /{base} /Flags 6 /FontBBox [0 -120 1000 880] /ItalicAngle 0 "
            "/Ascent 880 /Descent -120 /CapHeight 700 /StemV 90 >>".encode()
        )
        way = "V" if name == "upright" else "H"
        widths = "1 [207 270 342 467 462 797 710 239 374 374 423 605 238 375 238 334] 17 26 462"
        font = add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /UniGB-UCS2-{way} /DescendantFonts [<< "
            f"/Type /Font /Subtype /CIDFontType0 /BaseFont /{base} /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) "
            f"/Supplement 4 >> /DW 1000 /W [{widths}] /FontDescriptor {descriptor} 0 R >>] >>".encode()
        )
        fonts += f"/{name} {font} 0 R "
    kids = []
    tree = len(objects) + 2 * len(pages) + 1
    for page in pages:
        content = "\n".join(page.parts).encode("latin-1")
        stream = add(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
        kids.append(
            add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {page.width} {page.height}] {page.extra} /Contents "
                f"{stream} 0 R /Resources << /Font << {fonts} >> >> >>".encode()
            )
        )
    assert (
        add(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode())
        == tree
    )
    root = add(f"<< /Type /Catalog /Pages {tree} 0 R >>".encode())
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for k, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % k + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, table)
    return bytes(out)
