"""Text files of rows: comma, tab or semicolon, in UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from fanpin_analysis.intake.files.gate import NO_TEXT, OPEN_QUOTE, TOO_MUCH, RefusalError
from fanpin_analysis.intake.files.grid import Cell, Sheet, filled_only
from fanpin_analysis.intake.files.limits import FILLED_CELLS, FILLED_ROWS, LINE_CHARACTERS

DELIMITERS: Final = (",", "\t", ";")
SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own, and no row
MANGLED: Final = re.compile("[\x00\x80-\x84\x86-\x9f\ufffd]")  # signs that nobody types
ENOUGH: Final = 20_000  # characters to count the delimiters in
SEVERAL: Final = 3  # delimiters in a cell of several lines: rows that a lost quote swallowed


def sheet_of(content: bytes, file: str) -> Sheet:
    """Return the only sheet of a text file.

    Raises
    ------
    RefusalError
        When its encoding cannot be told, a quote is left open, or a line has no end.
    """
    text = _decoded(content)
    told = SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    sample = text[:ENOUGH]
    delimiter = told[1] if told else max(DELIMITERS, key=sample.count)
    if max(map(len, io.StringIO(text, newline="")), default=0) > LINE_CHARACTERS:
        raise RefusalError(TOO_MUCH)
    try:
        rows: list[list[Cell]] = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error:
        raise RefusalError(OPEN_QUOTE) from None
    _account_for_lines(rows, text, delimiter)
    *_, filled = filled_only(rows, (), ())
    if filled > FILLED_ROWS or sum(map(len, rows)) > FILLED_CELLS:
        raise RefusalError(TOO_MUCH)
    return Sheet(file=file, name=file.rsplit("/", 1)[-1], rows=rows, filled=filled)


def _account_for_lines(rows: list[list[Cell]], text: str, delimiter: str) -> None:
    """Refuse a text with fewer rows than lines, if a cell looks as if it held other rows."""
    if '"' not in text:
        return
    for row in rows:
        for cell in row:
            if ("\n" in cell or "\r" in cell) and cell.count(delimiter) >= SEVERAL:
                raise RefusalError(OPEN_QUOTE)


def _decoded(content: bytes) -> str:
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
        if not MANGLED.search(text):
            return text
    raise RefusalError(NO_TEXT)
