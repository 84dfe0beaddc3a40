"""Kinds of faults: whom they can befall, what they do to a row, and how they are planted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.events import WHO
from fanpin_analysis.samples.given import Record, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.papers import Paper
    from fanpin_analysis.samples.people import Household

ID = "户主证件号码"
CHINESE = "〇一二三四五六七八九"
FULLWIDTH = {ord("0") + digit: ord("\N{FULLWIDTH DIGIT ZERO}") + digit for digit in range(10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A kind of fault, as ``faults.toml`` explains its keys."""

    key: str
    label: str
    source: str
    share: float
    least: int = 1
    paper: str = ""
    who: str = "any"
    statuses: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""
    write: str | None = None
    change: str = ""
    rows: str = ""
    returned: str = ""
    readable: bool = False

    def count(self, rows: int) -> int:
        """Return how many of so many rows have it."""
        return max(self.least, round(self.share * rows))

    def befalls(self, row: Row) -> bool:
        """Tell whether a row of a ledger can have it; most faults spare whom an event befell."""
        event = row.household.fate.event
        meant = event.status in self.statuses if self.statuses else not event.key
        return meant and WHO[self.who](row.household)

    def record(
        self, where: Record, fields: Sequence[str], row: Sequence[Any], number: str
    ) -> Record:
        """Return its line in the truth: where it stands in a row of cells, and of which household.

        It shows in no cell where the paper lacks the column.
        """
        at = fields.index(self.field) if self.field in fields else None
        return where | {
            "单元格": "" if at is None else f"{get_column_letter(at + 1)}{where['行']}",
            "字段": self.field,
            "类别": self.key,
            "说明": self.label,
            "原值": "" if at is None else row[at],
            "退回": bool(self.returned),
            "可读": self.readable,
            "户编号": number,
        }


def faults() -> tuple[Fault, ...]:
    """Load the kinds of faults of the ledgers."""
    return load(Fault, "faults.toml", "fault")


def _wrong_check_digit(dice: Dice, number: str) -> str:
    return number[:-1] + dice.pick([digit for digit in "0123456789" if digit != number[-1]])


def _one_digit_short(dice: Dice, number: str) -> str:
    position = dice.between(6, 16)
    return number[:position] + number[position + 1 :]


def _impossible_birth_date(dice: Dice, number: str) -> str:
    body = number[:10] + dice.pick(("0230", "1332", "0631", "1131")) + number[14:17]
    return body + check_digit(body)


ID_CHANGES: dict[str, Callable[[Dice, str], object]] = {  # what is written for an ID
    "wrong_check_digit": _wrong_check_digit,
    "one_digit_short": _one_digit_short,
    "impossible_birth_date": _impossible_birth_date,
    "as_number": lambda _, number: float(number[:15] + "000"),  # as a spreadsheet keeps a number
    "lower_x": lambda _, number: number.lower(),
    "inner_spaces": lambda _, number: f"{number[:6]} {number[6:14]} {number[14:]}",
    "disability_card": lambda dice, number: f"{number}{dice.between(1, 7)}{dice.between(1, 4)}",
    "blank": lambda _, __: "",
}
OTHER_ANSWERS: dict[str, Callable[[Dice, Household], object]] = {  # what the field says instead
    "other_size": lambda dice, household: household.size + dice.pick((-1, 1)),
    "kind_of_roster": lambda _, household: household.standing,
}
OTHER_CELLS: dict[str, Callable[[Dice, Record], object]] = {  # the same for papers, by the fault
    "sex_parity": lambda _, row: "女" if row["性别"] == "男" else "男",
    "income_sum": lambda dice, row: row["纯收入"] + dice.between(10, 60) * 100,
    "portrait_stable": lambda _, row: not row["是否稳定超过监测线"],
    "portrait_insured": lambda _, row: row["已参保人数"] - 1,
}


def spoil(dice: Dice, row: Row, fault: Fault) -> Row:
    """Return the row of a ledger with a fault of its cells."""
    spoiled, value = row.says(**fault.answers), row.answers[fault.field]
    if fault.change in ID_CHANGES:
        spoiled = spoiled.writes(ID, ID_CHANGES[fault.change](dice, row.household.identity))
    if fault.change in OTHER_ANSWERS:
        answer = OTHER_ANSWERS[fault.change](dice, row.household)
        spoiled = spoiled.says(**{fault.field: answer})
    if fault.write is not None:
        written = fault.write.format(
            value=value,
            fullwidth=str(value).translate(FULLWIDTH),
            chinese="".join(CHINESE[int(digit)] for digit in str(value) if digit.isdigit()),
            spaced=" ".join(str(value)),
        )
        spoiled = spoiled.writes(fault.field, written)
    return spoiled.noted(fault)


