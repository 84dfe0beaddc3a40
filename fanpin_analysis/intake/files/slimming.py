"""A large sheet as it inflates: rows without content are dropped before anything parses them.

A whole column of styled empty cells, as WPS leaves it, is a million rows and half a gigabyte of
XML. It goes by at the speed of a search for bytes.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.gate import BROKEN, TOO_MUCH, RefusalError
from fanpin_analysis.intake.files.limits import FILLED_CELLS, FILLED_ROWS, KEPT_BYTES, MEGABYTE
from fanpin_analysis.intake.files.markup import cells_of
from fanpin_analysis.intake.files.package import in_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW_BYTES: Final = 16 * MEGABYTE  # of one row, be it as wide as may be
SMALL: Final = 4 * MEGABYTE  # a part that is not worth the trouble
LEAST: Final = len(b"<c><v>1</v></c>")  # bytes of a filled cell
ROOT: Final = re.compile(rb"<(\w+:)?worksheet[\s>]")


def slimmed(chunks: Iterator[bytes]) -> bytes:
    """Return a sheet's XML, without its empty rows if it is large.

    Raises
    ------
    RefusalError
        When what is left is more than a ledger can be.
    """
    begun, size = [], 0
    for chunk in chunks:
        begun.append(chunk)
        size += len(chunk)
        if size > SMALL:
            break
    else:
        return _bounded(in_utf8(b"".join(begun)))
    return _bounded(b"".join(_kept(chain([in_utf8(b"".join(begun))], chunks))))


def _bounded(xml: bytes) -> bytes:
    if len(xml) > FILLED_CELLS * LEAST and cells_of(xml) > FILLED_CELLS:
        raise RefusalError(TOO_MUCH)
    return xml


def _kept(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what stands before the rows, each row that holds something, and what follows them."""
    rest = next(chunks)
    root = ROOT.search(rest)
    prefix = (root[1] or b"") if root else b""
    row = b"<" + prefix + b"row"
    marks = tuple(b"<" + prefix + name for name in (b"v", b"is", b"f"))
    end = b"</" + prefix + b"sheetData>"
    start = rest.find(b"<" + prefix + b"sheetData")
    if root is None or start < 0:
        raise RefusalError(BROKEN)
    kept = cells = rows = 0
    yield rest[: rest.find(row, start)] if row in rest[start:] else b""
    rest = rest[rest.find(row, start) :] if row in rest[start:] else rest
    for chunk in chain([b""], chunks):
        rest += chunk
        closed = rest.find(end)
        cut = closed if closed >= 0 else max(rest.rfind(row), 0)
        pieces = _filled(rest[:cut], row, marks)
        rest = rest[cut:]
        kept += sum(map(len, pieces))
        rows += len(pieces)
        cells += cells_of(b"".join(pieces))
        if len(rest) > ROW_BYTES or kept > KEPT_BYTES or cells > FILLED_CELLS or rows > FILLED_ROWS:
            raise RefusalError(TOO_MUCH)
        yield from pieces
        if closed >= 0:
            break
    yield rest
    for chunk in chunks:
        kept += len(chunk)
        if kept > KEPT_BYTES:
            raise RefusalError(TOO_MUCH)
        yield chunk


def _filled(text: bytes, row: bytes, marks: tuple[bytes, ...]) -> list[bytes]:
    """Return the rows of a stretch of XML that hold something."""
    if not any(mark in text for mark in marks):
        return []
    pieces = text.split(row)[1:]
    return [row + piece for piece in pieces if any(mark in piece for mark in marks)]
