"""Other values of the parameters go through the same rules, and say that they are a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from fanpin_analysis.analysis.screening import screen
from fanpin_analysis.analysis.what_if import curve, what_if, with_values
from fanpin_analysis.errors import DefinitionError, NotInForceError

if TYPE_CHECKING:
    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

HOUSEHOLDS = pl.DataFrame(
    {
        "户属性": ["档外农户"] * 4,
        "户类型": ["一般农户"] * 4,
        "是否存在致返贫风险": [True, True, False, True],
        "去年人均纯收入": [7000.0, 7800.0, 7800.0, None],
    }
)


def test_higher_line_takes_in_whom_it_should(engine: Engine, policy: Policy) -> None:
    """The household between the two lines enters; the others stay what they were."""
    tried = what_if(engine.frame(HOUSEHOLDS), policy, 监测线=8000)
    assert engine.read(tried.entered)["去年人均纯收入"].to_list() == [7800.0]
    assert len(engine.read(tried.left)) == 0
    rules = {row["规则"]: row for row in engine.read(tried.rules).to_dicts()}
    assert (rules["S02"]["现行"], rules["S02"]["试算"], rules["S02"]["变化"]) == (1, 3, 2)


def test_lower_line_lets_out_whom_it_took_in(policy: Policy) -> None:
    """Entering and leaving are each other's mirror."""
    tried = what_if(HOUSEHOLDS, policy, 监测线=6000)
    assert tried.left["去年人均纯收入"].to_list() == [7000.0]
    assert tried.left["原建议"].to_list() == ["建议纳入"]


def test_values_in_force_change_nothing(policy: Policy) -> None:
    """Trying the official value is no trial."""
    tried = what_if(HOUSEHOLDS, policy, 监测线=policy.parameters["监测线"].value)
    assert len(tried.entered) == len(tried.left) == 0
    assert set(tried.rules["变化"]) == {0}


def test_trial_is_marked_and_leaves_the_policy_as_it_was(policy: Policy) -> None:
    """A number that somebody tried can never pass for one of a document."""
    official = policy.parameters["监测线"]
    tried = with_values(policy, 监测线=8000).parameters["监测线"]
    assert (tried.value, tried.status, tried.note) == (8000, "自拟", "试算")
    assert policy.parameters["监测线"] == official


def test_curve_agrees_with_screening_at_each_value(engine: Engine, policy: Policy) -> None:
    """Each row is what the rule says under that value."""
    values = [6000, 7500, 7800, 7801]
    told = engine.read(curve(engine.frame(HOUSEHOLDS), policy, "S02", "监测线", values)).to_dicts()
    assert [row["监测线"] for row in told] == values
    for row in told:
        verdicts = screen(HOUSEHOLDS, with_values(policy, 监测线=row["监测线"]))["S02"]
        assert row["命中"] == verdicts.sum()
        assert row["无法判定"] == verdicts.null_count()


def test_unknown_parameter_is_refused_with_the_nearest(policy: Policy) -> None:
    """A slip of the pen is told at once."""
    with pytest.raises(NotInForceError, match="“监测线”"):
        with_values(policy, 监测现=8000)


def test_parameter_that_no_rule_rests_on_is_refused(policy: Policy) -> None:
    """Changing it would change nothing, and that is said."""
    with pytest.raises(DefinitionError, match="没有生效的规则用到“错误扣分”"):
        with_values(policy, 错误扣分=3)
