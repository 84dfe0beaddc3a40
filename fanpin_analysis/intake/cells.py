"""What one cell says, before anyone asks what it means.

The ids are those of ``rules/取值.toml``, under the names that the readers of values call them by.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from fanpin_analysis.intake.files.grid import UNSAVED
from fanpin_analysis.intake.identity import EXACT_DIGITS

FORMULA_ERROR: Final = "Z01"
NO_NUMBER: Final = "Z02"
NUMBER_INTERPRETED: Final = "Z03"
NO_COUNT: Final = "Z04"
STORED_AS_DATE: Final = "Z05"
NO_ANSWER: Final = "Z06"
ANSWER_INTERPRETED: Final = "Z07"
ANSWER_CONTRADICTS: Final = "Z08"
NO_OPTION: Final = "Z09"
OPTION_CONTRADICTS: Final = "Z10"
OPTION_AMBIGUOUS: Final = "Z11"
SEVERAL_OPTIONS: Final = "Z12"
OPTION_INTERPRETED: Final = "Z13"
NO_DATE: Final = "Z14"
DATE_INCOMPLETE: Final = "Z15"
DATE_INTERPRETED: Final = "Z16"
NO_MONTH: Final = "Z17"
ODD_PHONE: Final = "Z18"
PHONE_INTERPRETED: Final = "Z19"
TEXT_FROM_DATE: Final = "Z20"
NO_TEXT: Final = "Z21"
OPTION_PREFERRED: Final = "Z22"
FORMULA_UNSAVED: Final = "Z23"

_LARGEST: Final = 10**EXACT_DIGITS
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_SPREADSHEET_ERROR: Final = re.compile(
    rf"#(ref!|n/a|value!|div/0!|name\?|num!|null!|spill!|calc!)|err:[0-9]+|{UNSAVED}"
)


class Parsed(NamedTuple):
    """The value of one cell, and the ids of the faults met on the way to it."""

    value: object | None
    faults: tuple[str, ...] = ()


NOTHING: Final = Parsed(None)


def visible(text: str) -> str:
    """Return a text without invisible characters and without white space around it."""
    return _UNSEEN.sub("", text).strip()


def plain(text: str) -> str:
    """Return a text with full-width and other compatible characters in their usual form."""
    return unicodedata.normalize("NFKC", visible(text))


def squeezed(text: str) -> str:
    """Return a text as spellings are compared: plain, no white space, no difference of case."""
    return "".join(plain(text).split()).casefold()


def is_error(spelling: str) -> bool:
    """Tell whether a squeezed text is what a spreadsheet shows for a formula that failed."""
    return _SPREADSHEET_ERROR.fullmatch(spelling) is not None


def is_number(raw: object) -> bool:
    """Tell whether a cell holds a number that is exact: finite, and no more than 15 digits long."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < _LARGEST


def shown(raw: object) -> str | None:
    """Return what a cell says as text; null for dates, times and numbers that lost digits."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float) and is_number(raw):
        return str(int(raw)) if raw == int(raw) else repr(float(raw))
    return None


def without_decimals(text: str) -> str:
    """Return the digits of a whole number that was written with ``.0`` behind it."""
    whole, point, zeros = text.partition(".")
    return whole if point and zeros and not zeros.strip("0") and whole.isdecimal() else text
