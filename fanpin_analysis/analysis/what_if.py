"""Ask the same rules under other values of the parameters: who would enter, and who would leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.screening import screen, summarise
from fanpin_analysis.analysis.suggestion import CONCLUSIONS, ENTER, SUGGESTION, suggest
from fanpin_analysis.errors import DefinitionError, nearest
from fanpin_analysis.policy.parameters import Issuer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy

TRIAL = "试算"
BEFORE, AFTER = "现行", TRIAL
VERDICT_COUNTS = ("命中", "未命中", "无法判定")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What changes under other values: ``policy`` is the one tried, not one in force.

    ``rules`` has a row a rule of 筛查: 规则, 名称 and the hits 现行, 试算 and 变化. ``suggestions``
    has a row for each suggestion, with the same three numbers. ``entered`` and ``left`` are the
    households that newly are, or no longer are, 建议纳入; 建议 is what they get in the trial,
    原建议 what they get now.
    """

    policy: Policy
    rules: Any
    suggestions: Any
    entered: Any
    left: Any


def with_values(policy: Policy, **values: float) -> Policy:
    """Return a policy with other values of some parameters, each marked 自拟 and 试算.

    Raises
    ------
    NotInForceError
        When there is no such parameter; the message names the nearest.
    DefinitionError
        When no rule in force rests on it, so that changing it would change nothing.
    """
    used = policy.used_parameters
    for name in values:
        if policy.parameters[name].name not in used:
            known = nearest(name, used)
            raise DefinitionError(f"没有生效的规则用到“{name}”，改了也不会有变化。{known}")
    province = policy.parameters.province
    tried = tuple(
        replace(used[name], value=value, status="自拟", note=TRIAL, province=province)
        for name, value in values.items()
    )
    trial = Issuer(file=TRIAL, province=province, values=tried)
    issuers = (*policy.parameters.issuers, trial)
    return replace(policy, parameters=replace(policy.parameters, issuers=issuers))


def what_if(households: IntoFrame, policy: Policy, **values: float) -> WhatIf:
    """Screen households under other values of the parameters, beside those in force.

    Parameters
    ----------
    households
        As :func:`~fanpin_analysis.analysis.households.describe` returns them, in any frame
        narwhals knows.
    policy
        The rules and parameters in force.
    **values
        The values to try, by the names of the parameters: ``监测线=8000``.

    Raises
    ------
    NotInForceError, DefinitionError
        As :func:`with_values`.
    """
    other = with_values(policy, **values)
    counted = [
        rows_of(summarise(screen(households, one), one), ["规则", "名称", "命中"])
        for one in (policy, other)
    ]
    rules = counted[0].rename({"命中": BEFORE}).with_columns(counted[1]["命中"].alias(AFTER))
    names = [*nw.from_native(households).collect_schema().names(), SUGGESTION]
    now, then = (rows_of(suggest(households, one), names) for one in (policy, other))
    both = then.with_columns(now[SUGGESTION].alias(f"原{SUGGESTION}"))
    in_now, in_then = now[SUGGESTION] == ENTER, then[SUGGESTION] == ENTER
    words = policy.vocabulary.code_list(CONCLUSIONS).words
    counts = {
        SUGGESTION: words,
        BEFORE: [int((now[SUGGESTION] == word).sum()) for word in words],
        AFTER: [int((then[SUGGESTION] == word).sum()) for word in words],
    }
    change = (pl.col(AFTER) - pl.col(BEFORE)).alias("变化")
    return WhatIf(
        policy=other,
        rules=same_kind(rules.with_columns(change), households),
        suggestions=same_kind(pl.DataFrame(counts).with_columns(change), households),
        entered=same_kind(both.filter(in_then & ~in_now), households),
        left=same_kind(both.filter(in_now & ~in_then), households),
    )


def curve(
    households: IntoFrame, policy: Policy, rule_id: str, parameter: str, values: Iterable[float]
) -> Any:  # noqa: ANN401  of the caller's kind
    """Count the verdicts of a rule over a range of values of a parameter.

    Returns
    -------
        One row a value: the parameter's column, then 命中, 未命中 and 无法判定. A pandas frame
        gives a pandas frame, pyarrow gives pyarrow, every other kind polars.

    Raises
    ------
    NotInForceError, DefinitionError
        As :func:`with_values`; or when no rule in force has that id.
    """
    rule = policy.rule(rule_id)
    names = nw.from_native(households).collect_schema().names()
    facts = {
        f for name in policy.expressions[rule_id].names for f in policy.measures.facts_behind(name)
    }
    needed = rows_of(households, [name for name in names if name in facts])
    counted = []
    for value in values:
        tried = replace(with_values(policy, **{parameter: value}), rules=(rule,))
        row = summarise(screen(needed, tried, rule.kind), tried, rule.kind).row(0, named=True)
        counted.append({parameter: float(value), **{name: row[name] for name in VERDICT_COUNTS}})
    schema = {parameter: pl.Float64, **dict.fromkeys(VERDICT_COUNTS, pl.Int64)}
    return same_kind(pl.DataFrame(counted, schema=schema), households)
