"""Whose income fell: by the notice's rule word for word, and obviously, beyond the usual noise.

Fell and how much is told in nominal yuan. A household picked for being low rises on average next
year without any help (regression to the mean), so a rise of the listed shows no effect of help.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from fanpin_analysis.analysis.engine import same_kind
from fanpin_analysis.analysis.income import KIND, SHARES, kinds_of
from fanpin_analysis.analysis.income_panel import DECIMALS, SIZE, SOURCES, Panel, numbers
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, VILLAGE
from fanpin_analysis.analysis.shrinkage import normal_cdf, relative_variance
from fanpin_analysis.intake.keys import KEY

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy

EXITED: Final = "脱贫户"
LOW: Final = "低收入线"
NORMAL_MAD: Final = 1.4826  # of a normal distribution, standard deviation over median deviation


class Changes:
    """The households of an incomes table with last year beside the year before and that before."""

    def __init__(self, incomes: IntoFrame, policy: Policy) -> None:
        self.panel = Panel(incomes, policy)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row a household, by key; the years by a join, so that a gap stays a gap."""
        panel, table = self.panel, self.panel.people
        kept = ["y", "x", "whole", "told", SIZE, *SOURCES, *SHARES]
        for back, suffix in enumerate(("1", "2", "3")):
            year = panel.of_year(panel.last_year - back)
            named = year.select(KEY, *[pl.col(name).alias(f"{name}{suffix}") for name in kept])
            table = table.join(named, on=KEY, how="left")
        return table.sort(KEY)

    @cached_property
    def logs(self) -> np.ndarray:
        """The yearly log changes, NaN where a year is unknown.

        The floor of the logs is held against the line, the change itself is nominal.
        """
        floor = self.panel.value("对数收入下限")
        now, before = self.panel.last_year, self.panel.last_year - 1
        lines = self.panel.lines
        return _log(numbers(self.table["y1"]), floor * lines.get(now, 1.0)) - _log(
            numbers(self.table["y2"]), floor * lines.get(before, 1.0)
        )

    @property
    def known(self) -> np.ndarray:
        """The changes of the households whose two years are known."""
        return self.logs[np.isfinite(self.logs)]

    @property
    def enough(self) -> bool:
        """Tell whether the pool is large enough to say what is usual in it."""
        return len(self.known) >= self.panel.value("合并自由度下限")

    @property
    def median(self) -> float:
        """The pool's median log change; none in a pool too small to tell."""
        return float(np.median(self.known)) if self.enough else 0.0

    @property
    def spread(self) -> float:
        """The robust standard deviation of the yearly log change."""
        if not self.enough:
            return float(np.sqrt(2 * self.panel.value("默认户内方差")))
        return NORMAL_MAD * float(np.median(np.abs(self.known - self.median)))

    @cached_property
    def standard(self) -> np.ndarray:
        """The change less the median, in usual swings of households that live on the like."""
        off = self.logs - self.median
        design = np.column_stack([numbers(self.table[f"{name}2"]) for name in SHARES])
        swing = np.full(len(off), self.spread)
        if self.enough:
            floor = self.panel.value("波动倍数下限")
            scale = np.sqrt(relative_variance(np.abs(off), design, floor))
            swing = scale * NORMAL_MAD * float(np.nanmedian(np.abs(off) / scale))
        beyond = np.where(np.abs(off) > 0, np.copysign(np.inf, off), off)
        return np.divide(off, swing, out=beyond, where=swing > 0)


