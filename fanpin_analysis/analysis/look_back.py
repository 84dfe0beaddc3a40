"""Look again at the households of the register: those marked 风险消除, and the help of the others.

Everything rests on the rules of kind 回头看; what comes out are suggestions, and people decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.screening import VERDICTS, explain
from fanpin_analysis.intake.tables import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.rulebook import Rule, RuleKind

LOOKING_BACK: RuleKind = "回头看"
ELIMINATED, SUPPORT, NO_LABOUR = (
    "风险消除回头看",
    "帮扶措施落实",
    "整户无劳动能力",
)  # groups of rules
CLEARED, MONITORED = "已消除", "已监测"
FINE = "未发现问题"
WHO = (
    "村",
    "户主姓名",
    "户主证件号码",
    "家庭人口数",
    "监测对象类别",
    "识别监测时间",
    "消除监测时间",
)
RESULT, REASONS, LACKING, HITS = "回头看", "理由", "缺少", "命中规则"


def look_back(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401  of the caller's kind
    """Say of each household marked 风险消除 whether that still holds.

    Parameters
    ----------
    households
        As :func:`~fanpin_analysis.analysis.households.describe` returns them, in any frame
        narwhals knows.
    policy
        The rules and parameters in force.

    Returns
    -------
        One row a household whose 风险是否已消除 is true, in their order: who it is, 回头看, 理由
        (the labels of the rules that say so), 缺少 (what has to be handed in for the rules that
        cannot be told), 命中规则, and where it was read. 回头看 is what the first rule that is
        hit suggests, in the order of the rules; 无法判定 where none is. A pandas frame gives a
        pandas frame, pyarrow gives pyarrow, every other kind polars.

    References
    ----------
    罗发〔2023〕23号 一（三）, and the clause of each rule.
    """
    told = _judged(households, policy, ELIMINATED, CLEARED)
    return same_kind(told.with_columns(pl.col(RESULT).replace(FINE, VERDICTS[None])), households)


def support_audit(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401
    """Say of each monitored household not marked 风险消除 what of its help is lacking or wrong.

    Returns
    -------
        As :func:`look_back`, for the households whose 风险是否已消除 is false: 帮扶落实 holds all
        that the rules suggest, or 未发现问题.

    References
    ----------
    罗发〔2023〕23号 一（二）.
    """
    told = _judged(households, policy, SUPPORT, MONITORED)
    return same_kind(told.rename({RESULT: "帮扶落实"}), households)


def no_labour(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401
    """Say which monitored households are to be marked, or wrongly are, 整户无劳动能力兜底保障户.

    Returns
    -------
        As :func:`look_back`, for the households whose 风险是否已消除 is false: 兜底保障户 holds all
        that the rules suggest, or 未发现问题.

    References
    ----------
    罗发〔2023〕23号 一（四）.
    """
    told = _judged(households, policy, NO_LABOUR, MONITORED)
    return same_kind(told.rename({RESULT: "兜底保障户"}), households)


def _judged(households: IntoFrame, policy: Policy, group: str, whose: str) -> pl.DataFrame:
    """Hold the households of the register that a measure holds of against the rules of a group."""
    rules = [rule for rule in policy.of_kind(LOOKING_BACK) if rule.group == group]
    known = nw.from_native(households).collect_schema().names()
    every = rows_of(households, known)
    registered = every.filter(rows_of(households, [whose])[whose].cast(pl.Boolean))
    reasons = explain(registered, policy, [rule.id for rule in rules]).rows(named=True)
    first_only = group == ELIMINATED
    answers = [
        _answer(rules, reasons[first : first + len(rules)], policy, first_only=first_only)
        for first in range(0, len(reasons), len(rules))
    ]
    columns = (RESULT, REASONS, LACKING, HITS)
    told = pl.DataFrame(answers, schema=[(name, pl.String) for name in columns], orient="row")
    return rows_of(registered, WHO).hstack(told).hstack(rows_of(registered, SOURCE))


def _answer(
    rules: Sequence[Rule], reasons: Sequence[Mapping[str, str]], policy: Policy, *, first_only: bool
) -> list[str | None]:
    """Return the result, the reasons, what is lacking and the ids of one household."""
    pairs = list(zip(rules, reasons, strict=True))
    hit = [rule for rule, reason in pairs if reason["结论"] == VERDICTS[True]]
    hit = [rule for rule in hit if not first_only or rule.suggests == hit[0].suggests]
    suggested = "、".join(dict.fromkeys(rule.suggests for rule in hit))
    absent = (fact for reason in reasons for fact in reason["缺少"].split("、") if fact)
    lacking = dict.fromkeys(map(policy.phrases.lack, absent))
    unknown = any(reason["结论"] == VERDICTS[None] for reason in reasons)
    return [
        suggested or (VERDICTS[None] if unknown else FINE),
        "；".join(rule.label for rule in hit) or None,
        "、".join(lacking) or None,
        "、".join(rule.id for rule in hit) or None,
    ]
