"""The grammar: what is read, what is refused and in which words, and what it means everywhere."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpin_analysis.analysis.engine import evaluate
from fanpin_analysis.errors import ExpressionError
from fanpin_analysis.policy.expressions import Term, parse

if TYPE_CHECKING:
    from conftest import Engine

TERMS = {
    "户类型": Term(kind="text", words=("脱贫户", "一般农户")),
    "去年收入": Term(kind="number"),
    "前年收入": Term(kind="number"),
    "监测线": Term(kind="number"),
    "有问题": Term(kind="boolean"),
    "有风险": Term(kind="boolean"),
    "风险类型": Term(kind="several", words=("因病", "因残", "其他")),
    "备注": Term(kind="text"),
    "识别日期": Term(kind="date"),
    "消除日期": Term(kind="date"),
}
PLACE = "规则“R99”（试.toml）"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("有问题", ["有问题"]),
        ("not 有问题 or 有风险", ["有问题", "有风险"]),
        ("去年收入 < 监测线 and 去年收入 < 前年收入", ["去年收入", "监测线", "前年收入"]),
        ("(去年收入 - 前年收入) / 前年收入 <= -0.2", ["去年收入", "前年收入"]),
        ("户类型 in ['脱贫户', '一般农户']", ["户类型"]),
        ("'因病' in 风险类型", ["风险类型"]),
        ("备注 is None or 备注 is not None", ["备注"]),
        ("识别日期 <= 消除日期", ["识别日期", "消除日期"]),
    ],
)
def test_grammar_reads(text: str, names: list[str]) -> None:
    """What the rules need is read, and its names are known in the order in which they stand."""
    expression = parse(text, TERMS, PLACE)
    assert list(expression.names) == names
    assert expression.kind == "boolean"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("去年收人 < 监测线", "没有声明的名称“去年收人”。最接近的是“去年收入”"),
        ("户类型 == '脱贪户'", "“脱贪户”不在“户类型”的代码表内。最接近的是“脱贫户”"),
        ("户类型 in ['脱贫户', '档外']", "“档外”不在“户类型”的代码表内"),
        ("'因灾' in 风险类型", "“因灾”不在“风险类型”的代码表内"),
        ("'脱贫户' in 户类型", "“户类型”只有一个值，请写 == 而不是 in"),
        ("1 < 去年收入 < 2", "把几个比较连写在一起"),
        ("去年收入 < ", "不完整或有多余的符号"),
        ("去年收入 == '7500'", "不能相比"),
        ("备注 < '甲'", "给文字比大小"),
        ("有问题 == 有风险", "不能相比"),
        ("去年收入 and 有问题", "必须是能判断是否的条件"),
        ("not 去年收入", "not 的后面必须是能判断是否的条件"),
        ("备注 + 备注 == 备注", "加减乘除的两边必须是数值"),
        ("有问题 == True", "判断空值请写 is None"),
        ("备注 is '无'", "is 后面只能是"),
        ("户类型 not in ['脱贫户']", "请改写为 not"),
        ("备注.upper() == '甲'", "不在规则语法之内"),
        ("__import__('os').system('true')", "不在规则语法之内"),
        ("[去年收入 for 去年收入 in 备注]", "不在规则语法之内"),
        ("(lambda: 有问题)()", "不在规则语法之内"),
        ("去年收入 ** 2 > 1", "不在规则语法之内"),
        ("有问题 if 有风险 else 有问题", "不在规则语法之内"),
    ],
)
def test_grammar_refuses_and_says_why(text: str, said: str) -> None:
    """The message begins with the rule, says what is wrong, and names the nearest known name."""
    with pytest.raises(ExpressionError) as caught:
        parse(text, TERMS, PLACE)
    assert str(caught.value).startswith(PLACE)
    assert said in str(caught.value)


def test_values_stand_behind_their_names() -> None:
    """An explanation is the rule itself with the household's values in it."""
    expression = parse("去年收入 < 监测线 and 去年收入 < 前年收入", TERMS, PLACE)
    values = {"去年收入": "7,200", "前年收入": "空", "监测线": "7,500"}
    assert expression.filled(values) == (
        "去年收入（7,200） < 监测线（7,500） and 去年收入（7,200） < 前年收入（空）"
    )


