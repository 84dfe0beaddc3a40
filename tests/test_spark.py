"""Spark gives what the other engines give; asked seldom, and then of everything at once."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
import test_engine
import test_expressions
import test_intervals
from test_cases import ANSWERS, CASES, alike_in_measures
from test_screening import FALLEN, GAP, SAFE, names_of, rows

from fanpin_analysis.analysis.screening import (
    evaluate_households,
    explain,
    screen,
    summarise,
    values_of,
)
from fanpin_analysis.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine

    from fanpin_analysis.policy.expressions import Term
    from fanpin_analysis.policy.in_force import Policy

HOLDS_EVERYWHERE = [  # what takes an engine and nothing else
    behaviour
    for module in (test_engine, test_expressions, test_intervals)
    for name, behaviour in vars(module).items()
    if name.startswith("test_") and list(signature(behaviour).parameters) == ["engine"]
]
MANY = 3000
BLANK = 0.1
NUMBERS = [-500, 0, 0.01, 7499.99, 7500, 7500.01, 9999.99, 10000, 12000]


def test_worked_cases_of_every_rule_come_out_as_expected(
    spark: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """Cases that give the same measures are asked at once; each one's own rule answers."""
    wrong = {}
    for given, alike in alike_in_measures(CASES, policy).items():
        asked = {case["rule"]: policy.expressions[case["rule"]] for case in alike}
        cases = households_of([case["household"] for case in alike], ("村", *given))
        verdicts = spark.read(evaluate_households(spark.frame(cases), asked, policy)).to_dicts()
        wrong |= {
            (case["rule"], case["name"]): verdict[case["rule"]]
            for case, verdict in zip(alike, verdicts, strict=True)
            if verdict[case["rule"]] is not ANSWERS[case["expect"]]
        }
    assert not wrong


@pytest.mark.parametrize("behaviour", HOLDS_EVERYWHERE, ids=lambda behaviour: behaviour.__name__)
def test_what_holds_on_every_engine_holds_on_spark(
    behaviour: Callable[[Engine], None], spark: Engine
) -> None:
    """The grammar, intervals and the handing back of a frame are no other here."""
    behaviour(spark)


def many(policy: Policy) -> pl.DataFrame:
    """Return many households, in each column one of its words or a number near a line, or blank."""
    dice = np.random.default_rng(4)

    def cells(term: Term) -> list[Any]:
        kinds = {"boolean": [True, False], "number": NUMBERS, "text": term.words or ("甲", "乙")}
        choice = kinds.get(term.kind, [*term.words, "、".join(term.words[:3])])
        drawn = dice.integers(len(choice), size=MANY)
        blank = dice.random(MANY) < BLANK
        return [None if none else choice[at] for at, none in zip(drawn, blank, strict=True)]

    named = (name for rule in policy.of_kind("筛查") for name in policy.expressions[rule.id].names)
    columns = dict.fromkeys(name for name in named if name not in values_of(policy))
    return pl.DataFrame(
        {name: cells(policy.terms[name]) for name in columns if policy.terms[name].kind != "date"},
        strict=False,
    ).with_columns(pl.int_range(pl.len()).alias("序"))


def test_screen_and_summary_are_those_of_polars(spark: Engine, policy: Policy) -> None:
    """The same verdicts of thousands of households, and the same counts of them."""
    households = many(policy)
    here, there = screen(households, policy), screen(spark.frame(households), policy)
    assert spark.read(there).sort("序").rows() == here.rows()
    assert rows(summarise(there, policy)) == rows(summarise(here, policy))


def test_explanations_are_those_of_polars(
    spark: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """A reason says the same, whatever counted the household."""
    households = households_of([FALLEN, GAP, SAFE], names_of(policy))
    assert rows(explain(spark.frame(households), policy)) == rows(explain(households, policy))


def test_gaps_are_read_alike(spark: Engine, policy: Policy) -> None:
    """Not-a-number, empty text, an empty column and one that is not there are all unknown."""
    frame = pl.DataFrame({"户类型": ["脱贫户", ""], "去年人均纯收入": [float("nan"), 9000]})
    gaps = frame.with_columns(pl.lit(None, pl.Int32).alias("是否存在致返贫风险"))
    screened = spark.read(screen(spark.frame(gaps), policy))
    assert screened.select("S01", "S02", "S04").rows() == [(None, None, None), (None, False, None)]
    assert screened.select(gaps.columns).equals(gaps)


def test_column_of_the_wrong_type_is_told(spark: Engine, policy: Policy) -> None:
    """The message is the one of the other engines."""
    with pytest.raises(InputError, match="“去年人均纯收入”一列应是数值"):
        screen(spark.frame(pl.DataFrame({"去年人均纯收入": ["七千"]})), policy)
