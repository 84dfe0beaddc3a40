"""How a workbook travels from the child to its parent: as JSON, which can hold nothing but data."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from fanpin_analysis.intake.files.grid import Sheet, Workbook

SETS: Final = ("hidden_rows", "hidden_columns", "struck")
LENGTH: Final = 8  # bytes before an answer that tell how long it is
DAY, MOMENT, TIME, SPAN = "day", "moment", "time", "span"


def packed(workbook: Workbook) -> bytes:
    """Return a workbook as JSON; days, times and sets are tagged or listed."""
    told = _told(workbook) | {"sheets": [_told(sheet) for sheet in workbook.sheets]}
    return json.dumps(told, default=_tagged, separators=(",", ":")).encode("ascii")


def unpacked(answer: bytes) -> Workbook:
    """Return the workbook that :func:`packed` made JSON of."""
    told = json.loads(answer, object_hook=_untagged)
    return Workbook(**told | {"sheets": tuple(_sheet(sheet) for sheet in told["sheets"])})


def _told(record: Workbook | Sheet) -> dict[str, Any]:
    return {item.name: getattr(record, item.name) for item in fields(record)}


def _sheet(told: dict[str, Any]) -> Sheet:
    told["merges"] = tuple((tuple(first), tuple(last)) for first, last in told["merges"])
    told["struck"] = [tuple(place) for place in told["struck"]]
    told["faults"] = tuple((fault, cell) for fault, cell in told["faults"])
    told |= {name: frozenset(told[name]) for name in SETS}
    return Sheet(**told)


def _tagged(cell: object) -> object:
    match cell:
        case datetime():
            return {MOMENT: cell.isoformat()}
        case date():
            return {DAY: cell.isoformat()}
        case time():
            return {TIME: cell.isoformat()}
        case timedelta():
            return {SPAN: cell.total_seconds()}
        case frozenset():
            return sorted(cell)
    raise TypeError(cell.__class__.__name__)


def _untagged(told: dict[str, Any]) -> object:
    if len(told) > 1:
        return told
    ((tag, value),) = told.items()
    match tag:
        case "moment":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case "time":
            return time.fromisoformat(value)
        case "span":
            return timedelta(seconds=value)
    return told
