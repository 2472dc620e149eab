"""Segmenters: words join to the text, errors say what to do, nothing global is changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import SegmenterError
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = Path(__file__).parents[2] / "seeds"
NAMES = ("rjieba", "jieba")
news = st.text(alphabet="林业局造林防火会议，。“” \n　F-35.%１\U00020000", max_size=60)


@pytest.mark.parametrize("name", NAMES)
@given(text=news)
def test_words_join_to_the_text(name: str, text: str) -> None:
    assert "".join(segmenter(name).cut(text)) == text
    assert all(segmenter(name).cut(text))


@given(news)
def test_tagged_words_join_to_the_text(text: str) -> None:
    tagged = segmenter("rjieba").tag(text)
    assert "".join(word for word, _ in tagged) == text
    assert all(tag for _, tag in tagged)


def test_rjieba_cuts_as_jieba_does() -> None:
    texts = [p.read_text("utf-8") for p in sorted(SEEDS.glob("*/*.txt"))[::40]]
    theirs = [w for t in texts for w in segmenter("jieba").cut(t)]
    ours = [w for t in texts for w in segmenter("rjieba").cut(t)]
    assert len(theirs) > 1000
    assert len({*theirs} ^ {*ours}) <= 0.01 * len({*theirs})


def test_the_default_and_its_name() -> None:
    assert segmenter().name == "rjieba"
    assert segmenter() is segmenter()
    assert [w for w, tag in segmenter().tag("林业局部署造林") if tag.startswith("n")]


def test_a_user_dictionary(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("青河造林站 100 nt\n", "utf-8")
    own = segmenter(user_dictionary=str(words))
    assert "青河造林站" in own.cut("昨天青河造林站成立")
    assert own.name.startswith("jieba+")
    assert "青河造林站" not in segmenter("jieba").cut("昨天青河造林站成立")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "pkuseg"}, "'pkuseg'"),
        ({"name": "rjieba", "user_dictionary": "words.txt"}, "takes no user dictionary"),
        ({"user_dictionary": "no/such/file.txt"}, "user dictionary no/such/file.txt"),
    ],
)
def test_errors_say_what_to_do(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(SegmenterError, match=message):
        segmenter(**arguments)


def test_a_dictionary_that_is_no_text(tmp_path: Path) -> None:
    binary = tmp_path / "words.bin"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SegmenterError, match="UTF-8"):
        segmenter(user_dictionary=str(binary))


def test_jieba_itself_is_not_changed(fresh_process: Callable[..., str], tmp_path: Path) -> None:
    program = (
        "from classify.text.words import segmenter\n"
        "import jieba\n"
        "level = jieba.default_logger.level\n"
        "segmenter('jieba').tag('林业局部署造林')\n"
        "print(jieba.dt.initialized, jieba.default_logger.level == level)"
    )
    assert fresh_process(program, TMPDIR=str(tmp_path)).strip() == "False True"
    assert not list(tmp_path.iterdir())
