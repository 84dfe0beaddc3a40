"""附件3 as some villages hand it in: on the printed form, a sheet or a file a household.

The other villages' portraits stay in the list, and so does every portrait with a planted fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from openpyxl.utils.cell import coordinate_from_string

from fanpin_analysis.policy.printed import load_printed_form
from fanpin_analysis.samples.filled_forms import FormHand, form_page
from fanpin_analysis.samples.given import ASSUMED, SEPARATOR, WORDS, Record, load, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.policy.printed import PrintedForm
    from fanpin_analysis.samples.pages import Page
    from fanpin_analysis.samples.papers import Paper

FOLDER = "画像"
SUFFIXES = (".xlsx", ".xls")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The portraits as they come in: sheets by file, faults where they now stand, and the truth."""

    files: dict[str, list[Page]] = field(default_factory=dict)
    faults: list[Record] = field(default_factory=list)
    places: list[Record] = field(default_factory=list)

    def add(self, file: str, page: Page, rows: Sequence[Record], numbers: Sequence[int]) -> None:
        """Add a sheet to a file, and the places of the households that it is about."""
        self.files.setdefault(file, []).append(page)
        for row, number in zip(rows, numbers, strict=True):
            household = {name: row[name] for name in ("户编号", "村", "户主姓名", "家庭人口数")}
            self.places.append({"文件": file, "工作表": page.name, "行": number, **household})


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
    printed = list(_printed([row for row in rows if row["户编号"] not in faulty], villages))
    apart = {row["户编号"] for _, _, row, _ in printed}
    listed = [row for row in rows if row["户编号"] not in apart]
    numbers = {row["户编号"]: paper.first + order for order, row in enumerate(listed)}
    given = HandedIn()
    given.add(paper.file, paper.page(listed), listed, list(numbers.values()))
    for file, sheet, row, hand in printed:
        page, anchors = form_page(sheet, _form(), [answers_of(row)], hand)
        given.add(file, page, [row], anchors)
    for fault in faults:
        letters, _ = coordinate_from_string(fault["单元格"])
        number = numbers[fault["户编号"]]
        given.faults.append(fault | {"行": number, "单元格": f"{letters}{number}"})
    return given


def _printed(
    rows: Sequence[Record], villages: Sequence[str]
) -> Iterator[tuple[str, str, Record, FormHand]]:
    """Yield file, sheet, portrait and hand: the second village's sheets, the third's few files."""
    hands = load(FormHand, "hands.toml", "form")
    for order, row in enumerate((row for row in rows if row["村"] in villages[1:2]), 1):
        yield f"{FOLDER}/{row['村']}画像表.xlsx", f"第{order}户", row, hands[0]
    third = [row for row in rows if row["村"] in villages[2:3]]
    for order, row in enumerate(third[: ASSUMED.few_forms]):
        name = f"第{order}户{SUFFIXES[order % len(SUFFIXES)]}"
        yield f"{FOLDER}/{row['村']}/{name}", "Sheet1", row, hands[order % len(hands)]


def answers_of(row: Record) -> Record:
    """Return a row of the list as the form asks for it: in the fields' polarity, persons apart."""
    groups = [group for section in _form().sections for group in section.people]
    turned = {text: field.name for field in vocabulary().fields.values() for text in field.inverse}
    answers: Record = {
        turned.get(name, name): not value if name in turned and value is not None else value
        for name, value in row.items()
    }
    for group in groups:
        names = [name for name in (row.get(group[0]) or "").split(SEPARATOR) if name]
        answers |= {name: _apart(row.get(name), len(names)) for name in group}
    return answers | {"乡镇场": WORDS.township}


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


@cache
def _form() -> PrintedForm:
    """Return the printed form with the name of the invented county."""
    form = load_printed_form(vocabulary())
    return replace(form, title=f"{WORDS.county}{form.title[3:]}")
