"""The labels of one section of a printed form, as cells of their own and within texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.recognition import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fanpin_analysis.policy.printed import Placed, PrintedForm, Section
    from fanpin_analysis.policy.vocabulary import Vocabulary

TELLING: Final = 4  # characters of a label that tells its section by itself
HEAD_OF_HOUSEHOLD: Final = "户主姓名"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a printed text asks for; ``under`` is the heading above it, where that matters.

    A label ``inside`` is printed with room for its answer behind it.
    """

    field: str
    option: str = ""
    side: str = ""
    inverse: bool = False
    under: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A label at its place. ``rest`` is what stands behind it in the same cell; null: nothing."""

    label: Label
    row: int
    column: int
    rest: str | None = None


class SectionLabels:
    """The labels of one section: cells that are nothing else, and texts that begin with one."""

    def __init__(self, section: Section, form: PrintedForm, vocabulary: Vocabulary) -> None:
        self.exact: dict[str, list[Label]] = {}
        self.groups: set[str] = set()
        placed = list(section.placed())
        inside: list[str] = []
        for place in placed:
            cell = place.cell
            under = _heading_above(place, placed)
            if cell.field:
                label = Label(
                    field=cell.field, option=cell.option, side=cell.side,
                    inverse=cell.side == "有", under=under,
                )  # fmt: skip
                for text in (cell.text, *cell.also):
                    self.exact.setdefault(compact(text), []).append(label)
            elif cell.text and not cell.boxes and not cell.inside:
                self.groups.add(compact(cell.text))
            for text, name in cell.inside:
                inside += [text, *vocabulary.field(name).aliases]
                self._alias((text,), Label(field=name, inside=True))
        for name in (*section.fields, *section.extra):
            declared = vocabulary.field(name)
            self._alias((name, *declared.aliases), Label(field=name))
            self._alias(declared.inverse, Label(field=name, inverse=True))
        if HEAD_OF_HOUSEHOLD in section.fields:
            for spot in form.places:
                self._alias(spot.also, Label(field=spot.field))
        self.pattern = self._pattern(inside)

    def _alias(self, texts: Iterable[str], label: Label) -> None:
        for text in texts:
            if compact(text) not in self.groups:
                self.exact.setdefault(compact(text), [label])

    def _pattern(self, inside: Iterable[str]) -> re.Pattern[str]:
        """Return what finds labels within a text: those of a sentence, others before a colon."""
        sentence = [compact(text) for text in inside if len(text) >= TELLING]
        colon = [text for text in self.exact if text not in sentence]
        parts = (
            "|".join(_loose(text) for text in sorted(texts, key=len, reverse=True)) or "(?!)"
            for texts in (sentence, colon)
        )
        whole, labelled = parts
        return re.compile(rf"(?P<a>{whole})\s*:?|(?:^|(?<=[\s,;。、)]))(?P<b>{labelled})\s*:")

    def within(self, text: str) -> list[tuple[Label, str]]:
        """Return the labels in a text, each with what stands behind it."""
        plain, origin = _folded(text)
        found = list(self.pattern.finditer(plain))
        ends = [*(origin[match.start()] for match in found[1:]), len(text)][: len(found)]
        return [
            (self.exact[compact(match["a"] or match["b"])][0], text[origin[match.end()] : end])
            for match, end in zip(found, ends, strict=True)
        ]


def _heading_above(place: Placed, placed: list[Placed]) -> str:
    above = (
        other.cell.text
        for other in placed
        if other.row < place.row
        and other.column <= place.column < other.column + other.cell.wide
        and not other.cell.option
    )
    return compact(next(above, ""))


def _loose(text: str) -> str:
    """Return a pattern for a compact text that may have spaces between its characters."""
    return r"\s*".join(map(re.escape, text))


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text with characters of any width alike, and where each of them came from."""
    pieces: list[str] = []
    origin: list[int] = []
    for place, sign in enumerate(text):
        piece = " " if sign.isspace() else unicodedata.normalize("NFKC", sign)
        pieces.append(piece)
        origin += [place] * len(piece)
    return "".join(pieces), [*origin, len(text)]
