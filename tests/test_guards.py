"""What the shipped rules may never do, whatever a household's facts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanpin_analysis.analysis.look_back import look_back
from fanpin_analysis.analysis.screening import screen
from fanpin_analysis.analysis.suggestion import suggest
from fanpin_analysis.policy.in_force import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY = load_policy()
SUPPORT, DEVELOPING = "兜底保障类", {"产业发展类", "稳岗就业类"}
INCOME_RULES = ("S01", "S02", "S11", "S38")
LOW, HIGH = "今年预计人均纯收入下限", "今年预计人均纯收入上限"
ANSWERS = st.sampled_from([True, False, None])
YUAN = st.one_of(
    st.none(), st.sampled_from([0.0, 7499.99, 7500.0, 7500.01, 10000.0]), st.floats(-2e4, 2e4)
)
DOMAINS = {
    "boolean": ANSWERS,
    "number": YUAN,
    "several": st.sampled_from([None, "因病", "因务工就业不稳", "因产业项目失败、因残"]),
}


def facts_of(kinds: tuple[str, ...]) -> Iterator[str]:
    """Return the facts behind the rules of some kinds."""
    named = dict.fromkeys(
        name for r in POLICY.rules if r.kind in kinds for name in POLICY.expressions[r.id].names
    )
    facts = dict.fromkeys(f for name in named for f in POLICY.measures.facts_behind(name))
    return (fact for fact in facts if fact not in POLICY.parameters.declared)


def domain(fact: str) -> st.SearchStrategy[Any]:
    """Return what a fact can be; null too."""
    term = POLICY.terms[fact]
    if term.kind == "text":
        return st.sampled_from([None, *(term.words or ("甲",))])
    return DOMAINS[term.kind]


FACTS = dict.fromkeys(facts_of(("筛查", "研判", "帮扶", "回头看")))
HOUSEHOLDS = st.fixed_dictionaries({fact: domain(fact) for fact in FACTS})
DTYPES = {"boolean": pl.Boolean, "number": pl.Float64}
SCHEMA = {fact: DTYPES.get(POLICY.terms[fact].kind, pl.String) for fact in FACTS}


def frame(*households: dict[str, Any]) -> pl.DataFrame:
    """Return households as one typed frame."""
    return pl.DataFrame(list(households), schema=SCHEMA)


@settings(max_examples=100, deadline=None)
@given(household=HOUSEHOLDS)
def test_household_with_labour_is_never_suggested_support_alone(household: dict[str, Any]) -> None:
    """Whoever is given 兜底 and can work, if only weakly, is given developmental help too."""
    able = household | {"整户无劳动能力": False, "有全劳动力": True}
    weak = household | {"整户无劳动能力": False, "有全劳动力": False, "有弱半劳动力": True}
    for help_ in suggest(frame(able, weak), POLICY)["建议帮扶"].to_list():
        given_ = set((help_ or "").split("、"))
        assert SUPPORT not in given_ or given_ & DEVELOPING


@settings(max_examples=100, deadline=None)
@given(household=HOUSEHOLDS)
def test_household_without_labour_is_given_no_work(household: dict[str, Any]) -> None:
    """Nobody there can do it."""
    nobody = household | {"整户无劳动能力": True}
    (help_,) = suggest(frame(nobody), POLICY)["建议帮扶"].to_list()
    assert not set((help_ or "").split("、")) & DEVELOPING


@settings(max_examples=100, deadline=None)
@given(household=HOUSEHOLDS)
def test_household_without_labour_on_relief_is_rolled_back(household: dict[str, Any]) -> None:
    """Its 风险消除 was not to be marked (罗发〔2023〕23号 一（四）)."""
    nobody = {"整户无劳动能力": True, "户内享受低保或特困": True, "已消除": True}
    assert look_back(frame(household | nobody), POLICY)["回头看"].to_list() == ["建议回退"]


@settings(max_examples=150, deadline=None)
@given(household=HOUSEHOLDS)
def test_a_village_s_own_yes_is_never_cleared(household: dict[str, Any]) -> None:
    """Column 14 says yes, or a kind is proposed: never 无需纳入, whatever the income."""
    ticked = household | {"是否存在致返贫风险": True}
    proposed = household | {"拟纳入监测类型": "边缘易致贫户"}
    answers = suggest(frame(ticked, proposed), POLICY)["建议"].to_list()
    assert not {"无需纳入", "未见疑点"} & set(answers) or household["已消除"] is True


@settings(max_examples=150, deadline=None)
@given(household=HOUSEHOLDS, year=st.sampled_from(["去年人均纯收入", "近12个月人均纯收入"]))
def test_a_recorded_year_below_the_line_is_never_cleared(
    household: dict[str, Any], year: str
) -> None:
    """A forecast never outweighs it."""
    low = household | {year: 7499.99, "已消除": False}
    assert suggest(frame(low), POLICY)["建议"].to_list()[0] not in {"无需纳入", "未见疑点"} or (
        household["收到监测对象信息"] is False
    )


@settings(max_examples=150, deadline=None)
@given(household=HOUSEHOLDS)
def test_without_a_cost_nobody_is_in_sudden_hardship(household: dict[str, Any]) -> None:
    """突发严重困难户 asks for an expense or a loss."""
    spent = dict.fromkeys(("去年自付", "去年损失", "今年自付", "今年损失"), 0.0)
    assert suggest(frame(household | spent), POLICY)["建议类型"].to_list() != ["突发严重困难户"]


@settings(max_examples=150, deadline=None)
@given(household=HOUSEHOLDS, before=YUAN, now=YUAN)
def test_minimum_living_allowance_never_changes_a_suggestion(
    household: dict[str, Any], before: float | None, now: float | None
) -> None:
    """Drawing 低保 is no reason to leave a household out (罗发〔2023〕23号 一（一）)."""
    drawing = household | {"画像去年低保特困人数": before, "画像今年低保特困人数": now}
    one, other = suggest(frame(household, drawing), POLICY)["建议"].to_list()
    assert (one == "建议纳入") == (other == "建议纳入")


@settings(max_examples=150, deadline=None)
@given(household=HOUSEHOLDS, more=st.floats(0.01, 5e4))
@pytest.mark.parametrize("raised", [("去年人均纯收入",), (LOW, HIGH), ("去年户纯收入",)])
def test_more_income_never_adds_an_income_flag(
    household: dict[str, Any], more: float, raised: tuple[str, ...]
) -> None:
    """A rule on low income that was not hit stays so when the household earns more."""
    richer = household | {
        name: household[name] + more for name in raised if household[name] is not None
    }
    if household["去年家庭人口数"] is not None and household["去年家庭人口数"] <= 0:
        return
    verdicts = screen(frame(household, richer), POLICY)
    for rule in INCOME_RULES:
        poor, rich = verdicts[rule].to_list()
        assert not (rich is True and poor is False)
