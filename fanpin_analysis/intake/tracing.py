"""Back from a household to the cells that a village filled in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.cells import shown
from fanpin_analysis.intake.workbooks import open_workbooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.intake.workbooks import Sheet

SHEET = ["来源文件", "来源工作表"]
COLUMNS = ["来源文件", "来源工作表", "单元格", "原表头", "字段", "原值"]


def source_cells(path: str | Path, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the workbooks that some rows were read from, as they stand there.

    Parameters
    ----------
    path
        The file or folder that was read; the workbooks are opened again.
    intake
        What :func:`~fanpin_analysis.intake.reading.read` made of it.
    rows
        Any rows with 来源文件, 来源工作表 and 来源行.

    Returns
    -------
        One row a cell: 来源文件, 来源工作表, 单元格 as Excel shows it, 原表头, the field that its
        column was taken for, and 原值, the text of the cell (null when it is empty). Columns that
        were not recognised were not read, and are left out.

    Raises
    ------
    InputError
        When a workbook is no longer there, or has changed since it was read.
    """
    traced: list[tuple] = []
    sheets = _opened(Path(path), intake, rows)
    for file, name in rows[SHEET].drop_duplicates().itertuples(index=False, name=None):
        headers = _of_sheet(intake.headers, file, name)
        for number in _of_sheet(rows, file, name)["来源行"].unique():
            traced += _cells(sheets[file, name], int(number), headers)
    return pd.DataFrame(traced, columns=COLUMNS, dtype="string")


def _opened(root: Path, intake: Intake, rows: pd.DataFrame) -> dict[tuple[str, str], Sheet]:
    """Return the sheets of the files that some rows came from, if the files are as they were."""
    read = intake.files.set_index("来源文件")["SHA256"]
    files = {file: root if root.is_file() else root / file for file in rows[SHEET[0]].unique()}
    sheets = {}
    for workbook in open_workbooks(files):
        if workbook.sha256 != read.get(workbook.file):
            raise InputError(f"“{workbook.file}”在读取之后被移走或改动过，请重新读取后再查。")
        sheets |= {(workbook.file, sheet.name): sheet for sheet in workbook.sheets}
    return sheets


def _of_sheet(frame: pd.DataFrame, file: str, name: str) -> pd.DataFrame:
    return frame.loc[(frame[SHEET[0]] == file) & (frame[SHEET[1]] == name)]


def _cells(sheet: Sheet, number: int, headers: pd.DataFrame) -> Iterator[tuple]:
    """Yield the cells of a row, by the header of the table that the row lies in."""
    inside = (headers["表头行"] < number) & (number <= headers["末行"]) & headers["字段"].notna()
    told = headers.loc[inside, ["列", "原表头", "字段"]]
    for index in sheet.indices(number):
        letters = {sheet.letter(column): cell for column, cell in enumerate(sheet.rows[index])}
        for letter, heading, field in told.itertuples(index=False, name=None):
            raw = letters.get(letter, "")
            text = shown(raw) or str(raw)
            yield sheet.file, sheet.name, f"{letter}{number}", heading, field, text or None
