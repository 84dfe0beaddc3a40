"""Apply the rules in force to households, sum the verdicts up, and say why in words.

A verdict is true (命中), false (未命中) or null (无法判定): a value that was not handed in is never
taken as "no risk". The software only says which households ought to be looked at; people decide.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import evaluate, rows_of, same_kind
from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.expressions import Expression, bounds, parse
from fanpin_analysis.policy.masking import MASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narwhals.typing import IntoFrame, IntoFrameT

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.parameters import ParameterValue
    from fanpin_analysis.policy.rulebook import Rule, RuleKind

VERDICTS = {True: "命中", False: "未命中", None: "无法判定"}
STATUSES = {"自拟": "自拟（非官方）", "未确认沿用": "未确认沿用（非官方）"}
ABSENT = "空"


def screen(households: IntoFrameT, policy: Policy, kind: RuleKind = "筛查") -> IntoFrameT:
    """Add the verdict of every rule of a kind to the households.

    Parameters
    ----------
    households
        One row a household, in any frame narwhals knows. A column that a rule needs and that is
        not there leaves the rule unknown.
    policy
        The rules and parameters in force.
    kind
        Which rules: 筛查 is the first screening.

    Returns
    -------
        The same kind of frame with a boolean column for each rule, named by its id: true is 命中,
        false 未命中, null 无法判定.

    Raises
    ------
    InputError
        When a column that a rule needs holds another type than its field.

    References
    ----------
    罗发〔2023〕23号 一（一）, and the clause of each rule.
    """
    expressions = {rule.id: policy.expressions[rule.id] for rule in policy.of_kind(kind)}
    return evaluate_households(households, expressions, policy)


def evaluate_households(
    households: IntoFrameT, expressions: Mapping[str, Expression], policy: Policy
) -> IntoFrameT:
    """Add a column for each expression over households, with the measures that it needs.

    A measure that the frame has is taken as it is; the others are computed of the row and not kept.
    """
    known = nw.from_native(households).collect_schema().names()
    named = (name for item in expressions.values() for name in item.names)
    return evaluate(
        households,
        expressions,
        terms=policy.terms,
        values=values_of(policy),
        steps=policy.measures.steps(named, known),
    )


def with_measures(households: IntoFrameT, names: Iterable[str], policy: Policy) -> IntoFrameT:
    """Add those of the names that are measures computed of a household's row, as columns."""
    known = set(nw.from_native(households).collect_schema().names())
    computed = policy.measures.of_household
    wanted = {name: computed[name] for name in names if name in computed and name not in known}
    return evaluate_households(households, wanted, policy)


def values_of(policy: Policy) -> dict[str, float]:
    """Return the value of each parameter that a rule in force names."""
    return {name: parameter.value for name, parameter in policy.used_parameters.items()}


def summarise(screened: IntoFrame, policy: Policy, kind: RuleKind = "筛查") -> Any:  # noqa: ANN401
    """Count the verdicts of each rule.

    Parameters
    ----------
    screened
        Households as :func:`screen` returns them.
    policy, kind
        As given to :func:`screen`.

    Returns
    -------
        One row a rule: 规则, 名称, 分组; the numbers of households 命中, 未命中 and 无法判定;
        恰在线上, how many lie exactly on a parameter that the rule compares a value with (null for
        a rule without such a line, or where that value is nowhere known); 缺少的列, the columns
        that the rule needs and the frame lacks; 依据 and 性质. A pandas frame gives a pandas
        frame, pyarrow gives pyarrow, every other kind polars.

    Raises
    ------
    InputError
        When the frame was not screened.
    """
    rules = policy.of_kind(kind)
    columns = nw.from_native(screened).collect_schema().names()
    if absent := [rule.id for rule in rules if rule.id not in columns]:
        message = f"这张表还没有规则{'、'.join(absent)}的结论，请先用 screen 筛查。"
        raise InputError(message)
    verdicts = rows_of(screened, [rule.id for rule in rules])
    on_line = _on_the_line(screened, policy, rules)
    columns = [*columns, *_answered(columns, policy)]
    counted = [
        _counts(rule, policy, verdicts[rule.id], columns) | {"恰在线上": on_line.get(rule.id)}
        for rule in rules
    ]
    return same_kind(pl.DataFrame(counted, schema=_SUMMARY), screened)


