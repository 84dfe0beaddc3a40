"""Faults outside the ledgers: in the members, the incomes, and the counts that villages hand in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.pages import Page
from fanpin_analysis.samples.words import HERE, vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fanpin_analysis.samples.papers import Paper
    from fanpin_analysis.samples.persons import Record

SUBMITTED = "上报统计表"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A fault of another paper: which cells, and which share of the rows."""

    key: str
    label: str
    source: str
    paper: str
    field: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a village's own count is off by."""

    label: str
    add: Mapping[str, int]


@cache
def elsewhere() -> tuple[Elsewhere, ...]:
    """Load the faults of other papers."""
    entries = table(HERE / "faults.toml")["elsewhere"]
    return tuple(build(Elsewhere, entry, "faults.toml [[elsewhere]]") for entry in entries)


@cache
def slips() -> tuple[Slip, ...]:
    """Load what villages' counts are off by; villages take them in turn."""
    entries = table(HERE / "faults.toml")["slip"]
    return tuple(build(Slip, entry, "faults.toml [[slip]]") for entry in entries)


def _other_sex(_: Dice, row: Record) -> Record:
    return {"性别": "女" if row["性别"] == "男" else "男"}


def _other_sum(dice: Dice, row: Record) -> Record:
    return {"纯收入": row["纯收入"] + dice.between(10, 60) * 100}


def _other_answer(_: Dice, row: Record) -> Record:
    return {"是否稳定超过监测线": not row["是否稳定超过监测线"]}


def _one_insured_less(_: Dice, row: Record) -> Record:
    return {"已参保人数": row["已参保人数"] - 1}


CHANGES: dict[str, Callable[[Dice, Record], Record]] = {
    "sex_parity": _other_sex,
    "income_sum": _other_sum,
    "portrait_stable": _other_answer,
    "portrait_insured": _one_insured_less,
}


def spoilt(seed: int, paper: Paper, rows: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Plant a paper's faults.

    Returns
    -------
    rows
        The paper's rows with the faults in them.
    faults
        One row a fault, as the truth file of faults has them.
    """
    spoiled, planted = list(rows), []
    for fault in elsewhere():
        if fault.paper != paper.key:
            continue
        dice = Dice(seed, "faults", fault.key)
        for spot in dice.sample(range(len(spoiled)), max(1, round(fault.share * len(spoiled)))):
            spoiled[spot] = spoiled[spot] | CHANGES[fault.key](dice, spoiled[spot])
            planted.append(_planted(paper, fault, spot, spoiled[spot]))
    return spoiled, planted


def _planted(paper: Paper, fault: Elsewhere, spot: int, row: Record) -> Record:
    number = paper.first + spot
    column = [field for field, _ in paper.columns].index(fault.field) + 1
    return {
        "文件": paper.file,
        "工作表": paper.sheet,
        "行": number,
        "单元格": f"{get_column_letter(column)}{number}",
        "字段": fault.field,
        "类别": fault.key,
        "说明": fault.label,
        "原值": row[fault.field],
        "退回": False,
        "可读": False,
        "户编号": row["户编号"],
    }


def submitted_page(village: str, counts: Mapping[str, int]) -> Page:
    """Return 附件1 as a village hands it in, on the official form."""
    form = vocabulary().form("submitted")
    page = Page(name="附件1", width=len(form.fields))
    page.line(f"{words().county}{form.title[3:]}", title=True)
    page.line(f"填报单位（盖章）:{words().township}{village}          填报时间：2023年6月19日")
    top = page.bottom
    depth = max(cell.rows[1] for cell in form.header)
    grid = [[""] * page.width for _ in range(depth)]
    at = {field: position for position, field in enumerate(form.fields)}
    for cell in form.header:
        (first, last), (left, right) = cell.rows, (at[column] for column in cell.columns)
        grid[first - 1][left] = cell.text
        if (first, left) != (last, right):
            page.merged.append((top + first, left + 1, top + last, right + 1))
    codes = [field if field in counts else "" for field in form.fields]
    values = {"序号": 1, "乡镇场": village, **counts}
    for row in (*grid, codes):
        page.add(row)
        page.headers.append(page.bottom)
    page.add([values[field] for field in form.fields])
    page.add([])
    for text in form.notes:
        page.line(text)
    return page


def submissions(
    seed: int, annex1: Sequence[Record], share: float
) -> Iterator[tuple[str, Slip, Mapping[str, int]]]:
    """Yield villages whose count has come in: the slip they made and what they wrote."""
    dice = Dice(seed, "submitted")
    villages = annex1[:-1]
    chosen = dice.sample(villages, max(1, round(share * len(villages))))
    for order, row in enumerate(chosen):
        slip = slips()[order % len(slips())]
        counts = {code: count for code, count in row.items() if code != "村"}
        yield (
            row["村"],
            slip,
            {code: count + slip.add.get(code, 0) for code, count in counts.items()},
        )