def verdicts(engine: Engine, text: str, table: pl.DataFrame) -> list[bool | None]:
    """Return what an expression says of each row of a table on an engine."""
    expression = parse(text, TERMS, PLACE)
    evaluated = evaluate(engine.frame(table), {"结论": expression}, terms=TERMS)
    return engine.read(evaluated)["结论"].to_list()


ANSWERS = (True, False, None)
PAIRS = list(product(ANSWERS, ANSWERS))


def _and(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _not(one: bool | None) -> bool | None:  # noqa: FBT001
    return None if one is None else not one


def test_and_or_not_are_kleene_on_every_engine(engine: Engine) -> None:
    """False and null is false, true or null is true, all else with null is null."""
    table = pl.DataFrame(PAIRS, schema={"有问题": pl.Boolean, "有风险": pl.Boolean}, orient="row")
    assert verdicts(engine, "有问题 and 有风险", table) == [_and(*pair) for pair in PAIRS]
    assert verdicts(engine, "有问题 or 有风险", table) == [
        _not(_and(_not(one), _not(other))) for one, other in PAIRS
    ]
    assert verdicts(engine, "not 有问题", table) == [_not(one) for one, _ in PAIRS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去年收入 < 7500", [True, False, False, None]),
        ("去年收入 <= 7500", [True, True, False, None]),
        ("去年收入 == 7500", [False, True, False, None]),
        ("去年收入 != 7500", [True, False, True, None]),
        ("去年收入 > 7500", [False, False, True, None]),
        ("去年收入 >= 7500", [False, True, True, None]),
        ("去年收入 in [7000, 7500]", [True, True, False, None]),
        ("not (去年收入 in [7000, 7500])", [False, False, True, None]),
        ("-去年收入 < -7500", [False, False, True, None]),
        ("去年收入 is None", [False, False, False, True]),
        ("去年收入 is not None", [True, True, True, False]),
    ],
)
def test_comparison_with_null_is_null_on_every_engine(
    engine: Engine, text: str, expected: list[bool | None]
) -> None:
    """A missing number is on neither side of a line."""
    table = pl.DataFrame({"去年收入": [7000.0, 7500.0, 8000.0, None]})
    assert verdicts(engine, text, table) == expected


def test_text_and_several_choices_on_every_engine(engine: Engine) -> None:
    """Words are found in single and in several choices; null stays null."""
    table = pl.DataFrame(
        {"户类型": ["脱贫户", "一般农户", None], "风险类型": ["因病、其他", "因残", None]}
    )
    assert verdicts(engine, "户类型 == '脱贫户'", table) == [True, False, None]
    assert verdicts(engine, "户类型 in ['脱贫户', '一般农户']", table) == [True, True, None]
    assert verdicts(engine, "'其他' in 风险类型", table) == [True, False, None]


def test_dividing_by_zero_is_unknown_on_every_engine(engine: Engine) -> None:
    """A rate on nothing is no rate; it is neither infinite nor an error."""
    table = pl.DataFrame({"去年收入": [1.0, 0.0, 6.0], "前年收入": [0.0, 0.0, 4.0]})
    assert verdicts(engine, "去年收入 / 前年收入 > 1", table) == [None, None, True]
    assert verdicts(engine, "去年收入 / 前年收入 is None", table) == [True, True, False]


def test_whole_numbers_divide_exactly_on_every_engine(engine: Engine) -> None:
    """Three divided by two is one and a half, also where the columns are whole numbers."""
    table = pl.DataFrame({"去年收入": [3, None], "前年收入": [2, 2]})
    assert verdicts(engine, "去年收入 / 前年收入 == 1.5", table) == [True, None]


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    """Nothing that is typed into a rule ends in a traceback."""
    try:
        parse(text, TERMS, PLACE)
    except ExpressionError as error:
        assert str(error).startswith(PLACE)  # noqa: PT017  a text that is read is as good
