"""Evaluate the expressions of the grammar on any frame that narwhals knows.

There is one executor for everything in memory: of a pandas or pyarrow frame the columns that are
needed go to polars, and the verdicts come back into the caller's own frame. Polars frames and
relations of a database (DuckDB, PySpark) are evaluated where they are.

Before an expression sees a column, the column is brought to one form: numbers are 64-bit floats,
and not-a-number and empty text are null. A column that the frame lacks is null throughout, so
that what needs it is unknown and not an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narwhals.dtypes import DType
    from narwhals.typing import IntoDType, IntoFrame, IntoFrameT

    from fanpin_analysis.policy.expressions import Expression, Kind, Term

TYPES: dict[Kind, IntoDType] = {
    "boolean": nw.Boolean,
    "number": nw.Float64,
    "text": nw.String,
    "several": nw.String,
    "date": nw.Date,
    "interval": nw.Float64,
}
WORDS: dict[Kind, str] = {
    "boolean": "是/否（布尔值）",
    "number": "数值",
    "text": "文字",
    "several": "文字",
    "date": "日期",
    "interval": "数值",
}
TEXTS = (nw.String, nw.Categorical, nw.Enum)
ROW = "来源行序"  # keeps the height of a frame none of whose columns is needed


def evaluate(
    frame: IntoFrameT,
    expressions: Mapping[str, Expression],
    *,
    terms: Mapping[str, Term],
    values: Mapping[str, float] | None = None,
    steps: Sequence[Mapping[str, Expression]] = (),
) -> IntoFrameT:
    """Add a column for each expression to a frame, and return the same kind of frame.

    Parameters
    ----------
    frame
        Any frame narwhals knows: pandas, polars (eager or lazy), pyarrow, DuckDB, PySpark. Its own
        columns, and the index of a pandas frame, come back as they were.
    expressions
        The parsed expressions, by the name of the column to add. A condition gives true, false or
        null (cannot be told); in pandas these columns are Arrow-backed.
    terms
        What kind of value each name stands for.
    values
        The values of the parameters. A parameter counts before a column of its name.
    steps
        What the expressions name and the frame does not have: expressions that are evaluated first,
        step by step, and not kept.

    Raises
    ------
    InputError
        When a column that an expression names holds another type than its field; the message says
        which column, what was found and what is wanted.
    """
    values = values or {}
    stages = [*steps, expressions]
    made = {name for step in steps for name in step}
    named = (name for stage in stages for item in stage.values() for name in item.names)
    wanted: dict[str, Kind] = {
        name: terms[name].kind for name in named if name not in values and name not in made
    }
    compiled = [{key: item.compile(values) for key, item in s.items()} for s in stages]
    native = nw.from_native(frame)
    if not expressions:
        return frame
    in_memory = native.implementation.is_pandas() or native.implementation.is_pyarrow()
    if in_memory and isinstance(native, nw.DataFrame):
        table = nw.from_native(_in_polars(native, wanted))
        evaluated = _added(table, compiled, wanted).to_native().select(list(expressions))
        return _handed_back(frame, native, evaluated)
    return _added(native, compiled, wanted).to_native()


def rows_of(frame: IntoFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Return some columns of any frame as polars; a column that the frame lacks is null."""
    native = nw.from_native(frame)
    columns = list(columns)
    if isinstance(native, nw.LazyFrame):
        known = set(native.collect_schema().names())
        kept = [nw.lit(0).alias(ROW), *[nw.col(name) for name in columns if name in known]]
        table = (
            native.with_columns(kept[0])
            .select(ROW, *kept[1:])
            .collect(backend="polars")
            .to_native()
        )
    else:
        table = _in_polars(native, columns)
    absent = [pl.lit(None).alias(name) for name in columns if name not in table.columns]
    return table.with_columns(absent).select(columns)


def same_kind(table: pl.DataFrame, frame: IntoFrame) -> Any:  # noqa: ANN401  of the caller's kind
    """Return a small polars table as the kind of a frame: pandas, pyarrow, or else polars."""
    implementation = nw.from_native(frame).implementation
    if implementation.is_pandas():
        return table.to_pandas(use_pyarrow_extension_array=True)
    return table.to_arrow() if implementation.is_pyarrow() else table


def _added(
    native: nw.DataFrame | nw.LazyFrame,
    stages: Sequence[Mapping[str, nw.Expr]],
    wanted: Mapping[str, Kind],
) -> nw.DataFrame | nw.LazyFrame:
    """Evaluate on columns brought to one form, and give the frame its own columns back."""
    schema = native.collect_schema()
    own = [name for name in schema.names() if name not in stages[-1]]
    changed = {*wanted, *(name for stage in stages[:-1] for name in stage)}
    kept = {name: f"原·{name}" for name in own if name in changed}
    formed = [_formed(native, name, kind, schema.get(name)) for name, kind in wanted.items()]
    copies = [nw.col(name).alias(copy) for name, copy in kept.items()]
    ready = native.with_columns(*copies, *formed) if wanted else native
    for stage in stages:
        ready = ready.with_columns(**stage)
    originals = [nw.col(kept.get(name, name)).alias(name) for name in own]
    return ready.select(*originals, *stages[-1])


def _formed(
    native: nw.DataFrame | nw.LazyFrame, name: str, kind: Kind, found: DType | None
) -> nw.Expr:
    """Return a column in the one form of its kind, or null where there is nothing in it."""
    column = nw.col(name)
    match kind:
        case "boolean" if found == nw.Boolean:
            return column
        case "number" if found is not None and found.is_numeric():
            number = column.cast(nw.Float64)
            return (
                nw.when(~number.is_nan()).then(number).alias(name) if found.is_float() else number
            )
        case "text" | "several" if found in TEXTS:
            text = column.cast(nw.String)
            return nw.when(text != "").then(text).alias(name)
        case "date" if found in (nw.Date, nw.Datetime):
            return column.cast(nw.Date)
    if found is not None and not _is_empty(native, name):
        message = (
            f"“{name}”一列应是{WORDS[kind]}，读到的却是{found}类型。"
            "请先用 read 读取台账，或把这一列改成所需的类型。"
        )
        raise InputError(message)
    return nw.lit(None, TYPES[kind]).alias(name)


def _is_empty(native: nw.DataFrame | nw.LazyFrame, name: str) -> bool:
    """Tell whether a column holds no value at all, whatever its type says."""
    empty = native.lazy().select(nw.col(name).is_null().all()).collect(backend="polars")
    return bool(empty.to_native().item())


def _in_polars(native: nw.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return the columns of an eager frame that are there, in polars, by way of Arrow."""
    known = set(native.columns)
    height = pl.Series(ROW, pl.int_range(len(native), eager=True))
    return pl.DataFrame([height, *[_column(native, name) for name in names if name in known]])


def _column(native: nw.DataFrame, name: str) -> pl.Series:
    try:
        return pl.Series(name, pl.from_arrow(native[name].to_arrow()))
    except (TypeError, ValueError, NotImplementedError) as error:
        message = (
            f"“{name}”一列混有几种类型的值（如文字和数字），无法判断。"
            "请先用 read 读取台账，或把这一列统一成一种类型。"
        )
        raise InputError(message) from error


def _handed_back(frame: IntoFrameT, native: nw.DataFrame, evaluated: pl.DataFrame) -> IntoFrameT:
    """Put the columns that were added into the caller's own frame."""
    added = nw.from_native(same_kind(evaluated, frame))
    return native.with_columns(*[added[name] for name in added.columns]).to_native()