def count_groups(screened: IntoFrame, policy: Policy, kind: RuleKind = "筛查") -> Any:  # noqa: ANN401
    """Count the households of each group: hit by one of its rules, by none, or not to be told.

    Parameters
    ----------
    screened
        Households as :func:`screen` returns them.
    policy, kind
        As given to :func:`screen`.

    Returns
    -------
        One row a group, in the order of the rules: 分组, 规则 (their ids), and the numbers of
        households 命中 (at least one rule is), 未命中 (none is, and those whose paper answers for
        everyone are surely not) and 无法判定. The kind of frame is as for :func:`summarise`.
    """
    rules = policy.of_kind(kind)
    groups = list(dict.fromkeys(rule.group for rule in rules))
    verdicts = rows_of(with_measures(screened, groups, policy), groups)
    counted = []
    for group in groups:
        ids = [rule.id for rule in rules if rule.group == group]
        hit = verdicts[group].cast(pl.Boolean)
        counts = {"命中": int(hit.sum()), "未命中": int((~hit).sum()), "无法判定": hit.null_count()}
        counted.append({"分组": group, "规则": "、".join(ids), **counts})
    return same_kind(pl.DataFrame(counted), screened)


def explain(households: IntoFrame, policy: Policy, rule_ids: Iterable[str] | None = None) -> Any:  # noqa: ANN401
    """Say for each household and rule what the verdict is and what it comes from.

    Parameters
    ----------
    households
        One row a household, in any frame narwhals knows; choose the households to explain first,
        there is a row for each of them and each rule.
    policy
        The rules and parameters in force.
    rule_ids
        Which rules; without it, every rule of the first screening.

    Returns
    -------
        One row a household and rule: where the household was read, 规则, 名称, 结论, 代入 (the rule
        with the household's values in it; what is personal in them is hidden), 参数, 依据,
        性质, and 缺少: the values without which the verdict is unknown. A pandas frame gives a
        pandas frame, pyarrow gives pyarrow, every other kind polars.

    Raises
    ------
    DefinitionError
        When no rule in force has one of the ids.
    """
    ids = [rule.id for rule in policy.of_kind("筛查")] if rule_ids is None else rule_ids
    rules = [policy.rule(rule_id) for rule_id in ids]
    screened = households
    kinds: list[RuleKind] = [rule.kind for rule in rules]
    for kind in dict.fromkeys(kinds):
        screened = screen(screened, policy, kind)
    named = (name for rule in rules for name in policy.expressions[rule.id].names)
    columns = dict.fromkeys([*SOURCE, *[rule.id for rule in rules], *named])
    behind = [fact for name in columns for fact in policy.measures.facts_behind(name)]
    told = with_measures(screened, columns, policy)
    explained = [
        _reason(household, rule, policy)
        for household in rows_of(told, dict.fromkeys([*columns, *behind])).iter_rows(named=True)
        for rule in rules
    ]
    return same_kind(pl.DataFrame(explained, schema=_REASONS), households)


def status_shown(status: str) -> str:
    """Return how a status is shown: what no document sets is marked 非官方."""
    return STATUSES.get(status, status)


def shown(value: object) -> str:
    """Return a value as an analyst writes it: 10,000, 是, 否; null is an empty text."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | float():
            return f"{value:,}".removesuffix(".0")
        case _:
            return str(value)


_SUMMARY = {
    **dict.fromkeys(("规则", "名称", "分组"), pl.String),
    **dict.fromkeys(("命中", "未命中", "无法判定", "恰在线上"), pl.Int64),
    **dict.fromkeys(("缺少的列", "依据", "性质"), pl.String),
}
_REASONS = {
    **SOURCE,
    **dict.fromkeys(("规则", "名称", "结论", "代入", "参数", "依据", "性质", "缺少"), pl.String),
}


def _counts(
    rule: Rule, policy: Policy, verdicts: pl.Series, columns: list[str]
) -> dict[str, object]:
    """Return a rule's row of the summary, but for the households on its line."""
    names = policy.expressions[rule.id].names
    known = (*columns, *policy.parameters.declared)
    return {
        "规则": rule.id,
        "名称": rule.label,
        "分组": rule.group,
        "命中": int(verdicts.sum()),
        "未命中": int((~verdicts).sum()),
        "无法判定": verdicts.null_count(),
        "缺少的列": "、".join(name for name in names if name not in known),
        "依据": rule.clause,
        "性质": status_shown(rule.status),
    }


def _on_the_line(screened: IntoFrame, policy: Policy, rules: tuple[Rule, ...]) -> dict[str, int]:
    """Count the households whose value equals the parameter that a rule compares it with."""
    lines = {rule.id: line for rule in rules if (line := _line(rule, policy))}
    equal = evaluate_households(screened, lines, policy)
    found = rows_of(equal, lines)
    known = [rule_id for rule_id in lines if found[rule_id].null_count() < len(found)]
    return {rule_id: int(found[rule_id].sum()) for rule_id in known}


