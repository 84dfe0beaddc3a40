"""The tables of a filled form with a row a person: lists in one order, and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fanpin_analysis.intake.cells import shown, squeezed
from fanpin_analysis.intake.values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.intake.printed.answers import Found, Place, Sayings
    from fanpin_analysis.intake.workbooks import Cell

INNER: Final = "，"  # parts of one person's answer, where the separator parts persons
NOTHING: Final = "—"  # holds a person's place in a list

Person = dict[str, tuple[Any, "Place"]]


def read_people(
    found: Found,
    sayings: Sayings,
    persons: Sequence[Person],
    group: Sequence[str],
    details: Mapping[str, str],
) -> None:
    """Write down what the rows of a group of columns say of their persons.

    A list keeps the order of the rows, and a place for a person of whom it says nothing, so that
    names, workplaces and amounts stay together. A sum is null when one amount cannot be read.
    """
    persons = [person for person in persons if not _is_total(person, group[0], sayings)]
    for name in group:
        cells = [person[name] for person in persons if name in person]
        if not cells:
            continue
        kind = sayings.vocabulary.field(name).type
        if kind == "boolean":
            _any(found, sayings, name, cells)
        elif name in details:
            listed = [_text(person, name) for person in persons]
            found.answer(details[name], SEPARATOR.join(listed), cells[0][1])
            _sum(found, sayings, name, cells)
        elif len(persons) == 1:
            found.answer(name, _alone(cells[0][0], persons[0].get(group[0])), cells[0][1])
        else:
            listed = [_text(person, name) for person in persons]
            found.answer(name, SEPARATOR.join(listed), cells[0][1])


def _is_total(person: Person, name: str, sayings: Sayings) -> bool:
    cell = person.get(name, ("", ()))[0]
    return isinstance(cell, str) and squeezed(cell) in sayings.totals


def _text(person: Person, name: str) -> str:
    """Return what a person's row says in one piece."""
    if name not in person:
        return NOTHING
    cell = person[name][0]
    return (shown(cell) or str(cell)).strip().replace(SEPARATOR, INNER)


def _alone(cell: Cell, named: tuple[Any, Place] | None) -> Cell:
    """Return the answer for one person; a row that names several is a list already."""
    several = named is not None and SEPARATOR in str(named[0])
    return cell if several or not isinstance(cell, str) else cell.replace(SEPARATOR, INNER)


def _any(found: Found, sayings: Sayings, name: str, cells: Sequence[tuple[Any, Place]]) -> None:
    """Say 是 when one person's answer is; null when none is and one cannot be read."""
    read = [(sayings.read(name, cell), cell, place) for cell, place in cells]
    decisive = [(cell, place) for parsed, cell, place in read if parsed.value is True]
    unread = [
        (parsed, place) for parsed, _, place in read if parsed.value is None and parsed.faults
    ]
    if decisive or not unread:
        found.answer(name, *(decisive or [(cell, place) for _, cell, place in read])[0])
    for parsed, place in unread:
        found.odd += [found.met(fault, name, place) for fault in parsed.faults]


def _sum(found: Found, sayings: Sayings, name: str, cells: Sequence[tuple[Any, Place]]) -> None:
    """Add up the persons' amounts; a single one goes to its reader as it stands."""
    amounts = [
        (amount, place)
        for cell, place in cells
        for amount in (cell.split(SEPARATOR) if isinstance(cell, str) else (cell,))
    ]
    if len(amounts) == 1:
        found.answer(name, *amounts[0])
        return
    read = [(sayings.read(name, amount), place) for amount, place in amounts]
    for parsed, place in read:
        found.odd += [found.met(fault, name, place) for fault in parsed.faults]
    if not any(parsed.value is None and parsed.faults for parsed, _ in read):
        known = [parsed.value for parsed, _ in read if isinstance(parsed.value, float)]
        if known:
            found.answer(name, sum(known), cells[0][1])
