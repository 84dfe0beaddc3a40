"""附件3 as some villages hand it in: on the printed form, a sheet or a file a household.

The other villages' portraits stay in the list, and so does every portrait with a planted fault.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from openpyxl.utils.cell import coordinate_from_string

from fanpin_analysis.policy.printed import load_printed_form
from fanpin_analysis.samples.filled_forms import SEPARATOR, FormHand, form_page
from fanpin_analysis.samples.words import vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fanpin_analysis.policy.printed import PrintedForm
    from fanpin_analysis.samples.pages import Page
    from fanpin_analysis.samples.papers import Paper
    from fanpin_analysis.samples.persons import Record

FOLDER = "画像"
SHEETS, FILES = 1, 2  # the villages that hand in a sheet, and a file, a household
FEW = 4  # households that a village writes into files of their own
HANDS = (
    FormHand(),
    FormHand(box="□", tick="√", mark="是"),
    FormHand(box="☐", tick="■", before=True, labelled=True),
    FormHand(typed=True, joined=True, yes="有", no="无"),
)
SUFFIXES = (".xlsx", ".xls")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The portraits as they come in: sheets by file, faults where they now stand, and the truth."""

    files: dict[str, list[Page]]
    faults: list[Record]
    places: list[Record]


def handed_in(
    paper: Paper, rows: Sequence[Record], faults: Sequence[Record], villages: Sequence[str]
) -> HandedIn:
    """Write some villages' portraits on the printed form, and the rest into the list.

    Parameters
    ----------
    paper
        The list.
    rows
        Every portrait, its planted faults in it.
    faults
        Where the faults would stand if all portraits were in the list.
    villages
        The villages in order; which ones use the form follows from it.
    """
    faulty = {fault["户编号"] for fault in faults}
    sound = [row for row in rows if row["户编号"] not in faulty]
    by_sheet, by_file = (
        [row for row in sound if row["村"] == village]
        for village in (*villages, "", "", "")[SHEETS : FILES + 1]
    )
    by_file = by_file[:FEW]
    printed = {row["户编号"] for row in (*by_sheet, *by_file)}
    listed = [row for row in rows if row["户编号"] not in printed]
    numbers = {row["户编号"]: paper.first + order for order, row in enumerate(listed)}
    files = {paper.file: [paper.page(listed)]}
    places = [_place(paper.file, paper.sheet, numbers[row["户编号"]], row) for row in listed]
    for file, sheet, row, hand in (*_sheets(by_sheet), *_files(by_file)):
        page, (number,) = form_page(sheet, _form(), [answers_of(row)], hand)
        files.setdefault(file, []).append(page)
        places.append(_place(file, sheet, number, row))
    moved = [fault | _moved(fault, numbers[fault["户编号"]]) for fault in faults]
    return HandedIn(files=files, faults=moved, places=places)


def answers_of(row: Record) -> Record:
    """Return a row of the list as the form asks for it: in the fields' polarity, persons apart."""
    people = {n for part in _form().sections for group in part.people for n in group}
    turned = {text: field.name for field in vocabulary().fields.values() for text in field.inverse}
    answers: Record = {
        turned.get(name, name): not value if name in turned and value is not None else value
        for name, value in row.items()
        if name not in people
    }
    answers["乡镇场"] = words().township
    for part in _form().sections:
        for group in part.people:
            names = [name for name in (row.get(group[0]) or "").split(SEPARATOR) if name]
            answers |= {name: _apart(row.get(name), len(names)) for name in group}
    return answers


def _apart(value: object, persons: int) -> list[Any]:
    """Share an answer for all out among persons; what is not listed person by person is one's."""
    if value in (None, "") or not persons:
        return [None] * persons
    if isinstance(value, str):
        pieces = value.split(SEPARATOR)
        return pieces if len(pieces) == persons else [value, *[None] * (persons - 1)]
    if isinstance(value, bool):
        return [value, *[False] * (persons - 1)]
    assert isinstance(value, int)  # noqa: S101 (the list holds whole yuan)
    share = value // persons
    return [value - share * (persons - 1), *[share] * (persons - 1)]


def _sheets(rows: Sequence[Record]) -> list[tuple[str, str, Record, FormHand]]:
    return [
        (f"{FOLDER}/{row['村']}画像表.xlsx", f"第{order}户", row, HANDS[0])
        for order, row in enumerate(rows, 1)
    ]


def _files(rows: Sequence[Record]) -> list[tuple[str, str, Record, FormHand]]:
    return [
        (
            f"{FOLDER}/{row['村']}/第{order}户{SUFFIXES[order % len(SUFFIXES)]}",
            "Sheet1",
            row,
            HANDS[order % len(HANDS)],
        )
        for order, row in enumerate(rows)
    ]


@cache
def _form() -> PrintedForm:
    """Return the printed form with the name of the invented county."""
    form = load_printed_form(vocabulary())
    return replace(form, title=f"{words().county}{form.title[3:]}")


def _place(file: str, sheet: str, number: int, row: Record) -> Record:
    where = {"文件": file, "工作表": sheet, "行": number}
    return where | {name: row[name] for name in ("户编号", "村", "户主姓名", "家庭人口数")}


def _moved(fault: Record, number: int) -> Record:
    letters, _ = coordinate_from_string(fault["单元格"])
    return {"行": number, "单元格": f"{letters}{number}"}
