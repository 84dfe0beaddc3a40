"""Every rule does to worked households what the people who wrote them say, on every engine."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fanpin_analysis.analysis.screening import evaluate_households, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

CASES = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
ANSWERS = {True: True, False: False, "unknown": None}
RULES = sorted({case["rule"] for case in CASES})


def cases_of(rule_id: str) -> list[dict[str, Any]]:
    """Return the worked cases of a rule."""
    return [case for case in CASES if case["rule"] == rule_id]


def alike_in_measures(
    cases: list[dict[str, Any]], policy: Policy
) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Return the cases by the computed measures that they give instead of facts."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for case in cases:
        given = tuple(name for name in case["household"] if name in policy.measures.of_household)
        found.setdefault(given, []).append(case)
    return found


@pytest.mark.parametrize("rule_id", RULES)
def test_worked_cases_come_out_as_expected(
    rule_id: str,
    engine: Engine,
    policy: Policy,
    households_of: Callable[..., pl.DataFrame],
) -> None:
    """Each case of a rule gets the verdict that its author expects.

    A case of another table than the ledger is a row of that table, its measures given as columns.
    A measure of a household is computed of its facts, but where the case gives it.
    """
    cases, expression = cases_of(rule_id), policy.expressions[rule_id]
    of_ledger_rows = policy.rule(rule_id).kind == "核对"
    names = [name for name in expression.names if name not in values_of(policy)]
    verdicts: dict[str, bool | None] = {}
    for given, alike in alike_in_measures(cases, policy).items():
        rows = [case["household"] for case in alike]
        frame = engine.frame(households_of(rows, names if of_ledger_rows else given))
        found = evaluate_households(frame, {rule_id: expression}, policy)
        answers = engine.read(found)[rule_id].to_list()
        verdicts |= {case["name"]: answer for case, answer in zip(alike, answers, strict=True)}
    wrong = {
        case["name"]: verdicts[case["name"]]
        for case in cases
        if verdicts[case["name"]] is not ANSWERS[case["expect"]]
    }
    assert not wrong


def test_every_rule_has_a_hit_a_miss_and_an_unknown(
    policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """A rule without all three kinds of worked case is not finished.

    A rule that is never unknown, because it asks whether something is surely so, needs no unknown.
    """
    blank = households_of([{"户主姓名": "甲"}])
    judged = {r.id: policy.expressions[r.id] for r in policy.rules if r.kind != "核对"}
    sure = {
        name
        for name, told in evaluate_households(blank, judged, policy).to_dicts()[0].items()
        if told is not None
    }
    unfinished = {
        rule.id: missing
        for rule in policy.rules
        if (missing := set(ANSWERS) - {case["expect"] for case in cases_of(rule.id)})
        and not (missing == {"unknown"} and rule.id in sure)
    }
    assert not unfinished


def test_every_case_names_a_rule_in_force(policy: Policy) -> None:
    """A case of a rule that is not in force would never run."""
    assert set(RULES) <= {rule.id for rule in policy.rules}


def test_every_line_has_a_case_that_lies_on_it(policy: Policy) -> None:
    """Whether a rule says 低于 or 以内 is shown by a household exactly on the parameter."""
    bare = [
        f"{rule.id}：{parameter.name}"
        for rule in policy.rules
        for parameter in policy.parameters_of(rule.id)
        if not any(parameter.value in case["household"].values() for case in cases_of(rule.id))
    ]
    assert not bare


def test_every_case_says_only_what_its_table_can_say(policy: Policy) -> None:
    """A case that names a column or a measure of another table would test nothing real."""
    strange = [
        f"{case['rule']}：{name}"
        for case in CASES
        if (rule := policy.rule(case["rule"])).kind == "核对"
        for name in case["household"]
        if not any(name in policy.measures.terms_of(table) for table in rule.tables)
    ]
    assert not strange