def declining_income(incomes: IntoFrame, policy: Policy, kinds: IntoFrame | None = None) -> Any:  # noqa: ANN401  of the caller's kind
    """Compare last year's income of each household with that of the year before.

    Parameters
    ----------
    incomes
        The incomes table.
    policy
        The parameters in force; last year is the one before its day.
    kinds
        户主证件号码 or 户键, and 户类型, for the notice's rule about households that left poverty.

    Returns
    -------
    frame
        One row a household, by 户键. 收入较低且下降 (the notice's rule)
        and 明显下降 are true, false or null (cannot be told). The two log parts add up to the log
        change.
    """
    changes = Changes(incomes, policy)
    panel, table = changes.panel, changes.table
    kind = (
        pl.DataFrame(schema={KEY: pl.String, KIND: pl.String}) if kinds is None else kinds_of(kinds)
    )
    z = pl.Series("z", changes.standard).fill_nan(None)
    table = table.with_columns(z).join(kind, on=KEY, how="left", maintain_order="left")
    now, before, earlier = pl.col("y1"), pl.col("y2"), pl.col("y3")
    fall = pl.when(before > 0).then((now / before - 1).round(DECIMALS))
    low = panel.value(LOW)
    beyond = pl.col("z") <= -panel.value("明显波动倍数")
    steep = (  # of a loss there is no percentage: whether it grew obviously cannot be told
        pl.when(before > 0)
        .then(fall <= -panel.value("明显降幅"))
        .when(now >= before)
        .then(pl.lit(value=False))
    )
    source, lost = _worst_source()
    shown = table.select(
        VILLAGE,
        HEAD,
        HEAD_ID,
        KEY,
        KIND,
        before.round(2).alias("前年人均纯收入"),
        now.round(2).alias("去年人均纯收入"),
        (now - before).round(2).alias("变化额"),
        fall.alias("变化率"),
        ((pl.col(KIND) == EXITED) & (now < low) & (now < before)).alias("收入较低且下降"),
        pl.when(pl.col("z").is_finite()).then(pl.col("z").round(2)).alias("波动倍数"),
        (steep & beyond).alias("明显下降"),
        _log_of("whole1", "whole2").alias("总收入变化部分"),
        _log_of(f"{SIZE}2", f"{SIZE}1").alias("人口变化部分"),
        _by_size(low).alias("因人口变化跌破低收入线"),
        pl.when(lost < 0).then(source).alias("跌得最多的来源"),
        pl.when(lost < 0).then(lost.round(2)).alias("该来源变化额"),
        ((now < before) & (before < earlier)).alias("连续两年下降"),
        _note(panel).alias("说明"),
    )
    return same_kind(shown, incomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How much incomes move anyway; rates as ratios, null where no household tells."""

    households: int
    spread: float
    false_falls: float
    smallest_fall: float
    median: float | None
    sentence: str


def decline_noise(incomes: IntoFrame, policy: Policy) -> Noise:
    """Say how large a fall must be in this township to be more than the usual ups and downs.

    ``spread`` is the standard deviation s of the yearly log change, ``false_falls`` the probability
    that a household with no change falls by 明显降幅 (the parameter) or more, ``smallest_fall`` the
    smallest fall outside the noise, ``median`` the change of the household in the middle.
    """
    changes = Changes(incomes, policy)
    panel, s = changes.panel, changes.spread
    steep = np.log(1 - panel.value("明显降幅"))
    chance = float(normal_cdf(np.array([steep / s]))[0]) if s else 0.0
    smallest = float(1 - np.exp(-panel.value("明显波动倍数") * s))
    median = float(np.expm1(np.median(changes.known))) if len(changes.known) else None
    return Noise(
        households=len(changes.known),
        spread=round(s, DECIMALS),
        false_falls=round(chance, DECIMALS),
        smallest_fall=round(smallest, DECIMALS),
        median=None if median is None else round(median, DECIMALS),
        sentence=_sentence(changes, chance, smallest, median),
    )


def _sentence(changes: Changes, chance: float, smallest: float, median: float | None) -> str:
    panel = changes.panel
    parts = [
        f"收入没有变化的户，也有{chance:.0%}会显出{panel.value('明显降幅'):.0%}以上的下降",
        f"下降超过{smallest:.0%}才超出通常的波动",
    ]
    if not changes.enough:
        parts.append("两年都有收入的户太少，波动按默认值估计")
    if median is not None and median < panel.value("共同下降线"):
        parts.append(f"全体中位户下降{-median:.0%}，属普遍下降，各户的明显下降只是相对全体而言")
    return "；".join(parts) + "。"


def _log(incomes: np.ndarray, floor: float) -> np.ndarray:
    return np.log(np.maximum(incomes, floor))


def _log_of(now: str, before: str) -> pl.Expr:
    """Return the log of a quotient, null unless both are positive."""
    both = (pl.col(now) > 0) & (pl.col(before) > 0)
    return pl.when(both).then((pl.col(now) / pl.col(before)).log().round(DECIMALS))


def _by_size(low: float) -> pl.Expr:
    """Tell whether the household is below a line only because it has more heads than before."""
    crossed = (pl.col("y1") < low) & (pl.col("y2") >= low)
    return crossed & (pl.col("whole1") / pl.col(f"{SIZE}2") >= low)


def _worst_source() -> tuple[pl.Expr, pl.Expr]:
    """Return the source that lost most, and by how many yuan a household."""
    lost = {source: pl.col(f"{source}1") - pl.col(f"{source}2") for source in SOURCES}
    unknown = pl.any_horizontal(change.is_null() for change in lost.values())
    least = pl.when(~unknown).then(pl.min_horizontal(lost.values()))
    named = [pl.when(change == least).then(pl.lit(source)) for source, change in lost.items()]
    return pl.coalesce(named), least


def _note(panel: Panel) -> pl.Expr:
    now, before = pl.col("y1"), pl.col("y2")
    years = ((now, panel.last_year, "told1"), (before, panel.last_year - 1, "told2"))
    reasons = [
        pl.when(y.is_null()).then(
            pl.when(pl.col(told) > 1)
            .then(pl.lit(f"依据不足：{year}年填了两种不同的数"))
            .otherwise(pl.lit(f"依据不足：缺{year}年"))
        )
        for y, year, told in years
    ]
    turned = pl.when((before > 0) & (now < 0)).then(pl.lit("由正转负"))
    loss = pl.when((before <= 0) | (now < 0)).then(pl.lit("亏损"))
    return pl.coalesce(*reasons, turned, loss)
