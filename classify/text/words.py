"""Words. The only importer of a segmenter.

rjieba (the jieba dictionary and model in Rust) is the default, and fifteen times as fast as jieba itself;
jieba serves where a user dictionary is given or rjieba has no wheel. Either way the dictionary is read
from the package: jieba's cache in the shared temporary folder, which it unmarshals unchecked, is never
touched, and no global tokenizer is changed.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from classify.errors import SegmenterError

__all__ = ["Segmenter", "segmenter"]


class Segmenter(Protocol):
    """Cuts text into words."""

    name: str
    """``rjieba`` or ``jieba``, with ``+<digest>`` of the user dictionary where there is one."""

    def cut(self, text: str) -> list[str]:
        """Return the words of `text`; joined, they are `text`."""

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Return ``(word, part of speech)`` pairs, in jieba's tag set."""


class _RJieba:
    name = "rjieba"

    @cached_property
    def _jieba(self) -> Any:  # 31 MB, so only where something is cut
        return importlib.import_module("rjieba")

    def cut(self, text: str) -> list[str]:
        words: list[str] = self._jieba.cut(text)
        return words

    def tag(self, text: str) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = self._jieba.tag(text)
        return pairs


class _Jieba:
    def __init__(self, user_dictionary: Path | None) -> None:
        jieba: Any = importlib.import_module("jieba")
        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        # Tokenizer.initialize() would read the cache in the shared temporary folder.
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        self.name = "jieba"
        if user_dictionary is not None:
            import hashlib

            try:
                data = user_dictionary.read_bytes()
                with user_dictionary.open("rb") as lines:  # given a name, jieba leaves the file open
                    tokenizer.load_userdict(lines)
            except (OSError, ValueError) as e:
                raise SegmenterError(
                    f"user dictionary {user_dictionary}: {e}; "
                    "give a UTF-8 file of `word [frequency] [tag]` lines"
                ) from None
            self.name += "+" + hashlib.sha256(data).hexdigest()[:12]
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


@lru_cache(maxsize=4)
def segmenter(name: str | None = None, user_dictionary: str | None = None) -> Segmenter:
    """Return the segmenter `name` (``"rjieba"``, ``"jieba"``, or None for the best there is).

    Raises `SegmenterError` where it isn't installed, or can't take a user dictionary.
    """
    if name not in (None, "rjieba", "jieba"):
        raise SegmenterError(f"no segmenter is called {name!r}; take 'rjieba' or 'jieba'")
    if user_dictionary is not None:
        if name == "rjieba":
            raise SegmenterError("rjieba takes no user dictionary; leave the segmenter out, or take 'jieba'")
        return _Jieba(Path(user_dictionary))
    for candidate in [name] if name else ["rjieba", "jieba"]:
        if importlib.util.find_spec(candidate) is not None:
            return _RJieba() if candidate == "rjieba" else _Jieba(None)
    raise SegmenterError(f"{name or 'rjieba'} is not installed; run `pip install {name or 'rjieba'}`")
