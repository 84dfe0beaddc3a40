"""Chance that falls the same way on every machine and every version of Python."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Dice:
    """A stream of chance for one purpose.

    Streams of different purposes are independent, so a new fault does not reshuffle the people.
    Everything rests on ``Random.random``, the one method whose sequence Python promises to keep.
    """

    def __init__(self, seed: int, *purpose: object) -> None:
        self._random = Random("/".join(map(str, (seed, *purpose)))).random  # noqa: S311 (no secret)

    def chance(self, probability: float) -> bool:
        """Tell whether something of that probability happens."""
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two others, each as likely."""
        return low + self._random() * (high - low)

    def normal(self, mean: float = 0.0, spread: float = 1.0) -> float:
        """Return a normally distributed number."""
        return NormalDist(mean, spread).inv_cdf(max(self._random(), 1e-12))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of some items, each as likely."""
        return items[int(self._random() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of some items, in proportion to their weights."""
        sums = list(accumulate(weights))
        drawn = self._random() * sums[-1]
        return next(item for item, upto in zip(items, sums, strict=True) if drawn < upto)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        keyed = [(self._random(), position) for position in range(len(items))]
        return [items[position] for _, position in sorted(keyed)]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return some of the items, none twice, in their former order."""
        chosen = sorted(self.shuffled(range(len(items)))[:count])
        return [items[position] for position in chosen]
