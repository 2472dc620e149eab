"""Write the table of traditional characters, ``classify/text/lexicon/traditional.txt``, from OpenCC's data.

    python -m benchmarks.make_script_table

OpenCC has a dictionary from traditional to simplified characters (``TSCharacters``). It is not asked for as a file:
each character is converted alone, and so comes out as the first candidate of its row. The package ``opencc-pyo3``
carries the dictionary and is in the ``bench`` extra.

Two codecs of Python say which characters a script has: GB2312 has no traditional characters but those that simplified
text uses too (乾 of 乾隆, 著 of 著名), and Big5 has no simplified characters but those that traditional text uses too.
"""

from __future__ import annotations

import unicodedata
from importlib import metadata, resources

WIDTH = 55
"""Pairs a line."""
TAKEN = "2026-11-27"
"""Day on which the data were taken; to be changed with the version."""

HEAD = """\
# Traditional characters and their simplified ones, from the data of OpenCC (https://github.com/BYVoid/OpenCC,
# data/dictionary/TSCharacters.txt, licence Apache-2.0), as opencc-pyo3 {version} has them, taken on {taken}: first
# candidates, one character for one, without those beyond the first plane of Unicode. Written by
# benchmarks/make_script_table.py.
#   traditional  pairs, traditional and simplified: the first is not in GB2312, so hardly any simplified text has it
#   shared       pairs whose first character is in GB2312: simplified text has it too, with another meaning
#   simplified   simplified characters of both that are not in Big5, so hardly any traditional text has them
"""


def pairs() -> dict[str, str]:
    """Return the simplified character of each traditional one."""
    from opencc_pyo3 import OpenCC

    characters = [c for c in map(chr, range(0x3400, 0xA000)) if unicodedata.category(c) == "Lo"]
    # On lines of their own, since some of them are words together.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        c: to
        for c, to in zip(characters, converted, strict=True)
        if c != to and len(to) == 1 and to <= "\uffff"
    }
    # 薴 becomes 苧, which becomes 苎: converting twice would be another thing than converting once.
    return {c: to for c, to in table.items() if to not in table}


def has(encoding: str, character: str) -> bool:
    """Return whether an encoding has a character."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def rows() -> dict[str, str]:
    """Return the rows of the table."""
    table = pairs()
    shared = {c: to for c, to in table.items() if has("gb2312", c)}
    return {
        "traditional": "".join(c + to for c, to in table.items() if c not in shared),
        "shared": "".join(map("".join, shared.items())),
        "simplified": "".join(sorted({to for to in table.values() if not has("big5", to)})),
    }


def text() -> str:
    """Return the whole file."""
    lines = [
        f"{kind}: {row[at : at + 2 * WIDTH]}"
        for kind, row in rows().items()
        for at in range(0, len(row), 2 * WIDTH)
    ]
    return HEAD.format(version=metadata.version("opencc-pyo3"), taken=TAKEN) + "\n".join(lines) + "\n"


def main() -> None:
    """Write the file."""
    path = resources.files("classify.text.lexicon").joinpath("traditional.txt")
    with open(str(path), "w", encoding="utf-8", newline="\n") as file:
        file.write(text())


if __name__ == "__main__":
    main()
