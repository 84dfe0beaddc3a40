"""One section of a filled form: labels meet their answers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.options import TICKS_UNCLEAR
from fanpin_analysis.intake.printed.answers import PUNCTUATION
from fanpin_analysis.intake.printed.people import read_people
from fanpin_analysis.intake.printed.ticks import TickReader
from fanpin_analysis.intake.printed.zones import Zones
from fanpin_analysis.intake.values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanpin_analysis.intake.printed.answers import Found, Place, Questions, Sayings
    from fanpin_analysis.intake.printed.labels import Spot
    from fanpin_analysis.intake.printed.people import Person
    from fanpin_analysis.intake.printed.rows import Part

GOOD: Final = "有"
SEVERAL_ANSWERS: Final = "L42"
Spots = dict[str, list["Spot"]]  # the labels of a section, by field


class PartReader:
    """Reads one section of one form into what was found of it."""

    def __init__(self, part: Part, found: Found, sayings: Sayings, questions: Questions) -> None:
        """Take the section, and the questions in it that are answered in boxes."""
        self.part, self.found, self.sayings, self.questions = part, found, sayings, questions
        self.zones = Zones(part, found, questions.lists)
        self.found.used |= self.zones.taken

    def read(self) -> None:
        """Read boxes, then labels with an answer, then answers with a tick, then persons."""
        lists = self.questions.lists
        if lists:
            TickReader(self.zones, self.found, self.questions.boxes, lists).read()
        spots: Spots = defaultdict(list)
        for spot in self.part.spots:
            spots[spot.label.field].append(spot)
        persons = {name for group in self.part.section.people for name in group}
        single: Spots = {}
        for name, several in spots.items():
            if any(spot.label.side or spot.label.option for spot in several):
                single[name] = several
            elif name not in lists and name not in persons:
                self._plain(name, several)
        self._sides(single)
        for group in self.part.section.people:
            self._people(group, spots)

    def _plain(self, name: str, spots: list[Spot]) -> None:
        """Read a field that is asked for by its label alone."""
        cells: list[tuple[Any, Place]] = []
        for spot in spots:
            place = (spot.row, spot.column)
            if spot.rest is not None:
                cells.append((spot.rest.strip(), place))
            if spot.rest is None or not cells[-1][0].strip(PUNCTUATION):
                zone = [at for at in self.zones.of(spot) if at not in self.found.used]
                zone = zone if self.zones.below else zone[:1]
                cells += [(self.found.cell(at), at) for at in zone]
                self.found.used.update(zone)
        said = [(*self.sayings.content(name, cell), place) for cell, place in cells]
        self.found.odd += [
            self.found.met(TICKS_UNCLEAR, name, at) for _, unclear, at in said if unclear
        ]
        given = [(raw, place) for raw, _, place in said if not is_blank(raw)]
        if len({str(raw) for raw, _ in given}) > 1:
            if self.sayings.vocabulary.field(name).type != "text":
                self.found.odd.append(self.found.met(SEVERAL_ANSWERS, name, given[1][1]))
                return
            given = [(SEPARATOR.join(str(raw) for raw, _ in given), given[0][1])]
        if given:
            self.found.answer(name, *given[0], inverse=spots[0].label.inverse)

    def _sides(self, spots: Spots) -> None:
        """Read the questions that have a cell for each answer: 有保障, or why not."""
        good: dict[str, Place] = {}
        bad: dict[str, Place] = {}
        for name, several in spots.items():
            reasons: list[tuple[str, Place]] = []
            parted = any(spot.label.option for spot in several)
            for spot in several:
                if not (spot.label.side or spot.label.option) and parted:
                    continue  # the heading above the options
                said, place, remark = self._said(spot)
                if spot.label.option and said:
                    reasons.append((spot.label.option + (f"（{remark}）" if remark else ""), place))
                elif spot.label.side and said is not None:
                    sure = said is (spot.label.side == GOOD)
                    (good if sure else bad).setdefault(name, place)
            if reasons:
                self.found.answer(name, SEPARATOR.join(word for word, _ in reasons), reasons[0][1])
        asked = [name for name in spots if any(spot.label.side for spot in spots[name])]
        for name in asked:
            self._side(name, good, bad, spots)

    def _side(
        self, name: str, good: Mapping[str, Place], bad: Mapping[str, Place], spots: Spots
    ) -> None:
        """Settle a question with a good side and a bad one; reasons alone are the bad side."""
        yes, no = self.sayings.yes, self.sayings.no
        reasons = [
            self.found.answers[other]
            for other, several in spots.items()
            if other in self.found.answers and any(spot.label.option for spot in several)
        ]
        if name in good and (name in bad or reasons):
            self.found.answer(name, f"{yes}{SEPARATOR}{no}", good[name], inverse=True)
        elif name in good:
            self.found.answer(name, yes, good[name], inverse=True)
        elif name in bad:
            self.found.answer(name, no, bad[name], inverse=True)
        elif reasons:
            self.found.answers[name] = reasons[0]._replace(raw=no, inverse=True)

    def _said(self, spot: Spot) -> tuple[bool | None, Place, str]:
        """Return whether the cell of one answer is ticked, where, and what stands there besides."""
        places = self.zones.of(spot)
        self.found.used.update(places)
        cells = [(self.found.cell(place), place) for place in places]
        if spot.rest is not None:
            cells.insert(0, (spot.rest, (spot.row, spot.column)))
        said = [(self.sayings.says(cell), cell, place) for cell, place in cells]
        for wanted in (True, False):
            for answer, cell, place in said:
                if answer is wanted:
                    return answer, place, self.sayings.remark(cell) if wanted else ""
        return None, (spot.row, spot.column), ""

    def _people(self, group: tuple[str, ...], spots: Spots) -> None:
        """Read the rows of persons under a group of labels."""
        lines: dict[int, Person] = defaultdict(dict)
        for name in group:
            for spot in spots.get(name, ())[:1]:
                for place in self.zones.of(spot):
                    raw, _ = self.sayings.content(name, self.found.cell(place))
                    self.found.used.add(place)
                    if not is_blank(raw) and name not in lines[place[0]]:
                        lines[place[0]][name] = (raw, place)
        persons = [lines[row] for row in sorted(lines) if lines[row]]
        details = self.part.section.details
        read_people(self.found, self.sayings, persons, group, details)
