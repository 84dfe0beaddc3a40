"""The questions of a section that are answered by ticking one of the printed options."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.options import TICKS_UNCLEAR
from fanpin_analysis.intake.printed.answers import PUNCTUATION
from fanpin_analysis.intake.values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.intake.boxes import Boxes, Ticks
    from fanpin_analysis.intake.printed.answers import Found, Place
    from fanpin_analysis.intake.printed.labels import Spot
    from fanpin_analysis.intake.printed.zones import Zones
    from fanpin_analysis.policy.vocabulary import CodeList

FEWEST_ALL: Final = 3  # naming every one of so many options without a box is the printed list
Said = tuple[str, "Place", bool | None]  # an option, its cell, and whether it is ticked


class TickReader:
    """Reads the boxes of one section, wherever in it they stand."""

    def __init__(
        self, zones: Zones, found: Found, boxes: Boxes, questions: dict[str, CodeList]
    ) -> None:
        """Take the section's cells, the reader of its boxes, and its questions with their lists."""
        self.zones, self.found, self.boxes, self.questions = zones, found, boxes, questions

    def read(self) -> None:
        """Read the questions whose options are printed with boxes, wherever in the section."""
        said: dict[str, list[Said]] = defaultdict(list)
        unclear: dict[str, Place] = {}
        remarks: dict[str, str] = {}
        for run in self._runs():
            texts = [str(self.found.cell(place)) for place in run]
            own = [self.boxes.read([text]) for text in texts]
            for name, ticks in self.boxes.read(texts).items():
                for state, words in ((True, ticks.ticked), (False, ticks.open), (None, ticks.bare)):
                    said[name] += [(word, _where(run, own, name, word), state) for word in words]
                if ticks.unclear:
                    unclear[name] = _where(run, own, name, "")
                if len(run) == 1 and re.search(r"[^\W\d]", ticks.remark):
                    remarks[name] = ticks.remark.strip(PUNCTUATION)
                if ticks.ticked or ticks.open or ticks.unclear:
                    self.found.used.update(run)
        for name in self.questions:
            self._settle(name, said[name], unclear.get(name), remarks.get(name, ""))

    def _settle(self, name: str, said: list[Said], unclear: Place | None, remark: str) -> None:
        """Decide what a question with boxes is answered: by ticks, else by what was typed."""
        ticked = [(word, place) for word, place, state in said if state]
        if unclear:
            self.found.odd.append(self.found.met(TICKS_UNCLEAR, name, unclear))
        elif ticked:
            words = list(dict.fromkeys(word for word, _ in ticked))
            words[-1] += f"（{remark}）" if remark else ""
            self.found.answer(name, SEPARATOR.join(words), ticked[0][1])
        else:
            self._typed(name, said)

    def _typed(self, name: str, said: list[Said]) -> None:
        """Read an answer that was typed where the boxes were, or beside them."""
        zone = self._typing_zone(name)
        bare = [(word, place) for word, place, state in said if state is None and place in zone]
        words = list(dict.fromkeys(word for word, _ in bare))
        boxed = any(state is False for _, _, state in said)
        everything = len(self.questions[name].items)
        if len(words) == everything >= FEWEST_ALL and not boxed:
            self.found.odd.append(self.found.met(TICKS_UNCLEAR, name, bare[0][1]))
            self.found.used.update(place for _, place in bare)
        elif words:
            self.found.answer(name, SEPARATOR.join(words), bare[0][1])
            self.found.used.update(place for _, place in bare)
        elif zone and not boxed and self._spots(name):
            self._unknown(name, zone[0])

    def _unknown(self, name: str, place: Place) -> None:
        """Hand over an answer in words that the list does not have, for its reader to tell."""
        rests = {(s.row, s.column): s.rest for s in self._spots(name)}
        raw = rests.get(place) or self.found.cell(place)
        known = isinstance(raw, str) and (self.boxes.has_box(raw) or self.boxes.read([raw]))
        if not known:
            self.found.answer(name, raw, place)
            self.found.used.add(place)

    def _spots(self, name: str) -> list[Spot]:
        return [spot for spot in self.zones.part.spots if spot.label.field == name]

    def _typing_zone(self, name: str) -> list[Place]:
        """Return the cells that belong to the label of a question, or of one printed with it."""
        cells = [cell for row in self.zones.part.section.rows for cell in row if name in cell.boxes]
        partners = {partner for cell in cells for partner in cell.boxes}
        places: list[Place] = []
        for spot in self.zones.part.spots:
            if spot.label.field in partners:
                places += [(spot.row, spot.column)] if (spot.rest or "").strip(PUNCTUATION) else []
                places += self.zones.of(spot)
        return places

    def _runs(self) -> Iterator[list[Place]]:
        """Yield the cells that are read together: alone, or with neighbours that complete them.

        Cells of options without a box and cells of boxes without an option are one text when they
        stand side by side.
        """
        whole, pieces = [], []
        for row in self.zones.part.rows:
            pieces.append([])
            for column, cell in enumerate(self.found.sheet.rows[row]):
                place = (row, column)
                if is_blank(cell) or place in self.zones.labels:
                    continue
                if not isinstance(cell, str):
                    pieces.append([])
                    continue
                ticks = self.boxes.read([cell])
                lone = self.boxes.lone(cell) is not None
                if lone or (ticks and not self.boxes.has_box(cell)):
                    pieces[-1].append(place)
                else:
                    pieces.append([])
                    if ticks:
                        whole.append([place])
        yield from whole
        yield from (run for run in pieces if run)


def _where(run: list[Place], own: list[dict[str, Ticks]], name: str, word: str) -> Place:
    """Return the cell of a run that names an option."""
    for place, ticks in zip(run, own, strict=True):
        here = ticks.get(name)
        if here and (not word or word in here.ticked + here.open + here.bare or here.unclear):
            return place
    return run[0]
