"""How much one file may be and may cost. Limits of safety, not of policy: no county changes them.

A township's largest workbook on record holds some 30,000 rows of 17 cells; everything here is
several times that, so that only a file that was never a ledger, or was made to harm, meets a limit.
"""

from __future__ import annotations

from typing import Final

MEGABYTE: Final = 1 << 20

FILE_BYTES: Final = 50 * MEGABYTE  # of a file as it lies on the disk
ALONE_BYTES: Final = 5 * MEGABYTE  # of one that is read without a child to bear the risk
ENTRIES: Final = 2_000  # of a zip archive
INFLATED_BYTES: Final = 1_000 * MEGABYTE  # counted while inflating, over all parts that are read
KEPT_BYTES: Final = 150 * MEGABYTE  # of these, what is left when empty rows are dropped
PART_BYTES: Final = 100 * MEGABYTE  # of a part that is needed whole: shared strings, styles
LINE_CHARACTERS: Final = 1_000_000  # of one line of a text file

FILLED_ROWS: Final = 200_000  # of a sheet
FILLED_CELLS: Final = 2_000_000  # of a file

# A grid is handed over as it stands while it is small, or while one cell in so many is filled;
# else the empty rows and columns are left out of it.
SMALL_GRID: Final = 100_000
SPARSEST: Final = 20
# What lies behind a gap as wide as this is not part of a table: somebody's finger slipped.
FAR_ROWS: Final = 5_000
FAR_COLUMNS: Final = 200

MEMORY_BYTES: Final = 500 * MEGABYTE  # of a child, above what it takes when it starts
MEMORY_A_BYTE: Final = 40  # and for each byte of the file, since a large ledger may take more
SECONDS: Final = 5.0  # of processor time for a file
SECONDS_A_MEGABYTE: Final = 0.5  # and for each megabyte of it, as above
ANSWER_BYTES: Final = 400 * MEGABYTE  # of what a child hands back
