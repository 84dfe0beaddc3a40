"""The line below a printed form's title: which township, village and group, and on which day."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.boxes import fold
from fanpin_analysis.intake.files.grid import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.intake.workbooks import Cell
    from fanpin_analysis.policy.printed import HeadPlace, PrintedForm

DIGITS: Final = "0-9\u3007零一二三四五六七八九十"
DAY: Final = re.compile(
    rf"[{DIGITS}]{{2,4}}\s*年[\s{DIGITS}]*月?[\s{DIGITS}]*日?|[0-9]{{4}}\s*[-./][-./\s0-9]*[0-9]"
)
EMPTY_DAY: Final = re.compile(r"年\s*月\s*日")


def read_head(
    form: PrintedForm, cells: Sequence[tuple[str, Cell]]
) -> Iterator[tuple[str, Cell, str]]:
    """Yield each field that the line names, with its content and the cell in which it stands."""
    texts: list[str] = []
    places: list[str] = []
    dated = False
    for address, cell in cells:
        if is_blank(cell):
            continue
        if isinstance(cell, date):
            yield form.date, cell, address
            dated = True
            continue
        text = fold(_shown(cell))
        day = DAY.search(text)
        if day and not dated:
            yield form.date, re.sub(r"\s", "", day[0]), address
            dated = True
            text = text[: day.start()]
        texts.append(text)
        places += [address] * (len(text) + 1)
    line, start = EMPTY_DAY.sub("", " ".join(texts)), 0
    for place in form.places:
        found = _found(place, line[start:])
        if found:
            if found["stem"].strip():
                address = places[start + found.start("name")]
                yield place.field, re.sub(r"\s", "", found["name"]), address
            start += found.end()


def _found(place: HeadPlace, text: str) -> re.Match[str] | None:
    """Find a name that ends in one of the place's words, or that stands behind one as its label."""
    ends = "|".join(map(re.escape, sorted(place.ends, key=len, reverse=True)))
    label = "|".join(map(re.escape, sorted((*place.ends, *place.also), key=len, reverse=True)))
    patterns = (
        rf"(?:^|\s)\s*(?:{label})\s*:\s*(?P<name>(?P<stem>[^\s:]*?(?![^\s:]*:)))(?=\s|$)",
        rf"^\s*(?:{ends})\s+(?P<name>(?P<stem>\S+?)(?:{ends}))(?=\s|$)",
        rf"^\s*(?P<name>(?P<stem>.*?)\s*(?:{ends}))(?=\s|$)",
        rf"^\s*(?P<name>(?P<stem>\S+?)(?:{ends}))",
    )
    return next(filter(None, (re.search(pattern, text) for pattern in patterns)), None)


def _shown(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
