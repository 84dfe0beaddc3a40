"""Back from a household to the cells that a village filled in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.workbooks import open_workbook

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
        One row a cell under a header: 来源文件, 来源工作表, 单元格 as Excel shows it, 原表头, the
        field that the column was taken for (null when it was not recognised), and 原值, the text of
        the cell (null when it is empty). 原值 is personal: show it with
        :func:`~fanpin_analysis.policy.masking.mask` only.

    Raises
    ------
    InputError
        When a workbook is no longer there, or has changed since it was read.
    """
    traced: list[tuple] = []
    for (file, sheet), found in rows.groupby(SHEET, sort=False):
        opened = _opened(Path(path), intake, str(file), str(sheet))
        of_sheet = (intake.headers[SHEET] == [file, sheet]).all(axis=1)
        for number in found["来源行"]:
            traced += _cells(opened, int(number), intake.headers[of_sheet])
    return pd.DataFrame(traced, columns=COLUMNS, dtype="string")


def _opened(root: Path, intake: Intake, file: str, name: str) -> Sheet:
    path = root if root.is_file() else root / file
    workbook = open_workbook(path, file)
    read = intake.files.set_index("来源文件")["SHA256"]
    if workbook.sha256 != read.get(file):
        raise InputError(f"“{file}”在读取之后被移走或改动过，请重新读取后再查。")
    return next(sheet for sheet in workbook.sheets if sheet.name == name)


def _cells(sheet: Sheet, number: int, headers: pd.DataFrame) -> Iterator[tuple]:
    """Yield the cells of a row below the header that was nearest above it."""
    texts = sheet.rows[number - sheet.first_row]
    over = headers[headers["表头行"] < number]
    letters = {sheet.letter(index): text for index, text in enumerate(texts)}
    for header in over[over["表头行"] == over["表头行"].max()].itertuples(index=False):
        text = str(letters.get(header.列, "")).strip()
        cell = f"{header.列}{number}"
        yield sheet.file, sheet.name, cell, header.原表头, header.字段, text or None
