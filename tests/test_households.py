"""Households carry what every paper says of them, and what is computed of their own row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from fanpin_analysis.analysis.households import describe, find_household
from fanpin_analysis.analysis.screening import explain, screen, with_measures
from fanpin_analysis.errors import DefinitionError, InputError
from fanpin_analysis.intake.reading import read
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.expressions import bounds
from fanpin_analysis.policy.in_force import load_policy
from fanpin_analysis.policy.measures import Measure
from fanpin_analysis.samples import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

MEASURES = """
[[measure]]
name = "一半"
kind = "number"
tables = ["households"]
expr = "去年人均纯收入 / 2"
decimals = 2
clause = "测试"

[[measure]]
name = "四分之一"
kind = "number"
tables = ["households"]
expr = "一半 / 2"
decimals = 2
clause = "测试"
"""
RULE = """
[[rule]]
id = "S90"
kind = "筛查"
label = "四分之一低于1000"
expr = "四分之一 < 1000"
clause = "测试"
status = "自拟"
"""


@pytest.fixture(scope="module")
def described(policy: Policy) -> pd.DataFrame:
    """Return the households of the sample township."""
    return describe(read(sample_folder()), policy)


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """Return the policy with a rule on a measure that is made of another measure."""
    folder: Path = tmp_path_factory.mktemp("definitions")
    (folder / "rules").mkdir()
    (folder / "rules" / "筛查.toml").write_text(RULE, encoding="utf-8")
    (folder / "measures.toml").write_text(MEASURES, encoding="utf-8")
    return load_policy(definitions=folder)


def test_every_household_of_the_ledger_has_one_row(described: pd.DataFrame) -> None:
    """Joining other papers neither drops nor doubles a household, and the source stands last."""
    ledger = read(sample_folder()).ledger
    assert described["来源行"].tolist() == ledger["来源行"].tolist()
    assert list(described.columns[-3:]) == list(SOURCE)


def test_lowest_expected_income_never_exceeds_the_highest(described: pd.DataFrame) -> None:
    """Of households with an expected income, exact or a band, the bounds are in order."""
    lowest, highest = bounds("今年预计人均纯收入")
    both = described[[lowest, highest]].dropna()
    assert len(both) > 0
    assert (both[lowest] <= both[highest]).to_numpy().all()


def test_measure_of_a_measure_is_computed_before_the_rule(engine: Engine, overlaid: Policy) -> None:
    """The rule sees the measure; the caller's frame keeps its own columns alone."""
    frame = engine.frame(pl.DataFrame({"去年人均纯收入": [3999.0, 4000.0, None]}))
    screened = engine.read(screen(frame, overlaid))
    assert screened["S90"].to_list() == [True, False, None]
    assert "四分之一" not in screened.columns


def test_measure_that_is_given_is_taken_as_it_is(engine: Engine, overlaid: Policy) -> None:
    """A column of a measure's name counts before what the row would give."""
    frame = engine.frame(pl.DataFrame({"去年人均纯收入": [8000.0], "一半": [1000.0]}))
    assert engine.read(screen(frame, overlaid))["S90"].to_list() == [True]
    assert engine.read(with_measures(frame, ["四分之一"], overlaid))["四分之一"].to_list() == [
        500.0
    ]


def test_what_is_lacking_is_named_by_its_fact_not_by_the_measure(overlaid: Policy) -> None:
    """An analyst can ask for last year's income, not for a quarter of it."""
    frame = pl.DataFrame({"去年人均纯收入": [None]}, schema={"去年人均纯收入": pl.Float64})
    assert explain(frame, overlaid, ["S90"])["缺少"].to_list() == ["去年人均纯收入"]


def test_two_rules_of_one_number_are_refused(tmp_path: Path) -> None:
    """One of them would be judged by the other's text; the message names the number and files."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "本县.toml").write_text(RULE + RULE, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"“S90”同时有 2 条生效（本县\.toml）"):
        load_policy(definitions=tmp_path)


def test_countys_rule_stands_in_for_the_shipped_one_of_its_number(tmp_path: Path) -> None:
    """What a county lays over the definitions counts, once."""
    (tmp_path / "rules").mkdir()
    own = RULE.replace("S90", "S02").replace("四分之一", "去年人均纯收入")
    (tmp_path / "rules" / "本县.toml").write_text(own, encoding="utf-8")
    policy = load_policy(definitions=tmp_path)
    assert policy.rule("S02").label == "去年人均纯收入低于1000"
    assert [rule.id for rule in policy.rules].count("S02") == 1


def test_measures_made_of_each_other_are_refused(policy: Policy) -> None:
    """The message shows the circle."""
    common = {"kind": "number", "clause": "测试", "tables": ("households",)}
    circle = (
        Measure(name="甲", expr="乙 + 1", **common),
        Measure(name="乙", expr="甲 + 1", **common),
    )
    circular = replace(policy, declared_measures=circle)
    with pytest.raises(DefinitionError, match="甲 → 乙 → 甲"):
        circular.measures.steps(["甲"], [])


def test_household_is_found_by_name_or_id(described: pd.DataFrame) -> None:
    """Either leads to the row; a name that two households bear leads to both."""
    row = described.dropna(subset=["户主姓名", "户主证件号码"]).iloc[7]
    by_id = find_household(described, row["户主证件号码"][:18])
    by_name = find_household(described, row["户主姓名"], row["村"])
    assert row["来源行"] in by_id["来源行"].tolist()
    assert row["来源行"] in by_name["来源行"].tolist()


def test_unknown_household_is_refused_with_the_place_of_the_nearest(
    described: pd.DataFrame,
) -> None:
    """One wrong digit: the message leads to the row meant, and shows no whole ID."""
    number = described["户主证件号码"].dropna().iloc[3]
    wrong = number[:13] + str((int(number[13]) + 1) % 10) + number[14:18]
    with pytest.raises(InputError, match=r"写法最接近的一户在.*第\d+行") as refused:
        find_household(described, wrong)
    assert wrong not in str(refused.value)


def test_column_that_nobody_handed_in_says_nothing(policy: Policy) -> None:
    """A register without 结对帮扶责任人 does not say that nobody is responsible."""
    intake = read(sample_folder())
    lacking = "结对帮扶责任人"
    headers = intake.headers.loc[intake.headers["字段"] != lacking]
    register = intake.register.assign(**{lacking: None})
    households = describe(replace(intake, headers=headers, register=register), policy)
    assert households["登记有责任人"].isna().all()
    assert not screen(households, policy, "回头看")["K12"].any()
