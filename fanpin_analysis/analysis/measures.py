"""Measures of rows: the age behind an ID, the members of a household, what another paper says.

Everything is computed on demand, once, and only for the rules that are asked. Null is "not known",
by the same Kleene logic as in rules:

- a function of an ID is null where the ID is absent or faulty: no age is taken from a wrong number;
- a count or sum is null where a row's answer could change it, ``any`` where nothing says yes and
  something is unknown, ``only`` where two rows say different things;
- a row without a key of its own (a blank or faulty ID, a name that two households of the village
  share) belongs to nobody, so what is asked of it is null;
- without a matching row everything is null, unless the other table is complete for that village:
  then a count is 0 and ``any`` false, but not where one of its keyless rows bears the same name
  in the same village, for it may be the one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import evaluate, rows_of
from fanpin_analysis.analysis.functions import FUNCTIONS, Band, Identities, Row
from fanpin_analysis.analysis.keys import KEY, NAME, VILLAGE, Keys
from fanpin_analysis.errors import DefinitionError
from fanpin_analysis.policy.expressions import bounds
from fanpin_analysis.policy.measures import circle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.measures import Measure

ABSENT = "_absent"


class Look(NamedTuple):
    """What several measures of one table have in common: whom they look at, and by which key."""

    over: str
    by: str
    complete: str


class Tables:
    """The tables of one folder, to which measures are added as they are needed."""

    def __init__(
        self, tables: Mapping[str, IntoFrame], policy: Policy, headers: IntoFrame | None = None
    ) -> None:
        self.policy = policy
        self.values = {name: value.value for name, value in policy.used_parameters.items()}
        self.frames = {name: _polars(frame) for name, frame in tables.items()}
        self.identities = Identities(policy.parameters.on)
        self.keys = Keys(self.frames, policy.vocabulary, self.identities)
        self.given = _given(headers)
        self._under_way: list[str] = []

    def with_measures(self, table: str, names: Iterable[str]) -> pl.DataFrame:
        """Return a table with those of the names that are measures added as columns."""
        declared = self.policy.measures.of_table(table)
        frame = self.frames.get(table, pl.DataFrame())
        declared |= {end: m for m in declared.values() for end in columns_of(m)}
        absent = [n for n in dict.fromkeys(names) if n in declared and n not in frame.columns]
        wanted = list({declared[n].name: declared[n] for n in absent}.values())
        together: dict[Look, list[Measure]] = defaultdict(list)
        for measure in wanted:
            if measure.how == "order":
                self._add(table, self._order(table, measure))
            elif measure.how:
                together[Look(measure.table(table), measure.by, measure.complete)].append(measure)
            else:
                self._add(table, self._of_row(table, measure))
        for look, measures in together.items():
            self._add(table, self._aggregated(table, look, measures))
        return self.frames.get(table, frame)

    def _add(self, table: str, columns: pl.DataFrame) -> None:
        frame = self.frames[table]
        new = [name for name in columns.columns if name not in frame.columns]
        self.frames[table] = frame.hstack(columns.select(new))

    def _order(self, table: str, measure: Measure) -> pl.DataFrame:
        """Return the position of each row among those of its key, from 1."""
        keys = pl.DataFrame({KEY: self.keys.of(table, measure.by)})
        position = pl.int_range(1, pl.len() + 1).over(KEY).cast(pl.Float64)
        return keys.select(pl.when(pl.col(KEY).is_not_null()).then(position).alias(measure.name))

    def _of_row(self, table: str, measure: Measure) -> pl.DataFrame:
        self._enter(table, measure.name)
        if measure.function:
            frame = self.with_measures(table, measure.of)
            row = Row(
                rows_of(frame, measure.of),
                frame,
                measure.of,
                self.identities,
                self.given,
                self._bands(measure.codes),
            )
            found = FUNCTIONS[measure.function](row)
        else:
            parsed = self.policy.measures.parsed(measure, table)
            found = [self._evaluated(table, parsed)["expr"]]
        del self._under_way[-1]
        columns = found if isinstance(found, list) else [found]
        named = zip(columns_of(measure), columns, strict=True)
        return pl.DataFrame([column.alias(name) for name, column in named])

    def _bands(self, codes: str) -> dict[str, Band]:
        """Return the bounds that the answers of a code list stand for."""
        items = self.policy.vocabulary.code_list(codes).items if codes else ()
        return {item.word: (item.at_least, item.at_most) for item in items}

    def _enter(self, table: str, name: str) -> None:
        """Refuse a measure that is made of itself."""
        here = f"{table}.{name}"
        if here in self._under_way:
            raise DefinitionError(circle([*self._under_way, here]))
        self._under_way.append(here)

    def _evaluated(self, table: str, parsed: Mapping[str, Any]) -> pl.DataFrame:
        if not parsed:
            return pl.DataFrame()
        names = [name for expression in parsed.values() for name in expression.names]
        frame = self.with_measures(table, names)
        known = frame.select(name for name in dict.fromkeys(names) if name in frame.columns)
        if not known.columns:
            known = pl.DataFrame({KEY: [None] * len(frame)})
        terms = self.policy.measures.terms_of(table)
        return evaluate(known, parsed, terms=terms, values=self.values).select(list(parsed))

    def _aggregated(self, table: str, look: Look, measures: list[Measure]) -> pl.DataFrame:
        """Return what the rows of another table say of each row, by the key that they share."""
        own = self.frames[table]
        nothing = pl.DataFrame(
            {m.name: pl.Series([None] * len(own), dtype=DTYPES[m.kind]) for m in measures}
        )
        if not len(own) or not len(self.frames.get(look.over, ())):
            return nothing
        asked = {KEY: self.keys.of(look.over, look.by)}
        for measure in measures:
            self._enter(table, measure.name)
            answers = self._evaluated(look.over, self.policy.measures.parsed(measure, table))
            del self._under_way[-1]
            asked |= {f"{key}·{measure.name}": answers[key] for key in answers.columns}
        rows = pl.DataFrame(asked).drop_nulls(KEY)
        said = rows.group_by(KEY).agg(map(_said, measures))
        keys = pl.DataFrame({KEY: self.keys.of(table, look.by)})
        joined = keys.join(said, on=KEY, how="left", maintain_order="left")
        if not look.complete:
            return joined.select(measure.name for measure in measures)
        return self._filled(joined, table, look, measures)

    def _filled(
        self, joined: pl.DataFrame, table: str, look: Look, measures: list[Measure]
    ) -> pl.DataFrame:
        """Put none where the other table lists everybody and has no row for this one."""
        found = self.keys.of(look.over, look.by)
        names, theirs = self.keys.names(table), self.keys.names(look.over)
        perhaps = theirs.filter(found.is_null()).drop_nulls().unique()
        listed = pl.lit(value=True)
        if look.complete == "本村":
            villages = rows_of(self.frames[look.over], [VILLAGE])[VILLAGE].drop_nulls().unique()
            listed = pl.col(VILLAGE).is_in(villages.implode())
        absent = (
            pl.col(KEY).is_not_null()
            & ~pl.col(KEY).is_in(found.drop_nulls().unique().implode())
            & ~pl.col(NAME).is_in(perhaps.implode()).fill_null(value=False)
            & listed
        )
        village = rows_of(self.frames[table], [VILLAGE])[VILLAGE].cast(pl.String)
        told = joined.with_columns(names.alias(NAME), village).with_columns(absent.alias(ABSENT))
        none = {"count": 0, "any": False}
        return told.select(
            pl.when(ABSENT).then(pl.lit(none.get(m.how))).otherwise(pl.col(m.name)).alias(m.name)
            for m in measures
        )


def columns_of(measure: Measure) -> tuple[str, ...]:
    """Return the columns in which a measure is held."""
    return bounds(measure.name) if measure.kind == "interval" else (measure.name,)


DTYPES: Final[dict[str, Any]] = {
    "boolean": pl.Boolean,
    "number": pl.Float64,
    "text": pl.String,
    "several": pl.String,
    "date": pl.Date,
}


def _said(measure: Measure) -> pl.Expr:
    """Return what the rows of one key say, null where they do not settle it."""
    where = pl.col(f"where·{measure.name}") if measure.where else pl.lit(value=True)
    value = pl.col(f"value·{measure.name}") if measure.value else where
    open_ = (
        pl.col(f"where·{measure.name}").is_null().any() if measure.where else pl.lit(value=False)
    )
    match measure.how:
        case "count":
            counted = where.sum() if measure.where else pl.len()
            return pl.when(~open_).then(counted.cast(pl.Float64)).alias(measure.name)
        case "sum":
            kept = value.filter(where)
            unknown = open_ | kept.is_null().any()
            return pl.when(~unknown).then(kept.sum().cast(pl.Float64)).alias(measure.name)
        case "any":
            asked = where & value if measure.where and measure.value else value
            yes, unknown = asked.any(ignore_nulls=True), asked.is_null().any()
            return pl.when(yes | ~unknown).then(yes).alias(measure.name)
        case _:
            kept = value.filter(where)
            one = ~open_ & (kept.n_unique() == 1)
            return pl.when(one).then(kept.first()).alias(measure.name)


def _polars(frame: IntoFrame) -> pl.DataFrame:
    return rows_of(frame, nw.from_native(frame).collect_schema().names())


def _given(headers: IntoFrame | None) -> pl.DataFrame:
    """Return which fields have a column, by file and sheet."""
    columns = ["来源文件", "来源工作表", "字段"]
    if headers is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return rows_of(headers, columns).cast(pl.String).unique()
