"""Traditional characters to simplified ones: which texts are changed, and that nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.script import fold_traditional, is_traditional, to_simplified, traditional_characters

# Mixed: only traditional (報庫種), only simplified (报库种), of both scripts (著乾於后里), and others.
texts = st.text("報庫種报库种著乾於后里林水，a\n\U00020bb7\ud800", max_size=30) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雲港市林業局昨日啟動春季造林。", "云港市林业局昨日启动春季造林。"),
        ("沿著水庫種樹，葉子都乾了", "沿着水库种树，叶子都干了"),
        ("居民於橋上看，隨後離開", "居民于桥上看，随后离开"),
        ("皇后大道里程碑", "皇后大道里程碑"),  # characters of both scripts
        ("乾隆年间的著名石碑，於先生捐赠", "乾隆年间的著名石碑，於先生捐赠"),
        ("店招上是“雲港飯店”四个繁体字，说明写在旁边", "店招上是“雲港飯店”四个繁体字，说明写在旁边"),
        ("後", "後"),  # GB2312 has it, so it says nothing
        ("隨後", "随后"),
        ("ABC 123，\U00020bb7野家", "ABC 123，\U00020bb7野家"),
        ("", ""),
    ],
)
def test_to_simplified(text: str, expected: str) -> None:
    assert to_simplified(text) == expected
    assert is_traditional(text) is (text != expected)


@given(texts)
def test_offsets_stay_true_and_twice_is_once(text: str) -> None:
    once = to_simplified(text)
    assert len(once) == len(text)
    assert to_simplified(once) == once
    assert not is_traditional(once)
    assert all(a == b or "\u3400" <= a <= "\u9fff" for a, b in zip(text, once, strict=True))


@given(st.text(st.characters(codec="gb2312"), max_size=60))
def test_what_gb2312_has_is_never_changed(text: str) -> None:
    assert to_simplified(text) == fold_traditional(text) == text


@given(texts)
def test_pieces_are_folded_character_by_character(text: str) -> None:
    assert fold_traditional(text) == "".join(map(fold_traditional, text))
    assert not set(fold_traditional(text)) & set(traditional_characters())


def test_known_pairs() -> None:
    """As any table of the scheme of 1964 has them."""
    assert fold_traditional("記訊電報員攝導專臺網據評聞與發匯聯") == "记讯电报员摄导专台网据评闻与发汇联"
    assert len(traditional_characters()) > 2500
