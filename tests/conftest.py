"""Fixtures for all tests: the definitions in force, and every engine that a frame can come from."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from fanpin_analysis.policy.in_force import Policy, load_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession

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
SPARK = {  # as little as Spark can do with
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine: makes its own kind of frame, and reads one back."""

    make: Callable[[pl.DataFrame], Any]

    def frame(self, table: pl.DataFrame) -> Any:
        """Return a polars table as a frame of this engine."""
        return self.make(table)

    def read(self, frame: Any) -> pl.DataFrame:
        """Return a frame of this engine as a polars table."""
        lazy = nw.from_native(frame).lazy()
        return lazy.collect(backend="polars").to_native()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    return Engine(make=ENGINES[request.param])


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Return a Spark of one thread; without Java or PySpark its tests are skipped, but not in CI.

    Its start takes seconds and each of its jobs a good part of one, so what it is asked is asked
    of many households at once, and not rule by rule as the other engines are.
    """
    if not os.environ.get("FANPIN_CI"):
        pytest.importorskip("pyspark", reason="PySpark is not installed (the extra spark)")
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            pytest.skip("Spark runs on Java, which is not installed")
    from pyspark.sql import SparkSession  # noqa: PLC0415  takes long, and few tests need it

    builder = SparkSession.builder.master("local[1]")
    warehouse = {"spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark"))}
    for name, value in (SPARK | warehouse).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def spark(spark_session: SparkSession) -> Engine:
    """Return the engine that is too slow to stand among the others."""
    return Engine(make=lambda table: spark_session.createDataFrame(table.to_arrow()).coalesce(1))


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
