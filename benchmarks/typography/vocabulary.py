"""Names, rubrics, leads, credits and other small texts of a page, each made by combining parts.

They are combined and not listed, so that a model learns their shape (length, brackets, where they stand) and not
which words one paper uses. People, towns and papers are invented.

    >>> import random
    >>> rng = random.Random(2)
    >>> len(make_region(rng)), make_paper(rng)[-1]
    (2, '报')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏章苏潘葛范彭郎鲁韦马苗方俞任袁"
    "柳鲍史唐费岑薛雷贺倪汤滕罗毕郝邬安常乐于傅康伍余元卜顾孟黄穆萧尹姚邵汪毛"
)
GIVEN = (
    "伟丽强梅建华国文新立海燕航宇明志远晓红春雪静慧泽思智少怡霞萍钊仕雨桐砚秋知遥若川景澄书闻笛牧野青禾云"
    "帆子墨嘉树念真一诺"
)
SYLLABLES = "阿巴卡达埃费格哈伊科拉马纳奥佩鲁萨塔乌维亚泽洛德尔斯特姆恩里"
DATELINES = _words(
    "北京 西安 郑州 昆明 福州 南京 济南 长沙 合肥 海口 兰州 呼和浩特 乌鲁木齐 东京 巴黎 日内瓦 内罗毕"
)
REGION_STARTS = "云柳石铜江南海北东岑清青永新松白龙芦棠菖黔望荷竹桐槐梅兰银赤"
REGION_ENDS = "港湾泉坪州岭原渡川陵浦溪山城林荻屏河塘洲桥峪"
PAPER_ENDS = _words("日报 晚报 时报 商报 都市报 晨报 新报 早报 法治报 青年报 农民报 周报 导报")
SECTIONS = _words(
    "要闻 综合 本地新闻 时政 民生 社会 法治 经济 财经 教育 文化 体育 健康 科技 农业 三农 生态 旅游 副刊 评论 "
    "理论 国际 国内 县域 城事 视点 焦点 港闻 中国 公告 广告 专题 专版 周刊"
)
QUALITIES = _words(
    "高质量 绿色 平安 数字 文明 美丽 智慧 法治 健康 清廉 幸福 活力 和谐 乡村 基层 民生 城市 百日 冬季 春季 "
    "安全 诚信"
)
MATTERS = _words(
    "发展 乡村 城市 校园 社区 家园 治理 建设 实事 创新 振兴 服务 攻坚 行动 生产 环境 改革 转型 家风 志愿 经济 "
    "生态"
)
RUBRIC_STARTS = _words("聚焦 关注 学习贯彻 推进 助力 践行 走进 我与 直击 护航 对话 解码 奋进 喜迎 深化 优化")
RUBRIC_ENDS = _words(
    "进行时 在行动 面对面 一线行 看变化 新实践 大家谈 巡礼 纪实 观察 之声 直通车 访谈 新气象 调研行 故事 专栏 "
    "新征程 大讲堂 回头看 风采录 精神"
)
COLUMNS = _words("简明 本报 要闻 新闻 今日 国际 百字 环球 县区 财经 文体 法治 城乡 民生 图片 相关 社区 天下")
COLUMN_ENDS = _words("简讯 快讯 速览 资讯 快报 短波 新闻 集纳 播报 动态 要览 链接 广角 速递 点击")
COMMENT_LABELS = _words(
    "短评 快评 时评 微评 锐评 今日谈 每日一语 评论 编后 记者手记 编辑手记 今日论语 本报评论 漫谈 微言"
)
DEPARTMENTS = _words(
    "林业 水务 财政 教育 民政 人社 住建 交通 文旅 统计 审计 科技 商务 应急 税务 气象 公安 体育 城管 供销 卫健 "
    "医保 农业农村 市场监管 生态环境 自然资源 退役军人事务"
)
UNITS = _words("市 县 区 市高新区 县工业园 区老城街道 省北部三市 镇 自治州 经济开发区")
GATHERINGS = _words("工作会议 推进会 座谈会 现场会 动员会 协调会 部署会 调度会 表彰大会 培训班")
NOTICE_STARTS = _words(
    "遗失 停电 停水 招标 拍卖 注销 减资 招聘 寻亲 送达 拆迁 出让 更正 致歉 招商 清算 挂失 催收"
)
TRADES = _words("家政 培训 糕饼 楼盘 茶业 眼镜 商厦 家电 家具 旅行社 药房")
SLOGANS = _words("开业酬宾 买一送一 名额有限 免费试听 现房发售 诚聘店员 送货上门 九折优惠")
NOTICE_ENDS = _words("声明 公告 通告 通知 启事")
NUMERALS = "一二三四五六七八九十"


def make_name(rng: random.Random) -> str:
    """Return a person's name of two or three characters, rarely a foreign one."""
    if rng.random() < 0.02:
        return "·".join("".join(rng.sample(SYLLABLES, rng.randint(2, 4))) for _ in range(2))
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def make_region(rng: random.Random) -> str:
    """Return the name of an invented town, without 市 or 县."""
    return rng.choice(REGION_STARTS) + rng.choice(REGION_ENDS)


