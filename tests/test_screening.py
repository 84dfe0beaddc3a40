"""Screening gives three answers, sums them up, and explains each with the household's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from fanpin_analysis.analysis.screening import (
    VERDICTS,
    count_groups,
    explain,
    screen,
    summarise,
    values_of,
)
from fanpin_analysis.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

LAST, BEFORE = "去年人均纯收入", "前年人均纯收入"
FALLEN = {"户类型": "脱贫户", LAST: 9800, BEFORE: 11200}
ON_LINE = {"户类型": "脱贫户", LAST: 10000, BEFORE: 11200}
GAP = {"户类型": "脱贫户", LAST: 9800}
POOR = {"户类型": "一般农户", LAST: 7499.5, BEFORE: 7000}
SAFE = {"户类型": "一般农户", LAST: 12000, BEFORE: 11000}


def names_of(policy: Policy) -> list[str]:
    """Return every fact that a rule in force looks at."""
    found = (name for item in policy.expressions.values() for name in item.names)
    facts = dict.fromkeys(fact for name in found for fact in policy.measures.facts_behind(name))
    return [name for name in facts if name not in values_of(policy)]


def test_blank_household_is_neither_hit_nor_cleared(
    engine: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """Of a household of which nothing is known, no screening rule says anything."""
    blank = engine.frame(households_of([{}], names_of(policy)))
    screened = engine.read(screen(blank, policy)).row(0, named=True)
    assert {screened[rule.id] for rule in policy.of_kind("筛查")} == {None}


def test_no_blank_household_is_ever_hit(
    engine: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """A rule that only speaks of filled cells may clear a blank one, but not hit it.

    But for the one that says that nothing can be told.
    """
    blank = engine.frame(households_of([{}], names_of(policy)))
    for kind in dict.fromkeys(rule.kind for rule in policy.rules):
        blank = screen(blank, policy, kind)
    screened = engine.read(blank).row(0, named=True)
    hit = [rule for rule in policy.rules if screened[rule.id]]
    assert [(rule.suggests, rule.reason) for rule in hit] == [("待核", "缺事实")]


def test_frame_without_the_columns_is_unknown(engine: Engine, policy: Policy) -> None:
    """A ledger alone cannot answer a rule on incomes; that is said, and is no error."""
    screened = screen(engine.frame(pl.DataFrame({"户主": ["甲", "乙"]})), policy)
    assert engine.read(screened)["S01"].to_list() == [None, None]
    first = pl.from_dicts(rows(summarise(screened, policy))).row(0, named=True)
    assert first["缺少的列"] == "户类型、去年人均纯收入、前年人均纯收入"
    assert (first["命中"], first["未命中"], first["无法判定"]) == (0, 0, 2)


def test_users_own_objects_give_the_same_verdicts(policy: Policy) -> None:
    """What a user made of lists, with None and not-a-number in it, is judged as the reader's."""
    frame = pd.DataFrame(
        {
            "户类型": pd.Series(["脱贫户", "脱贫户", None, np.nan], dtype=object),
            LAST: pd.Series([9800, None, 9000, np.nan], dtype=object),
            BEFORE: pd.Series([11200.0, 9000, float("nan"), None], dtype=object),
            "是否存在致返贫风险": pd.Series([True, None, np.nan, False], dtype=object),
        }
    )
    screened = screen(frame, policy)
    assert answers(screened["S01"]) == [True, None, None, None]
    assert answers(screened["S02"]) == [False, None, False, None]
    assert answers(screened["S04"]) == [True, None, None, False]


def answers(verdicts: pd.Series) -> list[bool | None]:
    """Return verdicts of pandas as plain answers."""
    return [None if verdict is pd.NA else bool(verdict) for verdict in verdicts]


