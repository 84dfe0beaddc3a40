"""One file, whatever a village sent: passed through the gate, and read by the reader it needs.

Runs in a child process (:mod:`~fanpin_analysis.intake.files.child`), since no reader of workbooks
can be trusted with a file made to harm. Nothing leaves it but the cells or the id of a fault.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from fanpin_analysis.intake.files import delimited, xls, xlsx
from fanpin_analysis.intake.files.gate import (
    BIFF,
    BROKEN,
    ENCRYPTED,
    GAVE_UP,
    LINK,
    NO_CHILD,
    OLE,
    TOO_MUCH,
    ZIP,
    RefusalError,
    by_name,
    content_of,
    disguised,
)
from fanpin_analysis.intake.files.grid import Sheet, Workbook, filled_only
from fanpin_analysis.intake.files.limits import ALONE_BYTES, FILE_BYTES, FILLED_CELLS, FILLED_ROWS
from fanpin_analysis.intake.files.package import Package

if TYPE_CHECKING:
    from pathlib import Path


def opened(path: Path, file: str, *, alone: bool = False) -> Workbook:
    """Return a file's sheets, the visible ones first, or the fault that keeps it from being read.

    Parameters
    ----------
    path
        The file.
    file
        The name under which its rows are reported: its path below the folder that was given.
    alone
        Nothing protects this process: only what its readers can bear is read.
    """
    if fault := LINK if path.is_symlink() else by_name(path.name):
        return Workbook(file=file, fault=fault)
    digest = ""
    try:
        content = content_of(path, ALONE_BYTES if alone else FILE_BYTES)
        digest = hashlib.sha256(content).hexdigest()
        sheets = sorted(_sheets(content, file, alone=alone), key=lambda sheet: not sheet.visible)
    except RefusalError as refusal:
        return Workbook(file=file, sha256=digest, fault=refusal.fault)
    except PasswordError:
        return Workbook(file=file, sha256=digest, fault=ENCRYPTED)
    except MemoryError:
        return Workbook(file=file, sha256=digest, fault=GAVE_UP)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001  a parser's panic is no Exception, and is a bad file
        return Workbook(file=file, sha256=digest, fault=BROKEN)
    return Workbook(file=file, sha256=digest, sheets=tuple(sheets))


def _sheets(content: bytes, file: str, *, alone: bool) -> list[Sheet]:
    if fault := disguised(content):
        raise RefusalError(fault)
    if content.startswith(ZIP):
        package = Package(content)
        kind = package.kind()
        if kind == "xlsx":
            return xlsx.sheets_of(package, file)
        if kind == "ods":
            package.read("content.xml")  # counted, and searched for a DOCTYPE
        return _by_calamine(content, file, alone=alone)
    if content.startswith((OLE, *BIFF)):
        try:
            return xls.sheets_of(content, file)
        except (RefusalError, MemoryError):
            raise
        except Exception:  # noqa: BLE001  xlrd has ten kinds of exception for a damaged file
            return _by_calamine(content, file, alone=alone)
    return [delimited.sheet_of(content, file)]


def _by_calamine(content: bytes, file: str, *, alone: bool) -> list[Sheet]:
    """Return the sheets of a .xlsb or .ods, or of an .xls too odd for xlrd."""
    if alone:
        raise RefusalError(NO_CHILD)
    sheets: list[Sheet] = []
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = 0
    for index, told in enumerate(workbook.sheets_metadata):
        if told.typ != SheetTypeEnum.WorkSheet:
            continue
        grid = workbook.get_sheet_by_index(index)
        top, left = grid.start or (0, 0)
        rows, kept = xls.without_gaps(grid.to_python())
        *_, filled = filled_only(rows, (), ())
        cells += sum(map(len, rows))
        if filled > FILLED_ROWS or cells > FILLED_CELLS:
            raise RefusalError(TOO_MUCH)
        sheet = Sheet(
            file=file,
            name=told.name,
            rows=rows,
            visible=told.visible == SheetVisibleEnum.Visible,
            first_row=top + 1,
            first_column=left,
            row_numbers=[top + index + 1 for index in kept],
            merges=tuple(
                ((first - top, start - left), (last - top, end - left))
                for (first, start), (last, end) in grid.merged_cell_ranges or ()
                if first >= top and start >= left and not kept
            ),
            filled=filled,
        )
        sheets.append(sheet)
    return sheets
