"""Kinds of faults: whom they can befall, and what they do to a row of a ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.samples.words import HERE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fanpin_analysis.samples.chance import Dice
    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.world import World

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
    least: int
    who: str = "plain"
    answers: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""
    write: str | None = None
    change: str = ""
    rows: str = ""
    returned: str = ""
    readable: bool = False


@cache
def faults() -> tuple[Fault, ...]:
    """Load the kinds of faults."""
    entries = table(HERE / "faults.toml")["fault"]
    return tuple(build(Fault, entry, f"faults.toml“{entry.get('key')}”") for entry in entries)


def _plain(world: World, row: Row) -> bool:
    return not world.fate(row.household).event.key


WHO: dict[str, Callable[[World, Row], bool]] = {
    "plain": _plain,
    "plain_exited": lambda world, row: _plain(world, row) and row.household.kind == "脱贫户",
    "plain_general": lambda world, row: _plain(world, row) and row.household.kind == "一般农户",
    "several": lambda world, row: _plain(world, row) and row.household.size > 1,
    "ends_in_x": lambda world, row: _plain(world, row) and row.household.identity[-1] == "X",
    "two_characters": lambda world, row: _plain(world, row) and len(row.household.name) == 2,  # noqa: PLR2004
    "village_column": lambda world, row: _plain(world, row) and row.village == world.villages[0],
    "uncleared": lambda world, row: world.fate(row.household).event.status == "未消除",
    "monitored": lambda world, row: bool(world.fate(row.household).event.status),
}


def _wrong_check_digit(dice: Dice, row: Row) -> Row:
    number = row.household.identity
    wrong = dice.pick([digit for digit in "0123456789" if digit != number[-1]])
    return row.writes(ID, number[:-1] + wrong)


def _one_digit_short(dice: Dice, row: Row) -> Row:
    number, position = row.household.identity, dice.between(6, 16)
    return row.writes(ID, number[:position] + number[position + 1 :])


def _impossible_birth_date(dice: Dice, row: Row) -> Row:
    number = row.household.identity
    body = number[:10] + dice.pick(("0230", "1332", "0631", "1131")) + number[14:17]
    return row.writes(ID, body + check_digit(body))


def _as_number(_: Dice, row: Row) -> Row:
    """Keep fifteen digits, as a spreadsheet does of a number."""
    return row.writes(ID, float(row.household.identity[:15] + "000"))


def _inner_spaces(_: Dice, row: Row) -> Row:
    number = row.household.identity
    return row.writes(ID, f"{number[:6]} {number[6:14]} {number[14:]}")


def _disability_card(dice: Dice, row: Row) -> Row:
    return row.writes(ID, f"{row.household.identity}{dice.between(1, 7)}{dice.between(1, 4)}")


def _other_size(dice: Dice, row: Row) -> Row:
    return row.says(家庭人口数=row.household.size + dice.pick((-1, 1)))


def _kind_of_roster(_: Dice, row: Row) -> Row:
    return row.says(户属性="脱贫户" if row.household.kind == "脱贫户" else "档外农户")


CHANGES: dict[str, Callable[[Dice, Row], Row]] = {
    "": lambda _, row: row,
    "wrong_check_digit": _wrong_check_digit,
    "one_digit_short": _one_digit_short,
    "impossible_birth_date": _impossible_birth_date,
    "as_number": _as_number,
    "lower_x": lambda _, row: row.writes(ID, row.household.identity.lower()),
    "inner_spaces": _inner_spaces,
    "disability_card": _disability_card,
    "blank": lambda _, row: row.writes(ID, ""),
    "other_size": _other_size,
    "kind_of_roster": _kind_of_roster,
}


def spoil(dice: Dice, row: Row, fault: Fault) -> Row:
    """Return the row with a fault of its cells."""
    spoiled = CHANGES[fault.change](dice, row.says(**fault.answers))
    if fault.write is not None:
        value = row.answers[fault.field]
        written = fault.write.format(
            value=value,
            fullwidth=str(value).translate(FULLWIDTH),
            chinese="".join(CHINESE[int(digit)] for digit in str(value) if digit.isdigit()),
            spaced=" ".join(str(value)),
        )
        spoiled = spoiled.writes(fault.field, written)
    return noted(spoiled, fault)


def noted(row: Row, fault: Fault) -> Row:
    """Return the row with the fault on record."""
    return replace(
        row,
        faults=(*row.faults, (fault.key, fault.field)),
        returned=fault.returned or row.returned,
    )
