"""What the XML of a sheet tells and python-calamine does not, when it looks as programs write it.

Excel, WPS, LibreOffice, openpyxl and their like all write ``<row r="5"><c r="A5" s="1" t="s"><v>``.
Such a sheet is searched as bytes, at a small part of the cost of reading it; any other is taken
apart and written anew by :mod:`~fanpin_analysis.intake.files.rewriting`.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from fanpin_analysis.intake.files.grid import UNSAVED, Range, column_of
from fanpin_analysis.intake.files.limits import SMALL_GRID, SPARSEST
from fanpin_analysis.intake.files.package import elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Place = tuple[int, int]  # a row and a column, both from 0, as python-calamine counts them
ROW: Final = re.compile(rb"<row([^>]*)>")
NUMBER: Final = re.compile(rb'(?<![\w:])r="(\d+)"')
HIDDEN_ROW: Final = re.compile(rb'<row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
WIDE: Final = re.compile(rb' r="([A-Z]{2,3})\d{1,7}"')
FAILED: Final = re.compile(rb'(<c r="[A-Z]+\d+"[^>]*? t=")e(?=")')
COMPUTED: Final = re.compile(
    rb'(<c r="[A-Z]+\d+")([^>]*)><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?</c>'
)
LONG: Final = re.compile(rb"<v>-?\d{16}")
LONG_CELL: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*><v>(-?\d{16,})</v>')
TEXT_CELL: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*? t="s"[^>]*><v>(\d+)</v>')
MERGED: Final = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
LAST: Final = 16_384  # columns of a sheet
NO: Final = ("0", "false", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """What strikes a whole cell out: the numbers of its styles, and of its shared strings."""

    styles: frozenset[int] = frozenset()
    strings: frozenset[int] = frozenset()


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A sheet's XML as python-calamine shall read it, and what that will not tell.

    ``numbers`` and ``columns`` say where the rows and columns of the XML stand in truth, when some
    were left out. ``whole`` holds the numbers that no float holds.
    """

    xml: bytes
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    whole: dict[Place, int] = field(default_factory=dict)
    numbers: Sequence[int] = ()
    columns: Sequence[int] = ()
    faults: list[tuple[str, str]] = field(default_factory=list)


class Usual(NamedTuple):
    """A sheet as programs write it; its rows begin at ``start`` and end before ``end``."""

    xml: bytes
    start: int
    end: int
    attributes: bytes  # of all rows

    def has(self, sign: bytes, text: bytes) -> bool:
        """Tell whether the rows have a text; one sign of it is found much faster."""
        if self.xml.find(sign, self.start, self.end) < 0:
            return False
        return self.xml.find(text, self.start, self.end) >= 0


def usual(xml: bytes) -> Usual | None:
    """Return a sheet's parts, if it is written as usual, in order, and fills the grid it spans."""
    start = xml.find(b"<sheetData")
    start = xml.find(b">", start) + 1 if start >= 0 else 0
    end = max(xml.rfind(b"</sheetData>"), start)
    if not start or (not xml.startswith(b"</sheetData>", end) and xml[start - 2] != ord("/")):
        return None  # there are no rows, or no end of them
    found = ROW.findall(xml, start, end)
    parts = Usual(xml, start, end, b"".join(found))
    numbers = list(map(int, NUMBER.findall(parts.attributes)))
    if len(numbers) != len(found) or not _is_plain(parts):
        return None
    if not numbers:
        return None if xml.find(b"<", start, end) >= 0 else parts
    if not all(map(operator.lt, numbers, numbers[1:])) or numbers[0] < 1:
        return None
    odd = re.compile(rb'<c(?! r="[A-Z]\d{1,%d}")(.{0,16})' % len(str(numbers[-1])))
    wide = [WIDE.match(cell) for cell in odd.findall(xml, start, end)]
    width = max((_column(cell[1]) + 1 if cell else LAST + 1 for cell in wide), default=26)
    if width > LAST or too_sparse(numbers[-1] - numbers[0] + 1, width, xml):
        return None
    return parts


def _is_plain(parts: Usual) -> bool:
    """Tell whether a sheet has one table of cells, no comment, DOCTYPE or CDATA, no struck run."""
    head, tail = parts.xml[: parts.start], parts.xml[parts.end :]
    if b"<worksheet" not in head or b"<!" in head or head.count(b"<?") > 1 or b"<!" in tail:
        return False
    if parts.has(b"!", b"<!") or parts.has(b"k", b"<strike") or b"<sheetData" in tail:
        return False
    return parts.xml.find(b"<sheetData", parts.start, parts.end) < 0


def too_sparse(height: int, width: int, filled: int | bytes) -> bool:
    """Tell whether a grid holds so little, cells or XML, that it is not to be spread out."""
    if height * width <= SMALL_GRID:
        return False
    return height * width > SPARSEST * (filled if isinstance(filled, int) else cells_of(filled))


def cells_of(xml: bytes) -> int:
    """Return how many cells of a sheet hold a value, at most."""
    return xml.count(b"</v>") + xml.count(b"</is>") + xml.count(b":v>") // 2 + xml.count(b":is>")


