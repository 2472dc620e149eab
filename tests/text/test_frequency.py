"""How common words are: the table, and what is not in it."""

from __future__ import annotations

from classify.text.frequency import RAREST, rarities


def test_words_of_every_text_are_commoner_than_names() -> None:
    common, middling, rare = rarities(["我们", "水库", "青塘"])
    assert common < middling < rare == RAREST


def test_the_table_is_that_of_its_script() -> None:
    from benchmarks.make_frequency_table import RAREST as LIMIT
    from benchmarks.make_frequency_table import rows

    assert LIMIT == RAREST
    for value, words in rows().items():
        assert rarities(words) == [value] * len(words)
