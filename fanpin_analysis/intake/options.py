"""Answers out of a code list: by number, by word, by both, one or several in a cell."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from fanpin_analysis.intake.boxes import Boxes
from fanpin_analysis.intake.cells import (
    NO_OPTION,
    OPTION_AMBIGUOUS,
    OPTION_CONTRADICTS,
    OPTION_INTERPRETED,
    plain,
    squeezed,
    visible,
    without_decimals,
)

if TYPE_CHECKING:
    from fanpin_analysis.policy.vocabulary import CodeList

_ENCLOSED: Final = re.compile("[\u2460-\u249b\u24f5-\u24fe\u2776-\u2793]")  # ① ⑴ ⒈ ❶
TICKS_UNCLEAR: Final = "L41"
MARKS: Final = ("☑☒■√✓✔", "□☐口")  # ticked boxes, and those that are not
_TICKED: Final = re.compile(f"[{MARKS[0]}]")
_BRACKETED_TICK: Final = re.compile(rf"\(\s*([{MARKS[0]}])\s*\)")
_EMPTY_BRACKETS: Final = re.compile(r"\(\s*\)")
_NUMBER: Final = r"[(\[]?(?P<number>[0-9]+)[)\]]?\.?(?![0-9])"
_REMARK: Final = r"(?:\s*\((?P<remark>[^()]*)\))?"
_SEPARATORS: Final = re.compile(r"(?:[\s、,;/|+&。]|和|及|与)*")
_FIGURES_ONLY: Final = re.compile(r"[0-9]+(?:[.\-~—至][0-9]+)*")
_TORN_NUMBER: Final = re.compile(r"[0-9]\s+[0-9]")


class Chosen(NamedTuple):
    """The places in the list that a cell names, in the order of the form, and what was noticed."""

    items: tuple[int, ...]
    faults: tuple[str, ...] = ()


class _FaultyError(Exception):
    """Ends a scan: the cell cannot be told, and why."""


class Options:
    """A code list made ready for reading cells."""

    def __init__(self, listed: CodeList) -> None:
        """Compile the numbers and spellings of a code list."""
        self.words = listed.words
        self.prefer = listed.prefer
        self.numbers: dict[str, int] = {}
        self.labels: dict[str, int] = {}
        for place, item in enumerate(listed.items):
            for spelling in filter(None, map(squeezed, (item.word, item.code, *item.spellings))):
                known = self.numbers if re.fullmatch("[0-9]+", spelling) else self.labels
                known.setdefault(spelling, place)
        longest_first = sorted(self.labels, key=len, reverse=True)
        label = "|".join(map(re.escape, longest_first)) or "(?!)"
        words = {spelling: self.words[place] for spelling, place in self.labels.items()}
        self._boxes = Boxes({"": words}, MARKS, {})
        self._token = re.compile(
            rf"(?:(?P<label>{label})|{_NUMBER}(?:[.、,:\s]*(?P<named>{label}))?){_REMARK}"
        )

    @property
    def spellings(self) -> frozenset[str]:
        """Every squeezed text that is an answer by itself."""
        return frozenset(self.numbers) | frozenset(self.labels)

    def choose(self, text: str) -> Chosen:
        """Return the answers that a text names; none, and the reason, when it cannot be told."""
        if _TICKED.search(text):
            told = self._by_ticks(text)
            if told is not None:
                return told
        whole = without_decimals(squeezed(_spread(text)))
        place = self.labels.get(whole, self.numbers.get(whole))
        if place is not None:
            return Chosen((place,))
        spaced = plain(_spread(text)).casefold()
        try:
            return self._scan(spaced)
        except _FaultyError as reason:
            if _FIGURES_ONLY.fullmatch(whole) and self._all_known(whole):
                return Chosen((), (OPTION_AMBIGUOUS,))
            if reason.args != (NO_OPTION,) or _TORN_NUMBER.search(spaced):
                return Chosen((), reason.args)
        try:
            return self._scan(whole)
        except _FaultyError as reason:
            return Chosen((), reason.args)

    def _by_ticks(self, text: str) -> Chosen | None:
        """Return the answers that are ticked; null when the text offers none to be ticked."""
        said = self._boxes.read([with_boxes(text)]).get("")
        if said is None:
            return None
        if said.unclear or not said.ticked:
            return Chosen((), (TICKS_UNCLEAR,))
        return Chosen(tuple(sorted(map(self.words.index, said.ticked))))

    def _scan(self, text: str) -> Chosen:
        chosen: set[int] = set()
        noticed: set[str] = set()
        place, end, worded = -1, 0, False
        while (start := _SEPARATORS.match(text, end).end()) < len(text):  # pyright: ignore[reportOptionalMemberAccess]
            token = self._token.match(text, start)
            if token is None:
                raise _FaultyError(NO_OPTION)
            touching = worded and start == end and not token["named"]
            before, place = place, self._place(token)
            if touching and token["number"] and place != before:
                raise _FaultyError(OPTION_CONTRADICTS)  # 因病3
            end, worded = token.end(), bool(token["label"] or token["named"])
            if token["remark"] is not None and token["number"] and token["remark"].isdecimal():
                end = token.start("remark") - 1  # (1)(3): the next answer, no remark
            elif self._is_remarked(token["remark"], place) or touching:
                noticed.add(OPTION_INTERPRETED)
            chosen.add(place)
        if not chosen:
            raise _FaultyError(NO_OPTION)
        return Chosen(tuple(sorted(chosen)), tuple(noticed))

    def _place(self, token: re.Match[str]) -> int:
        """Return which answer a token names; its number and its word have to agree."""
        if token["label"]:
            return self.labels[token["label"]]
        if token["number"] not in self.numbers:
            raise _FaultyError(NO_OPTION)
        place = self.numbers[token["number"]]
        if token["named"] and self.labels[token["named"]] != place:
            raise _FaultyError(OPTION_CONTRADICTS)
        return place

    def _is_remarked(self, remark: str | None, place: int) -> bool:
        """Tell whether a bracket adds something of its own; it must not name another answer."""
        inner = squeezed(remark or "")
        named = self.labels.get(inner, self.numbers.get(inner))
        others = (word for i, word in enumerate(self.words) if i != place)
        if named not in (None, place) or any(squeezed(word) in inner for word in others):
            raise _FaultyError(OPTION_CONTRADICTS)
        return bool(inner) and named is None

    def _all_known(self, figures: str) -> bool:
        return all(digit in self.numbers for digit in figures if digit.isdecimal())


def with_boxes(text: str) -> str:
    """Return a text in which brackets made for a tick are boxes: (√) and ( )."""
    ticked = _BRACKETED_TICK.sub(r"\1", unicodedata.normalize("NFKC", text))
    return _EMPTY_BRACKETS.sub(MARKS[1][0], ticked)


def _spread(text: str) -> str:
    """Return a text with enclosed numbers (①, ⑴, ⒈) as figures that stand apart."""
    return _ENCLOSED.sub(lambda found: f" {unicodedata.numeric(found[0]):.0f} ", visible(text))
