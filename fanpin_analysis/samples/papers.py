"""The papers besides the ledgers: rows of each, and how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.events import place
from fanpin_analysis.samples.ledger import PROBLEMS
from fanpin_analysis.samples.pages import Page
from fanpin_analysis.samples.portraits import portrait_rows
from fanpin_analysis.samples.register import register_rows, supported
from fanpin_analysis.samples.words import HERE, vocabulary, words
from fanpin_analysis.samples.world import coordinates, neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.planting import Planting
    from fanpin_analysis.samples.words import ClueList
    from fanpin_analysis.samples.world import World

CLUES = "部门线索"
YES_NO = ("是", "否")
WEEK = 7
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

    def page(self, rows: Sequence[Record]) -> Page:
        """Return the paper as a sheet: titles, header, a row a record."""
        page = Page(name=self.sheet, width=len(self.columns), plain=self.plain)
        for text in self.title:
            page.line(text, title=True)
        if self.unit:
            page.line(self.unit)
        page.add([header for _, header in self.columns])
        page.headers.append(page.bottom)
        for order, row in enumerate(rows, 1):
            page.add(
                [
                    _shown(row.get(column, order if column == "序号" else ""), plain=self.plain)
                    for column, _ in self.columns
                ]
            )
        return page

    @property
    def first(self) -> int:
        """The number of the first row below the header."""
        return len(self.title) + bool(self.unit) + 2


@cache
def papers() -> dict[str, Paper]:
    """Load the papers, by key."""
    entries = table(HERE / "papers.toml")["paper"]
    return {entry["key"]: build(Paper, entry, "papers.toml") for entry in entries}


def _shown(value: object, *, plain: bool) -> Any:  # noqa: ANN401  (a cell holds anything)
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO[not value]
    return f"{value:%Y%m%d}" if plain and isinstance(value, date) else value


def paper_rows(
    world: World, planting: Planting, rows: Sequence[Row]
) -> dict[str, Iterator[Record]]:
    """Return the rows of every paper that comes as one file, by key."""
    return {
        "villages": village_rows(world),
        "roster": roster_rows(world, planting),
        "members": member_rows(world),
        "incomes": income_rows(world),
        "register": register_rows(world),
        "portraits": portrait_rows(world, rows),
        "decisions": decision_rows(world),
        "rectification": rectification_rows(world, rows),
    }


def village_rows(world: World) -> Iterator[Record]:
    """Yield a row a village, with neighbours and coordinates."""
    names = world.villages
    for position, village in enumerate(names):
        inside = world.of_village(village)
        exited = [household for household in inside if household.kind == "脱贫户"]
        east, north = coordinates(position)
        beside = "、".join(names[other] for other in neighbours(position, len(names)))
        yield {
            "行政村代码": f"{words().prefix}100{201 + position}",
            "乡镇场": words().township,
            "村": village,
            "村类型": "脱贫村" if village in world.designated else "面上村",
            "总户数": len(inside),
            "总人口": sum(household.size for household in inside),
            "脱贫户数": len(exited),
            "脱贫人口": sum(household.size for household in exited),
            "监测户数": sum(bool(world.fate(household).event.status) for household in inside),
            "是否易地搬迁集中安置点": position == len(names) - 1,
            "是否受灾影响较大": position in place("flood", len(names)),
            "经度": east,
            "纬度": north,
            "相邻村": beside,
            "驻村工作队": words().teams[position % len(words().teams)],
        }


def roster_rows(world: World, planting: Planting) -> Iterator[Record]:
    """Yield a row a household that the hukou roster has."""
    dice = Dice(world.seed, "roster")
    for household in world.households:
        if household.number in planting.extra:
            continue
        absent = household.number in planting.missing and dice.chance(ASSUMED.absent_reason)
        yield {
            **_head(household),
            "组": household.group,
            "户类型": household.kind,
            "未排查原因": dice.pick(words().absent_reasons) if absent else "",
        }


def _head(household: Household) -> Record:
    return {
        "村": household.village,
        "户编号": household.number,
        "户主姓名": household.name,
        "户主证件号码": household.identity,
        "家庭人口数": household.size,
    }


def member_rows(world: World) -> Iterator[Record]:
    """Yield a row a person; some words are spelt as people speak."""
    dice = Dice(world.seed, "members")
    for household in world.households:
        for member in supported(household, world.fate(household)):
            spelt = {column: _spelt(dice, column, member[column]) for column in SPELT}
            yield {**_head(household), **member, **spelt}


def _spelt(dice: Dice, column: str, word: str) -> str:
    if not word or not dice.chance(ASSUMED.odd_spelling):
        return word
    items = vocabulary().code_list(column).items
    spellings = next((item.spellings for item in items if item.word == word), ())
    return dice.pick((f"{word} ", *spellings[:3]))


def income_rows(world: World) -> Iterator[Record]:
    """Yield a row a household and year; self-paid costs stand in the year they are expected."""
    for household in world.households:
        for year in world.incomes[household.number]:
            expected = year["年度"] == ASSUMED.expected_year
            yield {
                **_head(household),
                **year,
                "合规自付支出": world.fate(household).cost if expected else None,
            }


def decision_rows(world: World) -> Iterator[Record]:
    """Yield the households that the township proposes to roll back or to remove."""
    for household in world.households:
        event = world.fate(household).event
        if event.decision:
            yield {
                **_head(household),
                "拟办意见": event.decision,
                "理由": event.reason,
                "研究日期": ASSUMED.visited + timedelta(days=WEEK),
            }


def rectification_rows(world: World, rows: Sequence[Row]) -> Iterator[Record]:
    """Yield 附件4: most of the problems that the ledgers show."""
    dice = Dice(world.seed, "rectification")
    states = vocabulary().code_list("整改情况").words
    known = {problem.field: problem for problem in words().problems}
    for row in rows:
        for field in PROBLEMS:
            if (
                row.answers[field] is True
                and not row.returned
                and dice.chance(ASSUMED.problem_noted)
            ):
                person = dice.pick(words().surnames) + dice.pick(words().men)
                number = f"{words().phones}{dice.between(0, 99999):05d}"
                state, weeks = dice.pick(states), dice.between(-1, 8)
                yield {
                    "村": row.village,
                    "户主姓名": row.household.name,
                    "具体问题": known[field].text.format(name=row.household.name),
                    "整改责任人及联系电话": f"{person} {number}",
                    "整改措施": known[field].remedy,
                    "整改情况": state if weeks > 0 else states[0],
                    "完成时限": ASSUMED.visited + timedelta(days=weeks * WEEK),
                }


def clue_page(sent: ClueList, rows: Sequence[Record]) -> Page:
    """Return a department's list as a sheet, with the columns of its own at the end."""
    paper = papers()["clues"]
    own = tuple((name, name) for name in sent.also)
    return replace(paper, columns=(*paper.columns, *own)).page(rows)


def clue_rows(world: World, sent: ClueList) -> Iterator[Record]:
    """Yield a department's list: those it concerns, and some whom nothing else betrays."""
    dice = Dice(world.seed, "clues", sent.name)
    for household in world.households:
        fate = world.fate(household)
        other = not fate.event.key and dice.chance(sent.others)
        if sent.name in fate.event.clues or other:
            member = dice.pick(WHOM[sent.whom](household))
            cost = fate.cost or dice.between(120, 300) * 100
            yield {
                **sent.also,
                "户编号": household.number,
                "村": household.village,
                "姓名": member["姓名"],
                "证件号码": member["证件号码"],
                "线索来源": sent.sender,
                "线索类型": sent.kind,
                "线索内容": sent.text,
                "金额": cost if sent.costly else None,
                "日期": ASSUMED.visited - timedelta(days=dice.between(2, 40)),
            }
