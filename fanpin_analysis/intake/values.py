"""One cell becomes a typed value, or nothing and the reason why.

Nothing is guessed in silence: white space, full-width characters, a trailing ``.0`` and the
spellings that the definitions declare are read without a word; whatever else was interpreted
carries a fault; whatever cannot be told is null and carries one.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake import identity
from fanpin_analysis.intake.boxes import Boxes
from fanpin_analysis.intake.cells import (
    ANSWER_CONTRADICTS,
    ANSWER_INTERPRETED,
    FORMULA_ERROR,
    FORMULA_UNSAVED,
    NO_ANSWER,
    NO_COUNT,
    NO_NUMBER,
    NO_OPTION,
    NO_TEXT,
    NOTHING,
    NUMBER_INTERPRETED,
    ODD_PHONE,
    OPTION_PREFERRED,
    PHONE_INTERPRETED,
    SEVERAL_OPTIONS,
    STORED_AS_DATE,
    TEXT_FROM_DATE,
    Parsed,
    is_error,
    is_number,
    plain,
    shown,
    squeezed,
    visible,
    without_decimals,
)
from fanpin_analysis.intake.days import read_date, read_month
from fanpin_analysis.intake.files.grid import UNSAVED
from fanpin_analysis.intake.numerals import Amounts
from fanpin_analysis.intake.options import MARKS, Options, with_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from fanpin_analysis.policy.vocabulary import Field, Vocabulary


YES_OR_NO: Final = "是否"
SEPARATOR: Final = "、"
_MOMENTS: Final = (date, time, timedelta)  # a datetime is a date
_MIDNIGHT: Final = " 00:00:00"
_LARGEST: Final = 10**identity.EXACT_DIGITS
_USUAL_NAME: Final = re.compile("[\u4e00-\u9fff]{2,4}").fullmatch
_LINE_BREAKS: Final = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_PUNCTUATION: Final = r"[()\[\]【】,，。.;；:、!！/\-—]+"
_MOBILE: Final = r"1[3-9][0-9]{9}"
_PHONE: Final = re.compile(rf"{_MOBILE}|0[0-9]{{2,3}}[2-9][0-9]{{6,7}}|[2-9][0-9]{{6,7}}")
_PHONE_WITHIN: Final = re.compile(
    rf"(?<![0-9])(?:{_MOBILE}|0[0-9]{{2,3}}-?[2-9][0-9]{{6,7}})(?![0-9])"
)
_COUNTRY: Final = re.compile(rf"(?:\+|00)?86(?={_MOBILE}$)")


def reader_for(
    field: Field, vocabulary: Vocabulary, *, inverse: bool = False
) -> Callable[[object], Parsed]:
    """Return the function that reads one cell of a column.

    The function is pure, never raises, and takes what python-calamine gives: text, numbers,
    booleans, dates, times or nothing. Empty cells and the words of ``vocabulary.blanks`` are null
    without a fault, unless the column itself gives such a word a meaning (无 is 否 in a column of
    是 and 否). Tables are built here, once, so that a call is cheap.

    Parameters
    ----------
    field
        The column's declaration.
    vocabulary
        Where its code list and the blank words are found.
    inverse
        Whether the heading asks the opposite question. Then 是 and 否 change places, but not the
        answers in the field's own words: 已参保 is 已参保 under either heading.
    """
    if field.type == "boolean":
        parse, words = _boolean(field, vocabulary, inverse=inverse)
    elif field.type in ("code", "codes"):
        parse, words = _options(field, vocabulary)
    else:
        parse, words = _simple(field), frozenset()
    blanks = {squeezed(word) for word in vocabulary.blanks} - words

    def read(raw: object) -> Parsed:
        if raw is None:
            return NOTHING
        if not isinstance(raw, str):
            return parse(raw)
        short = squeezed(raw)
        if is_error(short):
            return Parsed(None, (FORMULA_UNSAVED if short == UNSAVED else FORMULA_ERROR,))
        return NOTHING if not short or short in blanks else parse(visible(raw))

    return read


def told_at_once(field: Field, vocabulary: Vocabulary) -> Callable[[str], object] | None:
    """Return what tells a text that the reader of a column would give back as it stands.

    For the columns in which hardly two cells are alike, IDs and names; null for all others. What
    it does not tell is left to the function of :func:`reader_for`.
    """
    if field.type == "id":
        return identity.sound
    blanks = {squeezed(word) for word in vocabulary.blanks}
    usual = field.type == "text" and field.mask == "name"
    return (lambda text: _USUAL_NAME(text) and text not in blanks) if usual else None


def _simple(field: Field) -> Callable[[object], Parsed]:
    """Return the parser of a type that needs no code list."""
    match field.type:
        case "id":
            return _read_id
        case "phone":
            return _read_phone
        case "integer" | "number":
            return _number(field)
        case "date":
            return read_date
        case "month":
            return read_month
        case _:
            return _read_name if field.mask == "name" else _read_text


def _read_text(raw: object) -> Parsed:
    """Keep a text as it was written, on one line; a date or time is kept as it reads."""
    text = shown(raw)
    if text is not None:
        return Parsed(_LINE_BREAKS.sub(" ", text))
    if not isinstance(raw, _MOMENTS):
        return Parsed(None, (NO_TEXT,))
    return Parsed(str(raw).removesuffix(_MIDNIGHT), (TEXT_FROM_DATE,))


def _read_name(raw: object) -> Parsed:
    """Keep a name; the white space that only spreads single characters (王　芳) goes."""
    value, faults = _read_text(raw)
    pieces = value.split() if isinstance(value, str) else []
    spread = len(pieces) > 1 and all(len(piece) == 1 for piece in pieces)
    return Parsed("".join(pieces), faults) if spread else Parsed(value, faults)


def _read_id(raw: object) -> Parsed:
    """Keep a resident ID in its one spelling.

    A number cell cannot hold one of 18 digits, unless the file itself has all of them: then, and
    only then, the cell comes as a whole number (see :mod:`~fanpin_analysis.intake.workbooks`).
    """
    whole = isinstance(raw, int) and _LARGEST <= raw < 10**identity.LONGEST
    text = str(raw) if whole else shown(raw)
    if text is None:
        lost = isinstance(raw, int | float)
        return Parsed(None, (identity.DIGITS_LOST if lost else identity.BAD_CHARACTERS,))
    number = identity.normalise(text)
    if not number:
        return Parsed(None, (identity.BAD_CHARACTERS,) if text.strip() else ())
    faults = (identity.KEPT_AS_NUMBER,) * whole + identity.faults(number)
    return Parsed(identity.complete(number) if identity.kept(number) else None, faults)


def _read_phone(raw: object) -> Parsed:
    """Keep the digits of a telephone number; of several the first, with a fault."""
    text = without_decimals(plain(shown(raw) or ""))
    digits = _COUNTRY.sub("", re.sub(r"[\s\-\u2013\u2014()]", "", text))
    if _PHONE.fullmatch(digits):
        return Parsed(digits)
    within = _PHONE_WITHIN.search(text)
    if within:
        return Parsed(within[0].replace("-", ""), (PHONE_INTERPRETED,))
    return Parsed(digits if re.fullmatch("[0-9]{5,15}", digits) else None, (ODD_PHONE,))


def _number(field: Field) -> Callable[[object], Parsed]:
    amounts = Amounts(field.unit)
    count = field.type == "integer"

    def parse(raw: object) -> Parsed:
        if isinstance(raw, _MOMENTS):
            return Parsed(None, (STORED_AS_DATE,))
        if is_number(raw):
            return _counted(Decimal(str(raw)), ()) if count else Parsed(float(str(raw)))
        amount = amounts.read(raw) if isinstance(raw, str) else None
        if amount is None or abs(amount.value) >= _LARGEST or (count and amount.about):
            return Parsed(None, (NO_NUMBER,))
        faults = () if amount.as_written else (NUMBER_INTERPRETED,)
        return _counted(amount.value, faults) if count else Parsed(float(amount.value), faults)

    return parse


def _counted(value: Decimal, faults: tuple[str, ...]) -> Parsed:
    """Return a whole number from 0 up; anything else is no count of anything."""
    if value < 0 or value % 1:
        return Parsed(None, (NO_COUNT,))
    return Parsed(int(value), faults)


def _answers(field: Field, vocabulary: Vocabulary, *, inverse: bool) -> dict[str, bool]:
    """Return what each spelling answers; the list names its 是 first, and the field has its own."""
    yes, no = vocabulary.code_list(field.codes or YES_OR_NO).items
    answers = {"1": not inverse, "0": inverse, "true": not inverse, "false": inverse}
    for item, meaning in ((yes, not inverse), (no, inverse)):
        for word in filter(None, (item.word, item.code, *item.spellings)):
            answers[squeezed(word)] = meaning
    answers.update(dict.fromkeys(map(squeezed, field.no), False))
    answers.update(dict.fromkeys(map(squeezed, field.yes), True))
    return answers


def _boolean(
    field: Field, vocabulary: Vocabulary, *, inverse: bool
) -> tuple[Callable[[object], Parsed], frozenset[str]]:
    answers = _answers(field, vocabulary, inverse=inverse)
    leading = sorted((w for w in answers if not w.isascii()), key=len, reverse=True)
    remarked = re.compile(rf"({'|'.join(map(re.escape, leading))}){_PUNCTUATION}.*")
    words = {word: str(answers[word]) for word in leading if word.isalpha()}
    boxes = Boxes({"": words}, MARKS, {})

    def parse(raw: object) -> Parsed:
        if isinstance(raw, _MOMENTS):
            return Parsed(None, (STORED_AS_DATE,))
        whole = squeezed(shown(raw) or "")
        answer = answers.get(without_decimals(whole))
        if answer is not None:
            return Parsed(answer)
        ticked = (
            boxes.read([with_boxes(raw)]).get("")
            if isinstance(raw, str) and boxes.has_box(raw)
            else None
        )
        if ticked and not ticked.unclear and len(set(ticked.ticked)) == 1:
            return Parsed(ticked.ticked[0] == str(True))
        pieces = re.split(_PUNCTUATION, whole)
        if len({answers[piece] for piece in pieces if piece in answers}) > 1:
            return Parsed(None, (ANSWER_CONTRADICTS,))
        leads = remarked.fullmatch(whole)
        if leads:
            return Parsed(answers[leads[1]], (ANSWER_INTERPRETED,))
        return Parsed(None, (NO_ANSWER,))

    return parse, frozenset(answers)


def _options(
    field: Field, vocabulary: Vocabulary
) -> tuple[Callable[[object], Parsed], frozenset[str]]:
    options = Options(vocabulary.code_list(field.codes))
    none = frozenset(map(squeezed, field.no)) - options.spellings

    def parse(raw: object) -> Parsed:
        text = shown(raw)
        if text is None:
            moment = isinstance(raw, _MOMENTS)
            return Parsed(None, (STORED_AS_DATE if moment else NO_OPTION,))
        if without_decimals(squeezed(text)) in none:
            return NOTHING
        items, faults = options.choose(text)
        if field.type == "code" and len(items) > 1:
            prefer = options.prefer if options.prefer in [options.words[i] for i in items] else ""
            return Parsed(prefer or None, (OPTION_PREFERRED if prefer else SEVERAL_OPTIONS,))
        return Parsed(SEPARATOR.join(options.words[item] for item in items) or None, faults)

    return parse, options.spellings
