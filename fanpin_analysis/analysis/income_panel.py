"""Household-years of income, each checked, keyed and held against its year's line.

What cannot be used is left out or unknown and counted, never an error: rows of nobody, a year that
is told twice in different ways, a household of no size. A missing year stays missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, VILLAGE, YEAR
from fanpin_analysis.intake.keys import GROUND, KEY, UNCLEAR, with_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy

SIZE, TOTAL, PER_HEAD = "年度家庭人口数", "纯收入", "人均纯收入"
WAGE, GROSS, COSTS = "工资性收入", "生产经营性收入", "生产经营性支出"
PROPERTY, TRANSFER = "财产性收入", "转移性收入"
BUSINESS: Final = "生产经营净收入"
AMOUNTS: Final = (SIZE, WAGE, GROSS, COSTS, PROPERTY, TRANSFER, TOTAL, PER_HEAD)
SOURCES: Final = (WAGE, BUSINESS, PROPERTY, TRANSFER)
PERIOD: Final = "期间止"  # filled where a row is not about a calendar year
LINE: Final = "监测线"
DECIMALS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows or household-years were met that are not simply used."""

    item: str
    number: int
    note: str = ""


class Panel:
    """The household-years of an incomes table, up to the year of the survey.

    Parameters
    ----------
    incomes
        The incomes table, of any eager kind.
    policy
        The parameters in force; the last actual year is the one before its day.
    """

    def __init__(self, incomes: IntoFrame, policy: Policy) -> None:
        self.policy, self.parameters = policy, policy.parameters
        self.this_year = policy.parameters.on.year
        self.last_year = self.this_year - 1
        self._raw = keyed(incomes, [VILLAGE, HEAD, HEAD_ID, YEAR, PERIOD, *AMOUNTS])

    def value(self, name: str) -> float:
        """Return the value in force of a parameter."""
        return self.parameters[name].value

    @cached_property
    def _keyed(self) -> pl.DataFrame:
        numbers = [_finite(name) for name in (YEAR, *AMOUNTS)]
        texts = pl.col(VILLAGE, HEAD, HEAD_ID).cast(pl.String)
        whole_years = self._raw.filter(pl.col(PERIOD).is_null())
        keyed = whole_years.with_columns(texts, *numbers).drop_nulls(KEY)
        sound = (pl.col(YEAR) % 1 == 0) & pl.col(YEAR).is_between(date.min.year, date.max.year)
        return keyed.with_columns(pl.when(sound).then(pl.col(YEAR)).cast(pl.Int64))

    @cached_property
    def people(self) -> pl.DataFrame:
        """The households, with village, head's name and ID as most usual, in order of key."""
        usual = pl.col(VILLAGE, HEAD, HEAD_ID).drop_nulls().sort().mode().sort().first()
        return self._keyed.group_by(KEY).agg(usual).sort(KEY)

    @cached_property
    def _once(self) -> pl.DataFrame:
        """One row a household and year; what is told in two ways is null and said to be so."""
        rows = self._keyed.drop_nulls(YEAR).select(KEY, YEAR, *AMOUNTS)
        told = pl.struct(AMOUNTS).n_unique().alias("told")
        once = rows.group_by(KEY, YEAR).agg(told, pl.len().alias("copies"), pl.col(AMOUNTS).first())
        clear = pl.col("told") == 1
        return once.with_columns(pl.when(clear).then(pl.col(name)) for name in AMOUNTS)

    @cached_property
    def years(self) -> pl.DataFrame:
        """One row a household and year, ordered, with income a head, line, ratio and shares."""
        sized = pl.when(pl.col(SIZE) >= 1).then(pl.col(SIZE))
        net = (pl.col(GROSS) - pl.col(COSTS)).alias(BUSINESS)
        rows = self._once.with_columns(sized, net)
        whole = pl.coalesce(TOTAL, pl.sum_horizontal(SOURCES, ignore_nulls=False))
        gross = pl.sum_horizontal(pl.col(SOURCES).abs(), ignore_nulls=False)
        floor = self.value("对数收入下限")
        return (
            rows.with_columns(pl.coalesce(PER_HEAD, whole / pl.col(SIZE)).alias("y"))
            .with_columns(pl.col(YEAR).replace_strict(self.lines, default=None).alias("line"))
            .with_columns(
                (pl.col("y") / pl.col("line")).round(DECIMALS).alias("ratio"),
                (pl.col("y") * pl.col(SIZE)).alias("whole"),
                *[(pl.col(source) / gross).abs().alias(f"share {source}") for source in SOURCES],
            )
            .with_columns(pl.col(r"^share .*$").fill_nan(None))
            .with_columns(pl.max_horizontal("ratio", pl.lit(floor)).log().alias("x"))
            .with_columns(pl.when(pl.col("y").is_not_null()).then(pl.col("x")).alias("x"))
            .sort(KEY, YEAR)
        )

    @cached_property
    def actual(self) -> pl.DataFrame:
        """The years before this one; what is expected of this year is no record."""
        return self.years.filter(pl.col(YEAR) <= self.last_year)

    @cached_property
    def recorded(self) -> pl.DataFrame:
        """The actual years whose income a head is known."""
        return self.actual.drop_nulls("y")

    def of_year(self, year: int) -> pl.DataFrame:
        """Return the household-years of one year."""
        return self.years.filter(pl.col(YEAR) == year)

    @cached_property
    def _official_lines(self) -> dict[int, float]:
        years = self._keyed[YEAR].drop_nulls().unique().sort().to_list()
        return self.parameters.by_year(LINE, years)

    @cached_property
    def lines(self) -> dict[int, float]:
        """The line of each year; where none is in force, this year's in nominal yuan."""
        years = self._keyed[YEAR].drop_nulls().unique().sort().to_list()
        this = self.parameters[LINE].value
        return {year: self._official_lines.get(year, this) for year in years}

    @cached_property
    def line_note(self) -> str:
        """Say which years are held against this year's line for want of their own."""
        lacking = sorted(set(self.lines) - set(self._official_lines))
        if not lacking:
            return "各年用当年的监测线"
        named = "、".join(map(str, lacking))
        this = self.parameters[LINE]
        return f"{named}年没有登记当年的监测线，按{this.value:g}{this.unit}的名义数比较，未扣物价"

    @cached_property
    def counts(self) -> list[Count]:
        """What was left out, unknown or changed, and how often."""
        actual = self._once.filter(pl.col(YEAR) <= self.last_year)
        floored = self.recorded.filter(pl.col("ratio") < self.value("对数收入下限"))
        return [
            Count(item="收入表行数", number=len(self._raw)),
            Count(
                item="认不出是哪一户的行",
                number=self._raw[KEY].null_count(),
                note="不参加分析",
            ),
            Count(
                item="不按自然年记的行",
                number=int(self._raw[PERIOD].is_not_null().sum()),
                note="如近12个月，不参加分析",
            ),
            Count(item="没有年度的行", number=self._keyed[YEAR].null_count(), note="不参加分析"),
            Count(item="户数", number=len(self.people)),
            Count(
                item="同一年重复而相同的行",
                number=int(actual.filter(pl.col("told") == 1)["copies"].sum())
                - int((actual["told"] == 1).sum()),
                note="只算一次",
            ),
            Count(
                item="同一年填了不同数的户年",
                number=int((actual["told"] > 1).sum()),
                note="按不知道处理",
            ),
            Count(
                item="没有人均纯收入的户年",
                number=int(((self.actual["told"] == 1) & self.actual["y"].is_null()).sum()),
                note="按缺该年处理",
            ),
            Count(item="取对数时抬到下限的户年", number=len(floored), note="只影响概率"),
            Count(
                item="今年及以后的户年",
                number=len(self.years) - len(self.actual),
                note="预计数，不算实际年份",
            ),
        ]


def keyed(frame: IntoFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Return some columns of a frame with 户键; null where a row fits nobody or several."""
    known = nw.from_native(frame).collect_schema().names()
    told = with_keys({"incomes": rows_of(frame, known)}, {})["incomes"]
    clear = pl.when(pl.col(GROUND) != UNCLEAR).then(KEY) if GROUND in told.columns else pl.col(KEY)
    return rows_of(told.with_columns(clear.alias(KEY)), [KEY, *columns])


def accounts_of(panel: Panel) -> pl.DataFrame:
    """Return the counts of a panel as a table: 项目, 数量, 说明."""
    rows = [{"项目": c.item, "数量": c.number, "说明": c.note} for c in panel.counts]
    return pl.DataFrame(rows, schema={"项目": pl.String, "数量": pl.Int64, "说明": pl.String})


def numbers(column: pl.Series) -> np.ndarray:
    """Return a column as floats, NaN where it is null."""
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _finite(name: str) -> pl.Expr:
    number = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number).alias(name)
