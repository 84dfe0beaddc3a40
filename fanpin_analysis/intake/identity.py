"""Resident IDs: one spelling, one key, and what is wrong with a number.

References
----------
GB 11643-1999: six digits of place, eight of birth date, three of sequence (odd for men), and a
check character. The old numbers have 15 digits: no century, no check character. A 残疾人证 number
is the ID followed by kind (1-7) and grade (1-4), and two more characters once it is reissued.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

DIGITS_LOST: Final = "H01"
WRONG_LENGTH: Final = "H02"
BAD_CHARACTERS: Final = "H03"
BAD_CHECK_DIGIT: Final = "H04"
IMPOSSIBLE_BIRTH_DATE: Final = "H05"
COMPLETED: Final = "H06"
PERHAPS_ROUNDED: Final = "H07"
KEPT_AS_NUMBER: Final = "H08"

OLD_LENGTH: Final = 15
LENGTH: Final = 18
LONGEST: Final = 22
EXACT_DIGITS: Final = 15  # as many as a spreadsheet keeps of a number

NUMBERS: Final = ("户主证件号码", "证件号码")  # the fields that tell whose row it is
FEWEST_ID_DIGITS: Final = 14  # a number that a cell holds as 4.39999197001e+17 has at least so many
ID_LIKE: Final = re.compile(rf"[0-9]{{{FEWEST_ID_DIGITS},}}[0-9Xx]{{0,8}}")

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHT_OF_ZEROS: Final = ord("0") * sum(_WEIGHTS)
_CHECKS: Final = "10X98765432"
_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2100
_FORMULA_TEXT: Final = re.compile(r"""=\s*(["'])(.*)\1""", re.DOTALL)
_NOISE: Final = re.compile("[\\s'`\"\u00b4\u2018\u2019\u201c\u201d\u2032]")  # quotation marks
_LOOKS_LIKE_X: Final = re.compile(  # Cyrillic and Greek letters, multiplication signs and crosses
    "(?<=^[0-9]{17})[\u0425\u0445\u03a7\u03c7\u00d7\u2715\u2716\u2573]"
)
_EXACT_WITH_DECIMALS: Final = re.compile(rf"([0-9]{{1,{EXACT_DIGITS}}})\.0+")
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_WRITTEN_NUMBER: Final = re.compile(r"[0-9]{16,}\.0*")
_ROUNDED: Final = "0" * (LENGTH - EXACT_DIGITS)
_PLAIN: Final = re.compile(r"[0-9]{17}[0-9X]")
_SHAPE: Final = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]([1-7][1-4]([0-9B][0-9])?)?")
_ID_CHARACTERS: Final = re.compile(r"[0-9]{17}X[0-9B]*|[0-9]+(B[0-9])?")


_PREFIX: Final = re.compile("^G(?=[0-9]{17}[0-9Xx])")  # keeps a spreadsheet from making it a number


def normalise(text: str) -> str:
    """Return the one spelling under which an ID is kept.

    White space, invisible characters, apostrophes and the wrapper ``="…"`` go; full-width
    characters become half-width; what stands for X in the last place becomes X.

    Examples
    --------
    >>> normalise("='439999 19700101 001x'")
    '43999919700101001X'
    """
    if _SHAPE.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text).strip()
    wrapped = _FORMULA_TEXT.fullmatch(plain)
    bare = _NOISE.sub("", wrapped[2] if wrapped else plain)
    visible = "".join(c for c in bare if unicodedata.category(c) not in ("Cf", "Cc"))
    visible = _PREFIX.sub("", visible)
    exact = _EXACT_WITH_DECIMALS.fullmatch(visible)
    return exact[1] if exact else _LOOKS_LIKE_X.sub("X", visible).upper()


def check_digit(first17: str) -> str:
    """Return the check character that belongs to the first 17 digits of an ID."""
    total = sum(map(mul, _WEIGHTS, first17.encode())) - _WEIGHT_OF_ZEROS
    return _CHECKS[total % len(_CHECKS)]


def sound(text: str) -> bool:
    """Tell at once that nothing is wrong with a text as an ID of 18 characters.

    False decides nothing: the text may still be an ID in another spelling.
    """
    return (
        _PLAIN.fullmatch(text) is not None
        and not text.endswith(_ROUNDED)
        and _fits(text)
        and _day(text[6:14]) is not None
    )


def complete(text15: str) -> str:
    """Return the 18 characters of an old ID of 15 digits, born in the 1900s.

    Any other text is returned as it is.
    """
    if len(text15) != OLD_LENGTH or not _SHAPE.fullmatch(text15):
        return text15
    first17 = f"{text15[:6]}19{text15[6:]}"
    return first17 + check_digit(first17)


def key(number: str) -> str:
    """Return what two spellings of one person's number share: the first 18 characters."""
    return complete(number)[:LENGTH]


def birth_date(number: str) -> date | None:
    """Return the birth date that an ID carries; null when it carries none that is real."""
    if not _SHAPE.fullmatch(number):
        return None
    return _day(key(number)[6:14])


@lru_cache(maxsize=65536)
def _day(digits: str) -> date | None:
    """Return the day of eight digits; null when there is no such day, or only long ago."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        return date(year, month, day) if _EARLIEST_YEAR <= year <= _LATEST_YEAR else None
    except ValueError:
        return None


def sex(number: str) -> str | None:
    """Return 男 or 女 as the 17th digit says; null when the number is not an ID."""
    if not _SHAPE.fullmatch(number):
        return None
    return "男" if int(key(number)[16]) % 2 else "女"


def faults(number: str, on: date | None = None) -> tuple[str, ...]:
    """Return the ids of what is wrong with a normalised number; empty when nothing is.

    Parameters
    ----------
    number
        A number in the spelling of :func:`normalise`.
    on
        The day of the survey; who is born after it has an impossible birth date.
    """
    if _lost(number):
        return (DIGITS_LOST,)
    if not _ID_CHARACTERS.fullmatch(number):
        return (BAD_CHARACTERS,)
    if not _SHAPE.fullmatch(number):
        return (WRONG_LENGTH,)
    found = []
    if len(number) == OLD_LENGTH:
        found.append(COMPLETED)
    elif not _fits(number):
        found.append(BAD_CHECK_DIGIT)
    elif _ends_in_zeros(number):
        found.append(PERHAPS_ROUNDED)
    born = birth_date(number)
    if born is None or (on is not None and born > on):
        found.append(IMPOSSIBLE_BIRTH_DATE)
    return tuple(found)


def kept(number: str) -> bool:
    """Tell whether a faulty number still says whose it may be: digits of about the right length."""
    return bool(_ID_CHARACTERS.fullmatch(number)) and OLD_LENGTH <= len(number) <= LONGEST


def _fits(number: str) -> bool:
    return check_digit(number[:17]) == number[17]


def _ends_in_zeros(number: str) -> bool:
    return len(number) >= LENGTH and not number[EXACT_DIGITS:].strip("0")


def _lost(number: str) -> bool:
    """Tell whether a text is what is left of an ID after it was stored as a number."""
    if _SCIENTIFIC.fullmatch(number) or _WRITTEN_NUMBER.fullmatch(number):
        return True
    digits_only = re.fullmatch(r"[0-9]+", number) is not None
    return digits_only and _ends_in_zeros(number) and not _fits(number)
