"""Would last year's probabilities have come true: the last year is hidden, predicted and compared.

References
----------
Brier 1950, Monthly Weather Review 78:1; Hanley & McNeil 1982, Radiology 143:29 (AUC as a rank sum).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from fanpin_analysis.analysis.engine import same_kind
from fanpin_analysis.analysis.income import fit
from fanpin_analysis.analysis.income_panel import DECIMALS, Panel
from fanpin_analysis.analysis.keys import YEAR
from fanpin_analysis.intake.keys import KEY

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike

    from fanpin_analysis.policy.in_force import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """How well the probabilities of one year earlier told who fell below the line.

    ``auc`` is the chance that a household that fell was ranked before one that did not (0.5: a
    coin), ``skill`` how much smaller the Brier score is than that of the average rate (0: none),
    ``ratio`` predicted households over observed. Null where it cannot be told.
    """

    year: int | None
    households: int
    observed: int
    predicted: float | None
    auc: float | None
    brier: float | None
    skill: float | None
    ratio: float | None
    sentence: str
    calibration: Any


def auc(probabilities: ArrayLike, events: ArrayLike) -> float | None:
    """Return the area under the curve by ranks, ties halved; null where all or none happened."""
    happened = np.asarray(events, dtype=bool)
    ranks = pl.Series(np.asarray(probabilities, dtype=float)).rank("average").to_numpy()
    positive, negative = int(happened.sum()), int((~happened).sum())
    if not positive or not negative:
        return None
    surplus = float(ranks[happened].sum()) - positive * (positive + 1) / 2
    return surplus / (positive * negative)


def brier(probabilities: ArrayLike, events: ArrayLike) -> float:
    """Return the mean squared difference of probabilities and what happened."""
    return float(np.mean((np.asarray(probabilities, float) - np.asarray(events, float)) ** 2))


def back_test(incomes: IntoFrame, policy: Policy, groups: IntoFrame | None = None) -> BackTest:
    """Hide the last actual year, predict it from those before, and compare.

    Parameters
    ----------
    incomes, policy, groups
        As for :func:`~fanpin_analysis.analysis.income.income_stability`.
    """
    panel = Panel(incomes, policy)
    recorded, last = panel.recorded, panel.last_year
    years = recorded[YEAR].n_unique()
    least = int(panel.value("回测最少年数"))
    known = recorded.filter(pl.col(YEAR) == last).select(KEY, "ratio")
    model = fit(panel, recorded.filter(pl.col(YEAR) < last), last - 1, groups)
    told = model.households.join(known, on=KEY, how="inner").sort(KEY)
    if years < least or told.is_empty():
        sentence = f"实际年份不足{least}年，或倒数第二年没有收入，概率未经回测，只供排序参考。"
        return _none(sentence, _calibration(told.head(0), 1), incomes)
    told = told.with_columns((pl.col("ratio") < 1).alias("fell"))
    chances, fell = told["probability"].to_numpy(), told["fell"].to_numpy()
    rate, score = float(fell.mean()), brier(chances, fell)
    coin = rate * (1 - rate)
    predicted, observed = float(chances.sum()), int(fell.sum())
    ratio = predicted / observed if observed else None
    area = auc(chances, fell)
    calibration = _calibration(told, int(panel.value("回测分组数")))
    return BackTest(
        year=last,
        households=len(told),
        observed=observed,
        predicted=round(predicted, 1),
        auc=None if area is None else round(area, DECIMALS),
        brier=round(score, DECIMALS),
        skill=round(1 - score / coin, DECIMALS) if coin else None,
        ratio=None if ratio is None else round(ratio, DECIMALS),
        sentence=_sentence(panel, predicted, observed, ratio),
        calibration=same_kind(calibration, incomes),
    )


def _none(sentence: str, calibration: pl.DataFrame, incomes: IntoFrame) -> BackTest:
    return BackTest(
        year=None, households=0, observed=0, predicted=None, auc=None, brier=None, skill=None,
        ratio=None, sentence=sentence, calibration=same_kind(calibration, incomes),
    )  # fmt: skip


def _sentence(panel: Panel, predicted: float, observed: int, ratio: float | None) -> str:
    compared = f"预测{panel.last_year}年约{predicted:.0f}户低于监测线，实际{observed}户"
    if ratio is None:
        return f"{compared}，没有可核对的户，概率只供排序参考。"
    if panel.value("回测偏差下限") <= ratio <= panel.value("回测偏差上限"):
        return f"{compared}，大体相符。"
    return f"{compared}，相差较大，这里的概率不可信，只能用来排先后。"


def _calibration(told: pl.DataFrame, groups: int) -> pl.DataFrame:
    """Compare predicted and observed in groups of equal size, the least likely first."""
    rows = told if "fell" in told.columns else told.with_columns(pl.lit(value=False).alias("fell"))
    place = pl.int_range(pl.len()) * groups // pl.len()
    return (
        rows.sort("probability", KEY)
        .with_columns((place + 1).cast(pl.Int64).alias("组"))
        .group_by("组", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("户数"),
            pl.col("probability").mean().round(DECIMALS).alias("平均概率"),
            pl.col("probability").sum().round(1).alias("预测户数"),
            pl.col("fell").sum().cast(pl.Int64).alias("实际户数"),
            pl.col("fell").mean().round(DECIMALS).alias("实际比例"),
        )
    )
