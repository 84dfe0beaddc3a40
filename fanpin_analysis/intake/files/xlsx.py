"""Workbooks in OOXML: cells by python-calamine, from parts that were inflated and tested before.

python-calamine is twelve times as fast as openpyxl, and knows nothing of hidden rows, struck-out
cells, failed or uncomputed formulas and the digits of a number. It loses the first of two rows
with one number, and spreads a sheet out to its farthest cell, if that takes all memory. So it is
given a workbook of our own making, never the file: only the sheets' cells, the shared strings and
the styles, under names of our own, not compressed. No macro, link or picture comes near it.
"""

from __future__ import annotations

import io
import re
import zipfile
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from fanpin_analysis.intake.files.gate import BROKEN, SHEET_BROKEN, TOO_MUCH, RefusalError
from fanpin_analysis.intake.files.grid import Cell, Range, Sheet, filled_only, is_blank
from fanpin_analysis.intake.files.limits import FILLED_CELLS, FILLED_ROWS, KEPT_BYTES
from fanpin_analysis.intake.files.markup import (
    NO,
    Prepared,
    Struck,
    cells_of,
    prepare,
    struck_strings,
    struck_styles,
    usual,
)
from fanpin_analysis.intake.files.package import elements
from fanpin_analysis.intake.files.rewriting import rewrite
from fanpin_analysis.intake.files.slimming import LEAST, slimmed

if TYPE_CHECKING:
    from fanpin_analysis.intake.files.package import Package

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
DEFAULTS: Final = {"workbook": "xl/workbook.xml"}
SHARED_STRING: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
VISIBLE: Final = "visible"


