"""Measures: quantities that no form prints, declared as data so that rules can name them.

A measure hangs on one or several tables, one value a row. It is one of four things: a named
``function`` of the row's own cells (the age behind an ID), an expression ``expr`` over the row, a
computation over all households together (``pooled``), or an aggregation ``how`` over the rows of
another table, or of the same one, that belong to the row: those with the same key ``by``. What is
missing is never taken for none; see :mod:`fanpin_analysis.analysis.measures` for what null means
in each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from fanpin_analysis.errors import DefinitionError, nearest
from fanpin_analysis.policy.expressions import Expression, Kind, Term, bounds, parse
from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from fanpin_analysis.policy.vocabulary import Mask, Vocabulary

SELF = "本表"
HOUSEHOLDS = "households"  # the ledger joined with all other papers; no form of its own
RETURNED = "returned"  # rows of ledgers that went back to the village; no form of their own
How = Literal["count", "sum", "any", "only", "order"]
By = Literal["户", "人", "户年", "电话", "核查人日"]
Completeness = Literal["", "全表", "本村", "补充"]
WITHIN_VILLAGE: Completeness = "本村"
ADDING: Completeness = "补充"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quantity of a row, under the name that rules use.

    ``function`` is applied to the cells ``of``. With ``how``: ``over`` is the table looked over
    (``本表`` is the row's own), ``by`` the key that its rows share with this one, ``where``
    which of them count, ``value`` what is summed, asked or taken of each. ``complete`` says that
    the table lists everybody (全表), or everybody of the villages that it has (本村), so that no
    row means none and not "unknown"; or that it only adds to what another table says (补充), so
    that its silence is none even if it never came. ``paper`` is what has to have come for that,
    where it is not the whole table. ``pooled`` names a computation over all households together.
    ``decimals``: to how many an expression is rounded.
    """

    name: str
    kind: Kind
    clause: str
    tables: tuple[str, ...]
    unit: str = ""
    decimals: int | None = None
    function: str = ""
    of: tuple[str, ...] = ()
    expr: str = ""
    over: str = ""
    by: By | Literal[""] = ""
    how: How | Literal[""] = ""
    where: str = ""
    value: str = ""
    complete: Completeness = ""
    paper: str = ""
    pooled: str = ""
    codes: str = ""
    mask: Mask | Literal[""] = ""
    note: str = ""
    file: str = ""

    @property
    def place(self) -> str:
        """Where the measure is declared, as messages begin."""
        return f"指标“{self.name}”（{self.file}）"

    def table(self, own: str) -> str:
        """Return the table that the measure looks over when it hangs on ``own``."""
        return own if self.over == SELF else self.over


def load_measures(folders: tuple[Path, ...] = (SHIPPED,)) -> tuple[Measure, ...]:
    """Load every measure; a later folder's entry replaces the one of its name.

    Raises
    ------
    DefinitionError
        When an entry is none of the four things that a measure can be, has an unknown word, or
        stands twice.
    """
    named: dict[str, Measure] = {}
    for folder in folders:
        measures = [_measure(e, file) for file, e in entries((folder,), "measures.toml", "measure")]
        counts = Counter(measure.name for measure in measures)
        if twice := [name for name, count in counts.items() if count > 1]:
            raise DefinitionError(f"measures.toml 里的指标“{twice[0]}”写了两次，请删去一个。")
        named |= {measure.name: measure for measure in measures}
    return tuple(named.values())


def _measure(entry: Mapping[str, Any], file: str) -> Measure:
    measure = build(Measure, {**entry, "file": file}, f"{file}“{entry.get('name', '?')}”")
    if sum(map(bool, (measure.function, measure.expr, measure.how, measure.pooled))) != 1:
        raise DefinitionError(
            f"{measure.place} 应写 function、expr、how、pooled 之一，且只写一个。"
        )
    for word, allowed in (
        (measure.kind, get_args(Kind)),
        (measure.how, ("", *get_args(How))),
        (measure.by, ("", *get_args(By))),
        (measure.complete, get_args(Completeness)),
    ):
        if word not in allowed:
            raise DefinitionError(f"{measure.place} 里的“{word}”无法识别。{nearest(word, allowed)}")
    looks = [bool(measure.over), bool(measure.by)]
    if looks != [bool(measure.how)] * 2:
        raise DefinitionError(f"{measure.place} 写了 how 就要写 over 和 by，不写 how 就都不写。")
    return measure


