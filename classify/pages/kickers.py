"""What a kicker reads like: the line over a headline that says who, where or under which rubric."""

from __future__ import annotations

import re

from classify.text.characters import cells

__all__ = ["is_bracketed", "is_kicker", "is_organisation", "is_rubric"]

_ORGANISATIONS = (
    "局", "街道", "社区", "管委会", "委员会", "办公室", "中心", "学校", "大学", "学院", "公司", "集团", "医院", "银行",
    "法院", "检察院", "大队", "支队", "派出所", "乡", "镇", "县", "区", "市", "村", "省", "委", "办", "会", "站",
    "所", "园",
)  # fmt: skip
_SPEECH = ("要求", "强调", "指出", "提出", "表示", "认为", "—", "：", ":")
_BRACKETED = re.compile("【[^】]{2,12}】")
_RUBRICS = {
    "简明信息", "简讯", "简明新闻", "一句话新闻", "要闻速览", "快讯", "短讯", "综合新闻", "短新闻", "新闻速递",
    "新闻简报", "资讯", "动态",
}  # fmt: skip


def is_kicker(text: str) -> bool:
    """Whether a display line reads like a kicker: an organisation, 会议要求 and the like, or 【民生直通车】."""
    return is_organisation(text) or text.endswith(_SPEECH) or is_bracketed(text) or is_rubric(text)


def is_organisation(text: str) -> bool:
    """Whether a line is no longer than an organisation's name, and ends as one."""
    return text.endswith(_ORGANISATIONS) and cells(text) <= 14


def is_bracketed(text: str) -> bool:
    """Whether a line is a rubric in brackets and nothing else: 【民生直通车】."""
    return text.startswith("【") and _BRACKETED.fullmatch(text) is not None


def is_rubric(text: str) -> bool:
    """Whether a line is the rubric over several short items: 简讯."""
    return text in _RUBRICS
