"""What a careful village would answer about each household, before faults and handwriting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.given import ASSUMED, WORDS, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fanpin_analysis.samples.faults import Fault
    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.world import World

PROBLEMS = tuple(problem["field"] for problem in WORDS.problem)
DAYS = 28  # the visits of a village lie within four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a village's ledger: what it says, and what stands verbatim in some cells.

    ``answers`` is how a careful township reads the row, empty text where it cannot be told;
    ``raw`` overrides what the village's hand would write. ``faults`` are those planted in it.
    """

    household: Household
    village: str
    answers: Mapping[str, Any]
    raw: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def returned(self) -> str:
        """Why the row cannot be counted, empty where it can."""
        return next((fault.returned for fault in self.faults if fault.returned), "")

    def says(self, **answers: object) -> Row:
        """Return the row with other answers."""
        return replace(self, answers={**self.answers, **answers})

    def writes(self, column: str, value: object) -> Row:
        """Return the row with a cell that is written verbatim."""
        return replace(self, raw={**self.raw, column: value})

    def noted(self, fault: Fault) -> Row:
        """Return the row with a fault on record."""
        return replace(self, faults=(*self.faults, fault))


def ledger_rows(world: World) -> Iterator[Row]:
    """Yield the careful row of every household, in the order of the roster."""
    for village in world.villages:
        dice = Dice(world.seed, "ledger", village)
        signers = [some_man(dice) for _ in range(WORDS.checkers)]
        for household in world.of_village(village):
            answers = household.columns | _visit(dice, household, signers) | _verdict(household)
            yield Row(household=household, village=village, answers=answers)


def some_man(dice: Dice) -> str:
    """Return a name for somebody of whom nothing else is known."""
    return dice.pick(WORDS.surnames) + dice.pick(WORDS.men)


def _visit(dice: Dice, household: Household, signers: Sequence[str]) -> Record:
    signed = not dice.chance(ASSUMED.unsigned)
    unmarked = household.away and dice.chance(ASSUMED.away_unmarked)
    return {
        "民族": household.members[0]["民族"],
        "排查方式": "电话、微信等排查" if household.away else "入户排查",
        "核查人签字": dice.pick(signers) if signed else "",
        "排查日期": ASSUMED.visited - timedelta(days=dice.between(0, DAYS)),
        "整户外出": "" if unmarked else household.away,
        "备注": dice.pick(WORDS.notes),
    }


def _verdict(household: Household) -> Record:
    fate, proposal = household.fate, household.proposal
    unproposed = WORDS.unproposed if not proposal and not fate.event.status else ""
    return {
        "户属性": "监测对象" if fate.event.status else household.standing,
        **{problem: fate.event.problem == problem for problem in PROBLEMS},
        "其他问题": fate.other or unproposed if fate.risk else "",
        "是否存在致返贫风险": fate.risk,
        "致返贫风险类型": fate.cause if fate.risk else "",
        "拟纳入监测类型": proposal,
    }