def lines_of(rule: Rule, policy: Policy) -> list[tuple[str, str]]:
    """Return each quantity that a rule compares with a parameter, and the parameter."""
    return _lines_in(policy.expressions[rule.id], policy)


def lines_behind(rule: Rule, policy: Policy) -> list[tuple[str, str]]:
    """Return the lines of a rule and of all measures that it is made of."""
    expression = policy.expressions[rule.id]
    found, ahead, seen = [], [expression], set()
    while ahead:
        one = ahead.pop(0)
        found += _lines_in(one, policy)
        inner = [n for n in one.names if n in policy.measures.of_household and n not in seen]
        seen.update(inner)
        ahead += [policy.measures.of_household[name] for name in inner]
    return list(dict.fromkeys(found))


def _lines_in(expression: Expression, policy: Policy) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(expression.tree):
        match node:
            case ast.Compare(left=ast.Name(id=one), comparators=[ast.Name(id=other)]):
                pair = sorted((one, other), key=lambda name: name in policy.parameters.declared)
                if pair[1] in policy.parameters.declared and pair[0] not in expression.intervals:
                    found.append((pair[0], pair[1]))
    return found


def _line(rule: Rule, policy: Policy) -> Expression | None:
    """Return ``value == parameter`` for the lines that a rule draws, if it draws one."""
    equal = " or ".join(f"{quantity} == {line}" for quantity, line in lines_of(rule, policy))
    return parse(equal, policy.terms, f"规则“{rule.id}”") if equal else None


def _answered(columns: list[str], policy: Policy) -> list[str]:
    """Return the measures that can be computed of the columns there are."""
    facts = {name: policy.measures.facts_behind(name) for name in policy.measures.of_household}
    given = {*columns, *policy.parameters.declared}
    return [name for name, behind in facts.items() if given.issuperset(behind)]


def _reason(household: Mapping[str, Any], rule: Rule, policy: Policy) -> dict[str, object]:
    """Return the row that explains one household's verdict under one rule."""
    expression = policy.expressions[rule.id]
    parameters = policy.parameters_of(rule.id)
    lines = {parameter.name: shown(parameter.value) for parameter in parameters}
    names = [name for name in expression.names if name not in lines]
    values = {name: said(name, household[name], policy) for name in names} | lines
    for name in expression.intervals:
        values[name] = spread(*(household[end] for end in bounds(name)))
    verdict = household[rule.id]
    open_ = [name for name in names if name in policy.measures.intervals or household[name] is None]
    absent = _absent(household, open_, policy) if verdict is None else []
    return {
        **{name: household[name] for name in SOURCE},
        "规则": rule.id,
        "名称": rule.label,
        "结论": VERDICTS[verdict],
        "代入": expression.filled(values),
        "参数": "；".join(_cited(parameter) for parameter in parameters),
        "依据": rule.clause,
        "性质": status_shown(rule.status),
        "缺少": "、".join(absent),
    }


def spread(lowest: float | None, highest: float | None) -> str:
    """Return an interval as an analyst writes it."""
    if lowest == highest:
        return ABSENT if lowest is None else shown(lowest)
    return f"{shown(lowest)}至{shown(highest)}"


def _absent(household: Mapping[str, Any], names: Iterable[str], policy: Policy) -> list[str]:
    """Return the facts without which the names cannot be told; an interval that leaves it open."""
    intervals, absent = policy.measures.intervals, []
    for fact in (fact for name in names for fact in policy.measures.facts_behind(name)):
        if fact in intervals:
            lowest, highest = (household.get(end) for end in bounds(intervals[fact]))
            absent += [intervals[fact]] if lowest is None or lowest != highest else []
        elif household.get(fact) is None and fact not in policy.parameters.declared:
            absent.append(fact)
    return list(dict.fromkeys(absent))


def said(name: str, value: object, policy: Policy) -> str:
    """Return a household's value for an explanation; what is personal in it is hidden."""
    if value in (None, ""):
        return ABSENT
    declared = policy.vocabulary.fields.get(name)
    mask = declared.mask if declared else policy.measures.mask_of(name)
    return MASKS[mask](shown(value)) if mask else shown(value)


def _cited(parameter: ParameterValue) -> str:
    official = "" if parameter.status != "自拟" else f"；{status_shown(parameter.status)}"
    value = f"{shown(parameter.value)} {parameter.unit}".rstrip()
    return f"{parameter.name} = {value}（{parameter.clause}{official}）"