def make_place(rng: random.Random) -> str:
    """Return the place of a dateline."""
    return rng.choice(DATELINES) if rng.random() < 0.5 else make_region(rng)


def make_paper(rng: random.Random) -> str:
    """Return the name of a paper."""
    return make_region(rng) + rng.choice(PAPER_ENDS)


def make_topic(rng: random.Random) -> str:
    """Return what a campaign or a meeting is about, such as 智慧社区建设."""
    topic = rng.choice(QUALITIES) + rng.choice(MATTERS)
    return topic + rng.choice(MATTERS) if rng.random() < 0.25 else topic


def make_rubric(rng: random.Random) -> str:
    """Return a column's or a campaign's name, such as stands over a headline in a line of its own."""
    topic = make_topic(rng)
    other = make_topic(rng)
    start, end, number = rng.choice(RUBRIC_STARTS), rng.choice(RUBRIC_ENDS), rng.choice(NUMERALS)
    weights = {
        f"{start}{topic}": 12,
        f"{topic}{end}": 16,
        f"{start}{topic}{end}": 4,
        f"“{topic}”系列报道之{number}": 5,
        f"“{topic}”{end}": 3,
        f"{start}{topic}·{other}": 4,
        f"{topic}·{make_region(rng)}篇": 3,
        f"{topic}（{number}）": 2,
        f"全{rng.choice('市县省区')}{topic}行动": 4,
        f"{rng.choice(('新春', '记者', '一线', '书记', '暑期'))}{rng.choice(('走', '进', '访', '看'))}"
        f"{rng.choice(('基层', '企业', '一线', '乡村', '社区'))}": 5,
        f"{topic[:4]} {other[:4]}": 3,
        f"{make_region(rng)}{rng.choice(('故事', '人物', '观察', '印记', '风物', '视点'))}": 3,
        f"本报特别报道·{topic}": 1,
        topic[:4]: 2,
    }
    return rng.choices(list(weights), list(weights.values()))[0]


def make_institution(rng: random.Random) -> str:
    """Return an office's name, such as stands over a headline to say whose news it is."""
    region = make_region(rng)
    return rng.choice(
        (
            f"{rng.choice(('市', '市', '县', '区', '省', region + '区', region + '县'))}{rng.choice(DEPARTMENTS)}局",
            f"{region}{rng.choice(('街道', '社区', '镇', '高新区管委会', '供电公司', '支行', '法院', '大学'))}",
        )
    )


def make_meeting(rng: random.Random) -> str:
    """Return a line that names a meeting or an event: the sentence-like kind of kicker."""
    who = rng.choice(
        ("我市", "全市", "我县", "我省", "市委", "市政府", "县委", "全省", make_region(rng) + "市")
    )
    topic = make_topic(rng)
    return rng.choice(
        (
            f"{who}{rng.choice(('召开', '举行', '组织召开'))}{topic}{rng.choice(GATHERINGS)}",
            f"{who}{rng.choice(('部署', '启动', '推进', '开展', '安排'))}{topic}"
            f"{rng.choice(('工作', '调研', '检查', ''))}",
            f"{rng.choice('市县省区')}{rng.choice(NUMERALS)}届{rng.choice(('人大', '政协'))}"
            f"{rng.choice(NUMERALS[:5])}次会议{rng.choice(('举行', '开幕', '闭幕', '召开'))}",
            f"{who}{topic}{rng.choice(GATHERINGS)}{rng.choice(('召开', '要求', '强调', '指出', '举行'))}",
        )
    )


def make_kicker(rng: random.Random) -> str:
    """Return a kicker that says which column, office or meeting a headline belongs to."""
    make = rng.choices((make_rubric, make_institution, make_meeting), (55, 25, 20))[0]
    return make(rng)


