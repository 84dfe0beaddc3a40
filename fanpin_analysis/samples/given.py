"""What the township is made of: assumptions, invented words, and the words of the official forms.

``ASSUMED`` and ``WORDS`` hold what ``assumptions.toml`` and ``words.toml`` say, name by name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from fanpin_analysis.errors import InputError
from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.policy.parameters import load_parameters
from fanpin_analysis.policy.vocabulary import Vocabulary, load_vocabulary

T = TypeVar("T")
Record = dict[str, Any]

HERE = Path(__file__).parent
ASSUMED = SimpleNamespace(**table(HERE / "assumptions.toml"))
WORDS = SimpleNamespace(**table(HERE / "words.toml"))
EXITED = "脱贫户"
SEPARATOR = "、"


@cache
def load(kind: type[T], file: str, key: str) -> tuple[T, ...]:
    """Load the entries of one key of a file of this folder, once."""
    return tuple(build(kind, entry, f"{file} [[{key}]]") for entry in table(HERE / file)[key])


@cache
def threshold(name: str) -> float:
    """Return a parameter in force on the day of the visits: what is planted depends on it."""
    return load_parameters(ASSUMED.province, ASSUMED.visited)[name].value


@cache
def vocabulary() -> Vocabulary:
    """Load the official words once: code lists and forms."""
    return load_vocabulary()


def village_names(count: int) -> tuple[str, ...]:
    """Return the names of so many villages.

    Raises
    ------
    InputError
        When there are not that many names.
    """
    names = [
        f"{direction}{stem}{'社区' if stem in WORDS.communities else '村'}"
        for direction in WORDS.directions
        for stem in WORDS.villages
    ]
    if not 1 <= count <= len(names):
        message = f"样例乡镇的村数应在 1 到 {len(names)} 之间，现为 {count}，请改小 --villages。"
        raise InputError(message)
    return tuple(names[:count])
