"""Which papers came, and to which villages: the one place that tells silence from no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.analysis.keys import VILLAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanpin_analysis.policy.papers import Paper, Papers
    from fanpin_analysis.policy.vocabulary import Form

KIND: Final = "线索类型"
SEPARATOR: Final = "、"
EACH_VILLAGE: Final = "各村"


class Coverage:
    """What came of the papers of a folder.

    A paper came when a row of it was read, or a sheet that has its heading and no row. A table
    that the caller hands over and that is no form, such as the rows sent back, came.
    """

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame],
        papers: Papers,
        forms: Mapping[str, Form],
        headers: pl.DataFrame,
    ) -> None:
        self.frames, self.papers, self.forms = frames, papers, forms
        self._headed = set(headers["表"].drop_nulls().unique())
        told = headers.filter((pl.col("字段") == KIND) & (pl.col("列") == ""))
        self._kinds = set(told["原表头"].drop_nulls()) | self._kinds_met()
        self._villages: dict[str, set[str]] = {}

    def _kinds_met(self) -> set[str]:
        clues = self.frames.get("clues")
        if clues is None or not len(clues):
            return set()
        words = rows_of(clues, [KIND])[KIND].cast(pl.String).drop_nulls().unique()
        return {word for several in words for word in several.split(SEPARATOR)}

    def came(self, paper: Paper) -> bool:
        """Tell whether a paper came at all."""
        if paper.kind:
            return paper.kind in self._kinds
        form = self.forms[paper.form]
        return bool(len(self.frames.get(paper.form, ()))) or form.name in self._headed

    def known(self, table: str) -> bool:
        """Tell whether a table is known, be it empty: a form that came, or a table that is none."""
        paper = self.papers.of_form(table)
        if table not in self.frames:
            return False
        return self.came(paper) if paper else table not in self.forms or bool(self._kinds)

    def villages(self, table: str) -> set[str]:
        """Return the villages of which a table has a row."""
        if table not in self._villages:
            rows = rows_of(self.frames[table], [VILLAGE])[VILLAGE]
            self._villages[table] = set(rows.cast(pl.String).drop_nulls().unique())
        return self._villages[table]

    def came_to(self, paper: Paper, villages: pl.Series) -> pl.Series:
        """Tell, village by village, whether a paper came; a row without a village asks for all."""
        if not self.came(paper) or paper.reach != EACH_VILLAGE:
            return pl.Series([self.came(paper)] * len(villages), dtype=pl.Boolean)
        known = list(self.villages(paper.form))
        return villages.cast(pl.String).is_in(known).fill_null(value=False)

    def lacking(self, villages: pl.Series) -> pl.Series:
        """Return, row by row, the due papers that did not come, joined; null where all came."""
        frame = pl.DataFrame(
            [
                pl.select(pl.when(~self.came_to(paper, villages)).then(pl.lit(paper.name)))
                .to_series()
                .alias(paper.name)
                for paper in self.papers.due
            ]
        )
        if not frame.columns:
            return pl.Series([None] * len(villages), dtype=pl.String)
        joined = frame.select(pl.concat_str(pl.all(), separator=SEPARATOR, ignore_nulls=True))
        text = joined.to_series()
        return pl.select(pl.when(text != "").then(text)).to_series()
