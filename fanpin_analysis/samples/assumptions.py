"""What the sample township assumes about households, their incomes and their visits.

Sources: *workbooks* are aggregates measured on 338 real one-household workbooks; *counties* are
figures that counties published about the 2021-2023 rounds; *notice* is 罗发〔2023〕23号; *own* is a
plausible value that nothing was found for. Rates of faults stand in ``faults.toml``, those of
events in ``events.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from fanpin_analysis.policy.parameters import load_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Numbers behind the sample; shares are of households unless said otherwise."""

    # the round
    province: str = "湖南"  # notice
    visited: date = date(2023, 5, 31)  # notice: ledgers due on 2023-06-02
    actual_years: tuple[int, ...] = (2021, 2022)  # notice: 去年, and the year it is compared with
    expected_year: int = 2023  # notice 附件3: 预计今年人均纯收入

    # villages and households
    default_villages: int = 12  # own
    default_households: int = 3000  # counties: 6,700 households in 13 villages, half of that
    village_spread: float = 0.35  # own: log spread of village sizes
    group_size: int = 36  # own: households a 组
    exited_share: tuple[float, float] = (0.14, 0.34)  # counties: 面上村, 脱贫村
    designated_share: float = 0.4  # own: villages that were 脱贫村
    away_share: float = 0.06  # notice 二(三): telephone only for households wholly away
    away_unmarked: float = 0.5  # own: of those, villages note 整户外出 about half the time
    unsigned: float = 0.12  # own: electronic copies without 核查人
    absent_reason: float = 0.5  # own: unvisited households whose reason the roster gives

    # members
    compound_surname: float = 0.012  # own
    minority_name: float = 0.004  # own
    rare_character: float = 0.03  # own
    one_character: float = 0.18  # own: given names of one character
    woman_heads: float = 0.16  # own
    skilled: float = 0.2  # own: of healthy adults
    works_away: float = 0.66  # own: of adults with full labour below 60
    factory_hands: float = 0.04  # own: of workers, in the villages near the factory
    minimum_living: float = 0.04  # own: 低保 households
    odd_spelling: float = 0.12  # workbooks: 55 spellings of 与户主关系

    # incomes, yuan a person and year: random intercept and yearly noise, STATISTICS 3.2
    median_general: float = 16200.0  # own, near published rural incomes of such counties in 2022
    median_exited: float = 13600.0  # own
    between_spread: float = 0.34  # s_b: log spread between households
    within_spread: float = 0.15  # s_w: log spread from year to year
    business_noise: float = 0.8  # more noise the larger the share of 生产经营性收入
    expected_noise: float = 0.6  # a forecast swings less than a year that has happened
    intercept_floor: float = 9800.0  # own: poorer households have been found in earlier rounds
    growth: float = 0.07  # own: yearly, nominal
    business_cost: tuple[float, float] = (0.2, 0.5)  # own: 生产经营性支出 of gross
    missing_year: float = 0.006  # own: newly split households have no earlier year
    size_change: float = 0.02  # own: births and deaths between years

    # other papers
    phone_in_portrait: float = 0.95  # own
    portrait_planted: float = 0.95  # own: portraits handed in of those that are due
    portrait_unnoticed: float = 0.4  # own: the same where only the incomes show that one is due
    granted: float = 0.5  # own: new 低保 applicants who draw it already
    problem_noted: float = 0.85  # own: problems of the ledger that 附件4 has
    submitting: float = 0.5  # own: villages whose 附件1 has come in


ASSUMED = Assumptions()


@cache
def threshold(name: str) -> float:
    """Return a parameter in force on the day of the visits: what is planted depends on it."""
    return load_parameters(ASSUMED.province, ASSUMED.visited)[name].value