def rows(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of any small frame that screening makes."""
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, pd.DataFrame):
        return frame.astype(object).where(frame.notna(), None).to_dict(orient="records")
    return frame.to_pylist()


def test_summary_counts_all_three_answers_and_the_line(
    engine: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """Hits, misses and unknowns add up; who lies on a line is counted apart."""
    households = households_of([FALLEN, ON_LINE, GAP, POOR, SAFE], names_of(policy))
    summary = {
        row["规则"]: row
        for row in rows(summarise(screen(engine.frame(households), policy), policy))
    }
    first = summary["S01"]
    assert (first["命中"], first["未命中"], first["无法判定"], first["恰在线上"]) == (1, 3, 1, 1)
    assert (first["性质"], summary["S02"]["性质"]) == ("原文", "自拟（非官方）")
    assert summary["S04"]["恰在线上"] is None
    assert all(row["命中"] + row["未命中"] + row["无法判定"] == 5 for row in summary.values())


def test_summary_of_unscreened_households_is_refused(policy: Policy) -> None:
    """The message says what to do first."""
    with pytest.raises(InputError, match="请先用 screen 筛查"):
        summarise(pd.DataFrame({"户主": ["甲"]}), policy)


def test_explanation_agrees_with_the_screen(
    engine: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """A household and rule has one verdict, wherever it is read."""
    households = households_of([FALLEN, ON_LINE, GAP, POOR, SAFE, {}], names_of(policy))
    frame = engine.frame(households)
    screened = engine.read(screen(frame, policy)).to_dicts()
    explained = rows(explain(frame, policy))
    rules = [rule.id for rule in policy.of_kind("筛查")]
    assert [(row["规则"], row["结论"]) for row in explained] == [
        (rule, VERDICTS[household[rule]]) for household in screened for rule in rules
    ]


def test_explanation_shows_values_parameters_and_clause(policy: Policy) -> None:
    """The rule's own words, with the household's numbers, the line and what each rests on."""
    source = {"来源文件": "罗城村.xlsx", "来源工作表": "台账", "来源行": 37}
    (row,) = rows(explain(pd.DataFrame([FALLEN | source]), policy, ["S01"]))
    assert {name: row[name] for name in source} == source
    assert row["代入"] == (
        "户类型（脱贫户） == '脱贫户' and 去年人均纯收入（9,800） < 低收入线（10,000）"
        " and 去年人均纯收入（9,800） < 前年人均纯收入（11,200）"
    )
    assert row["参数"].startswith("低收入线 = 10,000 元/人·年（罗发〔2023〕23号")
    assert (row["结论"], row["缺少"], row["性质"]) == ("命中", "", "原文")


def test_explanation_names_what_is_missing(policy: Policy) -> None:
    """Who reads 无法判定 sees which number to ask for."""
    (row,) = rows(explain(pd.DataFrame([GAP]), policy, ["S01"]))
    assert (row["结论"], row["缺少"]) == ("无法判定", "前年人均纯收入")
    assert row["代入"].endswith("前年人均纯收入（空）")


def test_what_is_missing_is_only_named_when_it_matters(policy: Policy) -> None:
    """A household that the rule clears anyway lacks nothing."""
    (row,) = rows(explain(pd.DataFrame([{"户类型": "一般农户"}]), policy, ["S01"]))
    assert (row["结论"], row["缺少"]) == ("未命中", "")


def test_explanation_hides_what_is_personal(policy: Policy) -> None:
    """A number in a free text does not leave the ledger by way of a reason."""
    told = "联系人电话13812345678"
    household = {"是否存在致返贫风险": True, "致返贫风险类型": "其他", "其他问题": told}
    (row,) = rows(explain(pd.DataFrame([household]), policy, ["R12"]))
    assert row["结论"] == "未命中"
    assert "13812345678" not in row["代入"]


def test_unofficial_parameter_is_marked_in_the_explanation(policy: Policy) -> None:
    """A line that no document sets is shown as such beside the number."""
    (row,) = rows(explain(pd.DataFrame([{"家庭人口数": 30}]), policy, ["R25"]))
    assert "自拟（非官方）" in row["参数"]


def test_unknown_rule_is_told_with_the_nearest(policy: Policy) -> None:
    """A slip in a rule's id is answered with those that come close."""
    with pytest.raises(DefinitionError, match="没有生效的规则“S9”。最接近的是“S"):
        explain(pd.DataFrame([FALLEN]), policy, ["S9"])


def test_row_order_does_not_matter(
    policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """A household's verdict does not depend on its neighbours."""
    households = households_of([FALLEN, ON_LINE, GAP, POOR, SAFE], names_of(policy))
    turned = screen(households.reverse(), policy).reverse()
    assert turned.equals(screen(households, policy))


def test_group_is_hit_by_any_of_its_rules(
    engine: Engine, policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """The three counts of a group add up, and agree with the verdicts of its rules.

    Rules that only add hits leave a household as the main ones say.
    """
    main = {rule.id for rule in policy.of_kind("筛查") if rule.main}
    households = households_of([FALLEN, ON_LINE, GAP, POOR, SAFE, {}], names_of(policy))
    screened = screen(engine.frame(households), policy)
    verdicts = engine.read(screened).to_dicts()
    for row in rows(count_groups(screened, policy)):
        ids = row["规则"].split("、")
        hit = [any(household[rule] for rule in ids) for household in verdicts]
        missed = [
            not any(household[rule] for rule in ids)
            and all(household[rule] is False for rule in ids if rule in main)
            for household in verdicts
        ]
        counts = (row["命中"], row["未命中"], row["无法判定"])
        assert counts == (sum(hit), sum(missed), 6 - sum(hit) - sum(missed))
