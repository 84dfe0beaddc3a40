"""The filled forms of a sheet become a table: a row a household, as the list layout has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.rows import NAMES, Kind
from fanpin_analysis.intake.tables import FATE, ROW, Met, Table, type_of

if TYPE_CHECKING:
    from fanpin_analysis.intake.printed.form import FilledForm
    from fanpin_analysis.intake.tables import TableReader
    from fanpin_analysis.intake.workbooks import Sheet

PORTRAITS: Final = "portraits"
NAME: Final = "户主姓名"


def kinds_of(sheet: Sheet, forms: list[FilledForm]) -> dict[int, Kind]:
    """Return, by row number, why a filled row of a sheet of forms is no data.

    Of a household's form the row of its name is the data, and the other rows belong to it.
    """
    kinds = {
        index: Kind.UNKNOWN
        for index, row in enumerate(sheet.rows)
        if not all(is_blank(cell) for cell in row)
    }
    for form in forms:
        kind = Kind.EXAMPLE if form.example else Kind.BLANK_FORM if form.empty else Kind.FORM
        kinds |= {index: kind for index in form.rows if index in kinds}
        if kind is Kind.FORM:
            kinds.pop(form.anchor, None)
    return {sheet.row_number(index): kind for index, kind in kinds.items()}


def table_of(
    sheet: Sheet, forms: list[FilledForm], tables: TableReader
) -> tuple[Table, list[Met], list[dict[str, Any]]]:
    """Return the households of a sheet of forms, the faults met in them, and where they stand.

    Of where a household stands only the cell of its name can be told as a column and a row. A form
    that is blank, or shows how to fill one in, is no household.
    """
    vocabulary = tables.vocabulary
    declared = vocabulary.form(PORTRAITS)
    rows: list[dict[str, Any]] = []
    met: list[Met] = []
    headers: list[dict[str, Any]] = []
    for form in forms:
        if not (form.empty or form.example):
            number = sheet.row_number(form.anchor)
            row, faults = _household(form, tables)
            rows.append(row | {ROW: number})
            met += faults
            headers.append(
                {
                    "来源文件": sheet.file,
                    "来源工作表": sheet.name,
                    "表": declared.name,
                    "表头行": number - 1,
                    "末行": number,
                    "列": form.cells[NAME].cell.rstrip("0123456789") if NAME in form.cells else "",
                    "原表头": NAME,
                    "字段": NAME,
                }
            )
    schema = {name: type_of(name, vocabulary) for name in declared.columns}
    frame = pl.DataFrame(rows, schema | {ROW: pl.Int64, FATE: pl.String})
    return Table(form=declared, frame=frame, letters={}), met, headers


def _household(form: FilledForm, tables: TableReader) -> tuple[dict[str, Any], list[Met]]:
    row: dict[str, Any] = {}
    found = [(odd.fault, odd.cell, odd.field or None, odd.raw or None) for odd in form.odd]
    for name, answer in form.cells.items():
        [row[name]], faults = tables.column([answer.raw], name, answer.inverse)
        found += [(fault, answer.cell, name, str(answer.raw)) for _, fault in faults]
    head = next((row[name] for name in NAMES if row.get(name)), None)
    met = [
        Met(fault=fault, cell=cell, name=head, field=name, raw=raw)
        for fault, cell, name, raw in found
    ]
    fates = (fault for fault, *_ in found if tables.faults[fault].returns)
    return row | {FATE: next(fates, None)}, met