def make_subject(rng: random.Random) -> str:
    """Return who or where a headline is about, where a deck says what happened there."""
    region, far = make_region(rng), make_region(rng)
    return rng.choice(
        (
            f"{region}{far}{rng.choice(UNITS)}",
            f"{region}{rng.choice(UNITS)}{rng.choice(DEPARTMENTS)}局",
            f"{region}市{far}县",
            f"{region}区、{far}市",
            f"{make_name(rng)}在{region}调研时{rng.choice(('强调', '指出', '要求'))}",
            f"{make_name(rng)}{rng.choice(('强调', '指出', '表示', '要求'))}",
            f"{region}出台{make_topic(rng)}措施",
            f"{rng.choice(DEPARTMENTS)}部等{rng.randint(2, 9)}部门{rng.choice(('发文', '下发通知', '联合部署'))}",
            f"“{make_topic(rng)}”以来",
            f"{region}{make_topic(rng)}纪念馆",
        )
    )


def make_column_label(rng: random.Random) -> str:
    """Return the heading over briefs, photographs or links."""
    return rng.choice(COLUMNS) + rng.choice(COLUMN_ENDS) if rng.random() < 0.8 else rng.choice(COLUMN_ENDS)


def make_notice_title(rng: random.Random) -> str:
    """Return the title of a notice."""
    return ("" if rng.random() < 0.15 else rng.choice(NOTICE_STARTS)) + rng.choice(NOTICE_ENDS)


def make_notice_text(rng: random.Random) -> str:
    """Return a short notice: a loss, a cut, a court's summons, a tender."""
    name, other, region = make_name(rng), make_name(rng), make_region(rng)
    number, month, day = rng.randint(1000, 9999), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(
        (
            f"{name}遗失{rng.choice(('身份证', '驾驶证', '营业执照副本', '收据', '出生证明'))}，号码{number}，"
            "声明作废。",
            f"{name}、{other}不慎将编号{number}的购房收据丢失，现登报声明作废，由此产生的责任自负。",
            f"{month}月{day}日{rng.randint(5, 9)}时至{rng.randint(15, 21)}时，{region}路沿线检修设备，"
            "将暂停供应，请提前做好准备。",
            f"{name}：我院已受理{other}诉你合同纠纷一案，因其他方式无法送达，"
            "现向你公告送达开庭传票，逾期将依法缺席判决。",
            f"{region}{rng.choice(('小学', '水厂', '医院'))}改造工程现公开招标，预算{number}万元，"
            f"报名至{month}月{day}日止，联系人{name}，电话0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}。",
            f"{region}商贸有限公司经股东会决议，注册资本由{number}万元减至{number // 10}万元，"
            "请债权人于本公告之日起四十五日内申报。",
        )
    )


def make_credit(rng: random.Random, name: str) -> str:
    """Return a photograph's credit, in one of the forms that papers use."""
    other = make_name(rng)
    return rng.choice(
        (
            f"{name} 摄",
            f"{name}摄",
            f"（{name} 摄）",
            f"（{name}摄）",
            f"记者 {name} 摄",
            f"本报记者 {name} 摄",
            f"（本报记者 {name} 摄）",
            f"{name} 摄影报道",
            f"记者 {name} 摄影报道",
            f"图/{name}",
            f"图/记者 {name}",
            f"摄影：{name}",
            f"摄影/{name}",
            "（网上图片）",
            "（资料图片）",
            "资料图片",
            f"{name}/摄",
            f"新华社记者 {name} 摄",
            f"（新华社发 {name} 摄）",
            f"通讯员 {name} 摄",
            f"本报通讯员 {name} {other} 摄影报道",
            "（受访者供图）",
            f"（图片由{name}提供）",
            f"{name} 图",
            f"文/{name} 图/{other}",
        )
    )


def make_jump(rng: random.Random, words: tuple[str, ...]) -> str:
    """Return a line such as （上接第一版）, in every bracket and in none."""
    page = rng.choice(("第{}版", "{}版", "第0{}版", "A0{}版")).format(rng.randint(1, 8))
    page = rng.choice((page, page, f"第{rng.choice(NUMERALS[:8])}版"))
    return rng.choice(
        ("（{}）", "（{}）", "（{}）", "({})", "【{}】", "[{}]", "▲{}", "▼{}", "{}", "（{})")
    ).format(rng.choice(words) + page)


