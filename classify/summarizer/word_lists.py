"""Words that the user has named: stop words, and a dictionary of terms that are not to be cut apart.

Both are given as a list or as the path of a file with one on each line. A file is read as any text is: UTF-8, UTF-16
or GB18030. The dictionary has jieba's format, ``word [frequency] [tag]``, and jieba cuts words with it; rjieba, the
default, takes none. A term without a tag counts as a proper noun: jieba would give it the tag of symbols, and it could
be no keyword.

Traditional text is read in simplified characters, so each word stands in the lists in both forms.

Flow: arguments of `api` -> `word_lists` -> `WordLists` -> `reading.read`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from classify.errors import InputError
from classify.text.encoding import decode
from classify.text.script import to_simplified
from classify.text.words import Segmenter, segmenter, segmenter_with

__all__ = ["WordList", "WordLists", "read_terms", "read_words", "word_lists"]

WordList: TypeAlias = "str | os.PathLike[str] | Iterable[str]"
"""A list of words, or the path of a file of them."""

TERM_TAG = "nz"
"""Part of speech of a term that has none in the dictionary: a proper noun (ICTCLAS tags). Chosen."""

# Matches "柳湾湿地公园", "柳湾湿地公园 100" and "柳湾湿地公园 100 ns"; not "Deep Learning", which is two words.
_ENTRY = re.compile(r"(\S+)( [0-9]+)?( [a-z]+)?")


@dataclass(frozen=True, slots=True)
class WordLists:
    """What cuts texts into words, and which of them do not count.

    Parameters
    ----------
    stop_words : frozenset of str, default=frozenset()
        Latin letters in lower case.
    segmenter : Segmenter or None, default=None
        None for the usual one.

    >>> WordLists(frozenset({"近日"})).is_stop_word("近日")
    True
    """

    stop_words: frozenset[str] = frozenset()
    segmenter: Segmenter | None = None

    def cutter(self) -> Segmenter:
        """Return what cuts texts into words."""
        return self.segmenter or segmenter()

    def is_stop_word(self, word: str) -> bool:
        """Whether `word` is a stop word, in capitals or not."""
        return word.lower() in self.stop_words


def word_lists(stop_words: WordList | None = None, user_dict: WordList | None = None) -> WordLists:
    """Return the lists that a caller gave.

    Parameters
    ----------
    stop_words : path or iterable of str, or None, default=None
    user_dict : path or iterable of str, or None, default=None
        Entries are ``word [frequency] [tag]``, as jieba has them.

    Raises
    ------
    InputError
        A file cannot be read, or a line of it is no entry.
    TypeError, ValueError
        A list holds something else than strings, or a string that is no entry.

    Examples
    --------
    >>> lists = word_lists(user_dict=["柳湾湿地公园"])
    >>> lists.cutter().tag("柳湾湿地公园开园")[0]
    ('柳湾湿地公园', 'nz')
    """
    if isinstance(stop_words, (str, os.PathLike)):
        stop_words = read_words(stop_words)
    if isinstance(user_dict, (str, os.PathLike)):
        user_dict = read_terms(user_dict)
    return _lists(_checked("stop_words", stop_words), _checked("user_dict", user_dict))


def read_words(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the lines of a file of words, which may be UTF-8, UTF-16 or GB18030; blank ones, too.

    Raises `InputError` where it cannot be read.
    """
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(
            f"{path}: {why}; give a list of words, or a text file with one on each line"
        ) from None
    return tuple(decode(data, str(path)).splitlines())


def read_terms(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the lines of a dictionary, as `read_words` does; `InputError` where one of them is no entry."""
    lines = read_words(path)
    try:
        _lists((), lines)
    except ValueError as e:
        raise InputError(f"{path}: {e}") from None
    return lines


# jieba takes a second to make with a dictionary, so the last few lists are kept.
@lru_cache(maxsize=4)
def _lists(stop_words: tuple[str, ...], entries: tuple[str, ...]) -> WordLists:
    stops = {line.strip().lower() for line in stop_words}
    terms = [_term(number, line) for number, line in enumerate(entries, 1) if line.strip()]
    both = dict.fromkeys(form for term in terms for form in (term, to_simplified(term)))
    return WordLists(
        frozenset(stops) | {to_simplified(word) for word in stops},
        segmenter_with("\n".join(both).encode()) if both else None,
    )


def _term(number: int, line: str) -> str:
    """Return an entry in jieba's format, with a tag."""
    found = _ENTRY.fullmatch(" ".join(line.split()))
    if found is None:
        what = "give `word [frequency] [tag]`, the word without blanks"
        raise ValueError(f"entry {number} of the user dictionary is {line.strip()!r:.60}; {what}")
    word, frequency, tag = found.groups(default="")
    return f"{word}{frequency}{tag or ' ' + TERM_TAG}"


def _checked(name: str, given: Iterable[str] | None) -> tuple[str, ...]:
    """Return `given` as a tuple of strings."""
    if given is None:
        return ()
    if isinstance(given, (bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(
            f"{name} has type {type(given).__name__}; give a list of strings, or the path of a file"
        )
    entries = tuple(given)
    for i, entry in enumerate(entries):
        if not isinstance(entry, str):
            raise TypeError(f"{name} {i} has type {type(entry).__name__}; give a string")
    return entries
