"""Put the township together, and write it: what the office would receive, and the truth."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.deliverables.saving import write_whole
from fanpin_analysis.samples.faults import Planting, plant, spoil_paper
from fanpin_analysis.samples.given import ASSUMED, HERE, Record
from fanpin_analysis.samples.hands import file_of, ledger_sheets
from fanpin_analysis.samples.ledger import ledger_rows
from fanpin_analysis.samples.pages import Page, shown, write_pages
from fanpin_analysis.samples.papers import CLUES, clue_lists, paper_rows, papers
from fanpin_analysis.samples.printed_portraits import handed_in
from fanpin_analysis.samples.submitted import submissions
from fanpin_analysis.samples.truth import (
    annex1_rows,
    cluster_rows,
    fault_rows,
    groups_named,
    household_rows,
    places,
)
from fanpin_analysis.samples.world import world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.world import World

INPUT, TRUTH = "township", "truth"
LOCK_SIZE = 165  # bytes that Excel writes beside an open workbook
LOCK_OWNER = "clerk"
Files = dict[str, list[Page]]
Rows = dict[str, list[Record]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """Every paper of the township, and the truth behind them.

    ``papers`` and ``truth`` hold rows by key; ``files`` holds the sheets of every file by its path
    from the township's folder.
    """

    world: World
    papers: Mapping[str, list[Record]]
    files: Mapping[str, list[Page]]
    truth: Mapping[str, list[Record]]


@cache
def township(
    seed: int = 2023,
    villages: int = ASSUMED.default_villages,
    households: int = ASSUMED.default_households,
) -> Township:
    """Return the township of a seed; the same seed gives the same township.

    Raises
    ------
    InputError
        When there are not that many village names.
    """
    made = world(seed, villages, households)
    in_order = sorted(made.villages, key=lambda village: file_of(made.villages, village))
    planting = plant(seed, ledger_rows(made), in_order)
    rows = planting.finished()
    ledgers = {
        file_of(made.villages, v): ledger_sheets(made.villages, v, rows) for v in made.villages
    }
    known, truth, files = _papers(made, planting, rows)
    clues = [(sent, list(sent.rows(made))) for sent in clue_lists()]
    named = groups_named((row for _, listed in clues for row in listed), known["portraits"])
    files |= {f"{CLUES}/{sent.file}": [sent.page(listed)] for sent, listed in clues}
    stand, annex1 = places(ledgers), annex1_rows(made, rows)
    submitted = list(submissions(seed, annex1))
    files |= {record["文件"]: [page] for record, page in submitted}
    return Township(
        world=made,
        papers=known,
        files=ledgers | files,
        truth={
            "faults": [*fault_rows(made, planting, stand), *truth["faults"]],
            "households": list(household_rows(planting, stand, named)),
            "clusters": list(cluster_rows(made)),
            "annex1": annex1,
            "submitted": [record for record, _ in submitted],
            "portraits": truth["portraits"],
        },
    )


def _papers(made: World, planting: Planting, rows: Sequence[Row]) -> tuple[Rows, Rows, Files]:
    """Return the rows of the other papers, the truth on faults and portraits, and the sheets."""
    known: Rows = {}
    truth: Rows = {"faults": [], "portraits": []}
    files: Files = {}
    for key, written in paper_rows(made, planting, rows).items():
        paper = papers()[key]
        known[key], planted = spoil_paper(made.seed, paper, [paper.told(row) for row in written])
        if key == "portraits":
            given = handed_in(paper, known[key], planted, made.villages)
            planted, truth[key] = given.faults, given.places
            files |= given.files
        else:
            files[paper.file] = [paper.page(known[key])]
        truth["faults"] += planted
    return known, truth, files


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
    for file, pages in made.files.items():
        write_pages(folder / INPUT / file, pages)
    for key, rows in made.truth.items():
        write_pages(folder / TRUTH / f"{key}.csv", [_truth_page(key, rows)])
    opened = folder / INPUT / file_of(made.world.villages, made.world.villages[0])
    write_whole(opened.with_name(f"~${opened.name}"), _lock())
    write_whole(folder / "README.md", (HERE / "README.md").read_bytes())


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


def _truth_page(key: str, rows: Sequence[Record]) -> Page:
    """Return truth as a sheet that a spreadsheet opens rightly: UTF-8 with a mark, 是 and 否."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    page = Page(name=key, width=len(columns), encoding="utf-8-sig")
    page.header(columns)
    for row in rows:
        values = (row.get(column) for column in columns)
        page.add([str(value) if isinstance(value, float) else shown(value) for value in values])
    return page
