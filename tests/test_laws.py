"""Laws of the judgement: a doubt goes towards 待核, never towards 无需纳入."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from judging import FORMS, LIST, cases_of, township

from fanpin_analysis.analysis.households import describe
from fanpin_analysis.analysis.look_back import look_back
from fanpin_analysis.analysis.screening import screen
from fanpin_analysis.analysis.suggestion import suggest
from fanpin_analysis.policy.in_force import load_policy

if TYPE_CHECKING:
    from fanpin_analysis.intake.reading import Intake

POLICY = load_policy()
CASES = [case for case in cases_of("建议") + cases_of("回头看") if not case.get("withheld")]
DUE = ["incomes", "register", "members", "portraits"] + [
    f"{LIST}{paper.kind}" for paper in POLICY.papers.due if paper.kind
]
CLEARED, NOTHING_SEEN = "无需纳入", "未见疑点"
KEYS = {  # without these a row goes back, or is no longer about the household
    "村", "组", "户编号", "户主姓名", "户主证件号码", "姓名", "证件号码", "与户主关系", "年度",
    "线索类型", "线索来源", "日期", "家庭人口数",
}  # fmt: skip


def intake_without(*withheld: str) -> Intake:
    """Return the township of all worked households without some papers."""
    return township(CASES, withheld, POLICY)


def answers(intake: Intake) -> pd.Series:
    """Return the suggestion of each household."""
    return suggest(describe(intake, POLICY), POLICY).set_index("户键")["建议"]


WHOLE = intake_without()
BEFORE = answers(WHOLE)


@pytest.mark.parametrize("paper", DUE)
def test_withholding_a_due_paper_clears_nobody(paper):
    """What never came is said once, and nobody is 无需纳入 for it."""
    after = answers(intake_without(paper))
    assert not (after == CLEARED).any()


@pytest.mark.parametrize("paper", DUE)
def test_withholding_the_paper_of_a_rule_makes_it_unknown_never_missed(paper):
    """A hit of the screening or the look-back becomes 无法判定, or stays a hit."""
    whole, lacking = (
        screen(describe(one, POLICY), POLICY) for one in (WHOLE, intake_without(paper))
    )
    for rule in POLICY.of_kind("筛查"):
        hit = whole[rule.id].fillna(value=False).to_numpy(bool)
        missed = (lacking[rule.id] == False).fillna(value=False).to_numpy(bool)  # noqa: E712
        assert not (hit & missed).any(), rule.id


def test_without_a_register_nobody_is_looked_back_at():
    """There is nothing to say, and nothing is said."""
    assert look_back(describe(intake_without("register"), POLICY), POLICY).empty


def blanked(intake: Intake, form: str, field: str) -> Intake:
    """Return an intake in which a field of a form is blank throughout, its column still there."""
    frame = getattr(intake, form)
    return replace(
        intake, **{form: frame.assign(**{field: pd.Series(pd.NA, frame.index, frame[field].dtype)})}
    )


FIELDS = [
    (form, name)
    for form in FORMS
    for name in getattr(WHOLE, form).columns
    if name in POLICY.vocabulary.fields
    and name not in KEYS
    and not POLICY.vocabulary.fields[name].blank
    and getattr(WHOLE, form)[name].notna().any()
]


@pytest.mark.parametrize(("form", "field"), FIELDS)
def test_blanking_a_field_never_clears(form, field):
    """Who is to be taken in or open is never 无需纳入 once a field of any paper is blank."""
    after = answers(blanked(WHOLE, form, field))
    cleared = BEFORE.isin(["建议纳入", "待核"]) & (after == CLEARED)
    assert not cleared.any(), after[cleared]
