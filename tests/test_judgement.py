"""Whole households come out as the decision tables say, from all papers to the suggestion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judging import by_withheld, cases_of, township

from fanpin_analysis.analysis.households import absent_from_ledger, describe
from fanpin_analysis.analysis.look_back import look_back
from fanpin_analysis.analysis.suggestion import suggest
from fanpin_analysis.analysis.what_if import with_values


@pytest.fixture(scope="module")
def policy(policy):
    """Return the policy with the value of 稳定倍数 that the cases are written for."""
    return with_values(policy, 稳定倍数=1.1)


def suggested(name: str, policy) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each worked household of a file with what is suggested of it."""
    pairs = []
    for withheld, cases in by_withheld(cases_of(name)).items():
        households = suggest(describe(township(cases, withheld, policy), policy), policy)
        pairs += list(zip(cases, households.to_dict(orient="records"), strict=False))
    return pairs


def told(answer: Any) -> str:
    """Return an answer as text; nothing is empty."""
    return answer if isinstance(answer, str) else ""


def test_the_suggestion_is_that_of_the_first_line_that_applies(policy) -> None:
    """建议, 说明 and 建议类型 are what the author of the case expects."""
    wrong = {}
    for case, answer in suggested("建议", policy):
        expected = case["expect"]
        got = {name: told(answer[name]) for name in expected}
        if got != expected:
            wrong[case["name"]] = (got, expected, answer["命中规则"])
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())


def test_the_look_back_is_that_of_the_first_line_that_applies(policy) -> None:
    """Each eliminated household gets the step that the author of the case expects."""
    wrong = {}
    for withheld, cases in by_withheld(cases_of("回头看")).items():
        found = look_back(describe(township(cases, withheld, policy), policy), policy)
        answers = dict(zip(found["户主姓名"], found.to_dict(orient="records"), strict=True))
        for number, case in enumerate(cases, start=1):
            answer = answers.get(f"户主{number}", {})
            if answer.get("回头看") != case["expect"]["回头看"]:
                wrong[case["name"]] = (
                    answer.get("回头看"),
                    case["expect"]["回头看"],
                    answer.get("理由"),
                    answer.get("缺少"),
                )
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())


def test_help_follows_the_capacity_to_work(policy) -> None:
    """What must be among the kinds of help is, and what must not is not."""
    wrong = {}
    for case, answer in suggested("帮扶", policy):
        help_ = set(told(answer["建议帮扶"]).split("、"))
        lacking = set(case["expect"].get("含", ())) - help_
        wrongly = set(case["expect"].get("不含", ())) & help_
        if lacking or wrongly:
            wrong[case["name"]] = (answer["建议"], help_, lacking, wrongly)
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())


def test_a_household_of_the_register_that_the_ledger_lacks_is_told(policy) -> None:
    """Nobody is lost: it is on a list of its own, once, under its head's name."""
    cases = [case for case in cases_of("回头看") if not case.get("withheld")][:3]
    intake = township(cases, (), policy)
    lacking = replace(intake, ledger=intake.ledger.iloc[1:])
    assert absent_from_ledger(intake).empty
    assert absent_from_ledger(lacking)["户主姓名"].tolist() == ["户主1"]
