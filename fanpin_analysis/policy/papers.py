"""The papers that a round asks for: what is silent when it never came, and what then means no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fanpin_analysis.errors import DefinitionError, nearest
from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fanpin_analysis.policy.vocabulary import CodeList

Reach = Literal["全乡", "各村"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper that can come: a form, or the rows of a form whose ``kind`` is one of a code list.

    ``due`` says that the round asks for it (应收材料). ``reach`` says whether it comes once for the
    township or from each village.
    """

    name: str
    form: str
    clause: str
    kind: str = ""
    reach: Reach = "全乡"
    due: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """All papers by name, in the order of the definitions."""

    all: Mapping[str, Paper]

    @property
    def due(self) -> tuple[Paper, ...]:
        """The papers that the round asks for, in the order of the definitions."""
        return tuple(paper for paper in self.all.values() if paper.due)

    def of(self, name: str, place: str) -> Paper:
        """Return a paper by its name.

        Raises
        ------
        DefinitionError
            When there is none of that name; the message begins with ``place``.
        """
        if name not in self.all:
            raise DefinitionError(f"{place} 里的材料“{name}”没有声明。{nearest(name, self.all)}")
        return self.all[name]

    def of_form(self, form: str) -> Paper | None:
        """Return the paper that is a form as a whole; null for a form that is only lists."""
        return next((p for p in self.all.values() if p.form == form and not p.kind), None)


def load_papers(kinds: CodeList, folders: tuple[Path, ...] = (SHIPPED,)) -> Papers:
    """Load every paper; each word of a list's kinds is a paper of its own.

    Raises
    ------
    DefinitionError
        When an entry is of a kind that the code list lacks, or has an unknown key.
    """
    found = {
        entry["name"]: _paper(entry, file)
        for file, entry in entries(folders, "papers.toml", "paper")
    }
    told = {paper.kind for paper in found.values() if paper.kind}
    if strange := told - set(kinds.words):
        raise DefinitionError(f"papers.toml 里的名单{_listed(strange)}不在代码表“{kinds.name}”里。")
    lists = {
        f"{word}名单": Paper(name=f"{word}名单", form="clues", kind=word, clause=kinds.clause)
        for word in kinds.words
        if word not in told
    }
    return Papers(all=found | lists)


def _paper(entry: Mapping[str, object], file: str) -> Paper:
    return build(Paper, {**entry, "file": file}, f"{file}“{entry.get('name', '?')}”")


def _listed(words: Iterable[str]) -> str:
    return "、".join(f"“{word}”" for word in sorted(words))
