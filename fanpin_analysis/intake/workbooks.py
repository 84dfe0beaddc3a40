"""Open one file, whatever a village sent, and hand over its cells with their addresses.

What a file is, is told by its first bytes, not by its extension. A file that cannot be read is a
fault with an id of ``rules/读取.toml``, never an exception, and never stops the other files.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "run.json"  # the file by which the results of a run are told
SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".txt"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf", b"%pdf")
DELIMITERS = (",", "\t", ";")

Cell = Any
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cells of one sheet.

    ``rows[i][j]`` stands in row ``first_row + i`` (counted from 1, as Excel shows it) and in column
    ``first_column + j`` (counted from 0). Empty cells are ``""``. ``merges`` are index ranges into
    ``rows``, corners included.
    """

    file: str
    name: str
    rows: list[list[Cell]]
    visible: bool = True
    first_row: int = 1
    first_column: int = 0
    merges: tuple[Range, ...] = ()

    def letter(self, column: int) -> str:
        """Return the letters that Excel shows above an index of ``rows[i]``."""
        letters, number = "", self.first_column + column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters

    def row_number(self, index: int) -> int:
        """Return the row number that Excel shows beside an index of ``rows``."""
        return self.first_row + index


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """One file: its sheets, the visible ones first, or the fault that kept it from being read."""

    file: str
    sha256: str = ""
    sheets: tuple[Sheet, ...] = ()
    fault: str = ""


def open_workbook(path: Path, file: str) -> Workbook:
    """Read one file whole.

    Parameters
    ----------
    path
        The file.
    file
        The name under which its rows are reported: its path below the folder that was given.
    """
    if path.name.startswith("~$"):
        return Workbook(file=file, fault="F08")
    if path.name == MANIFEST:
        return Workbook(file=file, fault="F10")
    if path.is_symlink() or not path.is_file():
        return Workbook(file=file, fault="F09")
    if path.suffix.lower() not in SPREADSHEETS:
        return Workbook(file=file, fault="F01")
    try:
        content = path.read_bytes()
    except OSError:
        return Workbook(file=file, fault="F04")
    sheets, fault = _sheets(content, file)
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(file=file, sha256=digest, sheets=tuple(sheets), fault=fault)


def _sheets(content: bytes, file: str) -> tuple[list[Sheet], str]:
    if not content.strip():
        return [], "F02"
    if content.startswith(OLE) and ENCRYPTED in content:
        return [], "F03"
    if content.startswith((ZIP, OLE)):
        return _spreadsheet(content, file)
    if content.lstrip().lower().startswith(MARKUP):
        return [], "F05"
    return _delimited(content, file)


def _spreadsheet(content: bytes, file: str) -> tuple[list[Sheet], str]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [_sheet(workbook, index, file) for index in _worksheets(workbook)]
    except PasswordError:
        return [], "F03"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001  the parser's panics are no Exception, and are a bad file
        return [], "F04"
    return sorted(sheets, key=lambda sheet: not sheet.visible), ""


def _worksheets(workbook: CalamineWorkbook) -> Iterator[int]:
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            yield index


def _sheet(workbook: CalamineWorkbook, index: int, file: str) -> Sheet:
    cells = workbook.get_sheet_by_index(index)
    top, left = cells.start or (0, 0)
    merges = [
        ((first[0] - top, first[1] - left), (last[0] - top, last[1] - left))
        for first, last in cells.merged_cell_ranges or ()
    ]
    return Sheet(
        file=file,
        name=cells.name,
        rows=cells.to_python(),
        visible=workbook.sheets_metadata[index].visible == SheetVisibleEnum.Visible,
        first_row=top + 1,
        first_column=left,
        merges=tuple(merges),
    )


def _delimited(content: bytes, file: str) -> tuple[list[Sheet], str]:
    text = _decoded(content)
    if text is None:
        return [], "F06"
    sample = text[:20_000]
    delimiter = max(DELIMITERS, key=sample.count)
    try:
        rows: list[list[Cell]] = list(
            csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        )
    except csv.Error:
        return [], "F07"
    return [Sheet(file=file, name=file.rsplit("/", 1)[-1], rows=rows)], ""


def _decoded(content: bytes) -> str | None:
    """Decode strictly: a byte order mark, else UTF-8, else GB18030; binary is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None
