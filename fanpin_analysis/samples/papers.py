"""The papers besides the ledgers: rows of each, and how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.events import villages_where
from fanpin_analysis.samples.given import ASSUMED, SEPARATOR, WORDS, Record, load, vocabulary
from fanpin_analysis.samples.ledger import PROBLEMS, some_man
from fanpin_analysis.samples.pages import Page, shown
from fanpin_analysis.samples.portraits import portrait_rows
from fanpin_analysis.samples.register import register_rows, supported
from fanpin_analysis.samples.world import coordinates, neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fanpin_analysis.samples.faults import Planting
    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.world import World

CLUES = "部门线索"
WEEK = timedelta(days=7)
SPELT = ("与户主关系", "健康状况", "文化程度")
WHOM: dict[str, Callable[[Household], Sequence[Record]]] = {
    "anyone": lambda household: household.members,
    "head": lambda household: household.members[:1],
    "worker": lambda household: household.workers or household.members[:1],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper's file, titles and columns, as ``papers.toml`` explains its keys."""

    key: str
    file: str
    sheet: str
    columns: tuple[tuple[str, str], ...]
    title: tuple[str, ...] = ()
    unit: str = ""
    plain: bool = False

    @property
    def fields(self) -> list[str]:
        """The fields of the columns."""
        return [field for field, _ in self.columns]

    @property
    def first(self) -> int:
        """The number of the first row below the header."""
        return len(self.title) + bool(self.unit) + 2

    def told(self, row: Record) -> Record:
        """Return what the paper tells of a record, and which household it is about."""
        return {name: row[name] for name in (*self.fields, "户编号") if name in row}

    def page(self, rows: Iterable[Record]) -> Page:
        """Return the paper as a sheet: titles, header, a row a record."""
        page = Page(name=self.sheet, width=len(self.columns), plain=self.plain)
        page.above(self.title, self.unit)
        page.header([header for _, header in self.columns])
        for order, row in enumerate(rows, 1):
            values = [row.get(field, order if field == "序号" else "") for field in self.fields]
            page.add([self._cell(value) for value in values])
        return page

    def _cell(self, value: object) -> object:
        return f"{value:%Y%m%d}" if self.plain and isinstance(value, date) else shown(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueList:
    """A list that a department sends, an entry of ``words.toml``: of whom, and what it says.

    ``others`` is the share of households that are on it though nothing else befell them, ``says``
    what it says of each, ``also`` the same in columns of its own, ``group`` the one of the six
    groups that being on it makes one of.
    """

    name: str
    file: str
    says: Mapping[str, str]
    others: float = 0.0
    whom: str = "anyone"
    also: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    costly: bool = False

    def page(self, rows: Sequence[Record]) -> Page:
        """Return the list as a sheet, with the columns of its own at the end."""
        paper = papers()["clues"]
        own = tuple((name, name) for name in self.also)
        return replace(paper, columns=(*paper.columns, *own)).page(rows)

    def rows(self, world: World) -> Iterator[Record]:
        """Yield a row for those it concerns, and for some whom nothing else betrays."""
        dice = Dice(world.seed, "clues", self.name)
        for household in world.households:
            fate = household.fate
            other = not fate.event.key and dice.chance(self.others)
            if self.name in fate.event.clues or other:
                member = dice.pick(WHOM[self.whom](household))
                cost = fate.cost or dice.between(120, 300) * 100
                yield {
                    **self.says,
                    **self.also,
                    "户编号": household.number,
                    "村": household.village,
                    "姓名": member["姓名"],
                    "证件号码": member["证件号码"],
                    "金额": cost if self.costly else None,
                    "日期": ASSUMED.visited - timedelta(days=dice.between(2, 40)),
                }


@cache
def papers() -> dict[str, Paper]:
    """Load the papers, by key."""
    return {paper.key: paper for paper in load(Paper, "papers.toml", "paper")}


def clue_lists() -> tuple[ClueList, ...]:
    """Load the lists that departments send."""
    return load(ClueList, "words.toml", "clue")


def paper_rows(
    world: World, planting: Planting, rows: Sequence[Row]
) -> dict[str, Iterator[Record]]:
    """Return the rows of every paper that comes as one file, by key."""
    return {
        "villages": _villages(world),
        "roster": _roster(world, planting),
        "members": _members(world),
        "incomes": _incomes(world),
        "register": register_rows(world),
        "portraits": portrait_rows(world, rows),
        "decisions": _decisions(world),
        "rectification": _rectification(world, rows),
    }


def _villages(world: World) -> Iterator[Record]:
    """Yield a row a village, with neighbours and coordinates."""
    names = world.villages
    for position, village in enumerate(names):
        inside = world.of_village(village)
        exited = [household for household in inside if household.exited]
        east, north = coordinates(position)
        beside = [names[other] for other in neighbours(position, len(names))]
        yield {
            "行政村代码": f"{WORDS.prefix}100{201 + position}",
            "乡镇场": WORDS.township,
            "村": village,
            "村类型": "脱贫村" if village in world.designated else "面上村",
            "总户数": len(inside),
            "总人口": sum(household.size for household in inside),
            "脱贫户数": len(exited),
            "脱贫人口": sum(household.size for household in exited),
            "监测户数": sum(bool(household.fate.event.status) for household in inside),
            "是否易地搬迁集中安置点": position == len(names) - 1,
            "是否受灾影响较大": position in villages_where("flood", len(names)),
            "经度": east,
            "纬度": north,
            "相邻村": SEPARATOR.join(beside),
            "驻村工作队": WORDS.teams[position % len(WORDS.teams)],
        }


def _roster(world: World, planting: Planting) -> Iterator[Record]:
    """Yield a row a household that the hukou roster has."""
    dice = Dice(world.seed, "roster")
    for household in world.households:
        if household.number not in planting.extra:
            absent = household.number in planting.missing and dice.chance(ASSUMED.absent_reason)
            reason = dice.pick(WORDS.absent_reasons) if absent else ""
            yield household.columns | {"未排查原因": reason}


def _members(world: World) -> Iterator[Record]:
    """Yield a row a person; some words are spelt as people speak."""
    dice = Dice(world.seed, "members")
    for household in world.households:
        for member in supported(household):
            spelt = {column: _spelt(dice, column, member[column]) for column in SPELT}
            yield household.columns | member | spelt


def _spelt(dice: Dice, column: str, word: str) -> str:
    if not word or not dice.chance(ASSUMED.odd_spelling):
        return word
    items = vocabulary().code_list(column).items
    spellings = next((item.spellings for item in items if item.word == word), ())
    return dice.pick((f"{word} ", *spellings[:3]))


def _incomes(world: World) -> Iterator[Record]:
    """Yield a row a household and year; self-paid costs stand in the year they are expected."""
    for household in world.households:
        for year in household.incomes:
            expected = year["年度"] == ASSUMED.expected_year
            cost = household.fate.cost if expected else None
            yield household.columns | year | {"合规自付支出": cost}


def _decisions(world: World) -> Iterator[Record]:
    """Yield the households that the township proposes to roll back or to remove."""
    for household in world.households:
        event = household.fate.event
        if event.decision:
            yield household.columns | {
                "拟办意见": event.decision,
                "理由": event.reason,
                "研究日期": ASSUMED.visited + WEEK,
            }


def _rectification(world: World, rows: Sequence[Row]) -> Iterator[Record]:
    """Yield 附件4: most of the problems that the ledgers show."""
    dice = Dice(world.seed, "rectification")
    states = vocabulary().code_list("整改情况").words
    known = {problem["field"]: problem for problem in WORDS.problem}
    problems = (
        (row, known[problem])
        for row in rows
        for problem in PROBLEMS
        if row.answers[problem] is True and not row.returned
    )
    for row, problem in problems:
        if not dice.chance(ASSUMED.problem_noted):
            continue
        person, number = some_man(dice), f"{WORDS.phones}{dice.between(0, 99999):05d}"
        state, weeks = dice.pick(states), dice.between(-1, 8)
        yield {
            "村": row.village,
            "户主姓名": row.household.name,
            "具体问题": problem["text"].format(name=row.household.name),
            "整改责任人及联系电话": f"{person} {number}",
            "整改措施": problem["remedy"],
            "整改情况": state if weeks > 0 else states[0],
            "完成时限": ASSUMED.visited + weeks * WEEK,
        }
