"""A suggestion says what the verdicts say, the same on every engine, and never decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpin_analysis.analysis.suggestion import ENTER, OPEN, WORDS, margins, suggest
from fanpin_analysis.policy.in_force import load_policy
from fanpin_analysis.policy.rulebook import Rule, RuleKind

if TYPE_CHECKING:
    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

LAST, RISK, KIND = "去年人均纯收入", "是否存在致返贫风险", "户类型"
TYPES = {KIND: pl.String, LAST: pl.Float64, RISK: pl.Boolean}


STAY_OUT = "无需纳入"


def rule(
    rule_id: str, kind: RuleKind, expr: str, suggests: str = "", *causes: str, entry: str = ""
) -> Rule:
    """Return a rule made for a test."""
    return Rule(
        id=rule_id,
        kind=kind,
        label=rule_id,
        clause="试",
        status="自拟",
        expr=expr,
        suggests=suggests,
        reason=expr if suggests == OPEN else "",
        entry=entry,
        causes=causes,
    )


RULES = (
    rule("A1", "筛查", RISK, "", "因学"),
    rule("A2", "筛查", f"{LAST} < 低收入线", "", "因病", "因学"),
    rule("B1", "研判", f"{KIND} == '脱贫户' and {LAST} < 监测线", ENTER, entry="脱贫不稳定户"),
    rule("B2", "研判", f"{KIND} == '一般农户' and {LAST} < 监测线", ENTER, entry="边缘易致贫户"),
    rule("B3", "研判", RISK, OPEN),
    rule("B4", "研判", f"{LAST} >= 监测线 and {RISK} is False", STAY_OUT),
    rule("C1", "帮扶", f"{LAST} < 监测线", "社会救助类"),
    rule("C2", "帮扶", RISK, "产业发展类"),
)
SMALL = replace(load_policy(), rules=RULES)
HOUSEHOLDS = [
    ("脱贫户", 7000.0, True),
    ("一般农户", 7499.99, False),
    ("一般农户", 7500.0, False),
    ("脱贫户", None, False),
    (None, 20000.0, True),
]
EXPECTED = [
    (ENTER, None, "脱贫不稳定户", "因病、因学", "产业发展类、社会救助类", "A1、A2、B1、C1、C2"),
    (ENTER, None, "边缘易致贫户", "因病、因学", "社会救助类", "A2、B2、C1"),
    (STAY_OUT, None, None, "因病、因学", None, "A2、B4"),
    (OPEN, None, None, None, None, None),
    (OPEN, RISK, None, "因学", None, "A1、B3"),
]


def table(rows: list[tuple]) -> pl.DataFrame:
    """Return households as a typed table, numbered."""
    return pl.DataFrame(rows, schema=TYPES, orient="row").with_row_index("号")


def told(policy: Policy, rows: list[tuple]) -> list[tuple]:
    """Return the six words of each household."""
    return suggest(table(rows), policy).select(WORDS).rows()


def test_every_engine_gives_the_same_words(engine: Engine) -> None:
    """What is suggested, why and which help does not depend on where the frame lives."""
    suggested = engine.read(suggest(engine.frame(table(HOUSEHOLDS)), SMALL)).sort("号")
    assert suggested.columns == ["号", *TYPES, *WORDS]
    assert suggested.select(WORDS).rows() == EXPECTED


def test_spark_gives_the_same_words(spark: Engine) -> None:
    """The look-up table is joined where the relation lives."""
    numbered = table(HOUSEHOLDS).with_columns(pl.col("号").cast(pl.Int64))
    suggested = spark.read(suggest(spark.frame(numbered), SMALL)).sort("号")
    assert suggested.select(WORDS).rows() == EXPECTED


def test_more_rules_than_bits_lose_nothing() -> None:
    """Where one whole number does not hold all rules, several do."""
    many = [rule(f"D{n:03}", "筛查", f"{LAST} < {n}") for n in range(150)]
    policy = replace(SMALL, rules=(*many, *RULES))
    (household,) = told(policy, [("脱贫户", 100.0, False)])
    assert household[0] == ENTER
    assert household[-1] == "、".join([f"D{n:03}" for n in range(101, 150)] + ["A2", "B1", "C1"])


def test_policy_without_judgements_suggests_nothing() -> None:
    """Nobody is cleared by rules that are not there."""
    policy = replace(SMALL, rules=RULES[:2])
    assert {words[0] for words in told(policy, HOUSEHOLDS)} == {OPEN}


def test_blank_household_is_open_under_the_rules_in_force(policy: Policy) -> None:
    """Of whom nothing is known, nothing is suggested, and it says what it lacks facts for."""
    (words,) = suggest(pl.DataFrame({"户主姓名": ["甲"]}), policy).select(WORDS).rows()
    assert words[:2] == (OPEN, "缺事实")


def test_margin_is_signed_and_null_where_the_value_is() -> None:
    """Who lies exactly on the line is nought away from it."""
    found = margins(table(HOUSEHOLDS), SMALL).filter(pl.col("规则") == "B2")
    assert found["行次"].to_list() == [1, 2, 3, 4, 5]
    assert found["距线"].to_list() == [-500.0, -0.01, 0.0, None, 12500.0]
    assert set(found["线"]) == {"监测线"}


HOUSEHOLD = st.tuples(
    st.sampled_from(["脱贫户", "一般农户", None]),
    st.one_of(st.none(), st.sampled_from([0.0, 7499.99, 7500.0, 9999.99, 10000.0, 30000.0])),
    st.sampled_from([True, False, None]),
)


@given(st.lists(HOUSEHOLD, min_size=1, max_size=8))
def test_row_order_never_matters(rows: list[tuple]) -> None:
    """A household's suggestion does not depend on its neighbours."""
    assert told(SMALL, rows[::-1])[::-1] == told(SMALL, rows)


@given(HOUSEHOLD, st.sampled_from(range(len(TYPES))))
def test_blank_never_clears(row: tuple, place: int) -> None:
    """Taking a fact away never turns a household into one that need not be taken in.

    The rule that says so asks for every fact.
    """
    blanked = (*row[:place], None, *row[place + 1 :])
    (before, *_), (after, *_) = told(SMALL, [row, blanked])
    assert after != STAY_OUT or before == STAY_OUT


@pytest.mark.parametrize("raised", [7500.0, 10000.0])
@given(HOUSEHOLD)
def test_raised_income_never_adds_an_income_flag(raised: float, row: tuple) -> None:
    """The rules that only look for a low income are not hit by more of it."""
    if row[1] is None or row[1] > raised:
        return
    before, after = (words[-1] or "" for words in told(SMALL, [row, (row[0], raised, row[2])]))
    income = {"A2", "B1", "B2", "C1"}
    assert income & set(after.split("、")) <= income & set(before.split("、"))


def test_margins_reach_the_lines_inside_measures(policy: Policy) -> None:
    """The line that a rule of 研判 names only through a measure is among them."""
    household = pl.DataFrame({LAST: [7000.0]})
    found = margins(household, policy).filter(pl.col("规则") == "Y08")
    drawn = dict(found.filter(pl.col("量") == LAST).select("线", "距线").iter_rows())
    assert drawn["监测线"] == -500
