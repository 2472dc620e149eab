"""Plain data of a model file, checked before anything is made of them.

Whoever sends a model file chooses every number, name and array in it. So each is checked for its type, its range and,
where sizes multiply (terms by classes), its size against the others; only then are tables built. What passes gives
probabilities for any text, and takes the memory that SECURITY.md states.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.trie import NgramTrie
from classify.sections.vectorizer import NgramVectorizer
from classify.sections.vocabulary import NgramVocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "LARGEST",
    "MAX_CLASSES",
    "array_of",
    "class_names",
    "in_half_precision",
    "n_terms",
    "name_of",
    "number",
    "part_of",
    "part_state",
    "truth",
    "weights_of",
]

MAX_CLASSES = 20_000
"""Classes of a model. Chosen: so many names fit into a file beside its arrays (`classify.unpickling.MAX_PLAIN`)."""

LARGEST = 1e9
"""Largest intercept, offset, slope and headline weight. Chosen: those of real models are below 100, and with weights of
single precision no product of these overflows."""


def class_names(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the classes: one at least, and no two alike.

    Parameters
    ----------
    state : mapping

    Raises
    ------
    ValueError
        They are anything else.

    Examples
    --------
    >>> class_names({"classes": ["forestry", "other"]})
    ('forestry', 'other')
    """
    found = state["classes"]
    if type(found) is not list or not 1 <= len(found) <= MAX_CLASSES:
        raise ValueError(f"classes are no list of 1 to {MAX_CLASSES} names")
    names = tuple(map(name_of, found))
    if len(set(names)) < len(names):
        raise ValueError("two classes have one name")
    return names


def name_of(value: Any) -> str:
    """Return `value`, which must be a string that can be written: without halves of surrogate pairs.

    >>> name_of("forestry")
    'forestry'
    """
    if type(value) is not str:
        raise ValueError(f"a name is a {type(value).__name__}")
    value.encode()  # UnicodeEncodeError is a ValueError
    return value


def number(state: Mapping[str, Any], name: str, least: float, most: float) -> float:
    """Return the number called `name`, which must be in [least, most].

    >>> number({"threshold": 0.5}, "threshold", 0, 1)
    0.5
    """
    value = state[name]
    if type(value) not in (int, float) or not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"{name} is no number from {least:g} to {most:g}")
    return float(value)


def array_of(state: Mapping[str, Any], name: str, dtype: Any, shape: tuple[int, ...] | None) -> NDArray[Any]:
    """Return the array called `name`.

    Parameters
    ----------
    state : mapping
    name : str
    dtype : numpy type
    shape : tuple of int, or None for one dimension of any length

    Raises
    ------
    ValueError
        It has another type or shape, or, of floating point, a value that is not finite or, of double precision, above
        `LARGEST`.

    Examples
    --------
    >>> array_of({"intercepts": np.zeros(2)}, "intercepts", np.float64, (2,))
    array([0., 0.])
    """
    value = state[name]
    if type(value) is not np.ndarray or value.dtype != dtype:
        raise ValueError(f"{name} is no array of {np.dtype(dtype)}")
    if value.ndim != (1 if shape is None else len(shape)) or (shape is not None and value.shape != shape):
        raise ValueError(f"{name} has shape {value.shape}, not {shape}")
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        raise ValueError(f"{name} is not finite")
    if value.dtype == np.float64 and len(value) and np.abs(value).max() > LARGEST:
        raise ValueError(f"{name} has a number above {LARGEST:g}")
    return value


def part_state(part: NgramVectorizer) -> dict[str, Any]:
    """Return the vocabulary of the whole text or of the headline as plain data."""
    ngrams = part.ngrams_
    assert ngrams.is_word is not None
    return {
        "alphabet": ngrams.trie.alphabet,
        "depth": ngrams.trie.depth,
        "char": ngrams.trie.char,
        "is_term": np.packbits(ngrams.is_ngram),
        "is_word": np.packbits(ngrams.is_word),
        "idf": part.idf_.astype(np.float32),
    }


def n_terms(state: Mapping[str, Any]) -> int:
    """Return how many terms a vocabulary has, by its bits alone.

    >>> bits = np.packbits([1, 0, 1, 0])
    >>> n_terms({"depth": np.ones(4, np.uint8), "is_term": bits, "is_word": bits})
    4
    """
    n = len(array_of(state, "depth", np.uint8, None))
    return sum(int(_bits(state, name, n).sum()) for name in ("is_term", "is_word"))


def in_half_precision(weights: NDArray[np.float32]) -> NDArray[np.floating]:
    """Return weights as float16 where that loses nothing, as with those of `SectionClassifier`.

    >>> in_half_precision(np.float32([[0.5]])).dtype, in_half_precision(np.float32([[0.1]])).dtype
    (dtype('float16'), dtype('float32'))
    """
    with np.errstate(over="ignore"):
        half = weights.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), weights) else weights


def weights_of(state: Mapping[str, Any], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the weights, of single precision whichever they are stored in.

    >>> weights_of({"weights": np.float16([[0.5]])}, (1, 1))
    array([[0.5]], dtype=float32)
    """
    stored = getattr(state["weights"], "dtype", None)
    kept = array_of(state, "weights", np.float16 if stored == np.float16 else np.float32, shape)
    return kept.astype(np.float32)


def truth(state: Mapping[str, Any], name: str) -> bool:
    """Return the value called `name`, which must be True or False.

    >>> truth({"sublinear_tf": True}, "sublinear_tf")
    True
    """
    value = state[name]
    if type(value) is not bool:
        raise ValueError(f"{name} is neither True nor False")
    return value


def part_of(state: Mapping[str, Any], *, sublinear_tf: bool) -> NgramVectorizer:
    """Return the vectoriser of a vocabulary; the inverse of `part_state`.

    Raises
    ------
    ValueError
        The arrays describe no vocabulary.
    """
    alphabet = array_of(state, "alphabet", np.uint32, None)
    depth = array_of(state, "depth", np.uint8, None)
    n = len(depth)
    char = array_of(state, "char", np.uint32 if len(alphabet) > 1 << 16 else np.uint16, (n,))
    idf = array_of(state, "idf", np.float32, (n_terms(state),))
    if len(idf) and idf.min() < 0:
        raise ValueError("idf is negative")
    if len(alphabet) and (alphabet[-1] >= 0x110000 or (np.diff(alphabet.astype(np.int64)) <= 0).any()):
        raise ValueError("the alphabet is not ascending code points")
    # In a depth-first walk, a node is at most one deeper than the node before it, and the first has depth 1.
    steps = np.diff(depth.astype(np.int64), prepend=0)
    if n and (depth.min() < 1 or steps.max() > 1 or int(char.max()) >= len(alphabet)):
        raise ValueError("the vocabulary is no trie")
    is_ngram, is_word = (_bits(state, name, n).astype(bool) for name in ("is_term", "is_word"))
    vocabulary = NgramVocabulary(NgramTrie(alphabet, depth, char), is_ngram, is_word, (1, 2))
    return NgramVectorizer.of_news(vocabulary, idf.astype(np.float64), sublinear_tf=sublinear_tf)


def _bits(state: Mapping[str, Any], name: str, n: int) -> NDArray[np.uint8]:
    """Return the first `n` bits of an array of bytes, one a cell."""
    return np.unpackbits(array_of(state, name, np.uint8, ((n + 7) // 8,)), count=n)
