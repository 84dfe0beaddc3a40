"""How stable a household's income is: a label by rule, and a probability for the order of visits.

References
----------
Robinson 1991, Statistical Science 6:15 (random intercepts); Chaudhuri, Jalan & Suryahadi 2002
(vulnerability as the probability of falling below the line); Ligon & Schechter 2003, Economic
Journal 113:C95.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from fanpin_analysis.analysis.engine import same_kind
from fanpin_analysis.analysis.income_panel import (
    BUSINESS,
    DECIMALS,
    SOURCES,
    TRANSFER,
    Panel,
    accounts_of,
    keyed,
    numbers,
)
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, VILLAGE, YEAR
from fanpin_analysis.analysis.shrinkage import (
    Intercepts,
    chance_below,
    random_intercepts,
    relative_variance,
)
from fanpin_analysis.intake.keys import KEY

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy

KIND: Final = "户类型"
STABLE, UNSTABLE, BELOW = "稳定超过", "不稳定", "低于监测线"
REACHED, UNKNOWN = "本年达线，依据不足", "依据不足"
SINGLE, THIN = "单年，低可信", "资料少，低可信"
FIRST, MIDDLE, LAST = "优先", "一般", "较低"
TWO_YEARS: Final = 2  # fewer show no stability
SHARES: Final = tuple(f"share {source}" for source in (BUSINESS, TRANSFER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A random-intercept model of log incomes, and for each household the chance it rests on."""

    households: pl.DataFrame  # key, T, expected (log ratio next year), variance, probability
    intercepts: Intercepts
    thin: bool


def income_stability(incomes: IntoFrame, policy: Policy, groups: IntoFrame | None = None) -> Any:  # noqa: ANN401  of the caller's kind
    """Say of each household whether its income is steadily above the line, and how likely it falls.

    Parameters
    ----------
    incomes
        The incomes table, one row a household and year, of any eager kind.
    policy
        The parameters in force; the reference year (参照年) is the one before its day.
    groups
        户主证件号码 or 户键, and 户类型: a kind with enough households is a pool of its own.

    Returns
    -------
    frame
        One row a household, by 户键; of the kind of ``incomes``. Amounts in yuan a
        person and year, ratios as shares of the line, null where it cannot be told. The
        probability is an average over alike households: for the order of visits, not for a file.
    """
    panel = Panel(incomes, policy)
    table = panel.people.join(_summary(panel), on=KEY, how="left")
    table = table.join(_reference(panel), on=KEY, how="left")
    table = table.join(_expected(panel), on=KEY, how="left")
    chances = fit(panel, panel.recorded, panel.last_year, groups)
    model = chances.households.select(KEY, "probability")
    table = table.join(model, on=KEY, how="left").sort(KEY)
    counted = [pl.col(name).fill_null(0) for name in ("T", "doubtful", "below")]
    table = table.with_columns(counted).with_columns(_label(panel).alias("稳定性"))
    return same_kind(_shown(table, panel, thin=chances.thin), incomes)