def circle(chain: Iterable[str]) -> str:
    """Return what to say of measures that are made of each other."""
    return f"measures.toml 里的指标互相引用，算不出来：{' → '.join(chain)}。"


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The declared measures, and what a name stands for in each table."""

    declared: tuple[Measure, ...]
    vocabulary: Vocabulary
    fields: Mapping[str, Term]
    parameters: tuple[str, ...]

    def of_table(self, table: str) -> dict[str, Measure]:
        """Return the measures that hang on a table, by name."""
        return {measure.name: measure for measure in self.declared if table in measure.tables}

    @property
    def terms(self) -> dict[str, Term]:
        """What each measure stands for, on whatever table."""
        return self._terms({measure.name: measure for measure in self.declared})

    def mask_of(self, name: str) -> str:
        """Return how a measure is hidden wherever it is shown; empty when it is not personal."""
        return next((measure.mask for measure in self.declared if measure.name == name), "")

    def unit_of(self, name: str) -> str:
        """Return the unit of a measure; empty when it has none."""
        return next((measure.unit for measure in self.declared if measure.name == name), "")

    def terms_of(self, table: str) -> dict[str, Term]:
        """Return what a name can stand for in an expression over the rows of a table."""
        own = self._terms(self.of_table(table))
        if table == HOUSEHOLDS:
            return {**self.fields, **own}
        columns = self.vocabulary.form("ledger" if table == RETURNED else table).columns
        named = {name: self.fields[name] for name in (*columns, *self.parameters)}
        groups = {name: term for name, term in self.fields.items() if term.kind == "group"}
        return groups | named | own

    def steps(self, names: Iterable[str], known: Collection[str]) -> list[dict[str, Expression]]:
        """Return what has to be computed before the names of a rule about households are there.

        Parameters
        ----------
        names
            The names that are needed.
        known
            The columns of the frame: what is there is taken as it is.

        Returns
        -------
            The expressions of the measures, step by step: each needs only what earlier ones made.

        Raises
        ------
        DefinitionError
            When a measure is made of itself.
        """
        depths: dict[str, int] = {}
        for name in names:
            self._depth(name, known, depths, ())
        steps: list[dict[str, Expression]] = [{} for _ in range(max(depths.values(), default=0))]
        for name, depth in depths.items():
            if depth:
                steps[depth - 1][name] = self.of_household[name]
        return steps

    @cached_property
    def of_household(self) -> dict[str, Expression]:
        """The parsed expressions of the measures of households that are computed of its row."""
        return {
            name: self.parsed(measure, HOUSEHOLDS)["expr"]
            for name, measure in self.of_table(HOUSEHOLDS).items()
            if measure.expr
        }

    @cached_property
    def intervals(self) -> dict[str, str]:
        """The intervals of households, by each of their two columns."""
        found = [m.name for m in self.of_table(HOUSEHOLDS).values() if m.kind == "interval"]
        return {end: name for name in found for end in bounds(name)}

    def facts_behind(self, name: str) -> tuple[str, ...]:
        """Return the columns from which a name of a household is computed, itself if it is one."""
        if name not in self.of_household:
            return (name,)
        behind = (self.facts_behind(inner) for inner in self.of_household[name].names)
        return tuple(dict.fromkeys(fact for facts in behind for fact in facts))

    def _depth(
        self, name: str, known: Collection[str], depths: dict[str, int], chain: tuple[str, ...]
    ) -> int:
        """Return how many steps a name takes, and note it; 0 for what no expression makes."""
        if name in chain:
            raise DefinitionError(circle((*chain, name)))
        if name in known or name not in self.of_household:
            return 0
        if name not in depths:
            inner = self.of_household[name].names
            below = [self._depth(one, known, depths, (*chain, name)) for one in inner]
            depths[name] = 1 + max(below, default=0)
        return depths[name]

    def parsed(self, measure: Measure, table: str) -> dict[str, Expression]:
        """Return the measure's expressions, parsed for a table that it hangs on.

        The keys are ``expr``; or ``where`` and ``value``, those of them that it has.

        Raises
        ------
        ExpressionError
            When one names what its table does not have.
        """
        if measure.expr:
            terms = self.terms_of(table)
            return {"expr": parse(measure.expr, terms, measure.place, measure.decimals)}
        if not measure.how:
            return {}
        terms = self.terms_of(measure.table(table))
        texts = {"where": measure.where, "value": measure.value}
        return {key: parse(text, terms, measure.place) for key, text in texts.items() if text}

    def _terms(self, measures: Mapping[str, Measure]) -> dict[str, Term]:
        """Return what measures stand for; of an interval, its bounds too."""
        ends = {
            end: Term(kind="number")
            for name, measure in measures.items()
            if measure.kind == "interval"
            for end in bounds(name)
        }
        return ends | {name: self._term(measure) for name, measure in measures.items()}

    def _term(self, measure: Measure) -> Term:
        coded = measure.codes and measure.kind != "interval"
        words = self.vocabulary.code_list(measure.codes).words if coded else ()
        return Term(kind=measure.kind, words=words)
