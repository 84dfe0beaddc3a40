"""Three years of incomes by source: a household's own level, yearly noise, and its fate."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from fanpin_analysis.samples.given import ASSUMED, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fanpin_analysis.samples.chance import Dice
    from fanpin_analysis.samples.events import Event
    from fanpin_analysis.samples.people import Household

Sources = dict[str, float]

WAGE, BUSINESS, PROPERTY, TRANSFER = "工资性收入", "生产经营性收入", "财产性收入", "转移性收入"
SOURCES = (WAGE, BUSINESS, PROPERTY, TRANSFER)
BASE_YEAR = 2022
ROUNDED = 10  # yuan: what people tell is rounded


def incomes(dice: Dice, household: Household, event: Event) -> list[Record]:
    """Return a household's incomes, one row a year, oldest first; a few households lack a year."""
    level, shares = _level(dice, household), _shares(dice, household)
    years = [*ASSUMED.actual_years, ASSUMED.expected_year]
    sizes = _sizes(dice, household, years)
    rows = []
    for year in years:
        sources = _usual(dice, year, level, shares, sizes[year])
        for step in event.steps:
            if step["year"] == year:
                sources = _befallen(dice, sources, step, sizes[year])
        rows.append(
            {"年度": year, "年度家庭人口数": sizes[year], **_stated(dice, sources, sizes[year])}
        )
    if not event.key and dice.chance(ASSUMED.missing_year):
        del rows[dice.between(0, len(years) - 2)]
    return rows


def _level(dice: Dice, household: Household) -> float:
    """Return the household's own log income a head: the random intercept, with a floor."""
    median = ASSUMED.median_exited if household.exited else ASSUMED.median_general
    while True:
        level = log(median) + dice.normal(0, ASSUMED.between_spread)
        if level >= log(ASSUMED.intercept_floor):
            return level


def _shares(dice: Dice, household: Household) -> Sources:
    """Return what part of the income comes from each source."""
    weights = {
        WAGE: len(household.workers) * dice.uniform(0.8, 1.3),
        BUSINESS: (0.12 + 0.14 * len(household.labour)) * dice.uniform(0.5, 1.6),
        PROPERTY: dice.uniform(0.0, 0.04),
        TRANSFER: 0.06 + 0.16 * len(household.elders) * dice.uniform(0.7, 1.3),
    }
    whole = sum(weights.values())
    return {source: weight / whole for source, weight in weights.items()}


def _sizes(dice: Dice, household: Household, years: list[int]) -> dict[int, int]:
    """Return the size of the household in each year; births and deaths lie before the visit."""
    sizes = dict.fromkeys(years, household.size)
    if household.size > 1 and dice.chance(ASSUMED.size_change):
        sizes[years[0]] += dice.pick((-1, 1))
    return sizes


def _usual(dice: Dice, year: int, level: float, shares: Sources, size: int) -> Sources:
    """Return a year's sources as they are when nothing in particular happens."""
    spread = ASSUMED.within_spread * (1 + ASSUMED.business_noise * (shares[BUSINESS] - 0.25))
    if year == ASSUMED.expected_year:
        spread *= ASSUMED.expected_noise
    head = exp(level + ASSUMED.growth * (year - BASE_YEAR) + dice.normal(0, spread))
    return {source: head * size * share for source, share in shares.items()}


def _befallen(dice: Dice, sources: Sources, step: Mapping[str, Any], size: int) -> Sources:
    """Return a year's sources after one step of an event."""
    source = step["source"]
    if "change" in step:
        return sources | {source: sources[source] * (1 + dice.uniform(*step["change"]))}
    goal = dice.uniform(*step["per_head"]) * size
    rest = sum(sources.values()) - sources[source]
    if goal > rest:
        return sources | {source: goal - rest}
    scale = goal / sum(sources.values())
    return {name: amount * scale for name, amount in sources.items()}


def _stated(dice: Dice, sources: Sources, size: int) -> Record:
    """Return a year's sources as they are stated: business before costs, everything rounded."""
    stated = {source: _round(amount) for source, amount in sources.items()}
    total, net = sum(stated.values()), stated[BUSINESS]
    gross = _round(max(abs(net), 300) / (1 - dice.uniform(*ASSUMED.business_cost)))
    return {
        **stated,
        BUSINESS: gross,
        "生产经营性支出": gross - net,
        "纯收入": total,
        "人均纯收入": round(total / size, 2),
    }


def _round(amount: float) -> int:
    return round(amount / ROUNDED) * ROUNDED
