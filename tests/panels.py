"""Makes incomes tables for the tests: simulated townships, and worked households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from fanpin_analysis.intake.identity import check_digit

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = {
    "村": pl.String,
    "户主姓名": pl.String,
    "户主证件号码": pl.String,
    "年度": pl.Int64,
    "年度家庭人口数": pl.Float64,
    "工资性收入": pl.Float64,
    "生产经营性收入": pl.Float64,
    "生产经营性支出": pl.Float64,
    "财产性收入": pl.Float64,
    "转移性收入": pl.Float64,
    "纯收入": pl.Float64,
    "人均纯收入": pl.Float64,
}
LAST = 2022  # the year before the round of the notice
LINE = 7500


def key(number: int) -> str:
    """Return a valid ID that belongs to nobody; as many as a large township needs."""
    day, order = divmod(number, 999)
    year, rest = divmod(day, 336)
    body = f"439999{1940 + year}{rest // 28 + 1:02}{rest % 28 + 1:02}{order + 1:03}"
    return body + check_digit(body)


def year_of(household: int, year: int, per_head: float | None, **cells: Any) -> dict[str, Any]:
    """Return one household-year; all of it wages of three persons unless cells say otherwise."""
    size = cells.get("年度家庭人口数", 3)
    total = None if per_head is None or size is None else per_head * size
    return {
        "村": "石桥村",
        "户主姓名": f"张{household}",
        "户主证件号码": key(household),
        "年度": year,
        "年度家庭人口数": size,
        "工资性收入": total,
        "生产经营性收入": 0,
        "生产经营性支出": 0,
        "财产性收入": 0,
        "转移性收入": 0,
        "纯收入": total,
        "人均纯收入": per_head,
    } | cells


def incomes(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return a typed incomes table."""
    return pl.DataFrame(list(rows), schema=SCHEMA, strict=False)


def histories(*levels: Sequence[float | None]) -> pl.DataFrame:
    """Return a table of histories that end last year; a null is a year without a row."""
    return incomes(
        [
            year_of(number, LAST + 1 - len(told) + place, level)
            for number, told in enumerate(levels)
            for place, level in enumerate(told)
            if level is not None
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Township:
    """A simulated township: log incomes with a random intercept and noise by farm share."""

    households: int = 4000
    years: int = 3
    between: float = 0.35
    within: float = 0.26
    median: float = 12000
    farm_noise: float = 1.0
    seed: int = 1

    def levels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return incomes a head by household and year, the true log levels, and the variances."""
        chance = np.random.default_rng(self.seed)
        level = np.log(self.median) + chance.normal(0, self.between, self.households)
        farm = chance.uniform(0, 1, self.households)
        spread = self.within * (1 + self.farm_noise * (farm - 0.5))
        noise = chance.normal(size=(self.households, self.years)) * spread[:, None]
        return np.exp(level[:, None] + noise), farm, spread**2

    def table(self) -> pl.DataFrame:
        """Return the incomes table of the township."""
        levels, farm, _ = self.levels()
        household, year = np.divmod(np.arange(levels.size), self.years)
        keys = pl.Series([key(n) for n in range(self.households)])
        per_head = levels.ravel()
        net = per_head * farm[household] * 4
        return pl.DataFrame(
            {
                "村": pl.Series(household % 20).cast(pl.String),
                "户主姓名": pl.Series(household).cast(pl.String),
                "户主证件号码": keys.gather(household),
                "年度": year + LAST + 1 - self.years,
                "年度家庭人口数": np.full(levels.size, 4.0),
                "工资性收入": per_head * 4 - net,
                "生产经营性收入": net * 1.5,
                "生产经营性支出": net * 0.5,
                "财产性收入": np.zeros(levels.size),
                "转移性收入": np.zeros(levels.size),
                "纯收入": per_head * 4,
                "人均纯收入": per_head,
            }
        )
