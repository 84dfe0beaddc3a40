"""The catalogue of checks: which rule or reading fault answers which item, and what is lacking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the catalogue.

    ``by`` are the ids of the rules and faults that answer it; ``lacking`` is the input without
    which it cannot be answered, or only in part where ``by`` names something.
    """

    id: str
    label: str
    by: tuple[str, ...]
    clause: str
    lacking: str = ""


def load_catalogue(folders: tuple[Path, ...] = (SHIPPED,)) -> tuple[Item, ...]:
    """Load the catalogue; a later folder's entry replaces the one of its id."""
    found = entries(folders, "catalogue.toml", "item")
    items = {entry["id"]: build(Item, entry, f"{file}“{entry['id']}”") for file, entry in found}
    return tuple(items.values())
