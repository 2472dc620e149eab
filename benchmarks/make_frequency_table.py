"""Write the table of common words, ``classify/text/lexicon/common_words.txt``, from jieba's document frequencies.

    python -m benchmarks.make_frequency_table

jieba's package has a file of 258,826 words with their inverse document frequencies (``analyse/idf.txt``). Reading all
of it takes a tenth of a second and 40 MB, and only one thing is needed: how common the common words are. So those
below `RAREST` are written in rows of half a unit; all other words count as rare, one like the other.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import metadata, resources
from pathlib import Path

from classify.text.frequency import RAREST

STEP = 0.5
"""Width of a row. Chosen."""

HEAD = """\
# Common words of news and their inverse document frequencies (natural logarithm), from the file analyse/idf.txt of
# jieba {version} (https://github.com/fxsjy/jieba, licence MIT): words of two characters and more below {rarest:g},
# in rows of {step:g}. Written by benchmarks/make_frequency_table.py.
"""


def rows() -> dict[float, list[str]]:
    """Return the words of each row."""
    found: defaultdict[float, list[str]] = defaultdict(list)
    for line in resources.files("jieba.analyse").joinpath("idf.txt").read_text("utf-8").splitlines():
        word, value = line.split(" ")
        if len(word) > 1 and float(value) < RAREST:
            found[int(float(value) / STEP) * STEP].append(word)
    return {value: sorted(found[value]) for value in sorted(found)}


def main() -> None:
    path = Path(__file__).parent.parent / "classify" / "text" / "lexicon" / "common_words.txt"
    head = HEAD.format(version=metadata.version("jieba"), rarest=RAREST, step=STEP)
    path.write_text(
        head + "".join(f"{value:g} {' '.join(words)}\n" for value, words in rows().items()), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
