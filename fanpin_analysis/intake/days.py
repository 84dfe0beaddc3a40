"""Dates and months as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from fanpin_analysis.intake.cells import (
    DATE_INCOMPLETE,
    DATE_INTERPRETED,
    NO_DATE,
    NO_MONTH,
    Parsed,
    is_number,
    plain,
    shown,
    without_decimals,
)

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
_DAY_ZERO: Final = date(1899, 12, 30)  # what a spreadsheet counts days from
_SERIALS: Final = range((date(1990, 1, 1) - _DAY_ZERO).days, (date(2101, 1, 1) - _DAY_ZERO).days)
_CLOCK: Final = r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
_BETWEEN: Final = r"\s*[.\-/\\年月、,。—\u2013]\s*"
_DATE: Final = re.compile(
    rf"([0-9]{{4}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}})\s*[日号]?[.。]?{_CLOCK}"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_MONTH: Final = re.compile(
    rf"([0-9]{{4}}){_BETWEEN}([0-9]{{1,2}})\s*月?(?:份)?|([0-9]{{4}})([0-9]{{2}})"
)
_PART_OF_A_DATE: Final = re.compile(
    r"[0-9]{1,4}\s*年?|[0-9]{6}|[0-9]{1,2}\s*月(份)?"
    rf"|[0-9]{{1,4}}{_BETWEEN}[0-9]{{1,2}}\s*[月日号]?"
    rf"|[0-9]{{2}}{_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}\s*[日号]?"
)
_SERIAL: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_LOST_ZERO: Final = re.compile(r"[0-9]{4}\.1")  # 2023.10 in a number cell is 2023.1


def read_date(raw: object) -> Parsed:
    """Read a day; part of one (5月30日, 2023年5月) is null with a fault."""
    day, faults = _day(raw)
    if day is not None:
        return Parsed(day, faults)
    text = plain(shown(raw) or "")
    part = not is_number(raw) and _PART_OF_A_DATE.fullmatch(text)
    return Parsed(None, (DATE_INCOMPLETE if part else NO_DATE,))


def read_month(raw: object) -> Parsed:
    """Read a month as ``YYYY-MM``; a whole date gives the month it lies in."""
    text = without_decimals(plain(shown(raw) or ""))
    found = None if is_number(raw) and "." in text else _MONTH.fullmatch(text)
    if found and not _LOST_ZERO.fullmatch(text):
        year, month = (int(part) for part in found.groups() if part)
        first = _real(year, month, 1)
        return Parsed(f"{first:%Y-%m}") if first else Parsed(None, (NO_MONTH,))
    day, faults = _day(raw)
    return Parsed(f"{day:%Y-%m}", faults) if day else Parsed(None, (NO_MONTH,))


def _day(raw: object) -> tuple[date | None, tuple[str, ...]]:
    if isinstance(raw, date):
        # A small number formatted as a date lies in 1900, and 202303 in 2453.
        real = _FIRST_YEAR < raw.year <= _LAST_YEAR
        return (date(raw.year, raw.month, raw.day) if real else None), ()
    text = without_decimals(plain(shown(raw) or ""))
    written = _DATE.fullmatch(text)
    if written:
        return _real(*(int(part) for part in written.groups() if part)), ()
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return _DAY_ZERO + timedelta(days=int(float(text))), (DATE_INTERPRETED,)
    return None, ()


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None
