"""What befalls households: the six key groups, shared causes, the register, and nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from fanpin_analysis.policy.loading import table
from fanpin_analysis.samples.given import HERE, WORDS, load, village_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fanpin_analysis.samples.chance import Dice
    from fanpin_analysis.samples.people import Household

TABLES = table(HERE / "events.toml")
COLUMNS = 4  # villages lie on a grid so wide
UNSEEN = "因意外事故"  # what no member's row shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A kind of thing that befalls households, as ``events.toml`` explains its keys."""

    key: str
    label: str
    source: str
    share: float
    least: int
    who: str
    where: str = "any"
    group: str = ""
    causes: tuple[str, ...] = ()
    cluster: str = ""
    risk: float = 0.0
    propose: float = 0.0
    problem: str = ""
    other: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()
    status: str = ""
    look_back: str = ""
    decision: str = ""
    measures: tuple[str, ...] = ()
    support: bool = False
    flagged: bool = False
    clues: tuple[str, ...] = ()
    cost: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What befell one household, and what its village made of it."""

    event: Event
    risk: bool = False
    proposed: bool = False
    cause: str = ""
    other: str = ""
    cost: int | None = None


NOTHING = Fate(event=Event(key="", label="", source="", share=0, least=0, who="any"))


def _someone(column: str, *values: str) -> Callable[[Household], bool]:
    return lambda household: any(member[column] in values for member in household.members)


WHO: dict[str, Callable[[Household], bool]] = {
    "any": lambda _: True,
    "exited": lambda household: household.exited,
    "general": lambda household: not household.exited,
    "worker": lambda household: bool(household.workers),
    "labour": lambda household: bool(household.full_labour),
    "no_labour": lambda household: not household.labour,
    "small": lambda household: household.size <= 2,  # noqa: PLR2004 (old people, mostly)
    "ill": _someone("健康状况", "长期慢性病", "患有大病"),
    "disabled": _someone("健康状况", "残疾"),
    "student": _someone("在校生状况", *TABLES["students"]),
    "pupil": _someone("在校生状况", *TABLES["pupils"]),
    "factory_worker": _someone("务工所在地", WORDS.factory),
    "in_school": lambda household: any(member["在校生状况"] for member in household.members),
    "short_of_labour": lambda household: 2 * len(household.full_labour) < household.size,
    "several": lambda household: household.size > 1,
    "ends_in_x": lambda household: household.identity.endswith("X"),
    "two_characters": lambda household: len(household.name) == 2,  # noqa: PLR2004
    "village_column": lambda household: household.village == village_names(1)[0],
    "low_ground": lambda household: household.group in TABLES["flooded_groups"],
}


@cache
def events() -> tuple[Event, ...]:
    """Load the kinds of events; those that share a cause come first and take whom they need."""
    return tuple(sorted(load(Event, "events.toml", "event"), key=lambda event: not event.cluster))


def villages_where(kind: str, count: int) -> set[int]:
    """Return the positions of the villages of a kind, among so many villages."""
    if kind == "any":
        return set(range(count))
    listed = TABLES[kind]
    return {position for position in listed if position < count} or {listed[0] % count}


def fates(dice: Dice, households: Sequence[Household], villages: Sequence[str]) -> dict[str, Fate]:
    """Return the fate of each household that meets an event, by household number."""
    met: dict[str, Fate] = {}
    for event in events():
        inside = {villages[position] for position in villages_where(event.where, len(villages))}
        eligible = [
            household
            for household in households
            if household.number not in met
            and household.village in inside
            and WHO[event.who](household)
        ]
        wanted = max(event.least, round(event.share * len(households)))
        for household in dice.sample(eligible, wanted):
            met[household.number] = _fate(dice, event, household)
    return met


def _fate(dice: Dice, event: Event, household: Household) -> Fate:
    """Return what an event makes of a household; the register names a cause that it shows."""
    risk, proposed = dice.chance(event.risk), dice.chance(event.propose)
    causes = event.causes
    if event.status:
        shows = TABLES["shown_by"]
        causes = [cause for cause in causes if WHO[shows.get(cause, "any")](household)] or [UNSEEN]
    return Fate(
        event=event,
        risk=risk or proposed,
        proposed=proposed,
        cause=dice.pick(causes),
        other=dice.pick(event.other) if event.other else "",
        cost=dice.between(*event.cost) // 100 * 100 if event.cost else None,
    )
