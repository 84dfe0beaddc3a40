"""Put the township together: rows to compute with, sheets to write, and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.elsewhere import SUBMITTED, spoilt, submissions, submitted_page
from fanpin_analysis.samples.groups import listed
from fanpin_analysis.samples.hands import file_of, hand_of
from fanpin_analysis.samples.ledger import rows as careful_rows
from fanpin_analysis.samples.pages import pages
from fanpin_analysis.samples.papers import CLUES, clue_page, clue_rows, paper_rows, papers
from fanpin_analysis.samples.planting import plant
from fanpin_analysis.samples.printed_portraits import handed_in
from fanpin_analysis.samples.truth import (
    Place,
    annex1_rows,
    cluster_rows,
    fault_rows,
    household_rows,
)
from fanpin_analysis.samples.words import words
from fanpin_analysis.samples.world import world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.samples.groups import Listed
    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.pages import Page
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.planting import Planting
    from fanpin_analysis.samples.world import World

Files = dict[str, "list[Page]"]


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

    def frame(self, key: str) -> pd.DataFrame:
        """Return a paper or a truth file as a frame with nullable columns."""
        rows = self.papers[key] if key in self.papers else self.truth[key]
        return pd.DataFrame(rows).convert_dtypes()


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
    planting = plant(made, list(careful_rows(made)), in_order)
    rows = planting.finished()
    ledgers = _ledgers(made, rows)
    known, planted, sheets, portraits = _papers(made, planting, rows)
    lists, named = _clues(made, known["portraits"])
    annex1 = annex1_rows(made, rows)
    counts, submitted = _submitted(seed, annex1)
    return Township(
        world=made,
        papers=known,
        files=ledgers | sheets | lists | submitted,
        truth=_truth(made, planting, _places(ledgers), planted, named)
        | {"annex1": annex1, "submitted": counts, "portraits": portraits},
    )


def _truth(
    made: World,
    planting: Planting,
    places: Sequence[Place],
    planted: Sequence[Record],
    named: Listed,
) -> dict[str, list[Record]]:
    return {
        "faults": [*fault_rows(made, planting, places), *planted],
        "households": list(household_rows(made, planting, places, named)),
        "clusters": list(cluster_rows(made)),
    }


def _ledgers(made: World, rows: Sequence[Row]) -> Files:
    names = made.villages
    return {
        file_of(names, village): pages(
            hand_of(names, village), village, [row for row in rows if row.village == village]
        )
        for village in names
    }


def _places(ledgers: Files) -> list[Place]:
    return [
        Place(file=file, page=page, number=number, row=row)
        for file, sheets in ledgers.items()
        for page in sheets
        for number, row in page.places
    ]


def _papers(
    made: World, planting: Planting, rows: Sequence[Row]
) -> tuple[dict[str, list[Record]], list[Record], Files, list[Record]]:
    """Return the rows of the other papers, the faults in them, their sheets, and printed forms."""
    known, faults, sheets, portraits = {}, [], {}, []
    for key, written in paper_rows(made, planting, rows).items():
        paper = papers()[key]
        known[key], planted = spoilt(made.seed, paper, list(written))
        if key == "portraits":
            given = handed_in(paper, known[key], planted, made.villages)
            planted, portraits = given.faults, given.places
            sheets |= given.files
        else:
            sheets[paper.file] = [paper.page(known[key])]
        faults += planted
    return known, faults, sheets, portraits


def _clues(made: World, portraits: Sequence[Record]) -> tuple[Files, Listed]:
    """Return departments' lists as sheets, and the groups that they and portraits speak of."""
    rows = {sent.name: list(clue_rows(made, sent)) for sent in words().clues}
    sheets = {
        f"{CLUES}/{sent.file}": [clue_page(sent, rows[sent.name])]
        for sent in words().clues
        if rows[sent.name]
    }
    return sheets, listed(chain.from_iterable(rows.values()), portraits)


def _submitted(seed: int, annex1: Sequence[Record]) -> tuple[list[Record], Files]:
    counts, sheets = [], {}
    for village, slip, written in submissions(seed, annex1, ASSUMED.submitting):
        file = f"{SUBMITTED}/{village}统计表.xlsx"
        counts.append({"文件": file, "村": village, "差错": slip.label, **written})
        sheets[file] = [submitted_page(village, written)]
    return counts, sheets
