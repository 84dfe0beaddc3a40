"""The invented township as it is, before anybody writes anything down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import exp
from typing import TYPE_CHECKING

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.events import COLUMNS, NOTHING, fates, villages_where
from fanpin_analysis.samples.given import ASSUMED, EXITED, WORDS, Record, village_names
from fanpin_analysis.samples.incomes import incomes
from fanpin_analysis.samples.people import Household, People

if TYPE_CHECKING:
    from collections.abc import Iterator

TENS = "一二三四五六七八九十"
SEA = (130.0, 25.0)  # 经度, 纬度 of open water: no real village is meant
STEP = 0.03
SUMMING = (1, 4)  # the household whose head is called like a total: village and place, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Villages, those of them that were 脱贫村, and households in the order of the roster."""

    seed: int
    villages: tuple[str, ...]
    designated: frozenset[str]
    households: tuple[Household, ...]

    def of_village(self, village: str) -> list[Household]:
        """Return the households of a village, in the order of the roster."""
        return [household for household in self.households if household.village == village]


@cache
def world(seed: int, villages: int, households: int) -> World:
    """Return the township of a seed: the same one every time.

    Raises
    ------
    InputError
        When there are not that many village names.
    """
    names = village_names(villages)
    dice = Dice(seed, "villages")
    designated = frozenset(name for name in names if dice.chance(ASSUMED.designated_share))
    settled = list(_settle(seed, names, designated, households))
    met = fates(Dice(seed, "events"), settled, names)
    people = []
    for household in settled:
        fate = met.get(household.number, NOTHING)
        dice = Dice(seed, "incomes", household.number)
        earned = tuple(incomes(dice, household, fate.event))
        people.append(replace(household, fate=fate, incomes=earned))
    return World(seed=seed, villages=names, designated=designated, households=tuple(people))


def group_name(position: int) -> str:
    """Return the name of a 组 by its position in the village, from 0."""
    tens, ones = divmod(position + 1, 10)
    if position + 1 <= len(TENS):
        return f"{TENS[position]}组"
    return f"{TENS[tens - 1] if tens > 1 else ''}十{TENS[ones - 1] if ones else ''}组"


def neighbours(position: int, count: int) -> list[int]:
    """Return the positions of the villages that touch a village on the grid."""
    row, column = divmod(position, COLUMNS)
    beside = [(row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column)]
    inside = [r * COLUMNS + c for r, c in beside if r >= 0 and 0 <= c < COLUMNS]
    return sorted(other for other in inside if other < count)


def coordinates(position: int) -> tuple[float, float]:
    """Return longitude and latitude of a village, in degrees, out at sea."""
    row, column = divmod(position, COLUMNS)
    shift = (position * 7 % 5 - 2) * STEP / 10
    return round(SEA[0] + column * STEP + shift, 4), round(SEA[1] - row * STEP + shift, 4)


def _sizes(dice: Dice, villages: int, households: int) -> list[int]:
    """Share the households out among the villages, none of which stays empty."""
    weights = [exp(dice.normal(0, ASSUMED.village_spread)) for _ in range(villages)]
    sizes = [max(1, round(households * weight / sum(weights))) for weight in weights]
    largest = sizes.index(max(sizes))
    sizes[largest] += households - sum(sizes)
    return sizes


def _settle(
    seed: int, names: tuple[str, ...], designated: frozenset[str], households: int
) -> Iterator[Household]:
    dice, people = Dice(seed, "households"), People(Dice(seed, "people"))
    phones = dice.shuffled(range(100_000))
    near = villages_where("factory", len(names))
    sizes = _sizes(dice, len(names), households)
    spots = [(at, order) for at, size in enumerate(sizes) for order in range(size)]
    for count, (at, order) in enumerate(spots):
        members = people.members(factory_near=at in near)
        if (at, order) == SUMMING:
            members = _renamed(members, WORDS.summing)
        works = any(member["务工所在地"] for member in members)
        exited = ASSUMED.exited_share[names[at] in designated]
        yield Household(
            number=f"{WORDS.prefix}{at + 1:03d}{order + 1:04d}",
            village=names[at],
            group=group_name(order // ASSUMED.group_size),
            kind=EXITED if dice.chance(exited) else "一般农户",
            phone=f"{WORDS.phones}{phones[count % len(phones)]:05d}",
            members=members,
            away=works and len(members) > 1 and dice.chance(ASSUMED.away_share),
        )


def _renamed(members: tuple[Record, ...], name: str) -> tuple[Record, ...]:
    """Give a household's head another name, and its surname to those who had the old one."""
    head, former = members[0], members[0]["姓名"][0]
    kin = [
        member | {"姓名": name[0] + member["姓名"][1:]} if member["姓名"][0] == former else member
        for member in members[1:]
    ]
    return (head | {"姓名": name}, *kin)
