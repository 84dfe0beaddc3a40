"""Plant the faults in the ledgers: which rows have them, which rows are missing or there twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.faults import ID, WHO, Fault, faults, noted, spoil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.world import World


@dataclass(slots=True)
class Planting:
    """The ledgers while faults are being planted in them; no row is given two."""

    world: World
    files: Sequence[str]
    rows: list[Row]
    free: set[int]
    missing: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    repeats: list[tuple[int, Row]] = field(default_factory=list)

    def plant(self, fault: Fault) -> None:
        """Plant one kind of fault in as many rows as its share asks for."""
        dice = Dice(self.world.seed, "faults", fault.key)
        able = [spot for spot in sorted(self.free) if self._can(spot, fault)]
        for spot in dice.sample(able, max(fault.least, round(fault.share * len(self.rows)))):
            if spot in self.free:
                self.free.discard(spot)
                HOW[fault.rows](self, dice, spot, fault)

    def _can(self, spot: int, fault: Fault) -> bool:
        row = self.rows[spot]
        if fault.rows == "repeat_elsewhere" and row.village == self.files[-1]:
            return False
        if fault.rows == "borrow" and not self._beside(spot):
            return False
        return WHO[fault.who](self.world, row)

    def _beside(self, spot: int) -> bool:
        """Tell whether the row before is of the same village and without a fault."""
        return spot - 1 in self.free and self.rows[spot - 1].village == self.rows[spot].village

    def spoil(self, dice: Dice, spot: int, fault: Fault) -> None:
        """Spoil cells of a row."""
        self.rows[spot] = spoil(dice, self.rows[spot], fault)

    def omit(self, _: Dice, spot: int, __: Fault) -> None:
        """Forget a household that the roster has."""
        self.missing.add(self.rows[spot].household.number)

    def add(self, _: Dice, spot: int, fault: Fault) -> None:
        """List a household that the roster lacks."""
        self.extra.add(self.rows[spot].household.number)
        self.rows[spot] = noted(self.rows[spot], fault)

    def borrow(self, _: Dice, spot: int, fault: Fault) -> None:
        """Copy the ID of the row above."""
        self.free.discard(spot - 1)
        above = self.rows[spot - 1].household.identity
        self.rows[spot] = noted(self.rows[spot].writes(ID, above), fault)

    def repeat(self, dice: Dice, spot: int, fault: Fault) -> None:
        """List a household again further down in its 组."""
        row = self.rows[spot]
        below = [
            other
            for other in range(spot, len(self.rows))
            if (self.rows[other].village, self.rows[other].answers["组"])
            == (row.village, row.answers["组"])
        ]
        self.repeats.append((dice.pick(below), noted(row, fault)))

    def repeat_elsewhere(self, dice: Dice, spot: int, fault: Fault) -> None:
        """List a household again in a village whose file is read later."""
        row = self.rows[spot]
        later = self.files[self.files.index(row.village) + 1 :]
        village = dice.pick(later)
        there = [at for at in range(len(self.rows)) if self.rows[at].village == village]
        beside = dice.pick(there)
        placed = row.says(村=village, 组=self.rows[beside].answers["组"])
        self.repeats.append((beside, noted(placed.of(village), fault)))

    def finished(self) -> list[Row]:
        """Return the rows as the villages write them, repeats below their neighbours."""
        after: dict[int, list[Row]] = {}
        for spot, row in self.repeats:
            after.setdefault(spot, []).append(row)
        return [
            written
            for spot, row in enumerate(self.rows)
            for written in (row, *after.get(spot, ()))
            if written.household.number not in self.missing
        ]


HOW: dict[str, Callable[[Planting, Dice, int, Fault], None]] = {
    "": Planting.spoil,
    "omit": Planting.omit,
    "add": Planting.add,
    "borrow": Planting.borrow,
    "repeat": Planting.repeat,
    "repeat_elsewhere": Planting.repeat_elsewhere,
}


def plant(world: World, rows: Sequence[Row], files: Sequence[str]) -> Planting:
    """Plant every kind of fault; ``files`` are the villages in the order their files are read."""
    planting = Planting(world=world, files=files, rows=list(rows), free=set(range(len(rows))))
    for fault in faults():
        planting.plant(fault)
    return planting
