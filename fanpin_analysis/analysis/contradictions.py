"""Where a portrait's answer about stable income and the recorded incomes do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fanpin_analysis.analysis.engine import same_kind
from fanpin_analysis.analysis.income import BELOW, STABLE, UNSTABLE
from fanpin_analysis.analysis.income_panel import LINE, keyed
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, VILLAGE
from fanpin_analysis.intake.keys import KEY

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy

TICK, BAND, LABEL = "是否稳定超过监测线", "预计今年人均纯收入", "稳定性"
PLACE: Final = (VILLAGE, HEAD)
TICKED: Final = "画像勾选"
JUDGED: Final = "软件判断"
CONTRADICTION: Final = "矛盾"
YES, NO = "稳定", "不稳定"


def stability_contradictions(stability: IntoFrame, portraits: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401  of the caller's kind
    """List the portraits whose tick 是否稳定超过监测线 the incomes or their own band speak against.

    Parameters
    ----------
    stability
        What :func:`~fanpin_analysis.analysis.income.income_stability` returned.
    portraits
        The portraits; matched by the head's ID, else by a name that is alone in its village.
    policy
        Gives the line and what incomes each band of the portrait stands for.

    Returns
    -------
    frame
        村, 户主姓名, 户主证件号码, 画像勾选, 预计今年人均纯收入, 软件判断, 矛盾; only
        contradictions. An answer that is missing on either side contradicts nothing.
    """
    told = _portraits(portraits, policy)
    labels = keyed(stability, [*PLACE, LABEL]).cast(pl.String)
    by_key = labels.select(KEY, pl.col(LABEL).alias("by key")).unique(KEY, keep="none")
    by_name = labels.select(*PLACE, pl.col(LABEL).alias("by name")).unique(PLACE, keep="none")
    table = told.join(by_key, on=KEY, how="left", maintain_order="left").join(
        by_name, on=PLACE, how="left", maintain_order="left"
    )
    alone = pl.struct(PLACE).is_unique() & pl.col(HEAD_ID).is_null()
    judged = pl.coalesce("by key", pl.when(alone).then(pl.col("by name")))
    low, ticked = pl.col("at most") < policy.parameters[LINE].value, pl.col(TICK)
    reason = (
        pl.when(ticked & low)
        .then(pl.lit("勾选稳定超过，预计今年收入的档次却低于监测线"))
        .when(ticked & (judged == BELOW))
        .then(pl.lit("勾选稳定超过，去年人均纯收入却低于监测线"))
        .when(ticked & (judged == UNSTABLE))
        .then(pl.lit("勾选稳定超过，有的年份却没有稳稳高出监测线"))
        .when(~ticked & (judged == STABLE) & ~low.fill_null(value=False))
        .then(pl.lit("勾选不稳定，各年收入却都稳稳高出监测线，请核实不稳定的原因"))
    )
    answer = pl.when(ticked).then(pl.lit(YES)).when(~ticked).then(pl.lit(NO))
    found = table.select(
        *PLACE,
        HEAD_ID,
        answer.alias(TICKED),
        BAND,
        judged.alias(JUDGED),
        reason.alias(CONTRADICTION),
    )
    return same_kind(found.drop_nulls(CONTRADICTION).sort(*PLACE, HEAD_ID, TICKED), stability)


def _portraits(portraits: IntoFrame, policy: Policy) -> pl.DataFrame:
    """Return the answers of the portraits, with the household's key and the band's upper bound."""
    items = policy.vocabulary.code_list(BAND).items
    bounds = {item.word: item.at_most for item in items}
    rows = keyed(portraits, [*PLACE, HEAD_ID, BAND, TICK]).with_columns(
        pl.col(*PLACE, HEAD_ID, BAND).cast(pl.String), pl.col(TICK).cast(pl.Boolean)
    )
    upper = pl.col(BAND).replace_strict(bounds, default=None, return_dtype=pl.Float64)
    return rows.with_columns(upper.alias("at most"))
