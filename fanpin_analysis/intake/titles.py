"""What a sheet is, where its header does not say so: told by its columns, title and file name.

Departments send lists of names and numbers. What the people are listed for stands in the title, in
the sheet's, the file's or the folder's name, or shows only by the columns that there are. The words
are data: ``[[told]]``, ``[[bare]]``, ``[[instead]]`` and ``[[unused]]`` of ``forms.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, TypeVar

from fanpin_analysis.intake.cells import squeezed
from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.vocabulary import Form, Vocabulary

T = TypeVar("T")

FILE: Final = "forms.toml"
BY_COLUMNS: Final = "表里的栏目"
SEPARATOR: Final = "、"
SOUGHT: Final = 20  # rows in which the header of a paper of no use here is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a form's fields are where the words of a title, or columns that are there, say so."""

    form: str
    words: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """The columns by which a list is a form that a title names, or that nothing names (alone)."""

    form: str
    required: tuple[str, ...]
    alone: tuple[str, ...] = ()
    alone_required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Columns of a form that stand in for absent ones: the absent one's name, and the other's."""

    form: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """A known paper that this work has no use for, and the forms that it must not be taken for."""

    name: str
    headings: tuple[str, ...]
    least: int
    not_for: tuple[str, ...]


class ClueKinds:
    """What is told about lists, for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, folders: tuple[Path, ...] = (SHIPPED,)) -> None:
        """Load what titles and columns tell."""
        self.entries = _loaded(Told, folders, "told")
        self.bare = {one.form: one for one in _loaded(Bare, folders, "bare")}
        self.stand_ins = _loaded(Instead, folders, "instead")
        self.papers = [
            (one, frozenset(map(squeezed, one.headings)))
            for one in _loaded(Unused, folders, "unused")
        ]
        self.forms = {
            key: _without_signature(vocabulary.form(key), one) for key, one in self.bare.items()
        }
        self._of_word = {squeezed(word): one for one in self.entries for word in one.words}
        longest_first = sorted(self._of_word, key=len, reverse=True)
        self._word = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def told(
        self, form_key: str, columns: Collection[str], texts: Mapping[str, str]
    ) -> dict[str, tuple[str, str]]:
        """Return what the fields without a column of their own are, and what said so.

        Parameters
        ----------
        form_key
            The form that the table was taken for.
        columns
            The fields that it has a column for, and the headings of its columns as they stand.
        texts
            The words around it, the nearest first; see :func:`around`.
        """
        own = [one for one in self.entries if one.form == form_key]
        fields = dict.fromkeys(name for one in own for name in one.values if name not in columns)
        found = {name: self._field(name, own, columns, texts) for name in fields}
        return {name: told for name, told in found.items() if told}

    def tells(self, form_key: str) -> set[str]:
        """Return the fields of a form that are looked for in words and columns."""
        return {name for one in self.entries if one.form == form_key for name in one.values}

    def optional(self, form_key: str, name: str) -> bool:
        """Tell whether a column may be absent: words tell it, or each department has its own."""
        bare = self.bare.get(form_key)
        return name in self.tells(form_key) or bool(bare and bare.alone)

    def form_named(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """Return the form that the words around a table name, and where; empty when none does."""
        for source, text in texts.items():
            said = self._said(text)
            if said:
                return min(said, key=self.entries.index).form, source
        return "", ""

    def candidate(self, texts: Mapping[str, str]) -> Form:
        """Return the form, without its signature, that an unrecognised sheet may be."""
        named, _ = self.form_named(texts)
        alone = next(key for key, one in self.bare.items() if one.alone)
        return self.forms.get(named, self.forms[alone])

    def takes(self, form: Form, names: Iterable[str], texts: Mapping[str, str]) -> bool:
        """Tell whether a list is a form, by the fields of its headings; empty for an unknown one.

        Where words name the form, no more headings may be unknown than known. Where nothing does,
        all of them have to be of those that such a list is made of.
        """
        every = list(names)
        known = {name for name in every if name}
        bare = self.bare[form.key]
        if self.form_named(texts)[0] == form.key:
            return known >= set(bare.required) and every.count("") <= len(known)
        return set(bare.alone_required) <= known and set(every) <= set(bare.alone)

    def renamed(self, form_key: str, names: Collection[str]) -> dict[str, str]:
        """Return, by the field that a heading goes by, the absent field that it stands in for."""
        swaps: dict[str, str] = {}
        for group in self.stand_ins:
            first, other = next(iter(group.columns.items()))
            if group.form == form_key and first not in (*names, *swaps.values()) and other in names:
                taken = {*names, *swaps.values()}
                swaps |= {
                    there: absent
                    for absent, there in group.columns.items()
                    if there in names and absent not in taken
                }
        return swaps

    def unused(self, headings: Iterable[str], form_key: str = "") -> str:
        """Return the paper of no use here that headings are of, or nothing.

        With ``form_key``, only a paper that must not be taken for that form.
        """
        spelled = set(map(squeezed, headings))
        for paper, known in self.papers:
            if len(spelled & known) >= paper.least and (not form_key or form_key in paper.not_for):
                return paper.name
        return ""

    def paper_in(self, rows: list[list[Cell]]) -> str:
        """Return the paper of no use here whose header stands in the first rows of a sheet."""
        names = (
            self.unused(cell for cell in row if isinstance(cell, str)) for row in rows[:SOUGHT]
        )
        return next(filter(None, names), "")

    def _said(self, text: str) -> list[Told]:
        """Return what the words of a text tell, each once, in the order of the text."""
        said = (self._of_word[word] for word in self._word.findall(squeezed(text)))
        return list({id(one): one for one in said}.values())

    def _field(
        self, name: str, own: list[Told], columns: Collection[str], texts: Mapping[str, str]
    ) -> tuple[str, str] | None:
        """Return one field's value: as a word says it alone, else as columns and words agree."""
        about = [one for one in own if name in one.values]
        said = {
            source: [o for o in self._said(text) if o in about] for source, text in texts.items()
        }
        worded = {source: told for source, told in said.items() if told}
        for source, told in worded.items():
            alone = [one for one in told if len(one.values) == 1]
            if alone:
                return _joined(alone, name), source
        shown = _by_columns(about, columns)
        for source, told in worded.items():
            agreed = [one for one in told if not shown or _has(one, columns)]
            if len(agreed) == 1:
                return agreed[0].values[name], source
        if len(shown) == 1 or (shown and not worded):
            return _joined(shown, name), BY_COLUMNS
        return next(((_joined(told, name), source) for source, told in worded.items()), None)


def around(sheet: Sheet, start: int) -> dict[str, str]:
    """Return the words around the table whose header starts at a row, by what they are."""
    title = [cell for row in sheet.rows[:start] for cell in row if isinstance(cell, str) and cell]
    file = PurePosixPath(sheet.file)
    return {
        "表的标题": " ".join(title),
        "工作表名": sheet.name,
        "文件名": file.stem,
        "文件夹名": file.parent.name,
    }


def _without_signature(form: Form, bare: Bare) -> Form:
    """Return a form that any list is which has one of the columns required of it."""
    required = bare.required[:1]
    return replace(form, required=required, signature=required, least=1)


def _by_columns(about: list[Told], columns: Collection[str]) -> list[Told]:
    """Return what most of the columns tell; each tells the first that lists it."""
    first: dict[str, Told] = {}
    for one in about:
        for column in one.columns:
            first.setdefault(squeezed(column), one)
    told = [first[spelled] for spelled in map(squeezed, columns) if spelled in first]
    most = max(map(told.count, told), default=0)
    return [one for one in about if told.count(one) == most > 0]


def _has(one: Told, columns: Collection[str]) -> bool:
    return not set(map(squeezed, columns)).isdisjoint(map(squeezed, one.columns))


def _joined(said: Iterable[Told], name: str) -> str:
    return SEPARATOR.join(dict.fromkeys(one.values[name] for one in said))


def _loaded(cls: type[T], folders: tuple[Path, ...], key: str) -> list[T]:
    return [build(cls, entry, f"{file} [[{key}]]") for file, entry in entries(folders, FILE, key)]