def spoil_paper(
    seed: int, paper: Paper, rows: Sequence[Record]
) -> tuple[list[Record], list[Record]]:
    """Plant the faults of a paper that is no ledger.

    Returns
    -------
    rows
        The paper's rows with the faults in them.
    faults
        One row a fault, as the truth file of faults has them.
    """
    spoiled, planted = list(rows), []
    for fault in load(Fault, "faults.toml", "elsewhere"):
        if fault.paper != paper.key:
            continue
        dice = Dice(seed, "faults", fault.key)
        for spot in dice.sample(range(len(spoiled)), fault.count(len(spoiled))):
            row = spoiled[spot]
            row = spoiled[spot] = row | {fault.field: OTHER_CELLS[fault.key](dice, row)}
            where = {"文件": paper.file, "工作表": paper.sheet, "行": paper.first + spot}
            cells = [row.get(column) for column in paper.fields]
            planted.append(fault.record(where, paper.fields, cells, row["户编号"]))
    return spoiled, planted


@dataclass(slots=True)
class Planting:
    """The ledgers while faults are being planted in them; no row is given two.

    ``missing`` and ``extra`` are the numbers of households that only the roster, or only the
    ledgers have; ``repeats`` are second rows by the spot below which they stand.
    """

    files: Sequence[str]
    rows: list[Row]
    free: set[int]
    missing: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    repeats: dict[int, list[Row]] = field(default_factory=dict)

    def plant(self, dice: Dice, fault: Fault) -> None:
        """Plant one kind of fault in as many rows as its share asks for."""
        able = [spot for spot in sorted(self.free) if self._can(spot, fault)]
        for spot in dice.sample(able, fault.count(len(self.rows))):
            if spot in self.free:
                self.free.discard(spot)
                self._plant(dice, spot, fault)

    def _can(self, spot: int, fault: Fault) -> bool:
        row, above = self.rows[spot], self.rows[spot - 1]
        if fault.rows == "repeat_elsewhere" and row.village == self.files[-1]:
            return False
        if fault.rows == "borrow" and (spot - 1 not in self.free or above.village != row.village):
            return False
        return fault.befalls(row)

    def _plant(self, dice: Dice, spot: int, fault: Fault) -> None:
        row = self.rows[spot]
        match fault.rows:
            case "omit":
                self.missing.add(row.household.number)
            case "add":
                self.extra.add(row.household.number)
                self.rows[spot] = row.noted(fault)
            case "borrow":
                self.free.discard(spot - 1)
                above = self.rows[spot - 1].household.identity
                self.rows[spot] = row.writes(ID, above).noted(fault)
            case "repeat":
                group = row.answers["组"]
                below = [at for at in self._spots(row.village, group) if at >= spot]
                self._repeat(dice.pick(below), row.noted(fault))
            case "repeat_elsewhere":
                later = dice.pick(self.files[self.files.index(row.village) + 1 :])
                self._repeat(dice.pick(self._spots(later)), row.noted(fault))
            case _:
                self.rows[spot] = spoil(dice, row, fault)

    def _spots(self, village: str, group: str = "") -> list[int]:
        """Return where the rows of a village, or of one of its 组, stand."""
        return [
            spot
            for spot, row in enumerate(self.rows)
            if row.village == village and group in ("", row.answers["组"])
        ]

    def _repeat(self, spot: int, row: Row) -> None:
        """List a household again below another one, as one of that one's village and 组."""
        beside = self.rows[spot]
        again = row.says(村=beside.village, 组=beside.answers["组"])
        self.repeats.setdefault(spot, []).append(replace(again, village=beside.village))

    def finished(self) -> list[Row]:
        """Return the rows as the villages write them, repeats below their neighbours."""
        return [
            written
            for spot, row in enumerate(self.rows)
            for written in (row, *self.repeats.get(spot, ()))
            if written.household.number not in self.missing
        ]


def plant(seed: int, rows: Iterable[Row], files: Sequence[str]) -> Planting:
    """Plant every kind of fault; ``files`` are the villages in the order their files are read."""
    listed = list(rows)
    planting = Planting(files=files, rows=listed, free=set(range(len(listed))))
    for fault in faults():
        planting.plant(Dice(seed, "faults", fault.key), fault)
    return planting
