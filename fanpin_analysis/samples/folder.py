"""Write the township into a folder: what the office would receive, and the truth beside it."""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.deliverables.saving import write_whole
from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.hands import file_of, hand_of
from fanpin_analysis.samples.township import township
from fanpin_analysis.samples.words import HERE
from fanpin_analysis.samples.writing import write_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.samples.persons import Record

INPUT, TRUTH = "township", "truth"
LOCK_SIZE = 165  # bytes that Excel writes beside an open workbook
LOCK_OWNER = "clerk"


def write(
    folder: Path,
    *,
    seed: int = 2023,
    villages: int = ASSUMED.default_villages,
    households: int = ASSUMED.default_households,
) -> None:
    """Write a synthetic township: ``township/`` to be read, ``truth/`` to compare with.

    Raises
    ------
    InputError
        When there are not that many village names.
    OSError
        When the folder cannot be written.
    """
    made = township(seed, villages, households)
    names = made.world.villages
    encodings = {file_of(names, village): hand_of(names, village).encoding for village in names}
    for file, pages in made.files.items():
        write_pages(folder / INPUT / file, pages, encodings.get(file, ""))
    opened = folder / INPUT / file_of(names, names[0])
    write_whole(opened.with_name(f"~${opened.name}"), _lock())
    _write_truth(folder / TRUTH, made.truth)
    write_whole(folder / "README.md", (HERE / "README.md").read_bytes())


def _write_truth(folder: Path, truth: Mapping[str, Sequence[Record]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for key, rows in truth.items():
        write_whole(folder / f"{key}.csv", _csv(rows))


@cache
def sample_folder() -> Path:
    """Return where the sample township's papers lie.

    That is ``data_samples/township`` of the checkout, or, where the package was installed without
    it, a temporary folder into which the township is written once.
    """
    committed = HERE.parent.parent / "data_samples" / INPUT
    if committed.is_dir():
        return committed
    fresh = Path(tempfile.mkdtemp(prefix="fanpin-sample-"))
    write(fresh)
    return fresh / INPUT


def _lock() -> bytes:
    """Return what Excel leaves beside a workbook while somebody has it open."""
    owner = LOCK_OWNER.encode()
    wide = LOCK_OWNER.encode("utf-16-le")
    head = bytes([len(owner)]) + owner.ljust(54) + bytes([len(LOCK_OWNER), 0]) + wide
    return head.ljust(LOCK_SIZE, b" ")


def _csv(rows: Sequence[Record]) -> bytes:
    """Return rows as CSV that a spreadsheet opens rightly: UTF-8 with a mark, 是 and 否."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _shown(value) for column, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _shown(value: object) -> object:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value