class _Part(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    visible: bool
    target: str


class _Book:
    """What the workbook part and its relations say."""

    def __init__(self, package: Package) -> None:
        main = _target(package, "", "/officeDocument") or DEFAULTS["workbook"]
        self.date1904 = False
        self.sheets: list[_Part] = []
        targets = _relations(package, main)
        for name, attributes in elements(package.read(main)):
            if name == "workbookPr":
                self.date1904 = attributes.get("date1904", "0") not in NO
            elif name == "sheet" and attributes.get("id", "") in targets:
                kind, target = targets[attributes["id"]]
                if kind.endswith("/worksheet"):
                    visible = attributes.get("state", VISIBLE) == VISIBLE
                    self.sheets.append(_Part(attributes.get("name", ""), visible, target))
        kinds = {kind.rpartition("/")[2]: target for kind, target in targets.values()}
        self.shared = package.read(kinds.get("sharedStrings", "xl/sharedStrings.xml"))
        self.styles = package.read(kinds.get("styles", "xl/styles.xml"))
        self.struck = Struck(styles=struck_styles(self.styles), strings=struck_strings(self.shared))

    @property
    def strings(self) -> int:
        """How many shared strings there are."""
        return len(SHARED_STRING.findall(self.shared))


def sheets_of(package: Package, file: str) -> list[Sheet]:
    """Return the sheets of a workbook, in its order; one that cannot be read says so.

    Raises
    ------
    RefusalError
        When the workbook has no sheets, or holds more than a ledger can.
    """
    book = _Book(package)
    if not book.sheets:
        raise RefusalError(BROKEN)
    prepared, size = [], 0
    for part in book.sheets:
        one = _prepared(package, book, part)
        if isinstance(one, Prepared):
            size += len(one.xml)
        if size > KEPT_BYTES:
            raise RefusalError(TOO_MUCH)
        prepared.append(one)
    if size > FILLED_CELLS * LEAST:
        cells = sum(cells_of(one.xml) for one in prepared if isinstance(one, Prepared))
        if cells > FILLED_CELLS:
            raise RefusalError(TOO_MUCH)
    workbook = _opened(book, prepared)
    sheets = []
    for index, (part, one) in enumerate(zip(book.sheets, prepared, strict=True)):
        if isinstance(one, Prepared):
            sheets.append(_sheet(workbook, index, part, one, file))
        else:
            sheets.append(_unread(part, file, one))
    return sheets


def _prepared(package: Package, book: _Book, part: _Part) -> Prepared | str:
    """Return a sheet ready to be read, or the fault that prevents it."""
    try:
        xml = slimmed(package.chunks(part.target))
        if parts := usual(xml):
            return prepare(parts, book.struck)
        return rewrite(xml, book.struck, book.strings)
    except RefusalError as refusal:
        if refusal.fault in (BROKEN, SHEET_BROKEN):
            return SHEET_BROKEN
        raise
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  whatever a damaged part makes expat, zlib or int() say
        return SHEET_BROKEN


def _opened(book: _Book, prepared: list[Prepared | str]) -> CalamineWorkbook:
    """Return a workbook of our own making, opened."""
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    numbers = range(len(prepared))
    names = "".join(f'<sheet name="{n}" sheetId="{n + 1}" r:id="s{n}"/>' for n in numbers)
    parts = "".join(
        f'<Relationship Id="s{n}" Type="{OFFICE}/worksheet" Target="{n}.xml"/>' for n in numbers
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="w"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr'
            f' date1904="{int(book.date1904)}"/><sheets>{names}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{RELATIONS}">{parts}'
            f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="u" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        for name, part in (("styles", book.styles), ("sharedStrings", book.shared)):
            if part:
                archive.writestr(f"xl/{name}.xml", part)
        for number, one in enumerate(prepared):
            archive.writestr(f"xl/{number}.xml", one.xml if isinstance(one, Prepared) else empty)
            if isinstance(one, Prepared):
                one.xml = b""  # a large one is not to be held twice
    held.seek(0)
    return CalamineWorkbook.from_filelike(held)


def _sheet(
    workbook: CalamineWorkbook, index: int, part: _Part, prepared: Prepared, file: str
) -> Sheet:
    try:
        grid = workbook.get_sheet_by_index(index)
    except CalamineError:
        return _unread(part, file, SHEET_BROKEN)
    top, left = grid.start or (0, 0)
    rows: list[list[Cell]] = grid.to_python()
    for (row, column), number in prepared.whole.items():
        if isinstance(rows[row - top][column - left], float):
            rows[row - top][column - left] = number
    below, aside, filled = filled_only(
        rows,
        (row - top for row in prepared.hidden_rows),
        (column - left for column in prepared.hidden_columns),
    )
    if filled > FILLED_ROWS:
        raise RefusalError(TOO_MUCH)
    return Sheet(
        file=file,
        name=part.name,
        rows=rows,
        visible=part.visible,
        first_row=top + 1,
        first_column=left,
        row_numbers=prepared.numbers[top : top + len(rows)],
        columns=prepared.columns[left:],
        merges=_within(prepared.merges, top, left),
        hidden_rows=below,
        hidden_columns=aside,
        struck=frozenset(
            (row - top, column - left)
            for row, column in prepared.struck
            if _holds(rows, row - top, column - left)
        ),
        filled=filled,
        faults=tuple(prepared.faults),
    )


def _unread(part: _Part, file: str, fault: str) -> Sheet:
    return Sheet(file=file, name=part.name, rows=[], visible=part.visible, faults=((fault, ""),))


def _within(merges: list[Range], top: int, left: int) -> tuple[Range, ...]:
    return tuple(
        ((first - top, start - left), (last - top, end - left))
        for (first, start), (last, end) in merges
        if last >= first >= top and end >= start >= left  # else its first cell is empty
    )


def _holds(rows: list[list[Cell]], row: int, column: int) -> bool:
    inside = 0 <= row < len(rows) and 0 <= column < len(rows[row])
    return inside and not is_blank(rows[row][column])


def _target(package: Package, part: str, kind: str) -> str:
    """Return the part that a relation of a kind leads to, or nothing."""
    found = _relations(package, part).values()
    return next((target for told, target in found if told.endswith(kind)), "")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the target of each relation of a part that stays in the package."""
    folder = dirname(part)
    name = join(folder, "_rels", part.rpartition("/")[2] + ".rels")
    found = {}
    for element, told in elements(package.read(name) or b"<none/>"):
        if element == "Relationship" and told.get("TargetMode", "") != "External":
            target = normpath(join("/", folder, told.get("Target", ""))).lstrip("/")
            found[told.get("Id", "")] = (told.get("Type", ""), target)
    return found
