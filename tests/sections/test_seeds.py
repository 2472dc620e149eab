"""The seeds keep the rules that seeds/README.md states."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
FILES = sorted(SEEDS.glob("*/*.txt"))
AT_LEAST = {"policing": 80, "forestry": 80, "governance": 80, "business": 80, "other": 160}
MAX_SHARED = 0.20


def characters(path: Path) -> str:
    return "".join(path.read_text(encoding="utf-8").split())


def test_there_are_enough_of_each_section() -> None:
    counts = Counter(path.parent.name for path in FILES)
    assert set(counts) == set(AT_LEAST)
    assert all(counts[section] >= least for section, least in AT_LEAST.items()), counts


@pytest.mark.parametrize("section", AT_LEAST)
def test_each_has_a_headline_and_a_sane_length(section: str) -> None:
    for path in (SEEDS / section).glob("*.txt"):
        headline, _, body = path.read_text(encoding="utf-8").partition("\n")
        assert 2 <= len(headline.strip()) <= 60, path
        assert body.strip(), path
        assert 120 <= len(characters(path)) <= 1500, path


def test_no_two_share_a_fifth_of_their_8_grams() -> None:
    grams = {p: {t[i : i + 8] for i in range(len(t) - 7)} for p, t in ((p, characters(p)) for p in FILES)}
    where: dict[str, list[Path]] = defaultdict(list)
    for path, found in grams.items():
        for gram in found:
            where[gram].append(path)
    shared: Counter[tuple[Path, Path]] = Counter()
    for paths in where.values():
        if 1 < len(paths) < 40:
            shared.update((a, b) for i, a in enumerate(paths) for b in paths[i + 1 :])
    worst = max(shared, key=lambda pair: shared[pair] / min(len(grams[pair[0]]), len(grams[pair[1]])))
    share = shared[worst] / min(len(grams[worst[0]]), len(grams[worst[1]]))
    assert share <= MAX_SHARED, (worst, share)
