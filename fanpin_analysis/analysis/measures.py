"""Measures of rows: the age behind an ID, the members of a household, what another paper says.

Everything is computed on demand, once, and only for the rules that are asked. Null is "not known",
by the same Kleene logic as in rules:

- a function of an ID is null where the ID is absent or faulty: no age is taken from a wrong number;
- a count or sum is null where a row's answer could change it, ``any`` where nothing says yes and
  something is unknown, ``only`` where two rows say different things;
- a row that fits several households (``户键依据`` is 分不清) belongs to nobody, so what is asked of
  it is null;
- without a matching row everything is null, unless the other table is complete and came: then a
  count and a sum are 0 and ``any`` false, but not where one of its unclear rows bears the same name
  in the same village, for it may be the one. What a paper that never came would say is null, also
  of a household that stands on others; only what merely adds (补充) is then none.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.coverage import Coverage
from fanpin_analysis.analysis.engine import evaluate, rows_of
from fanpin_analysis.analysis.functions import FUNCTIONS, Band, Identities, Row
from fanpin_analysis.analysis.keys import KEY, NAME, VILLAGE, Keys
from fanpin_analysis.errors import DefinitionError
from fanpin_analysis.intake.keys import KEY as HOUSEHOLD_KEY
from fanpin_analysis.intake.keys import with_keys
from fanpin_analysis.policy.expressions import bounds
from fanpin_analysis.policy.measures import ADDING, WITHIN_VILLAGE, circle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.measures import Measure

ABSENT, CAME = "_absent", "_came"
NONE: Final = {"count": 0, "sum": 0, "any": False}


class Look(NamedTuple):
    """What several measures of one table have in common: whom they look at, and by which key."""

    over: str
    by: str
    complete: str
    paper: str


class Tables:
    """The tables of one folder, to which measures are added as they are needed.

    ``pooled`` are what is computed over all households together: by its name, a function of the
    tables that returns 户键 and a column for each measure of that name.
    """

    def __init__(
        self,
        tables: Mapping[str, IntoFrame],
        policy: Policy,
        headers: IntoFrame | None = None,
        pooled: Mapping[str, Callable[[], pl.DataFrame]] | None = None,
    ) -> None:
        self.policy, self.pooled = policy, pooled or {}
        self.values = {name: value.value for name, value in policy.used_parameters.items()}
        rows = {key: form.row for key, form in policy.vocabulary.forms.items()}
        self.frames = with_keys({name: _polars(frame) for name, frame in tables.items()}, rows)
        self.identities = Identities(policy.parameters.on)
        self.keys = Keys(self.frames, policy.vocabulary, self.identities)
        self.given = _given(headers)
        forms = policy.vocabulary.forms
        self.coverage = Coverage(self.frames, policy.papers, forms, self.given)
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
                over = measure.table(table)
                look = Look(over, measure.by, measure.complete, measure.paper)
                together[look].append(measure)
            elif measure.pooled:
                self._add(table, self._of_all(table, measure))
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

    def _of_all(self, table: str, measure: Measure) -> pl.DataFrame:
        """Return what was computed over all households together, by their keys."""
        own = self.frames[table].select(pl.col(HOUSEHOLD_KEY))
        if measure.pooled not in self.pooled:
            return own.select(pl.lit(None, DTYPES[measure.kind]).alias(measure.name))
        told = self.pooled[measure.pooled]().select(HOUSEHOLD_KEY, measure.name)
        once = told.drop_nulls(HOUSEHOLD_KEY).unique(HOUSEHOLD_KEY, keep="none")
        joined = own.join(once, on=HOUSEHOLD_KEY, how="left", maintain_order="left")
        return joined.select(pl.col(measure.name).cast(DTYPES[measure.kind]))

    def _of_row(self, table: str, measure: Measure) -> pl.DataFrame:
        self._enter(table, measure.name)
        if measure.function:
            frame = self.with_measures(table, measure.of)
            row = Row(
                cells=rows_of(frame, measure.of),
                frame=frame,
                of=measure.of,
                identities=self.identities,
                given=self.given,
                bands=self._bands(measure.codes),
                parameters=self.policy.parameters,
                coverage=self.coverage,
                vocabulary=self.policy.vocabulary,
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
        own, none = self.frames[table], look.complete == ADDING
        if not len(own) or not self._any_row(look.over, known=bool(look.complete)):
            silent = {m.name: NONE.get(m.how) if none else None for m in measures}
            kinds = {m.name: DTYPES[m.kind] for m in measures}
            literals = [pl.lit(silent[name], kinds[name]).alias(name) for name in kinds]
            return own.with_columns(literals).select(list(kinds))
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

    def _any_row(self, table: str, *, known: bool) -> bool:
        """Tell whether a table has rows, or is known to have none where that tells something."""
        return bool(len(self.frames.get(table, ()))) or (known and self.coverage.known(table))

    def _filled(
        self, joined: pl.DataFrame, table: str, look: Look, measures: list[Measure]
    ) -> pl.DataFrame:
        """Put none where the other table is complete, came, and has no row for this one."""
        found = self.keys.of(look.over, look.by)
        names, theirs = self.keys.names(table), self.keys.names(look.over)
        perhaps = theirs.filter(found.is_null()).drop_nulls().unique()
        absent = (
            pl.col(KEY).is_not_null()
            & ~pl.col(KEY).is_in(found.drop_nulls().unique().implode())
            & ~pl.col(NAME).is_in(perhaps.implode()).fill_null(value=False)
        )
        came = self._came(table, look).alias(CAME)
        told = joined.with_columns(names.alias(NAME), came).with_columns(absent.alias(ABSENT))
        return told.select(self._settled(measure, look) for measure in measures)

    def _settled(self, measure: Measure, look: Look) -> pl.Expr:
        """Return a measure: none for who is absent, unknown where the paper never came."""
        none = NONE.get(measure.how)
        silent = pl.when(pl.col(CAME)).then(pl.lit(none))
        filled = pl.when(ABSENT).then(silent).otherwise(pl.col(measure.name))
        if not look.paper or none is None:
            return filled.alias(measure.name)
        said = pl.when(pl.col(CAME) | (filled != none)).then(filled)
        return said.alias(measure.name)

    def _came(self, table: str, look: Look) -> pl.Series:
        """Tell, row by row, whether the paper that is looked over came."""
        villages = rows_of(self.frames[table], [VILLAGE])[VILLAGE].cast(pl.String)
        if look.complete == ADDING:
            return pl.Series([True] * len(villages), dtype=pl.Boolean)
        if look.paper:
            paper = self.policy.papers.of(look.paper, f"指标（{table}）")
            return self.coverage.came_to(paper, villages)
        if look.complete == WITHIN_VILLAGE:
            known = list(self.coverage.villages(look.over))
            return villages.is_in(known).fill_null(value=False)
        return pl.Series([True] * len(villages), dtype=pl.Boolean)


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
    """Return which fields have a column, by file and sheet, and what the sheets are."""
    columns = ["来源文件", "来源工作表", "字段", "表", "列", "原表头"]
    if headers is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return rows_of(headers, columns).cast(pl.String).unique()
