"""Fields, code lists and forms: the words of the official papers, declared once.

Reader, validator, screening, writers and widgets all take their names, types, spellings and
options from here. Everything is loaded from the TOML files under ``definitions/``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from fanpin_analysis.errors import DefinitionError, nearest
from fanpin_analysis.policy.loading import SHIPPED, build, entries, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

T = TypeVar("T")

FieldType = Literal[
    "text", "id", "phone", "integer", "number", "boolean", "code", "codes", "date", "month"
]
Mask = Literal["name", "id", "phone", "account", "text", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column or box of a form, under the name that the form gives it.

    ``aliases`` are header spellings met in the field; ``under`` maps a word of the header above
    to the sub-header spellings that count only below it; ``inverse`` are spellings that ask the
    opposite question, whose answers the reader turns round; ``yes`` and ``no`` are answers of this
    column alone. ``blank`` is what a blank cell of it answers, where the form itself says so;
    empty means that a blank is not known. ``mask`` says how the value is hidden wherever it is
    shown; empty means not personal.
    """

    name: str
    type: FieldType
    clause: str
    unit: str = ""
    codes: str = ""
    aliases: tuple[str, ...] = ()
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inverse: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    blank: Literal["", "没有"] = ""
    mask: Mask | Literal[""] = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeItem:
    """One answer of a code list: its number on the form, its word, and other spellings of it.

    ``at_least`` and ``at_most`` are the bounds of an answer that stands for a band of amounts.
    ``groups`` are names under which rules ask for any of several words; ``means`` is the word of
    another code list that this answer amounts to.
    """

    word: str
    code: str = ""
    spellings: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    groups: tuple[str, ...] = ()
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The answers that a field allows, in the order of the form.

    ``prefer`` is the word that counts when several are given where one is asked for; empty means
    that such an answer cannot be told.
    """

    name: str
    clause: str
    items: tuple[CodeItem, ...]
    prefer: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are stored, in the order of the form."""
        return tuple(item.word for item in self.items)

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The words under the name of each group, both in the order of the form."""
        names = dict.fromkeys(name for item in self.items for name in item.groups)
        return {name: tuple(i.word for i in self.items if name in i.groups) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two codes of Annex 1 that count the same households: how many, and the persons in them."""

    codes: tuple[str, str]
    label: str
    where: str
    clause: str
    table: str = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCell:
    """One printed cell of a form's header: text, first and last column, first and last row."""

    text: str
    columns: tuple[str, str]
    rows: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A paper that is handed in or handed up: its columns, how it is recognised, how it is printed.

    ``key`` names the frame of ``Intake``; ``row`` says what one row is. A sheet is this form when
    its header holds every field of ``required`` and at least ``least`` fields of ``signature``. A
    blank in a ``mandatory`` field is a finding.
    """

    key: str
    name: str
    clause: str
    row: str
    fields: tuple[str, ...]
    title: str = ""
    file: str = ""
    optional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    least: int = 1
    unit_line: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    header: tuple[HeaderCell, ...] = ()
    widths: Mapping[str, float] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    identities: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of the form in order, and after them those it may carry besides."""
        return self.fields + self.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWords:
    """The words by which rows that are no data are told: totals, footers, worked examples.

    A village whose name holds a word of ``nowhere`` is one of an example. ``dittos`` stand for the
    cell above; ``village_suffixes`` and ``unit_labels`` are what stands
    behind a village's name and before the name of whoever hands a form in. ``scales`` are the units
    in which a whole column may be written, each with the word that says the same behind a number.
    """

    totals: tuple[str, ...]
    footers: tuple[str, ...]
    examples: tuple[str, ...]
    nowhere: tuple[str, ...]
    dittos: tuple[str, ...]
    village_suffixes: tuple[str, ...]
    unit_labels: tuple[str, ...]
    scales: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every declared field, code list and form, by name."""

    fields: Mapping[str, Field]
    code_lists: Mapping[str, CodeList]
    forms: Mapping[str, Form]
    blanks: tuple[str, ...]
    row_words: RowWords

    def field(self, name: str) -> Field:
        """Return a declared field.

        Raises
        ------
        DefinitionError
            When no field has that name; the message names the nearest.
        """
        return _known(self.fields, name, "字段", "fields.toml")

    def form(self, key: str) -> Form:
        """Return a declared form by its key, such as ``"ledger"``."""
        return _known(self.forms, key, "表", "forms.toml")

    def code_list(self, name: str) -> CodeList:
        """Return a declared code list."""
        return _known(self.code_lists, name, "代码表", "code_lists.toml")


def load_vocabulary(folders: tuple[Path, ...] = (SHIPPED,)) -> Vocabulary:
    """Load fields, code lists and forms; an entry of a later folder replaces the one of its name.

    Raises
    ------
    DefinitionError
        When an entry has an unknown or absent key, or names a field or code list nobody declared.
    """
    lists = {
        entry["name"]: _code_list(entry, place)
        for place, entry in entries(folders, "code_lists.toml", "list")
    }
    declared = {
        entry["name"]: build(Field, entry, f"{place}“{entry['name']}”")
        for place, entry in entries(folders, "fields.toml", "field")
    }
    forms = {
        entry["key"]: _form(entry, f"{place}“{entry['key']}”")
        for place, entry in entries(folders, "forms.toml", "form")
    }
    vocabulary = Vocabulary(
        fields=declared,
        code_lists=lists,
        forms=forms,
        blanks=tuple(_topmost(folders, "code_lists.toml", "blanks")),
        row_words=build(RowWords, _topmost(folders, "forms.toml", "rows"), "forms.toml [rows]"),
    )
    _hold_together(vocabulary)
    return vocabulary


def _code_list(entry: dict[str, Any], place: str) -> CodeList:
    where = f"{place}“{entry['name']}”"
    items = tuple(build(CodeItem, item, where) for item in entry["items"])
    return build(CodeList, entry | {"items": items}, where)


def _form(entry: dict[str, Any], where: str) -> Form:
    header = tuple(build(HeaderCell, cell, where) for cell in entry.get("header", []))
    pairs = tuple(build(Pair, pair, where) for pair in entry.get("pairs", []))
    return build(Form, entry | {"header": header, "pairs": pairs}, where)


def _topmost(folders: tuple[Path, ...], file: str, key: str) -> Any:  # noqa: ANN401
    """Return a top-level value of the last folder that has it."""
    return [value for folder in folders if (value := table(folder / file).get(key))][-1]


def _known(declared: Mapping[str, T], name: str, kind: str, file: str) -> T:
    if name not in declared:
        message = f"{file} 没有声明{kind}“{name}”。{nearest(name, declared)}"
        raise DefinitionError(message)
    return declared[name]


def _hold_together(vocabulary: Vocabulary) -> None:
    """Refuse a field whose code list, or a form whose field, is not declared."""
    for declared in vocabulary.fields.values():
        if declared.codes:
            vocabulary.code_list(declared.codes)
    for form in vocabulary.forms.values():
        for name in (*form.columns, *form.required, *form.signature):
            vocabulary.field(name)
