"""Resident IDs: one spelling, one key, and what is wrong with a number.

Every number here is made up; 439999 is no place.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpin_analysis.intake import identity
from fanpin_analysis.intake.identity import (
    BAD_CHARACTERS,
    BAD_CHECK_DIGIT,
    COMPLETED,
    DIGITS_LOST,
    IMPOSSIBLE_BIRTH_DATE,
    PERHAPS_ROUNDED,
    WRONG_LENGTH,
)

PLACE = "439999"


def numbered(born: date, sequence: int) -> str:
    """Return a made-up ID with its check character."""
    first17 = f"{PLACE}{born:%Y%m%d}{sequence:03}"
    return first17 + identity.check_digit(first17)


GOOD = numbered(date(1970, 1, 1), 1)
ENDING_IN_X = next(
    number
    for number in (numbered(date(1970, 1, 1), sequence) for sequence in range(1, 99))
    if number.endswith("X")
)
people = st.builds(
    numbered, st.dates(date(1900, 1, 1), date(2023, 6, 2)), st.integers(1, 999)
).filter(lambda number: not number.endswith("000"))


@pytest.mark.parametrize(
    "written",
    [
        ENDING_IN_X.lower(),
        " ".join(ENDING_IN_X),
        f"\t{ENDING_IN_X}\n",
        f"'{ENDING_IN_X}",
        f"‘{ENDING_IN_X}",
        f'="{ENDING_IN_X}"',
        f"＝＂{ENDING_IN_X}＂",
        f"\u00a0{ENDING_IN_X}\u3000",
        f"\ufeff{ENDING_IN_X}",
        f"\u202d{ENDING_IN_X}\u202c",
        f"{ENDING_IN_X[:6]}\u200b{ENDING_IN_X[6:]}",
        ENDING_IN_X[:17] + "Х",
        ENDING_IN_X[:17] + "х",
        ENDING_IN_X[:17] + "×",
        "".join(chr(ord(character) + 0xFEE0) for character in ENDING_IN_X),
    ],
)
def test_spellings_of_one_id_are_one_id(written: str) -> None:
    """Blanks, quotation marks, widths and look-alikes of X leave one normal form."""
    assert identity.normalise(written) == ENDING_IN_X
    assert identity.faults(identity.normalise(written)) == ()


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        (GOOD, ()),
        (GOOD + "41", ()),
        (GOOD + "4102", ()),
        (GOOD + "41B1", ()),
        (GOOD + "81", (WRONG_LENGTH,)),
        (GOOD[:17], (WRONG_LENGTH,)),
        (GOOD + "1", (WRONG_LENGTH,)),
        (GOOD + GOOD, (WRONG_LENGTH,)),
        ("", (BAD_CHARACTERS,)),
        ("张三", (BAD_CHARACTERS,)),
        (GOOD[:10] + "****" + GOOD[14:], (BAD_CHARACTERS,)),
        (GOOD[:9] + "O" + GOOD[10:], (BAD_CHARACTERS,)),
        (GOOD[:17] + str((int(GOOD[17]) + 1) % 10), (BAD_CHECK_DIGIT,)),
        ("439999700101001", (COMPLETED,)),
        ("439999700231001", (COMPLETED, IMPOSSIBLE_BIRTH_DATE)),
        ("4.39999E+17", (DIGITS_LOST,)),
        ("4.39999197001E17", (DIGITS_LOST,)),
        (GOOD + ".0", (DIGITS_LOST,)),
        (GOOD[:15] + "000", (DIGITS_LOST,)),
    ],
)
def test_each_fault_is_named(number: str, faults: tuple[str, ...]) -> None:
    """Length, characters, check digit, birth date and lost digits are told apart."""
    assert identity.faults(number) == faults


@pytest.mark.parametrize("born", ["18991231", "19700230", "19701301", "21010101"])
def test_impossible_birth_date_is_a_fault(born: str) -> None:
    """A day that is not on the calendar, or of another century, is nobody's birth date."""
    first17 = f"{PLACE}{born}001"
    number = first17 + identity.check_digit(first17)
    assert identity.faults(number) == (IMPOSSIBLE_BIRTH_DATE,)
    assert identity.birth_date(number) is None


def test_birth_after_the_survey_is_impossible() -> None:
    """Who is born after the day of the survey cannot have been visited."""
    number = numbered(date(2023, 6, 3), 1)
    assert identity.faults(number) == ()
    assert identity.faults(number, on=date(2023, 6, 2)) == (IMPOSSIBLE_BIRTH_DATE,)
    assert identity.faults(number, on=date(2023, 6, 3)) == ()


def test_lucky_check_digit_does_not_rescue_a_rounded_id() -> None:
    """One rounded number in eleven fits its check digit, and is still pointed out."""
    firsts = (f"{PLACE}19700101{place}00" for place in range(10))
    lucky = next(first + "0" for first in firsts if identity.check_digit(first) == "0")
    assert identity.faults(lucky) == (PERHAPS_ROUNDED,)


def test_card_and_id_of_one_person_share_a_key() -> None:
    """A 残疾人证, an ID and an old ID of one person are found to be the same."""
    old = "439999700101001"
    assert {identity.key(number) for number in (GOOD, GOOD + "41", GOOD + "4102", old)} == {GOOD}


def test_decimals_of_an_exact_number_are_dropped() -> None:
    """An old ID that went through a table as a number keeps its 15 digits."""
    assert identity.normalise("439999700101001.0") == "439999700101001"


@pytest.mark.parametrize(("sequence", "sex"), [(1, "男"), (2, "女")])
def test_sex_is_the_parity_of_the_sequence(sequence: int, sex: str) -> None:
    """An odd sequence number is a man's."""
    assert identity.sex(numbered(date(1970, 1, 1), sequence)) == sex


@pytest.mark.parametrize("text", ["", "张三", "123", GOOD[:16]])
def test_what_is_no_id_carries_nothing(text: str) -> None:
    """No birth date and no sex come from a text that is no ID."""
    assert identity.birth_date(text) is None
    assert identity.sex(text) is None
    assert identity.complete(text) == text


@given(people)
def test_valid_id_has_no_fault(number: str) -> None:
    """A number made by the standard passes, and is its own normal form."""
    assert identity.faults(number, on=date(2023, 6, 2)) == ()
    assert identity.normalise(number) == number == identity.key(number)


@given(people, st.integers(0, 16), st.integers(1, 9))
def test_every_single_digit_error_is_caught(number: str, place: int, shift: int) -> None:
    """Whichever of the 17 digits is mistyped, the number does not pass."""
    wrong = str((int(number[place]) + shift) % 10)
    mistyped = number[:place] + wrong + number[place + 1 :]
    assert identity.faults(mistyped)[:1] in ((BAD_CHECK_DIGIT,), (DIGITS_LOST,))


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(1, 999))
def test_completion_keeps_birth_date_and_sex(born: date, sequence: int) -> None:
    """An old ID says the same before and after it gets its century and check character."""
    old = f"{PLACE}{born:%y%m%d}{sequence:03}"
    completed = identity.complete(old)
    assert identity.birth_date(completed) == identity.birth_date(old) == born
    assert identity.sex(completed) == identity.sex(old)
    assert identity.faults(completed) in ((), (PERHAPS_ROUNDED,))


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever stands in the cell, there is an answer."""
    number = identity.normalise(text)
    assert identity.normalise(number) == number or not identity.kept(number)
    assert isinstance(identity.faults(number), tuple)
    assert isinstance(identity.kept(number), bool)
    assert isinstance(identity.key(number), str)
    identity.birth_date(number)
    identity.sex(number)
