"""Text to words. The only module that imports a segmenter.

Two segmenters have one interface. rjieba, jieba's dictionary and model in Rust, is the default: it is fifteen
times as fast and gives 99.98 % of the same words. jieba is used with a user dictionary, which rjieba does not
support, and where rjieba has no wheel.

jieba caches its dictionary in the shared temporary folder and unmarshals that file unchecked. Here the dictionary
is read from the package instead; jieba's global tokenizer and its logging are not changed.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from classify.errors import SegmenterError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Segmenter", "find_torn_words", "segmenter", "segmenter_with", "without_surrogates"]


class Segmenter(Protocol):
    """Cuts text into words.

    Attributes
    ----------
    name : str
        ``rjieba`` or ``jieba``, followed by ``+<digest>`` of the user dictionary where there is one. A model
        file records it.
    """

    name: str

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined, they are `text`.

        >>> segmenter().cut("水库开始蓄水")
        ['水库', '开始', '蓄水']
        """

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Return the words of `text` with their parts of speech, in jieba's tag set.

        >>> segmenter().tag("水库开始蓄水")
        [('水库', 'n'), ('开始', 'v'), ('蓄水', 'n')]
        """


class _RJieba:
    name = "rjieba"

    @cached_property
    def _jieba(self) -> Any:  # takes 31 MB, so it is loaded with the first text
        return importlib.import_module("rjieba")

    def cut(self, text: str) -> list[str]:
        words: list[str] = self._jieba.cut(text)
        return words

    def tag(self, text: str) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = self._jieba.tag(text)
        return pairs


class _Jieba:
    def __init__(self, user_dictionary: bytes | None = None) -> None:
        jieba: Any = importlib.import_module("jieba")
        tokenizer = jieba.Tokenizer()
        # Tokenizer.initialize() would read the cache in the shared temporary folder, and log that it does.
        frequencies, tokenizer.total = _jieba_frequencies()
        tokenizer.FREQ = dict(frequencies)
        tokenizer.initialized = True
        self.name = "jieba"
        if user_dictionary is not None:
            import hashlib

            tokenizer.load_userdict(io.BytesIO(user_dictionary))
            self.name += "+" + hashlib.sha256(user_dictionary).hexdigest()[:12]
        self._tokenizer = tokenizer
        self._tagger: Any = None

    def cut(self, text: str) -> list[str]:
        words: list[str] = self._tokenizer.lcut(text)
        return words

    def tag(self, text: str) -> list[tuple[str, str]]:
        if self._tagger is None:
            posseg: Any = importlib.import_module("jieba.posseg")
            self._tagger = posseg.POSTokenizer(self._tokenizer)
        return [(p.word, p.flag) for p in self._tagger.cut(text)]


@lru_cache(maxsize=1)
def _jieba_frequencies() -> tuple[dict[str, int], int]:
    """Return the frequencies of jieba's dictionary, and their sum. Read once: it takes most of a second."""
    tokenizer: Any = importlib.import_module("jieba").Tokenizer()
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return frequencies, total


@lru_cache(maxsize=4)
def segmenter(name: str | None = None, user_dictionary: str | None = None) -> Segmenter:
    """Return a segmenter.

    Parameters
    ----------
    name : "rjieba", "jieba" or None, default=None
        None for rjieba where it is installed, else jieba.
    user_dictionary : str or None, default=None
        Path of a UTF-8 file of ``word [frequency] [tag]`` lines; implies jieba.

    Raises
    ------
    SegmenterError
        For another name, a segmenter that is not installed, a dictionary that cannot be read, or one given
        to rjieba.

    Examples
    --------
    >>> segmenter("rjieba").name
    'rjieba'
    """
    if name not in (None, "rjieba", "jieba"):
        raise SegmenterError(f"no segmenter is called {name!r}; take 'rjieba' or 'jieba'")
    if user_dictionary is not None:
        if name == "rjieba":
            raise SegmenterError("rjieba takes no user dictionary; leave the segmenter out, or take 'jieba'")
        try:
            return _Jieba(Path(user_dictionary).read_bytes())
        except (OSError, ValueError) as e:
            raise SegmenterError(
                f"user dictionary {user_dictionary}: {e}; give a UTF-8 file of `word [frequency] [tag]` lines"
            ) from None
    for candidate in [name] if name else ["rjieba", "jieba"]:
        if importlib.util.find_spec(candidate) is not None:
            return _RJieba() if candidate == "rjieba" else _Jieba()
    raise SegmenterError(f"{name or 'rjieba'} is not installed; run `pip install {name or 'rjieba'}`")


def segmenter_with(user_dictionary: bytes) -> Segmenter:
    """Return jieba with a user dictionary: UTF-8, lines of ``word [frequency] [tag]``. It takes a second to make.

    Raises `SegmenterError` where jieba is not installed.

    >>> segmenter_with("柳湾湿地公园 100 ns".encode()).cut("柳湾湿地公园开园")
    ['柳湾湿地公园', '开园']
    """
    if importlib.util.find_spec("jieba") is None:
        raise SegmenterError(
            "jieba is not installed, and a user dictionary needs it; run `pip install jieba`"
        )
    return _Jieba(user_dictionary)


def find_torn_words(pairs: Sequence[tuple[str, str]]) -> list[bool]:
    """Return for each two lines, neither of them empty, whether a word runs over from the first to the second.

    The four characters on each side are looked at. All lines are cut into words in one call, which costs more than
    the words do.

    >>> find_torn_words([("云港市的水", "库开始蓄水"), ("云港市的水库", "开始蓄水")])
    [True, False]
    """
    parts = [before[-4:] + after[:4] for before, after in pairs]
    boundaries = set(accumulate(map(len, segmenter().cut("\n".join(parts)))))
    starts = accumulate((len(part) + 1 for part in parts), initial=0)
    return [
        start + len(before[-4:]) not in boundaries for start, (before, _) in zip(starts, pairs, strict=False)
    ]


def without_surrogates(text: str) -> str:
    """Return `text` with each lone surrogate, which no segmenter accepts, replaced by U+FFFD.

    >>> without_surrogates("林\\ud800场")
    '林�场'
    """
    try:
        text.encode()  # twenty times as fast as a search by pattern
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)
    return text