def make_lead(rng: random.Random, names: list[str]) -> str:
    """Return a body's opening with a paper's own dateline and reporters, 本报讯（记者…）."""
    other = make_name(rng)
    several = rng.choice(("、", " ", "  ", "　", "")).join(names)
    blank = rng.choice((" ", " ", "　", ""))
    inside = rng.choice(
        (
            f"记者{several}",
            f"记者{several}",
            f"记者 {several}",
            f"记者{names[0]}{blank}通讯员{other}",
            f"记者 {names[0]}{blank}通讯员 {several}",
            f"通讯员{several}",
            f"实习生{names[0]}{blank}记者{other}",
        )
    )
    place, month, day = make_place(rng), rng.randint(1, 12), rng.randint(1, 28)
    opening = rng.choice(
        (
            "本报讯",
            "本报讯",
            "本报讯",
            f"本报{place}{month}月{day}日电",
            f"本报{place}{month}月{day}日讯",
            "本报综合消息",
            "本网讯",
            f"{make_region(rng)}讯",
        )
    )
    return opening + rng.choice(
        (
            f"（{inside}）",
            f"（{inside}）",
            f"（{inside}）",
            f" {inside} ",
            f"({inside})",
            f"（{inside}） ",
            f" （{inside}）",
            " ",
        )
    )


def make_wire_lead(rng: random.Random, names: list[str]) -> str:
    """Return a news agency's lead, 新华社…电."""
    several = rng.choice(("、", " ")).join(names)
    place, month, day = make_place(rng), rng.randint(1, 12), rng.randint(1, 28)
    source = rng.choice(("新华社", "新华社", "新华社", "据新华社", "中新社"))
    if rng.random() < 0.1:
        return f"【{source}{place}{NUMERALS[day % 10]}日电】"
    return f"{source}{place}{month}月{day}日电" + rng.choice(
        (
            f"（记者{several}）",
            f"（记者{several}）",
            f"（记者 {several}）",
            f" （记者 {several}）",
            " ",
            "　",
            " 综合消息：",
        )
    )


def make_bracket_lead(rng: random.Random, names: list[str]) -> str:
    """Return a lead in brackets, as Hong Kong's and Taiwan's papers set it."""
    several = rng.choice(("、", " ")).join(names)
    place = make_place(rng)
    return rng.choice(
        (
            f"（记者{several}）",
            f"（本报记者 {several}）",
            "【本报讯】",
            f"〔记者{names[0]}／{place}报道〕",
            f"（{place}讯）",
            f"（{make_region(rng)}社记者{names[0]}{place}{rng.randint(1, 28)}日电）",
            f"【{make_paper(rng)}记者{names[0]}报道】",
            "［本报综合报道］",
        )
    )


def make_byline(rng: random.Random, names: list[str]) -> str:
    """Return a byline for a line of its own: with 记者 or a sign, with names alone, or without any name."""
    other, third = make_name(rng), make_name(rng)
    several = rng.choice(("、", " ", "  ", "　")).join(names)
    return rng.choice(
        (
            f"本报记者 {several}",
            f"本报记者 {several}",
            f"本报记者　{several}",
            f"□本报记者 {several}",
            f"□记者 {names[0]} 通讯员 {other} {third}",
            f"●记者 {several}",
            f"记者 {several}",
            f"记者 {several}",
            f"本报记者 {names[0]} 通讯员 {other}",
            f"本报记者 {names[0]} 通讯员 {other} {third}",
            f"□本报记者 {several} 通讯员 {other}",
            f"{names[0]}/文 {other}/图",
            f"本报记者 {names[0]} 文/图",
            f"■ 本报记者 {several} 文/图",
            f"新华社记者 {several}",
            f"本报记者 {several} 本报通讯员 {other}",
            f"{make_paper(rng)}记者 {several}",
            f"文/{names[0]} 图/{other}",
            f"撰文：{names[0]}",
            rng.choice(
                ("本报评论员", "新华社记者", "本报记者", "新华社评论员", "本报评论部", "本报综合报道")
            ),
        )
    )


def make_author(rng: random.Random, names: list[str]) -> str:
    """Return a byline of names without 记者."""
    several = rng.choice((" ", "  ", "　", "、")).join(names)
    sign = rng.choice("○□◎■●◇")
    return rng.choice(
        (
            several,
            several,
            several,
            f"{sign}{names[0]}",
            f"{sign} {names[0]}",
            f"作者：{names[0]}",
            f"文 {names[0]}",
            " ".join(names[0]),
            f"{names[0]}（{make_region(rng)}）",
        )
    )


def make_signature(rng: random.Random, names: list[str]) -> str:
    """Return what closes a body inside its last line."""
    several = rng.choice(("、", " ", "　", "")).join(names)
    return rng.choice(
        (
            f"（{several}）",
            f"（{several}）",
            f"（{several}）",
            f"（记者 {several}）",
            f" （{several}）",
            "（据新华社）",
            f"（作者单位：{make_region(rng)}大学）",
            "（本报综合报道）",
        )
    )
