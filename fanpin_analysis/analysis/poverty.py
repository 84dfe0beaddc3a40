"""Poverty indices of villages and of the township, and how much of poverty stays.

References
----------
Foster, Greer & Thorbecke 1984, Econometrica 52:761; Jalan & Ravallion 1998, Journal of Comparative
Economics 26:338; Haughton & Khandker 2009, Handbook on Poverty and Inequality (World Bank), ch. 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from fanpin_analysis.analysis.engine import same_kind
from fanpin_analysis.analysis.income_panel import DECIMALS, SIZE, Panel, keyed
from fanpin_analysis.analysis.keys import VILLAGE, YEAR
from fanpin_analysis.intake.keys import KEY

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike

    from fanpin_analysis.policy.in_force import Policy

WHOLE: Final = "合计"
ORDERS: Final = (0, 1, 2)
SQUARED: Final = 2
CHRONIC_SCHEMA: Final = {
    "年数": pl.Int64,
    "户数": pl.Int64,
    "人数": pl.Float64,
    "总贫困P2": pl.Float64,
    "长期": pl.Float64,
    "暂时": pl.Float64,
    "暂时占比": pl.Float64,
    "说明": pl.String,
}


def fgt(
    ratios: ArrayLike, order: int, weights: ArrayLike | None = None, *, cap: bool = True
) -> float:
    """Return the Foster-Greer-Thorbecke index of incomes told as shares of the line.

    Parameters
    ----------
    ratios
        Incomes, each divided by its line; exactly the line is not poor.
    order
        0 the share of the poor, 1 the poverty gap, 2 the squared gap.
    weights
        Persons of each row; everyone counts once without it.
    cap
        A gap is at most the whole line, even where the income is negative.
    """
    ratios = np.asarray(ratios, dtype=float)
    if not len(ratios):
        return float("nan")
    gaps = np.where(ratios < 1, 1 - ratios, 0.0)
    gaps = np.minimum(gaps, 1.0) if cap else gaps
    poor = np.where(ratios < 1, gaps**order, 0.0)
    return float(np.average(poor, weights=None if weights is None else np.asarray(weights)))


def poverty_indices(
    incomes: IntoFrame, policy: Policy, by: str | None = None, *, cap: bool = True
) -> Any:  # noqa: ANN401  of the caller's kind
    """Return P0, P1 and P2 of each actual year, by village and for all, weighted by persons.

    Parameters
    ----------
    incomes
        The incomes table.
    policy
        The parameters in force.
    by
        Another column of the incomes table to tell areas apart by; the village without it.
    cap
        As for :func:`fgt`.
    """
    panel = Panel(incomes, policy)
    area = by or VILLAGE
    rows = panel.actual.join(_areas(panel, incomes, area), on=KEY, how="left")
    both = pl.concat([rows, rows.with_columns(pl.lit(WHOLE).alias(area))])
    known = pl.col("ratio").is_not_null() & pl.col(SIZE).is_not_null()
    persons = pl.col(SIZE).filter(known)
    ratio = pl.col("ratio").filter(known)
    gap = (1 - ratio).clip(lower_bound=0, upper_bound=1 if cap else None)
    poor = (ratio < 1).cast(pl.Float64)
    indices = [
        ((poor * gap**order * persons).sum() / persons.sum())
        .fill_nan(None)
        .round(DECIMALS)
        .alias(f"P{order}")
        for order in ORDERS
    ]
    table = (
        both.with_columns((pl.col(area) == WHOLE).fill_null(value=False).alias("whole"))
        .group_by(YEAR, "whole", area)
        .agg(
            known.sum().cast(pl.Int64).alias("户数"),
            persons.sum().alias("人数"),
            *indices,
            (~known).sum().cast(pl.Int64).alias("不知道的户数"),
        )
        .sort(YEAR, "whole", area)
        .drop("whole")
        .with_columns(pl.lit("按人数加权").alias("口径"), pl.lit(panel.line_note).alias("线的说明"))
    )
    return same_kind(table, incomes)


def _areas(panel: Panel, incomes: IntoFrame, area: str) -> pl.DataFrame:
    """Return the area of each household: the one that most of its rows name."""
    if area == VILLAGE:
        return panel.people.select(KEY, VILLAGE)
    rows = keyed(incomes, [area]).cast(pl.String).drop_nulls(KEY)
    usual = pl.col(area).drop_nulls().mode().sort().first()
    return rows.group_by(KEY).agg(usual)


def chronic_transient(incomes: IntoFrame, policy: Policy, *, cap: bool = True) -> Any:  # noqa: ANN401
    """Split the township's squared poverty gap into what stays and what comes and goes.

    Only households with every actual year count; weighted by the persons of the last year. Chronic
    is the index at the mean of a household's years, transient the rest of the mean index. Short
    panels overstate movement (Naschold & Barrett 2011).
    """
    panel = Panel(incomes, policy)
    rows = panel.recorded.drop_nulls(SIZE)
    years = rows[YEAR].n_unique()
    complete = (
        rows.sort(KEY, YEAR)
        .group_by(KEY, maintain_order=True)
        .agg(pl.col("ratio"), pl.col(SIZE).last())
        .filter(pl.col("ratio").list.len() == years)
    )
    least = int(panel.value("回测最少年数"))
    found: dict[str, object] = {"年数": years, "户数": len(complete)}
    if years < least or complete.is_empty():
        found["说明"] = f"依据不足：分长期和暂时至少要{least}个实际年份都有收入的户"
    else:
        ratios = np.array(complete["ratio"].to_list(), dtype=float)
        persons = complete[SIZE].to_numpy()
        total = float(
            np.mean([fgt(ratios[:, year], SQUARED, persons, cap=cap) for year in range(years)])
        )
        chronic = fgt(ratios.mean(axis=1), SQUARED, persons, cap=cap)
        found |= {
            "人数": float(persons.sum()),
            "总贫困P2": round(total, DECIMALS),
            "长期": round(chronic, DECIMALS),
            "暂时": round(total - chronic, DECIMALS),
            "暂时占比": round(1 - chronic / total, DECIMALS) if total else None,
            "说明": "只对全乡镇而言；年份少时会高估暂时部分",
        }
    row = {name: found.get(name) for name in CHRONIC_SCHEMA}
    return same_kind(pl.DataFrame([row], schema=CHRONIC_SCHEMA), incomes)