def prepare(parts: Usual, struck: Struck) -> Prepared:
    """Return what a sheet that is written as usual tells besides its cells."""
    xml, start, end, attributes = parts
    prepared = Prepared(xml=_mended(parts), struck=set(_struck(parts, struck)))
    prepared.merges = [
        ((int(top) - 1, _column(left)), (int(bottom) - 1, _column(right)))
        for left, top, right, bottom in MERGED.findall(xml, end)
    ]
    if b"hidden=" in attributes:
        prepared.hidden_rows = {int(n) - 1 for n in HIDDEN_ROW.findall(xml, start, end)}
    cols = xml.find(b"<cols>", 0, start)
    if cols >= 0:
        until = xml.find(b"</cols>", cols) + len(b"</cols>")
        prepared.hidden_columns = hidden_columns(xml[cols:until])
    if LONG.search(xml, start, end):
        prepared.whole = {
            (int(row) - 1, _column(column)): int(digits)
            for column, row, digits in LONG_CELL.findall(xml, start, end)
            if exceeds_float(digits)
        }
    return prepared


def exceeds_float(digits: str | bytes) -> bool:
    """Tell whether digits are more than a float holds, so that they never were in one.

    A program that lost digits writes 15, 16 or 17 of them and fills up with zeros.
    """
    number, value = int(digits), float(digits)
    shortened = (f"{value:.{places}e}".split("e+") for places in (14, 15, 16))
    written = {
        int(mantissa.replace(".", "").ljust(int(e) + 1 + mantissa.count("-"), "0"))
        for mantissa, e in shortened
    }
    return number != int(value) and number not in written


def hidden_columns(cols: bytes) -> set[int]:
    """Return the columns, from 0, that ``<cols>`` hides or makes as narrow as nothing."""
    hidden: set[int] = set()
    if b"hidden=" in cols or b'width="0"' in cols:
        for name, attributes in elements(cols):
            if name == "col":
                hidden |= hidden_by(attributes)
    return hidden


def hidden_by(col: dict[str, str]) -> set[int]:
    """Return the columns, from 0, that one ``<col>`` hides."""
    if col.get("hidden", "0") in NO and col.get("width") != "0":
        return set()
    return set(range(int(col["min"]) - 1, min(int(col["max"]), LAST)))


def struck_styles(styles: bytes) -> frozenset[int]:
    """Return the numbers of the cell formats whose font is struck out."""
    fonts, formats, within = [], [], ""
    if b"strike" not in styles:
        return frozenset()
    for name, attributes in elements(styles):
        if name in ("fonts", "cellXfs", "cellStyleXfs", "fills", "dxfs", "cellStyles"):
            within = name
        elif name == "font" and within == "fonts":
            fonts.append(False)
        elif name == "strike" and within == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") not in NO
        elif name == "xf" and within == "cellXfs":
            formats.append(int(attributes.get("fontId", 0)))
    return frozenset(
        number for number, font in enumerate(formats) if font < len(fonts) and fonts[font]
    )


def struck_strings(shared: bytes) -> frozenset[int]:
    """Return the numbers of the shared strings of which every run is struck out."""
    if b"strike" not in shared:
        return frozenset()
    struck, number = set(), -1
    for item in re.split(rb"<(?:\w+:)?si(?=[\s>/])", shared)[1:]:
        number += 1
        if b"strike" in item:
            runs = [run for run in re.split(rb"<(?:\w+:)?r>", item)[1:] if b"t>" in run]
            if runs and all(re.search(rb'strike(?! val="(?:0|false)")[ />]', run) for run in runs):
                struck.add(number)
    return frozenset(struck)


def _mended(parts: Usual) -> bytes:
    """Return a sheet in which failed and uncomputed formulas are texts, and so are not lost."""
    xml, start, end, _ = parts
    failed, computed = xml.find(b't="e"', start, end) >= 0, parts.has(b"f", b"<f")
    if not failed and not computed:
        return xml
    rows = xml[start:end]
    if failed:
        rows = FAILED.sub(rb"\1str", rows)
    if computed:
        rows = COMPUTED.sub(_unsaved, rows)
    return b"".join((xml[:start], rows, xml[end:]))


def _unsaved(cell: re.Match[bytes]) -> bytes:
    if b't="str"' in cell[2]:  # a formula that gave an empty text
        return cell[0]
    return b'%s t="str"><v>%s</v></c>' % (cell[1], UNSAVED.encode())


def _struck(parts: Usual, struck: Struck) -> Iterator[Place]:
    xml, start, end, _ = parts
    if struck.styles:
        numbers = b"|".join(b"%d" % number for number in struck.styles)
        cells = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*? s="(?:' + numbers + rb')"')
        for column, row in cells.findall(xml, start, end):
            yield int(row) - 1, _column(column)
    if struck.strings:
        for column, row, number in TEXT_CELL.findall(xml, start, end):
            if int(number) in struck.strings:
                yield int(row) - 1, _column(column)


def _column(text: bytes) -> int:
    return column_of(text.decode())
