"""The words with which a rule's expression is said: data, so that no sentence stands in code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fanpin_analysis.policy.loading import SHIPPED, build, entries, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """How a fact is said where it holds and where it does not; empty means that it is not said.

    ``lack`` is what has to be handed in where it is not known; the name itself if it is empty.
    ``called`` is what a number is called beside the line that it is compared with.
    """

    name: str
    yes: str = ""
    no: str = ""
    lack: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases of facts by name, those of comparisons by their sign, and the words around them."""

    facts: Mapping[str, Phrase] = field(default_factory=dict)
    compared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def lack(self, name: str) -> str:
        """Return what a clerk has to hand in for a fact that is not known."""
        return self.facts[name].lack or name if name in self.facts else name


def load_phrases(folders: tuple[Path, ...] = (SHIPPED,)) -> Phrases:
    """Load the phrases; those of a later folder stand in for the earlier ones of their name."""
    found = [
        build(Phrase, entry, f"{file}“{entry.get('name', '?')}”")
        for file, entry in entries(folders, "phrases.toml", "phrase")
    ]
    compared, words = {}, {}
    for folder in folders:
        content = table(folder / "phrases.toml")
        compared |= content.get("compared", {})
        words |= content.get("words", {})
    return Phrases(facts={one.name: one for one in found}, compared=compared, words=words)
