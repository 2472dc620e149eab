"""`NgramTrie`: what it says of n-grams, against sorted strings and a dictionary."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classify.sections.trie import NgramTrie

grams = st.text("林业局木a\0𠮷\ud800", min_size=1, max_size=5)
vocabularies = st.sets(grams, min_size=1, max_size=40)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def closed(terms: set[str]) -> list[str]:
    """What `NgramTrie.of_terms` holds: the terms, their prefixes and their characters."""
    return sorted(
        {term[:n] for term in terms for n in range(1, len(term) + 1)} | {c for t in terms for c in t}
    )


@given(vocabularies)
def test_nodes_are_the_strings_in_order(terms: set[str]) -> None:
    trie = NgramTrie.of_terms(sorted(terms))
    strings = closed(terms)
    assert trie.terms() == strings
    assert trie.depth.tolist() == [len(s) for s in strings]
    assert trie.parent.tolist() == [strings.index(s[:-1]) if len(s) > 1 else -1 for s in strings]


@given(vocabularies, st.integers(1, 5))
def test_ancestors_are_first_characters(terms: set[str], depth: int) -> None:
    trie = NgramTrie.of_terms(sorted(terms))
    assert trie.terms(trie.ancestors(depth)) == [s[:depth] for s in trie.terms()]


@given(vocabularies, st.text("林业局木a\0𠮷\ud800外", max_size=30))
def test_lookup_is_that_of_a_dictionary(terms: set[str], text: str) -> None:
    trie = NgramTrie.of_terms(sorted(terms))
    node = {s: i for i, s in enumerate(closed(terms))}
    for n, found in enumerate(trie.levels(trie.char_ids(codes(text)), 5), start=1):
        grams = [text[i : i + n] for i in range(len(text))]
        assert found.tolist() == [node.get(g, -1) if len(g) == n else -1 for g in grams]


@given(vocabularies, st.data())
def test_pruned_keeps_what_is_kept_and_its_prefixes(terms: set[str], data: st.DataObject) -> None:
    trie = NgramTrie.of_terms(sorted(terms))
    strings = trie.terms()
    kept = data.draw(st.sets(st.sampled_from(strings), min_size=1))
    smaller, old = trie.pruned(np.array([s in kept for s in strings]))
    left = sorted({term[:n] for term in kept for n in range(1, len(term) + 1)})
    assert smaller.terms() == left
    assert [strings[i] for i in old.tolist()] == left


def test_pairs_of_more_characters_than_the_dense_table_has() -> None:
    rng = np.random.default_rng(0)
    text = "".join(map(chr, rng.integers(0x4E00, 0x4E00 + 6000, 40_000)))
    terms = {text[i : i + 2] for i in range(0, len(text) - 1, 2)} | set(text)
    trie = NgramTrie.of_terms(sorted(terms))
    node = {s: i for i, s in enumerate(sorted(terms))}
    _, found = trie.levels(trie.char_ids(codes(text)), 2)
    assert found[:-1].tolist() == [node.get(text[i : i + 2], -1) for i in range(len(text) - 1)]


def test_pickled_without_its_tables() -> None:
    trie = NgramTrie.of_terms(["林业", "林业局"])
    small = len(pickle.dumps(trie))
    trie.char_ids(codes("林"))
    data = pickle.dumps(trie)
    assert len(data) == small
    assert pickle.loads(data).terms() == trie.terms()
