"""The official papers as workbooks: 附件1 and 附件2 in the layout of the notice.

Titles, headers, widths and notes are those of ``forms.toml``. Values only, no formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from fanpin_analysis.deliverables.saving import save_workbook
from fanpin_analysis.deliverables.sheets import height_of, put, set_up_page, stored_value, style_of
from fanpin_analysis.deliverables.tabulation import TOTAL
from fanpin_analysis.policy.vocabulary import HeaderCell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.vocabulary import Form

TITLE_SIZE, HEADER_SIZE, BODY_SIZE, NOTE_SIZE = 18, 10, 10, 11
NAME_ROW, TITLE_ROW, UNIT_ROW, HEADER_ROW = 1, 2, 3, 4
DEFAULT_WIDTH = 8
TEXT_TYPES = ("id", "phone")
NUMBER, AREA = "序号", "乡镇场"


def write_annex1(
    annex1: pd.DataFrame, path: Path, policy: Policy, *, unit: str, filled_on: date
) -> None:
    """Write 附件1 in its official layout: a row a village, and last 合计.

    Parameters
    ----------
    annex1
        Annex 1 as :func:`~fanpin_analysis.deliverables.tabulation.tabulate` returns it.
    path
        Where the workbook goes; one that is there is replaced.
    policy
        The definitions in force, with the form ``submitted``.
    unit, filled_on
        Who hands the form in, and the day that it bears.

    Raises
    ------
    OSError
        When the folder cannot be written, or the file is open in another program.

    References
    ----------
    罗发〔2023〕23号 附件1
    """
    form = policy.vocabulary.form("submitted")
    villages = annex1["村"].to_list()
    numbers = [None if village == TOTAL else n for n, village in enumerate(villages, start=1)]
    printed = annex1.assign(**{NUMBER: numbers, AREA: villages})
    _write(form, printed, path, policy, (unit, _day(filled_on)))


def write_ledger(
    ledger: pd.DataFrame, path: Path, policy: Policy, *, unit: str, filled_on: date
) -> None:
    """Write 附件2 in its official layout: every household of the ledger, numbered anew.

    Parameters
    ----------
    ledger
        One row a household; columns that the form does not have are left out.
    path, policy, unit, filled_on
        As for :func:`write_annex1`.

    Raises
    ------
    OSError
        When the folder cannot be written, or the file is open in another program.

    References
    ----------
    罗发〔2023〕23号 附件2
    """
    form = policy.vocabulary.form("ledger")
    printed = ledger.assign(**{NUMBER: range(1, len(ledger) + 1)})
    _write(form, printed, path, policy, (unit, _day(filled_on)))


def _write(
    form: Form, rows: pd.DataFrame, path: Path, policy: Policy, answers: tuple[str, ...]
) -> None:
    """Write a form: its head, a row for each row of the frame, and its notes."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = form.name
    widths = [form.widths.get(name, DEFAULT_WIDTH) for name in form.fields]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    first = _head(sheet, form, widths, answers)
    _body(sheet, form, rows, widths, first, policy)
    _notes(sheet, form, widths, first + len(rows))
    sheet.freeze_panes = f"A{first}"
    set_up_page(sheet, repeated=f"{HEADER_ROW}:{first - 1}")
    save_workbook(workbook, path)


def _head(sheet: Worksheet, form: Form, widths: Sequence[float], answers: tuple[str, ...]) -> int:
    """Write the title, who fills the form in and when, and the header; return the row below."""
    note = style_of(sheet, "note", NOTE_SIZE, align="left", border=False)
    title = style_of(sheet, "title", TITLE_SIZE, border=False)
    last = len(form.fields)
    _across(sheet, NAME_ROW, (1, last), f"{form.name.split()[0]}：", note)
    _across(sheet, TITLE_ROW, (1, last), form.title, title)
    sheet.row_dimensions[TITLE_ROW].height = TITLE_SIZE * 2
    middle = last // 2
    for span, label, answer in zip(
        ((1, middle), (middle + 1, last)), form.unit_line, answers, strict=True
    ):
        _across(sheet, UNIT_ROW, span, f"{label}{answer}", note)
    sheet.row_dimensions[UNIT_ROW].height = NOTE_SIZE * 2
    return HEADER_ROW + _header(sheet, form, widths)


def _header(sheet: Worksheet, form: Form, widths: Sequence[float]) -> int:
    """Write the printed header, cells merged as on the form; return how many rows it takes."""
    style = style_of(sheet, "header", HEADER_SIZE)
    cells = [*form.header, *_codes(form)]
    heights = dict.fromkeys(range(1, max(cell.rows[1] for cell in cells) + 1), 0.0)
    for cell in sorted(cells, key=lambda cell: cell.rows[1] - cell.rows[0]):
        first, last = (form.fields.index(name) + 1 for name in cell.columns)
        top, bottom = (HEADER_ROW - 1 + row for row in cell.rows)
        put(sheet, top, first, cell.text, style)
        sheet.merge_cells(start_row=top, end_row=bottom, start_column=first, end_column=last)
        needed = height_of([(cell.text, sum(widths[first - 1 : last]))], HEADER_SIZE)
        above = sum(heights[row] for row in range(cell.rows[0], cell.rows[1]))
        heights[cell.rows[1]] = max(heights[cell.rows[1]], needed - above)
    for row, height in heights.items():
        sheet.row_dimensions[HEADER_ROW - 1 + row].height = height
    return len(heights)


def _codes(form: Form) -> list[HeaderCell]:
    """Return the row of codes below the header, of a form that has codes."""
    codes = {code for pair in form.pairs for code in pair.codes}
    row = max(cell.rows[1] for cell in form.header) + 1
    return [
        HeaderCell(text=name if name in codes else "", columns=(name, name), rows=(row, row))
        for name in form.fields
        if codes
    ]


def _body(  # noqa: PLR0913, PLR0917  where, what and how
    sheet: Worksheet,
    form: Form,
    rows: pd.DataFrame,
    widths: Sequence[float],
    first: int,
    policy: Policy,
) -> None:
    """Write the rows, each as high as its longest text needs."""
    types = [policy.vocabulary.field(name).type for name in form.fields]
    styles = [style_of(sheet, "body", BODY_SIZE, text=kind in TEXT_TYPES) for kind in types]
    columns = [rows[name] if name in rows else [None] * len(rows) for name in form.fields]
    for number, values in enumerate(zip(*columns, strict=True), start=first):
        stored = [stored_value(value) for value in values]
        sheet.row_dimensions[number].height = height_of(zip(stored, widths, strict=True), BODY_SIZE)
        for column, (value, style) in enumerate(zip(stored, styles, strict=True), start=1):
            put(sheet, number, column, value, style)


def _notes(sheet: Worksheet, form: Form, widths: Sequence[float], first: int) -> None:
    """Write the note lines of the form below its last row."""
    style = style_of(sheet, "note", NOTE_SIZE, align="left", border=False)
    for number, line in enumerate(form.notes, start=first):
        _across(sheet, number, (1, len(form.fields)), line, style)
        sheet.row_dimensions[number].height = height_of([(line, sum(widths))], NOTE_SIZE)


def _across(
    sheet: Worksheet, row: int, columns: tuple[int, int], text: str, style: StyleArray
) -> None:
    """Write a line into one cell that is merged across columns."""
    put(sheet, row, columns[0], text, style)
    sheet.merge_cells(start_row=row, end_row=row, start_column=columns[0], end_column=columns[1])


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
