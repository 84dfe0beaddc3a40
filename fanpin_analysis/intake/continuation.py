"""A sheet without a header that goes on where the sheet before it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.identity import ID_LIKE, NUMBERS
from fanpin_analysis.intake.rows import HAN, NAMES, filled_rows

if TYPE_CHECKING:
    from fanpin_analysis.intake.recognition import Block
    from fanpin_analysis.intake.workbooks import Sheet

SHARE: Final = 0.8  # of the filled rows have an ID and a name where the former table has them


def continued(sheet: Sheet, former: Block, before: Sheet) -> Block | None:
    """Return a sheet without a header as the rest of a table, or nothing when it does not fit.

    Parameters
    ----------
    sheet
        The sheet in which no header was found.
    former, before
        The last table of the sheet before it in the same workbook, and that sheet.

    Returns
    -------
        The whole sheet as the body of a table with the former one's columns, when nearly all its
        rows hold an ID and a name in the same columns of the sheet.
    """
    shift = before.first_column - sheet.first_column
    columns = tuple(replace(column, index=column.index + shift) for column in former.columns)
    block = replace(
        former, header=range(0), columns=columns, body=range(len(sheet.rows)), again=frozenset()
    )
    number, name = (
        next((block.fields[each] for each in group if each in block.fields), -1)
        for group in (NUMBERS, NAMES)
    )
    rows = [sheet.rows[index] for index in filled_rows(sheet, block.body)]
    if number < 0 or name < 0 or not rows or min(c.index for c in columns) < 0:
        return None
    fitting = [
        row
        for row in rows
        if max(number, name) < len(row)
        and ID_LIKE.fullmatch(str(row[number]).strip())
        and HAN.match(str(row[name]).strip())
    ]
    return block if len(fitting) >= SHARE * len(rows) else None