def income_accounts(incomes: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401
    """Count the rows and household-years left out, unknown or floored: 项目, 数量, 说明."""
    return same_kind(accounts_of(Panel(incomes, policy)), incomes)


def fit(
    panel: Panel, recorded: pl.DataFrame, last_year: int, groups: IntoFrame | None = None
) -> Model:
    """Fit the model to some recorded years and predict the year after the last.

    Parameters
    ----------
    panel
        Gives the parameters.
    recorded
        Household-years whose income is known.
    last_year
        The level of this year is the level that is expected of the next.
    groups
        As for :func:`income_stability`.
    """
    empty = pl.DataFrame(schema={KEY: pl.String, "T": pl.Int64, "probability": pl.Float64})
    if recorded.filter(pl.col(YEAR) == last_year).is_empty():
        none = Intercepts(
            means=np.empty(0),
            counts=np.empty(0),
            centre=np.empty(0),
            within=0.0,
            between=0.0,
            weight=np.empty(0),
            freedom=0,
        )
        return Model(households=empty, intercepts=none, thin=True)
    rows = recorded.sort(KEY, YEAR).with_columns(
        (pl.col("x") - pl.col("x").mean().over(YEAR)).alias("d"),
        (pl.col(KEY).rank("dense") - 1).cast(pl.Int64).alias("unit"),
    )
    units, deviations = rows["unit"].to_numpy(), rows["d"].to_numpy()
    keys = rows.group_by(KEY, maintain_order=True).agg(pl.col(SHARES).last())
    estimated = random_intercepts(
        deviations,
        units,
        _groups(keys[KEY], groups, panel),
        within=panel.value("默认户内方差"),
        least_freedom=int(panel.value("合并自由度下限")),
        least_between=panel.value("户间方差下限"),
    )
    thin = estimated.freedom < panel.value("合并自由度下限")
    own = _own_spread(deviations, units, estimated, keys, panel.value("波动倍数下限"))
    level = float(rows.filter(pl.col(YEAR) == last_year)["x"].mean())  # type: ignore[arg-type]
    expected = level + estimated.centre + estimated.predicted
    variance = estimated.between * (1 - estimated.weight) + estimated.within * (
        np.ones(len(keys)) if thin else own
    )
    households = keys.select(
        KEY,
        pl.Series("T", estimated.counts.astype(int)),
        pl.Series("probability", chance_below(expected, variance).round(DECIMALS)),
    )
    return Model(households=households, intercepts=estimated, thin=thin)


def _own_spread(
    deviations: np.ndarray,
    units: np.ndarray,
    estimated: Intercepts,
    keys: pl.DataFrame,
    floor: float,
) -> np.ndarray:
    """Return each household's relative variance, by what its income is made of."""
    counts = estimated.counts[units]
    several = counts >= TWO_YEARS
    inflated = np.sqrt(np.divide(counts, counts - 1, out=np.ones_like(counts), where=several))
    residuals = np.abs(deviations - estimated.means[units]) * inflated
    scatter = np.bincount(units, weights=residuals) / estimated.counts
    scatter[estimated.counts < TWO_YEARS] = np.nan
    design = np.column_stack([numbers(keys[name]) for name in SHARES])
    return relative_variance(scatter, design, floor)


def _groups(keys: pl.Series, groups: IntoFrame | None, panel: Panel) -> np.ndarray | None:
    """Return the pool of each household; small kinds, and households of none, share one."""
    if groups is None:
        return None
    own = kinds_of(groups)
    kinds = pl.DataFrame([keys]).join(own, on=KEY, how="left", maintain_order="left")
    large = pl.len().over(KIND) >= panel.value("分组户数下限")
    pool = pl.when(large & pl.col(KIND).is_not_null()).then(pl.col(KIND)).fill_null("")
    codes = kinds.select((pool.rank("dense") - 1).cast(pl.Int64)).to_series()
    return codes.to_numpy()


def kinds_of(groups: IntoFrame) -> pl.DataFrame:
    """Return 户键 and 户类型 once a household; null where several kinds are told of it."""
    told = keyed(groups, [KIND]).cast(pl.String).drop_nulls()
    several = pl.col(KIND).n_unique() > 1
    only = pl.when(~several).then(pl.col(KIND).first())
    return told.group_by(KEY).agg(only.alias(KIND))


def _summary(panel: Panel) -> pl.DataFrame:
    """Return what all actual years of a household say together."""
    worst = pl.col("ratio").fill_null(float("inf")).arg_min()
    known = pl.col("ratio").is_not_null()
    return panel.actual.group_by(KEY).agg(
        known.sum().cast(pl.Int64).alias("T"),
        (pl.col("told") > 1).sum().cast(pl.Int64).alias("doubtful"),
        pl.col("ratio").min().alias("最低年比值"),
        (pl.col("ratio") < 1).sum().cast(pl.Int64).alias("below"),
        pl.when(known.any()).then(pl.col(YEAR).get(worst)).alias("最差年"),
    )


def _reference(panel: Panel) -> pl.DataFrame:
    """Return what the last actual year says of a household."""
    largest = pl.max_horizontal([f"share {source}" for source in SOURCES])
    name = pl.coalesce(
        pl.when(pl.col(f"share {source}") == largest).then(pl.lit(source)) for source in SOURCES
    )
    return panel.of_year(panel.last_year).select(
        KEY,
        pl.col("y").alias("参照年人均纯收入"),
        pl.col("ratio").alias("reference"),
        (pl.col("line") - pl.col("y")).clip(lower_bound=0).round(2).alias("每人缺口"),
        (pl.col("ratio") - 1).round(DECIMALS).alias("余量"),
        name.alias("最大来源"),
        largest.round(DECIMALS).alias("最大来源占比"),
    )


def _expected(panel: Panel) -> pl.DataFrame:
    this = panel.of_year(panel.this_year)
    return this.select(KEY, pl.col("y").alias("预计年人均纯收入"))


def _label(panel: Panel) -> pl.Expr:
    """Return the label; what is told in two ways leaves open only what other years settle."""
    times, lowest, reference = panel.value("稳定倍数"), pl.col("最低年比值"), pl.col("reference")
    enough = lowest > times if panel.value("稳定从严") else lowest >= times
    return (
        pl.when(reference.is_null())
        .then(pl.lit(UNKNOWN))
        .when(reference < 1)
        .then(pl.lit(BELOW))
        .when((pl.col("T") >= TWO_YEARS) & ~enough)
        .then(pl.lit(UNSTABLE))
        .when(pl.col("doubtful") > 0)
        .then(pl.lit(UNKNOWN))
        .when(pl.col("T") < TWO_YEARS)
        .then(pl.lit(REACHED))
        .otherwise(pl.lit(STABLE))
    )


def _note(panel: Panel) -> pl.Expr:
    year = panel.last_year
    return (
        pl.when(pl.col("doubtful") > 0)
        .then(pl.format("有{}年的收入填了两种不同的数，请核实", pl.col("doubtful")))
        .when(pl.col("T") == 0)
        .then(pl.lit("没有实际年份的收入"))
        .when(pl.col("reference").is_null())
        .then(pl.lit(f"缺{year}年收入"))
        .when(pl.col("T") < TWO_YEARS)
        .then(pl.lit(f"只有{year}年一年收入"))
    )


def in_words(probability: pl.Expr) -> pl.Expr:
    """Say a probability in words that claim no more than it can: 约1/8."""
    one_in = (1 / probability).round().cast(pl.Int64, strict=False)
    tenths = (probability * 10).round().cast(pl.Int64)
    return (
        pl.when(probability < 0.01)  # noqa: PLR2004  words for a number, no threshold
        .then(pl.lit("不到1/100"))
        .when(tenths >= 10)  # noqa: PLR2004
        .then(pl.lit("几乎必然"))
        .when(tenths >= 4)  # noqa: PLR2004
        .then(pl.format("约{}/10", tenths))
        .when(probability.is_not_null())
        .then(pl.format("约1/{}", one_in))
    )


def _shown(table: pl.DataFrame, panel: Panel, *, thin: bool) -> pl.DataFrame:
    """Return the columns an analyst sees."""
    known = pl.col("reference").is_not_null()
    chance = pl.when(known).then(pl.col("probability"))
    trust = (
        pl.when(chance.is_null())
        .then(None)
        .when(pl.col("T") < TWO_YEARS)
        .then(pl.lit(SINGLE))
        .when(pl.lit(thin))
        .then(pl.lit(THIN))
    )
    order = (
        pl.when(chance >= panel.value("优先概率线"))
        .then(pl.lit(FIRST))
        .when(chance < panel.value("稳定概率线"))
        .then(pl.lit(LAST))
        .when(chance.is_not_null())
        .then(pl.lit(MIDDLE))
    )
    return table.select(
        VILLAGE,
        HEAD,
        HEAD_ID,
        KEY,
        pl.col("T").alias("记录年数"),
        pl.lit(panel.last_year).cast(pl.Int64).alias("参照年"),
        "参照年人均纯收入",
        "最低年比值",
        "稳定性",
        chance.alias("低于监测线概率"),
        in_words(chance).alias("概率说明"),
        order.alias("走访次序"),
        trust.alias("可信程度"),
        "每人缺口",
        "余量",
        pl.col("below").alias("低于线年数"),
        "最差年",
        "最大来源",
        "最大来源占比",
        "预计年人均纯收入",
        _note(panel).alias("说明"),
        pl.lit(panel.line_note).alias("线的说明"),
    ).with_columns(pl.col("参照年人均纯收入", "预计年人均纯收入").round(2))
