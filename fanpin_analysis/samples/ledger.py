"""What a careful village would answer about each household, before faults and handwriting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.world import World

PROBLEMS = (
    "是否有住房安全问题",
    "是否有义务教育阶段失学辍学问题",
    "是否有家庭成员未参加基本医疗保险",
    "是否有饮水安全问题",
)
DAYS = 28  # the visits of a village lie within four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a village's ledger: what it says, and what stands verbatim in some cells.

    ``answers`` is how a careful township reads the row, empty text where it cannot be told;
    ``raw`` overrides what the village's hand would write. ``faults`` pairs the key of each planted
    fault with its field; ``returned`` is why the row cannot be counted.
    """

    household: Household
    village: str
    answers: Mapping[str, Any]
    raw: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()
    returned: str = ""

    def says(self, **answers: object) -> Row:
        """Return the row with other answers."""
        return replace(self, answers={**self.answers, **answers})

    def writes(self, column: str, value: object) -> Row:
        """Return the row with a cell that is written verbatim."""
        return replace(self, raw={**self.raw, column: value})

    def of(self, village: str) -> Row:
        """Return the row in another village's ledger."""
        return replace(self, village=village)


def rows(world: World) -> Iterator[Row]:
    """Yield the careful row of every household, in the order of the roster."""
    for village in world.villages:
        dice = Dice(world.seed, "ledger", village)
        signers = [
            f"{dice.pick(words().surnames)}{dice.pick(words().men)}"
            for _ in range(words().checkers)
        ]
        for household in world.of_village(village):
            yield Row(
                household=household,
                village=village,
                answers=_identity(household)
                | _visit(dice, household, signers)
                | _verdict(world, household),
            )


def _identity(household: Household) -> Record:
    return {
        "乡镇场": words().township,
        "村": household.village,
        "组": household.group,
        "户主姓名": household.name,
        "户主证件号码": household.identity,
        "家庭人口数": household.size,
        "联系方式": household.phone,
        "民族": household.members[0]["民族"],
    }


def _visit(dice: Dice, household: Household, signers: list[str]) -> Record:
    signed = not dice.chance(ASSUMED.unsigned)
    unmarked = household.away and dice.chance(ASSUMED.away_unmarked)
    return {
        "排查方式": "电话、微信等排查" if household.away else "入户排查",
        "核查人签字": dice.pick(signers) if signed else "",
        "排查日期": ASSUMED.visited - timedelta(days=dice.between(0, DAYS)),
        "整户外出": "" if unmarked else household.away,
        "备注": dice.pick(words().notes),
    }


def _verdict(world: World, household: Household) -> Record:
    fate = world.fate(household)
    exited = "脱贫户" if household.kind == "脱贫户" else "档外农户"
    proposal = world.proposal(household)
    unproposed = fate.risk and not proposal and not fate.event.status
    return {
        "户属性": "监测对象" if fate.event.status else exited,
        **{problem: fate.event.problem == problem for problem in PROBLEMS},
        "其他问题": (fate.other or (words().unproposed if unproposed else "")) if fate.risk else "",
        "是否存在致返贫风险": fate.risk,
        "致返贫风险类型": fate.cause if fate.risk else "",
        "拟纳入监测类型": proposal,
    }
