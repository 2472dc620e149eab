"""`folded_blocks` agrees with `fold`, whatever stands in the texts."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from classify.sections.folding import BEGIN, BORDER, END, folded_blocks, raw_blocks
from classify.text.normalize import fold

ODD = "林业ａＡ９，：a \t\n\r\u3000\x02\x03\0\u200b\u0301e\u0915\u093e\u1100\u1161가\ufeff\uffff"
ODD += "\ud800𠮷\u2028\x85﨑\ue78c\ue78e\ue796\ue797\ufdd0\U000e0041〪〫"
"""Wide letters, blanks, the marks themselves, invisible and combining characters, a surrogate and more."""

PIECES = ("(cid:", "(c", "（ｃ", "(ｃ", "id:", "1)", "\u200b", "\ue000", " ", "\n", "林")
"""What (cid:1) is made of once other characters are dropped or become narrow."""

texts = (
    st.text(ODD, max_size=20)
    | st.text(max_size=20)
    | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
)


def unfolded(blocks: list[str]) -> list[str]:
    out = []
    for block in blocks:
        assert block[0] == BEGIN
        assert block[-1] == END
        out += block[1:-1].split(END + BEGIN)
    return out


@settings(max_examples=500)
@given(st.lists(texts, max_size=8), st.sampled_from([1, 16, 1 << 15]))
def test_agrees_with_fold(given_texts: list[str], size: int) -> None:
    blocks = []
    for codes, ends in folded_blocks(given_texts, size):
        block = codes.tobytes().decode("utf-32-le")
        assert [block[end - 1] for end in ends.tolist()] == [END] * len(ends)
        assert ends.tolist() == [i + 1 for i, char in enumerate(block) if char == END]
        blocks.append(block)
    assert unfolded(blocks) == [fold(t) for t in given_texts]


def test_a_text_does_not_change_its_neighbours() -> None:
    plain, odd = "林业局发布通知", " ｅ\u0301\x02 林 "
    ((codes, _),) = folded_blocks([plain, odd, plain], 1 << 15)
    assert unfolded([codes.tobytes().decode("utf-32-le")]) == [plain, fold(odd), plain]


@given(st.lists(texts, max_size=8), st.sampled_from([1, 16, 1 << 15]))
def test_raw_blocks_hold_all_texts_in_order(given_texts: list[str], size: int) -> None:
    seen = []
    for codes, ends in raw_blocks(given_texts, size):
        starts = [0, *ends.tolist()]
        assert (codes == BORDER).sum() == len(ends)
        for a, b in zip(starts, ends.tolist(), strict=False):
            assert codes[b - 1] == BORDER
            seen.append(codes[a : b - 1].tobytes().decode("utf-32-le", "surrogatepass"))
    assert seen == [re.sub(r"\s\s+", " ", t) for t in given_texts]
