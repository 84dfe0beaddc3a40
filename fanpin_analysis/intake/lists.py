"""A list that does not say what it is gets what its title, its columns or its file's name tell.

Every such filling is a finding, and so is a list of which nothing tells anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from fanpin_analysis.intake.tables import Met
from fanpin_analysis.intake.titles import around

if TYPE_CHECKING:
    from fanpin_analysis.intake.recognition import Block
    from fanpin_analysis.intake.tables import Table
    from fanpin_analysis.intake.titles import ClueKinds
    from fanpin_analysis.intake.workbooks import Sheet


def completed(
    sheet: Sheet, block: Block, table: Table, kinds: ClueKinds
) -> tuple[Table, list[Met]]:
    """Return a table with the columns that it lacks and that are told elsewhere, and the faults.

    A form of which nothing is told in titles is returned as it is.
    """
    form = block.form
    if form.key not in kinds.bare or not block.header:
        return table, []
    texts = around(sheet, block.header.start)
    cell = f"{sheet.row_number(block.header.stop - 1)}行"
    met = []
    if len(block.fields.keys() & set(form.signature)) < form.least:
        named, source = kinds.form_named(texts)
        fault = "T23" if named == form.key else "T24"
        met.append(Met(fault=fault, cell=cell, words={"来源": source, "表": form.name}))
    columns = {*block.fields, *(column.heading for column in block.columns)}
    told = kinds.told(form.key, columns, texts)
    for name, (value, source) in told.items():
        words = {"来源": source, "值": value}
        met.append(Met(fault="T20", cell=cell, field=name, words=words))
    untold = kinds.tells(form.key) - block.fields.keys() - told.keys()
    met += [Met(fault="T21", cell=cell, field=name) for name in form.columns if name in untold]
    filled = [pl.lit(value).alias(name) for name, (value, _) in told.items()]
    return replace(table, frame=table.frame.with_columns(filled)), met
