"""What `NgramVocabulary` finds where, and that pruning keeps what is kept."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classify.sections.folding import BEGIN, END, folded_blocks, raw_blocks
from classify.sections.vocabulary import all_ngrams, news_terms

WORDS = ["林业", "林业局", "业局长"]
texts = st.lists(st.text("林业局长外", max_size=12), min_size=1, max_size=6)


def test_keys_of_a_text_with_words_and_edges() -> None:
    blocks = list(folded_blocks(["林业局长", "林业局长"]))
    vocabulary = news_terms(lambda: blocks, WORDS)
    nodes = vocabulary.trie.terms()
    longest, at, others = vocabulary.keys(blocks[0])
    first = [nodes[k] if k < len(nodes) else "" for k in longest[:6].tolist()]
    assert first == [f"{BEGIN}林", "林业", "业局", "局长", f"长{END}", END]
    rest = [(place, nodes[k - len(nodes)]) for place, k in zip(at.tolist(), others.tolist(), strict=True)]
    # 林业 is in 林业局; 业局长 reaches behind it, and so is a word too.
    assert rest[:4] == [(0, f"{BEGIN}林业"), (1, "林业局"), (2, "业局长"), (5, f"局长{END}")]


@given(texts, st.data())
def test_pruned_counts_the_columns_that_are_kept(some: list[str], data: st.DataObject) -> None:
    blocks = list(folded_blocks(some))
    for vocabulary in (news_terms(lambda: blocks, []), all_ngrams(lambda: raw_blocks(some), (1, 3))):
        its_blocks = blocks if vocabulary.is_word is not None else list(raw_blocks(some))
        n = len(vocabulary)
        keep = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), bool)
        smaller = vocabulary.pruned(keep)
        assert smaller.terms() == [term for term, k in zip(vocabulary.terms(), keep, strict=True) if k]
        if not keep.any():
            continue
        want = vocabulary.count(its_blocks).to_csr(n).toarray()[:, keep]
        np.testing.assert_array_equal(smaller.count(its_blocks).to_csr(int(keep.sum())).toarray(), want)


def test_columns_of_the_ends() -> None:
    blocks = list(folded_blocks(["造林", "造林", "林场"]))
    vocabulary = news_terms(lambda: blocks, [])
    ends = vocabulary.terms(np.sort(vocabulary.end_columns()))
    assert ends == [("edge", f"场{END}"), ("edge", f"林{END}"), ("edge", f"造林{END}")]
