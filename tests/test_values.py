"""One cell becomes a typed value, or nothing and the reason why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fanpin_analysis.intake import cells, identity
from fanpin_analysis.intake.values import reader_for
from fanpin_analysis.policy.rulebook import load_faults
from fanpin_analysis.policy.vocabulary import CodeItem, CodeList, load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from fanpin_analysis.intake.cells import Parsed

VOCABULARY = load_vocabulary()
SIZE, INCOME, PHONE, DAY, MONTH = (
    "家庭人口数",
    "人均纯收入",
    "联系方式",
    "排查日期",
    "识别监测时间",
)
HOUSE, INSURED, KIND, CAUSES = (
    "是否有住房安全问题",
    "是否有家庭成员未参加基本医疗保险",
    "户属性",
    "致返贫风险类型",
)
NAME, REMARK, ID, VISIT = "户主姓名", "备注", "户主证件号码", "排查方式"
NUMBER = "43999919700101001" + identity.check_digit("43999919700101001")

NO_NUMBER, WORKED_OUT = (cells.NO_NUMBER,), (cells.NUMBER_INTERPRETED,)
NO_OPTION, CONTRADICTS = (cells.NO_OPTION,), (cells.OPTION_CONTRADICTS,)
AMBIGUOUS, REMARKED = (cells.OPTION_AMBIGUOUS,), (cells.OPTION_INTERPRETED,)


@cache
def reader(name: str, *, inverse: bool = False) -> Callable[[object], Parsed]:
    """Return the reader of a shipped field."""
    return reader_for(VOCABULARY.field(name), VOCABULARY, inverse=inverse)


def answers(*rows: tuple[Any, ...]) -> pytest.MarkDecorator:
    """Parametrise a test by what stands in the cell, the value and the faults."""
    return pytest.mark.parametrize(
        ("raw", "value", "faults"), [(*row, ()) if len(row) == 2 else row for row in rows]
    )


# ------------------------------------------------------------------ every type


@pytest.mark.parametrize("name", [SIZE, INCOME, PHONE, DAY, MONTH, HOUSE, KIND, CAUSES, NAME, ID])
@pytest.mark.parametrize("raw", [None, "", " ", "\u3000\u200b", "/", "——", "－"])
def test_blank_is_null_without_a_fault(name: str, raw: object) -> None:
    """An empty cell and a stroke through it say nothing, and nothing is wrong with that."""
    assert reader(name)(raw) == (None, ())


@pytest.mark.parametrize("name", [SIZE, INCOME, DAY, HOUSE, KIND, CAUSES, REMARK, ID])
@pytest.mark.parametrize("raw", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", " #n/a "])
def test_failed_formula_is_never_blank(name: str, raw: str) -> None:
    """What a broken formula shows is null, and said to be a broken formula."""
    assert reader(name)(raw) == (None, (cells.FORMULA_ERROR,))


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan"])
def test_words_that_mean_missing_elsewhere_are_text(word: str) -> None:
    """A village called NA does not vanish, and NA is neither a number nor an answer."""
    assert reader("村")(word) == (word, ())
    for name, fault in ((SIZE, cells.NO_NUMBER), (KIND, cells.NO_OPTION), (HOUSE, cells.NO_ANSWER)):
        assert reader(name)(word) == (None, (fault,))


def test_word_with_a_meaning_of_its_own_is_no_blank() -> None:
    """Where 无 counts as blank it still answers a question of 是 and 否."""
    vocabulary = replace(VOCABULARY, blanks=("无", "/"))
    assert reader_for(VOCABULARY.field(REMARK), vocabulary)("无") == (None, ())
    assert reader_for(VOCABULARY.field(SIZE), vocabulary)("无") == (None, ())
    assert reader_for(VOCABULARY.field(HOUSE), vocabulary)("无") == (False, ())


cell_values = st.one_of(
    st.none(),
    st.text(),
    st.text("0123456789.-、,，（）()①②是否有无因病残XxE+万千元人年月日/ \n\u3000脱贫户监测对象"),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(),
    st.lists(st.integers()),
)


@pytest.mark.parametrize("kind", sorted({field.type for field in VOCABULARY.fields.values()}))
@given(raw=cell_values)
@example(raw="9" * 5000)
@example(raw=10**5000)
@example(raw=float("nan"))
@example(raw="\ud800")
@example(raw=object())
def test_any_cell_of_any_type_is_read(kind: str, raw: object) -> None:
    """Nothing raises; a value is of the declared type; what is not blank is a value or a fault."""
    types = {
        **dict.fromkeys(("text", "id", "phone", "code", "codes", "month"), str),
        "integer": int,
        "number": float,
        "boolean": bool,
        "date": date,
    }
    field = next(field for field in VOCABULARY.fields.values() if field.type == kind)
    value, faults = reader(field.name)(raw)
    assert value is None or type(value) is types[kind]
    assert all(fault in load_faults() for fault in faults)
    if raw and isinstance(raw, float | bool | date | time | timedelta | bytes):
        assert value is not None or faults


def test_every_fault_is_declared_and_every_declared_one_used() -> None:
    """The ids in the code and those of 取值.toml are the same, and no message can hold a value."""
    places = (*vars(cells).values(), *vars(identity).values())
    used = {
        each for each in places if isinstance(each, str) and each[:1] in "ZH" and len(each) == 3
    }
    declared = {id_: fault for id_, fault in load_faults().items() if id_[0] in "ZH"}
    assert used == set(declared)
    for fault in declared.values():
        assert "{字段}" in fault.message
        assert "{" not in (fault.message + fault.remedy).replace("{字段}", "")
    assert [id_ for id_, fault in declared.items() if fault.returns] == [identity.DIGITS_LOST]


# ------------------------------------------------------------------ text and names


@answers(
    ("住房漏雨", "住房漏雨"),
    ("\u3000住房\u200b漏雨 \n", "住房漏雨"),
    ("住房漏雨\n饮水困难", "住房漏雨 饮水困难"),
    ("ＡＢ①", "ＡＢ①"),
    (12.0, "12"),
    (12.5, "12.5"),
    (12, "12"),
    (True, "TRUE"),
    (datetime(2023, 3, 4), "2023-03-04", (cells.TEXT_FROM_DATE,)),  # noqa: DTZ001
    (time(12, 0), "12:00:00", (cells.TEXT_FROM_DATE,)),
    (6.217e18, None, (cells.NO_TEXT,)),
)
def test_text_is_kept_as_written(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """Only white space and line breaks change; numbers read as Excel shows them."""
    assert reader(REMARK)(raw) == (value, faults)


@answers(
    ("王　芳", "王芳"),
    ("张 三 丰", "张三丰"),
    ("张三 李四", "张三 李四"),
    ("阿依古丽·买买提", "阿依古丽·买买提"),
    ("𠮷田", "𠮷田"),
)
def test_name_spread_out_is_closed_up(raw: str, value: str, faults: tuple[str, ...]) -> None:
    """A name drawn apart to fill its column is one name; two names stay two."""
    assert reader(NAME)(raw) == (value, faults)


# ------------------------------------------------------------------ IDs and telephones


@answers(
    (NUMBER, NUMBER),
    (f"'{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", NUMBER),
    (f"{NUMBER}41", f"{NUMBER}41"),
    (f"G{NUMBER}", NUMBER),
    (f"{NUMBER}\t", NUMBER),
    (f'="{NUMBER}"', NUMBER),
    ("439999700101001", NUMBER, (identity.COMPLETED,)),
    (439999700101001.0, NUMBER, (identity.COMPLETED,)),
    (439999700101001, NUMBER, (identity.COMPLETED,)),
    (NUMBER[:17], NUMBER[:17], (identity.WRONG_LENGTH,)),
    (NUMBER[:12], None, (identity.WRONG_LENGTH,)),
    (f"{NUMBER}\n{NUMBER}", None, (identity.WRONG_LENGTH,)),
    ("张三", None, (identity.BAD_CHARACTERS,)),
    (date(1970, 1, 1), None, (identity.BAD_CHARACTERS,)),
    (float(NUMBER), None, (identity.DIGITS_LOST,)),
    (int(NUMBER), NUMBER, (identity.KEPT_AS_NUMBER,)),
    ("4.39999E+17", None, (identity.DIGITS_LOST,)),
)
def test_id_is_exact_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """A mistyped ID is kept with its fault; one that went through a number is unknown."""
    assert reader(ID)(raw) == (value, faults)


@answers(
    (19900012345.0, "19900012345"),
    ("199 0001 2345", "19900012345"),
    ("+86 199-0001-2345", "19900012345"),
    ("19900012345.0", "19900012345"),
    ("（0739）4567890", "07394567890"),
    ("4567890", "4567890"),
    ("1990001234", "1990001234", (cells.ODD_PHONE,)),
    (7394567890.0, "7394567890", (cells.ODD_PHONE,)),
    ("无手机", None, (cells.ODD_PHONE,)),
    ("19900012345/19900012346", "19900012345", (cells.PHONE_INTERPRETED,)),
    ("张三19900012345", "19900012345", (cells.PHONE_INTERPRETED,)),
)
def test_telephone_is_digits(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """Punctuation goes; what is no telephone number is pointed out."""
    assert reader(PHONE)(raw) == (value, faults)


# ------------------------------------------------------------------ numbers


@answers(
    (5, 5),
    (5.0, 5),
    ("５", 5),
    ("5.0", 5),
    ("5人", 5),
    (" 5 人 ", 5),
    (0, 0),
    ("五", 5, WORKED_OUT),
    ("5口", 5, WORKED_OUT),
    ("十二人", 12, WORKED_OUT),
    ("5人。", 5),
    ("共3人", 3, WORKED_OUT),
    ("总共4人", 4, WORKED_OUT),
    ("3（含外嫁1人）", 3, WORKED_OUT),
    ("3人(含外嫁1人)", 3, WORKED_OUT),
    ("5人，其中外出2人", 5, WORKED_OUT),
    ("5（户籍）", 5, WORKED_OUT),
    ("3（4）", None, NO_NUMBER),
    ("3（约）", None, NO_NUMBER),
    ("3（应为4人）", None, NO_NUMBER),
    ("3（已死亡1人）", None, NO_NUMBER),
    ("3+1", None, NO_NUMBER),
    ("2大1小", None, NO_NUMBER),
    ("4 5 人", None, NO_NUMBER),
    ("3-4", None, NO_NUMBER),
    ("3人左右", None, NO_NUMBER),
    ("3户", None, NO_NUMBER),
    ("5²", None, NO_NUMBER),
    ("⑤", None, NO_NUMBER),
    ("1e300", None, NO_NUMBER),
    (1e300, None, NO_NUMBER),
    (float("inf"), None, NO_NUMBER),
    (True, None, NO_NUMBER),
    (-1, None, (cells.NO_COUNT,)),
    ("-1", None, (cells.NO_COUNT,)),
    (3.5, None, (cells.NO_COUNT,)),
    ("3.5", None, (cells.NO_COUNT,)),
    (date(1900, 1, 3), None, (cells.STORED_AS_DATE,)),
    (time(0, 0), None, (cells.STORED_AS_DATE,)),
)
def test_count_is_exact_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """A count is never clipped, rounded or guessed."""
    assert reader(SIZE)(raw) == (value, faults)


@answers(
    (8000, 8000.0),
    (0.1, 0.1),
    ("1,234.5", 1234.5),
    ("１，２３４", 1234.0),
    ("8000元", 8000.0),
    ("8000元/人", 8000.0),
    ("-500", -500.0),
    ("\N{MINUS SIGN}500", -500.0),
    ("1.2万", 12000.0, WORKED_OUT),
    ("1.13万元", 11300.0, WORKED_OUT),
    ("0.75万元", 7500.0, WORKED_OUT),
    ("8千", 8000.0, WORKED_OUT),
    ("约8000", 8000.0, WORKED_OUT),
    ("8000元左右", 8000.0, WORKED_OUT),
    ("￥8000", 8000.0, WORKED_OUT),
    ("8000块", 8000.0, WORKED_OUT),
    ("负五百", -500.0, WORKED_OUT),
    ("三千五", 3500.0, WORKED_OUT),
    ("三千零五", 3005.0, WORKED_OUT),
    ("一万二", 12000.0, WORKED_OUT),
    ("两万三千四百五十六", 23456.0, WORKED_OUT),
    ("柒仟伍佰元", 7500.0, WORKED_OUT),
    ("1万2", 12000.0, WORKED_OUT),
    ("1.5w", 15000.0, WORKED_OUT),
    ("8000元/年", 8000.0, WORKED_OUT),
    ("8000（含低保金）", 8000.0, WORKED_OUT),
    ("人民币8000元", 8000.0, WORKED_OUT),
    ("8000（每月）", None, NO_NUMBER),
    ("1,23", None, NO_NUMBER),
    ("8000-9000", None, NO_NUMBER),
    ("8000多", None, NO_NUMBER),
    ("8000元/月", None, NO_NUMBER),
    ("80%", None, NO_NUMBER),
    ("千", None, NO_NUMBER),
    ("1 234", None, NO_NUMBER),
    (datetime(2023, 5, 30), None, (cells.STORED_AS_DATE,)),  # noqa: DTZ001
)
def test_amount_worked_out_says_so(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """Figures are read in silence, words and scales with a fault, ranges not at all."""
    assert reader(INCOME)(raw) == (value, faults)


def in_words(number: int) -> str:
    """Write a number below a hundred million in Chinese."""
    above, below = divmod(number, 10_000)
    parts = []
    for section in (above, below):
        digits = zip(f"{section:04}", ("千", "百", "十", ""), strict=True)
        words = "".join(
            f"{'零一二三四五六七八九'[int(d)]}{unit if d != '0' else ''}" for d, unit in digits
        )
        parts.append(re.sub("零+", "零", words).rstrip("零"))
    return "万".join(part for part in parts if part or above).lstrip("零")


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_are_read(number: int) -> None:
    """A number written out in Chinese is that number."""
    assert reader(INCOME)(in_words(number)) == (float(number), WORKED_OUT)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_plain_figures_are_read_exactly(amount: object) -> None:
    """With or without thousands separators and unit, figures give the number they show."""
    for written in (f"{amount}", f"{amount:,}", f"{amount}元"):
        assert reader(INCOME)(written) == (float(str(amount)), ())


# ------------------------------------------------------------------ 是 and 否


@answers(
    ("是", True),
    ("否", False),
    ("有", True),
    ("无", False),
    ("√", True),
    ("×", False),
    ("✔\ufe0f", True),
    ("ＹＥＳ", True),
    ("n", False),
    (1, True),
    (0.0, False),
    ("1.0", True),
    (True, True),
    (False, False),
    ("危房", True),
    ("安全", False),
    ("是（漏雨）", True, (cells.ANSWER_INTERPRETED,)),
    ("无，已解决", False, (cells.ANSWER_INTERPRETED,)),
    ("是/否", None, (cells.ANSWER_CONTRADICTS,)),
    ("有（0）", None, (cells.ANSWER_CONTRADICTS,)),
    ("1.否", None, (cells.ANSWER_CONTRADICTS,)),
    ("0.5", None, (cells.NO_ANSWER,)),
    (2, None, (cells.NO_ANSWER,)),
    ("是吗", None, (cells.NO_ANSWER,)),
    ("不清楚", None, (cells.NO_ANSWER,)),
    (date(1900, 1, 1), None, (cells.STORED_AS_DATE,)),
)
def test_answer_is_known_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """Only declared spellings answer; doubt is never taken for 否."""
    assert reader(HOUSE)(raw) == (value, faults)


def test_opposite_heading_turns_only_its_own_answers_round() -> None:
    """是 under 是否全部参保 means no problem, and 未参保 is a problem under either heading."""
    asked, opposite = reader(INSURED), reader(INSURED, inverse=True)
    for raw in ("是", "否", 1.0, False, "√"):
        assert asked(raw).value is not opposite(raw).value
    for raw in ("未参保", "已参保"):
        assert asked(raw) == opposite(raw)
    assert opposite("是") == (False, ())
    assert opposite("未参保") == (True, ())


# ------------------------------------------------------------------ code lists


@answers(
    (1, "脱贫户"),
    (1.0, "脱贫户"),
    ("1", "脱贫户"),
    ("１", "脱贫户"),
    ("①", "脱贫户"),
    ("⑴", "脱贫户"),
    ("⒈", "脱贫户"),
    ("(1)", "脱贫户"),
    ("1.0", "脱贫户"),
    ("1.脱贫户", "脱贫户"),
    ("1、脱贫户", "脱贫户"),
    ("①脱贫户", "脱贫户"),
    ("脱 贫 户", "脱贫户"),
    ("监测户", "监测对象"),
    ("脱贫户1", "脱贫户", REMARKED),
    ("脱贫户（五保）", "脱贫户", REMARKED),
    ("1.监测对象", None, CONTRADICTS),
    ("脱贫户2", None, CONTRADICTS),
    ("脱贫户（监测对象）", None, CONTRADICTS),
    ("1、3", None, (cells.SEVERAL_OPTIONS,)),
    ("1、2", "监测对象", (cells.OPTION_PREFERRED,)),
    ("脱贫户/监测对象", "监测对象", (cells.OPTION_PREFERRED,)),
    ("□1.脱贫户 ☑2.监测对象", "监测对象"),
    ("12", None, AMBIGUOUS),
    (4, None, NO_OPTION),
    (1.5, None, NO_OPTION),
    ("五保户", None, NO_OPTION),
    ("边缘易致贫户", "监测对象"),
    ("脱贫监测户", "监测对象"),
    ("非脱贫户", "档外农户"),
    (True, None, NO_OPTION),
    (date(1900, 1, 1), None, (cells.STORED_AS_DATE,)),
)
def test_code_is_one_answer_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """Number, word or both; a conflict or an unknown answer is null."""
    assert reader(KIND)(raw) == (value, faults)


@answers(
    ("1、3", "因病、因残"),
    ("1,3", "因病、因残"),
    ("1，3", "因病、因残"),
    ("1;3", "因病、因残"),
    ("1 3", "因病、因残"),
    ("3、1、3", "因病、因残"),
    ("①③", "因病、因残"),
    ("(1)(3)", "因病、因残"),
    ("因病/因残", "因病、因残"),
    ("因病 因残", "因病、因残"),
    ("因病和因残", "因病、因残"),
    ("因病\n因残", "因病、因残"),
    ("1.因病 3.因残", "因病、因残"),
    ("1因病3因残", "因病、因残"),
    ("因 病", "因病"),
    ("无", None),
    (0.0, None),
    ("因病因残", "因病、因残", REMARKED),
    ("9.其他（房屋漏水）", "其他", REMARKED),
    ("其他（因病）", None, CONTRADICTS),
    ("1.因残", None, CONTRADICTS),
    ("因病3", None, CONTRADICTS),
    ("13", None, AMBIGUOUS),
    (13.0, None, AMBIGUOUS),
    (1.3, None, AMBIGUOUS),
    ("1-3", None, AMBIGUOUS),
    ("10", None, NO_OPTION),
    ("1、12", None, NO_OPTION),
    ("因病、懒惰", None, NO_OPTION),
    ("因病³", None, CONTRADICTS),
    (date(2023, 1, 3), None, (cells.STORED_AS_DATE,)),
)
def test_several_codes_are_all_known_or_null(
    raw: object, value: object, faults: tuple[str, ...]
) -> None:
    """Separators of every hand are read; one unknown among known makes the whole unknown."""
    assert reader(CAUSES)(raw) == (value, faults)


@answers(
    ("12", None, AMBIGUOUS),
    (12.0, None, AMBIGUOUS),
    ("打电话", "电话、微信等排查"),
    ("实地走访", "入户排查"),
    ("1（户主在家）", "入户排查", REMARKED),
    ("入户、电话", "入户排查", (cells.OPTION_PREFERRED,)),
)
def test_visit_mode_is_told_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """12 is neither 1 nor 2; both, set apart, are a visit."""
    assert reader(VISIT)(raw) == (value, faults)


OWN_WORDS = {
    "与户主关系": {
        "户主": "户主 户主　 本人",
        "配偶": "妻 妻子 配偶 之妻 丈夫 老伴 户主之妻",
        "之子": "长子 次子 三子 二子 子 儿子 之子 养子 大儿子 独子 之四子",
        "之女": "女 女子 女儿 长女 次女 三女 二女 之女 养女",
        "之儿媳": "媳 儿媳 长媳 儿媳妇 之儿媳 大儿媳妇",
        "之女婿": "女婿 婿 上门女婿",
        "之孙子": "孙 孙子 长孙 次孙 孙儿 之长孙",
        "之孙女": "孙女 长孙女 次孙女 小孙女",
        "之父": "父 父亲 之父",
        "之母": "母 母亲 之母",
        "之兄弟姐妹": "兄 弟 姐 妹 哥哥 弟弟 胞弟 三弟 姊妹",
        "之侄儿": "侄 侄子 侄儿",
        "其他": "孙媳 外甥 堂弟 其他 非亲属",
    },
    "文化程度": {
        "文盲或半文盲": "文盲 半文盲 文盲半文盲 文盲或半文盲 不识字",
        "小学": "小学 初小 高小 小学肄业",
        "初中": "初中 初中毕业 初中文化",
        "高中": "高中 中专 技校 职高 高中/中专 职中",
        "大专": "大专 专科 高职",
        "本科及以上": "本科 大学 大学本科 研究生",
    },
    "在校生状况": {
        "学前教育": "幼儿园 学前班 大班",
        "小学": "小学 三年级 小学3年级 小三",
        "七年级": "七年级 初一 7年级 初中一年级",
        "普通高中二年级": "高二 普高二年级",
        "本科三年级": "大三 本科3年级",
    },
    "健康状况": {
        "健康": "健康 健康　 良好 一般 较好 正常 身体健康",
        "长期慢性病": "慢性病 长期慢性病 慢病",
        "患有大病": "大病 患有大病 重病",
        "残疾": "残疾 肢体残疾 残疾人",
        "患有大病、残疾": "患有大病,残疾 残疾,患有大病 大病、残疾",
    },
    "劳动技能": {
        "普通劳动力": "普通劳动力 普通 有劳动能力 全劳动力",
        "弱劳动力或半劳动力": "弱劳力 半劳动力 弱（半）劳动力 弱劳动力或半劳动力 部分丧失劳动能力",
        "丧失劳动力": "丧失劳动力 丧失劳动能力",
        "无劳动力": "无劳动力 无 无劳动能力",
    },
    "残疾类别": {
        "肢体残疾": "肢体 肢体残疾 4 肢残 肢体四级 肢体残疾四级",
        "精神残疾": "精神 6 精神残疾二级",
    },
    "残疾人证等级": {
        "四级": "4 四级 四 4级 肢体四级 肢体残疾四级 Ⅳ级",
        "二级": "二级 2 Ⅱ 二级残疾",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw", "word"),
    [
        (name, raw, word)
        for name, words in OWN_WORDS.items()
        for word, spelt in words.items()
        for raw in spelt.split(" ")
    ],
)
def test_persons_are_described_in_the_words_of_the_field(name: str, raw: str, word: str) -> None:
    """What clerks write of relation, schooling, health and labour is one word of the list."""
    assert reader(name)(raw) == (word, ())


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("是否参加基本医疗保险", "已参保", True),
        ("是否参加基本医疗保险", "未参保", False),
        ("是否参加基本医疗保险", "断保", False),
        (INSURED, "已参保", False),
        (INSURED, "未参保", True),
        (INSURED, "全参保", False),
        (INSURED, "未保障", True),
        (HOUSE, "安全", False),
        (HOUSE, "不安全", True),
        (HOUSE, "有保障", False),
        (HOUSE, "无保障", True),
        *((HOUSE, f"{grade}级", grade in "CD") for grade in "ABCD"),
        ("是否有饮水安全问题", "合格", False),
        ("是否有饮水安全问题", "不合格", True),
        ("是否有饮水安全问题", "已解决", False),
        ("是否有饮水安全问题", "未解决", True),
        ("是否解决安全饮用水", "已解决", True),
        ("是否解决安全饮用水", "不合格", False),
        ("是否有义务教育阶段失学辍学问题", "在校", False),
        ("是否有义务教育阶段失学辍学问题", "辍学", True),
        ("是否危房户", "D级", True),
        ("是否危房户", "B级", False),
        ("风险是否已消除", "未消除", False),
        ("是否享受低保", "A类", True),
        ("整户外出", "在家", False),
    ],
)
def test_an_answer_in_a_columns_own_words_has_its_polarity(
    name: str,
    raw: str,
    value: object,
) -> None:
    """The same word says yes in one column and no in another."""
    assert reader(name)(raw) == (value, ())


@pytest.mark.parametrize("raw", ["学前", "幼儿园", "学龄前"])
def test_a_child_before_school_has_no_schooling(raw: str) -> None:
    """What belongs into 在校生状况 is no level of schooling, nor a fault."""
    assert reader("文化程度")(raw) == (None, ())


def test_word_with_a_separator_in_it_is_one_answer() -> None:
    """电话、微信等排查 is one way of visiting, with its number or without."""
    for raw in ("电话、微信等排查", "2.电话、微信等排查", "2、电话、微信等排查", 2.0):
        assert reader(VISIT)(raw) == ("电话、微信等排查", ())


def test_two_digit_code_is_itself_where_the_list_has_it() -> None:
    """13 is the thirteenth answer of a long list, and only there."""
    items = tuple(CodeItem(word=f"第{n}类", code=str(n)) for n in range(1, 14))
    listed = CodeList(name="长表", clause="测试", items=items)
    vocabulary = replace(VOCABULARY, code_lists={**VOCABULARY.code_lists, "长表": listed})
    read = reader_for(replace(VOCABULARY.field(CAUSES), codes="长表"), vocabulary)
    assert read("13") == ("第13类", ())
    assert read("1、13") == ("第1类、第13类", ())


CODED = sorted(field.name for field in VOCABULARY.fields.values() if field.codes)


@pytest.mark.parametrize("name", CODED)
def test_every_declared_spelling_gives_its_word(name: str) -> None:
    """Each word, number and spelling of a list, alone, is that answer without a fault."""
    for item in VOCABULARY.code_list(VOCABULARY.field(name).codes).items:
        for spelling in filter(None, (item.word, item.code, *item.spellings)):
            assert reader(name)(spelling) == (item.word, ()), spelling


HANDS = {
    "numbers": lambda item: [item.code],
    "bracketed": lambda item: [f"({item.code})", f"（{item.code}）"],
    "both": lambda item: [f"{item.code}.{item.word}", f"{item.code}、{item.word}"],
    "words": lambda item: [item.word, *item.spellings],
}


@given(
    st.lists(st.sampled_from(VOCABULARY.code_list(CAUSES).items), min_size=1),
    st.sampled_from(sorted(HANDS)),
    st.sampled_from(["、", ",", "，", ";", "；", "/", " ", "\n", "和", "、 "]),
    st.data(),
)
def test_codes_round_trip_through_every_spelling(
    items: list[CodeItem], hand: str, separator: str, data: st.DataObject
) -> None:
    """Any answers, in any order, spelling and hand, are read back in the order of the form."""
    spelt = [data.draw(st.sampled_from(HANDS[hand](item))) for item in items]
    chosen = {item.word for item in items}
    words = [word for word in VOCABULARY.code_list(CAUSES).words if word in chosen]
    assert reader(CAUSES)(separator.join(spelt)) == ("、".join(words), ())


# ------------------------------------------------------------------ dates and months

TODAY = date(2023, 5, 30)


@answers(
    (TODAY, TODAY),
    (datetime(2023, 5, 30, 8, 0), TODAY),  # noqa: DTZ001
    ("2023.5.30", TODAY),
    ("2023/5/30", TODAY),
    ("2023-05-30", TODAY),
    ("2023-05-30 00:00:00", TODAY),
    ("2023年5月30日", TODAY),
    ("２０２３年 5 月 30 日", TODAY),
    ("20230530", TODAY),
    ("2023.5.30.", TODAY),
    ("2023、5、30", TODAY),
    ("2023，5，30", TODAY),
    ("2023—5—30", TODAY),
    ("2023\\5\\30", TODAY),
    (20230530.0, TODAY),
    ("19450312", date(1945, 3, 12)),
    (45076.0, TODAY, (cells.DATE_INTERPRETED,)),
    ("45076", TODAY, (cells.DATE_INTERPRETED,)),
    ("5月30日", None, (cells.DATE_INCOMPLETE,)),
    ("2023年5月", None, (cells.DATE_INCOMPLETE,)),
    ("23.5.30", None, (cells.DATE_INCOMPLETE,)),
    ("2023-02-30", None, (cells.NO_DATE,)),
    (5.3, None, (cells.NO_DATE,)),
    (9999999, None, (cells.NO_DATE,)),
    (date(1900, 1, 3), None, (cells.NO_DATE,)),
    ("昨天", None, (cells.NO_DATE,)),
)
def test_day_is_whole_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """A day needs its year, and has to be on the calendar."""
    assert reader(DAY)(raw) == (value, faults)


@answers(
    ("202303", "2023-03"),
    ("202303.0", "2023-03"),
    (202303.0, "2023-03"),
    ("2023年3月", "2023-03"),
    ("2023年03月", "2023-03"),
    ("2023-03", "2023-03"),
    ("2023.10", "2023-10"),
    (date(2023, 3, 15), "2023-03"),
    ("2023-03-15", "2023-03"),
    (45076.0, "2023-05", (cells.DATE_INTERPRETED,)),
    (2023.1, None, (cells.NO_MONTH,)),
    ("2023.1", None, (cells.NO_MONTH,)),
    ("202313", None, (cells.NO_MONTH,)),
    ("3月", None, (cells.NO_MONTH,)),
    (date(2453, 11, 23), None, (cells.NO_MONTH,)),
)
def test_month_is_read_or_null(raw: object, value: object, faults: tuple[str, ...]) -> None:
    """A month is YYYY-MM; 2023.1 may be January or October and is neither."""
    assert reader(MONTH)(raw) == (value, faults)


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)))
def test_day_round_trips_through_every_hand(day: date) -> None:
    """However a day is written, it is read as that day and as its month."""
    for pattern in ("{0:%Y%m%d}", "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日"):
        assert reader(DAY)(pattern.format(day)) == (day, ())
        assert reader(MONTH)(pattern.format(day)) == (f"{day:%Y-%m}", ())


@pytest.mark.parametrize(
    ("field", "cell", "value", "faults"),
    [
        ("户属性", "脱贫户■监测对象□", "脱贫户", ()),
        ("户属性", "脱贫户□ 监测对象☑ 档外农户□", "监测对象", ()),
        ("户属性", "□脱贫户 ☑监测对象 □档外农户", "监测对象", ()),
        ("户属性", "1.脱贫户(√) 2.监测对象( )", "脱贫户", ()),
        ("户属性", "脱贫户□√监测对象□", None, ("L41",)),
        ("致返贫风险类型", "因病■ 因学□ 因残■", "因病、因残", ()),
        ("是否存在致返贫风险", "■是□否", True, ()),
        ("是否存在致返贫风险", "是□否■", False, ()),
        ("是否存在致返贫风险", "是( )否(√)", False, ()),
    ],
)
def test_ticked_boxes_are_read_on_either_side_of_their_words(field, cell, value, faults) -> None:
    """A tick counts for the word whose box it is; where it can be two words', nothing is taken."""
    assert reader_for(VOCABULARY.field(field), VOCABULARY)(cell) == (value, faults)
