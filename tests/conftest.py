"""Fixtures for all tests: the definitions in force, and every engine that a frame can come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from fanpin_analysis.policy.in_force import Policy, load_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fanpin_analysis.policy.expressions import Kind

TYPES: dict[Kind, type[pl.DataType]] = {
    "boolean": pl.Boolean,
    "number": pl.Float64,
    "text": pl.String,
    "several": pl.String,
    "date": pl.Date,
}


def _numpy_nullable(table: pl.DataFrame) -> Any:
    untyped = [name for name, dtype in table.schema.items() if dtype == pl.Null]
    days = table.select(pl.selectors.date().cast(pl.Datetime("us")))  # pandas has no plain dates
    arrow_backed = table.drop(*untyped, *days.columns).to_pandas(use_pyarrow_extension_array=True)
    nullable = arrow_backed.convert_dtypes(dtype_backend="numpy_nullable")
    return nullable.assign(**dict.fromkeys(untyped), **days.to_pandas())[table.columns]


def _objects(table: pl.DataFrame) -> Any:
    arrow_backed = table.to_pandas(use_pyarrow_extension_array=True).astype(object)
    return arrow_backed.where(arrow_backed.notna(), None)


ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "pandas": _numpy_nullable,
    "pandas-arrow": lambda table: table.to_pandas(use_pyarrow_extension_array=True),
    "pandas-object": _objects,
    "polars": lambda table: table,
    "polars-lazy": lambda table: table.lazy(),
    "pyarrow": lambda table: table.to_arrow(),
    "duckdb": lambda table: duckdb.from_arrow(table.to_arrow()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine: makes its own kind of frame, and reads one back."""

    name: str

    def frame(self, table: pl.DataFrame) -> Any:
        """Return a polars table as a frame of this engine."""
        return ENGINES[self.name](table)

    def read(self, frame: Any) -> pl.DataFrame:
        """Return a frame of this engine as a polars table."""
        lazy = nw.from_native(frame).lazy()
        return lazy.collect(backend="polars").to_native()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    return Engine(name=request.param)


@pytest.fixture(scope="session")
def policy() -> Policy:
    """Return what is in force for the round that the definitions are made for."""
    return load_policy()


@pytest.fixture(scope="session")
def households_of(policy: Policy) -> Callable[..., pl.DataFrame]:
    """Return a maker of typed tables from worked households; what a household lacks is null."""

    def made(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> pl.DataFrame:
        columns = dict.fromkeys([*names, *(name for row in rows for name in row)])
        schema = {name: TYPES[policy.terms[name].kind] for name in columns}
        filled = [{name: row.get(name) for name in columns} for row in rows]
        return pl.DataFrame(filled, schema=schema, strict=False)

    return made
