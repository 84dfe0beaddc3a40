"""The invented names, places and families, loaded from ``words.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.errors import InputError
from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.policy.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A make-up of a household: the head's age, and each member's relation and years from it."""

    weight: int
    head: tuple[int, int]
    members: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueList:
    """A list that a department sends: of whom, and what it says of them.

    ``others`` is the share of households that are on it though nothing else befell them, ``also``
    what its own columns say, ``group`` the one of the six groups that being on it makes one of.
    """

    name: str
    file: str
    sender: str
    kind: str
    text: str
    others: float = 0.0
    whom: str = "anyone"
    also: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    costly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """How a problem of the ledger is written into 附件4."""

    field: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything in the township that has a name."""

    county: str
    township: str
    prefix: str
    phones: str
    villages: tuple[str, ...]
    communities: tuple[str, ...]
    directions: tuple[str, ...]
    nowhere: str
    surnames: str
    compound_surnames: tuple[str, ...]
    minority: tuple[str, ...]
    summing: str
    men: str
    women: str
    rare: str
    workplaces: tuple[str, ...]
    workplace_weights: tuple[int, ...]
    factory: str
    checkers: int
    ethnic: str
    minority_ethnic: str
    notes: tuple[str, ...]
    teams: tuple[str, ...]
    absent_reasons: tuple[str, ...]
    unproposed: str
    diseases: tuple[str, ...]
    impairments: tuple[str, ...]
    grades: tuple[str, ...]
    losses: tuple[str, ...]
    measures: Mapping[str, str]
    families: tuple[Family, ...]
    clues: tuple[ClueList, ...]
    problems: tuple[Problem, ...]

    def village_names(self, count: int) -> list[str]:
        """Return the names of so many villages.

        Raises
        ------
        InputError
            When there are not that many names.
        """
        names = [
            f"{direction}{stem}{'社区' if stem in self.communities else '村'}"
            for direction in self.directions
            for stem in self.villages
        ]
        if not 1 <= count <= len(names):
            message = (
                f"样例乡镇的村数应在 1 到 {len(names)} 之间，现为 {count}，请改小 --villages。"
            )
            raise InputError(message)
        return names[:count]


@cache
def vocabulary() -> Vocabulary:
    """Load the official words once: code lists and forms."""
    return load_vocabulary()


@cache
def words() -> Words:
    """Load the words once."""
    entries = dict(table(HERE / "words.toml"))
    made = {
        name: tuple(build(cls, entry, f"words.toml [[{key}]]") for entry in entries.pop(key))
        for key, name, cls in (
            ("family", "families", Family),
            ("clue", "clues", ClueList),
            ("problem", "problems", Problem),
        )
    }
    return build(Words, entries | made, "words.toml")
