"""Put the sheets of a folder together: one frame a form, and one fate for every row.

What one sheet cannot know is settled here: how a village is spelled, which village a blank one is,
and which of two rows with the same ID counts. The account must add up, or the run stops.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fanpin_analysis.intake.places import VillageNames
from fanpin_analysis.intake.rows import NAMES, SIZE, filled_rows
from fanpin_analysis.intake.sheets import FATE, SOURCE, Met, SheetReading, Table, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fanpin_analysis.intake.workbooks import Workbook
    from fanpin_analysis.policy.rulebook import Fault
    from fanpin_analysis.policy.vocabulary import Form, Vocabulary

ACCEPTED, RETURNED, NOT_DATA = "采用", "待核退回", "非数据行"
NAME, NUMBER, VILLAGE, TOWNSHIP = "户主姓名", "户主证件号码", "村", "乡镇场"
LEDGER = "ledger"
TABLE: Final = "_table"  # which of the tables a row came from
HEADERS: Final = {
    "来源文件": pl.String,
    "来源工作表": pl.String,
    "表": pl.String,
    "表头行": pl.Int64,
    "末行": pl.Int64,
    "列": pl.String,
    "原表头": pl.String,
    "字段": pl.String,
}
ACCOUNTS: Final = SOURCE | {"去向": pl.String, "原因": pl.String}
FINDINGS: Final = (
    "规则", "级别", "维度", "来源文件", "来源工作表", "单元格",
    "户主姓名", "字段", "原值", "说明", "处理建议",
)  # fmt: skip
FILES: Final = ("来源文件", "SHA256", "表")

Reading = tuple["Workbook", list[SheetReading]]


def gather(
    readings: list[Reading], vocabulary: Vocabulary, faults: dict[str, Fault]
) -> dict[str, pl.DataFrame]:
    """Return every frame of an intake by name; see :class:`~fanpin_analysis.intake.Intake`."""
    gathering = _Gathering(readings, vocabulary, faults)
    frames = {form.key: gathering.frame(form) for form in vocabulary.forms.values()}
    gathering.unify_villages(frames)
    for form in vocabulary.forms.values():
        judge = gathering.judge_ledger if form.key == LEDGER else gathering.judge_form
        frames[form.key] = judge(frames[form.key], form)
    gathering.account(frames)
    kept = {
        key: frame.filter(pl.col(FATE).is_null()).drop(FATE, TABLE) for key, frame in frames.items()
    }
    return kept | {
        "accounts": pl.DataFrame(gathering.accounts, schema=ACCOUNTS, orient="row"),
        "findings": pl.DataFrame(
            gathering.findings, schema=dict.fromkeys(FINDINGS, pl.String), orient="row"
        ),
        "headers": pl.DataFrame(gathering.headers, schema=HEADERS),
        "files": pl.DataFrame(
            gathering.files, schema=dict.fromkeys(FILES, pl.String), orient="row"
        ),
    }


class _Gathering:
    """The tables of a folder in the order in which they count, and what was met on the way."""

    def __init__(
        self, readings: list[Reading], vocabulary: Vocabulary, faults: dict[str, Fault]
    ) -> None:
        self.vocabulary, self.faults = vocabulary, faults
        self.sheets = [reading for _, sheets in readings for reading in sheets]
        # a hidden sheet may be an old copy: a visible row with the same ID counts before it
        ordered = sorted(self.sheets, key=lambda reading: not reading.sheet.visible)
        self.tables = [(reading, table) for reading in ordered for table in reading.tables]
        self.accounts: list[tuple] = []
        self.findings: list[tuple] = []
        self.told: set[tuple[str, str, str]] = set()  # the cells that a finding is about
        self.headers = [header for reading in self.sheets for header in reading.headers]
        self.files = [
            (book.file, book.sha256, "、".join(_forms(sheets))) for book, sheets in readings
        ]
        for book, sheets in readings:
            if book.fault:
                self._find(Met(fault=book.fault), book.file, "")
            for reading in sheets:
                for met in reading.met:
                    self._find(met, book.file, reading.sheet.name)

    def _find(self, met: Met, file: str, sheet: str) -> None:
        fault = self.faults[met.fault]
        self.told.add((file, sheet, met.cell))
        message = fault.message.format(字段=met.field or "", **(met.words or {}))
        self.findings.append(
            (fault.id, fault.severity, fault.dimension, file, sheet, met.cell,
             met.name, met.field, met.raw, message, fault.remedy)
        )  # fmt: skip

    def frame(self, form: Form) -> pl.DataFrame:
        """Return all rows of a form, accepted or not."""
        empty = pl.DataFrame(schema=schema_of(form, self.vocabulary) | {FATE: pl.String})
        parts = [
            table.frame.with_columns(pl.lit(number, pl.Int64).alias(TABLE))
            for number, (_, table) in enumerate(self.tables)
            if table.form.key == form.key
        ]
        return pl.concat([empty.with_columns(pl.lit(0, pl.Int64).alias(TABLE)), *parts])

    def unify_villages(self, frames: dict[str, pl.DataFrame]) -> None:
        """Give every village one spelling in all frames, and tell where it had another."""
        columns = [f[VILLAGE] for f in frames.values() if VILLAGE in f.columns]
        official = frames["villages"][VILLAGE].drop_nulls().unique(maintain_order=True)
        words = self.vocabulary.row_words
        self.names = VillageNames(
            official=tuple(official),
            suffixes=words.village_suffixes,
            townships=tuple(frames[LEDGER][TOWNSHIP].drop_nulls().unique(maintain_order=True)),
        )
        said = [self.names.within(table.unit_line) for _, table in self.tables]
        self.names.learn([*pl.concat(columns).drop_nulls(), *filter(None, said)])
        for key, frame in frames.items():
            if VILLAGE in frame.columns and len(frame):
                met = frame[VILLAGE].drop_nulls().unique(maintain_order=True)
                standard = {name: self.names.standard(name) or None for name in met}
                if key == LEDGER:
                    self._tell_spellings(frame, standard)
                frames[key] = frame.with_columns(pl.col(VILLAGE).replace(standard))

    def _tell_spellings(self, frame: pl.DataFrame, standard: dict[str, str | None]) -> None:
        other = {name for name, kept in standard.items() if kept and name != kept}
        spelled = frame.filter(pl.col(VILLAGE).is_in(other))
        for row, _ in _first_of_each(spelled, TABLE, VILLAGE):
            words = {"写法": row[VILLAGE], "村": standard[row[VILLAGE]]}
            self._at("T09", row, VILLAGE, words=words)

    def _at(
        self, fault: str, row: dict[str, Any], name: str, words: dict[str, Any] | None = None
    ) -> None:
        """Write down a fault of one cell of a row."""
        letter = self.tables[row[TABLE]][1].letters.get(name)
        cell = f"{letter}{row['来源行']}" if letter else f"{row['来源行']}行"
        head = next((row[key] for key in NAMES if row.get(key)), None)
        raw = row[name]
        met = Met(
            fault=fault, cell=cell, name=head, field=name,
            raw=None if raw is None else str(raw), words=words,
        )  # fmt: skip
        self._find(met, row["来源文件"], row["来源工作表"])

    def judge_form(self, frame: pl.DataFrame, form: Form) -> pl.DataFrame:
        """Return rows without a field that the form cannot do without."""
        for name in form.required:
            absent = pl.col(FATE).is_null() & pl.col(name).is_null()
            frame = self._refuse(frame, absent, "L08", name)
        return frame

    def judge_ledger(self, frame: pl.DataFrame, form: Form) -> pl.DataFrame:
        """Return rows that nobody can be told from, and name what the others lack."""
        nobody = pl.col(NAME).is_null() & pl.col(NUMBER).is_null()
        frame = self._refuse(frame, pl.col(FATE).is_null() & nobody, "L01", NAME)
        sizeless = pl.col(SIZE).is_null() | (pl.col(SIZE) < 1)
        frame = self._refuse(frame, pl.col(FATE).is_null() & sizeless, "L02", SIZE)
        frame = self._fill_villages(frame)
        unplaced = pl.col(FATE).is_null() & pl.col(VILLAGE).is_null()
        frame = self._refuse(frame, unplaced, "L03", VILLAGE)
        frame = self._refuse_repeated(frame)
        frame = self._fill_township(frame)
        self._tell_strange_villages(frame)
        lacks = {"L05": (NUMBER,), "L06": (NAME,), "L07": form.mandatory}
        for fault, names in lacks.items():
            for name in names:
                self._tell_blanks(frame, fault, name)
        return frame

    def _refuse(
        self, frame: pl.DataFrame, condition: pl.Expr, fault: str, name: str
    ) -> pl.DataFrame:
        for row in frame.filter(condition).iter_rows(named=True):
            self._at(fault, row, name)
        refused = pl.when(condition).then(pl.lit(fault)).otherwise(pl.col(FATE))
        return frame.with_columns(refused.alias(FATE))

    def _tell_blanks(self, frame: pl.DataFrame, fault: str, name: str) -> None:
        """Name the cells that are blank, but for those whose content could not be read."""
        blank = frame.filter(pl.col(FATE).is_null() & pl.col(name).is_null())
        for row in blank.iter_rows(named=True):
            letter = self.tables[row[TABLE]][1].letters.get(name)
            cell = (row["来源文件"], row["来源工作表"], f"{letter}{row['来源行']}")
            if letter and cell not in self.told:
                self._at(fault, row, name)

    def _fill_villages(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Fill blank villages of a sheet from what the sheet itself says, and tell each time."""
        blank = pl.col(VILLAGE).is_null() & pl.col(FATE).is_null()
        filled = {}
        for (number,), rows in frame.filter(blank).group_by(TABLE, maintain_order=True):
            table = pl.col(TABLE) == number
            own = frame.filter(table)[VILLAGE].drop_nulls().unique().to_list()
            reading, origin = self.tables[int(number)]  # pyright: ignore[reportArgumentType]
            village, source = self._told_elsewhere(reading, origin, own)
            if village:
                filled[number] = village
                words = {"户数": len(rows), "村": village, "来源": source}
                first = rows.row(0, named=True)
                self._at("T08", first, VILLAGE, words=words)
        by_table = pl.col(TABLE).replace_strict(filled, default=None, return_dtype=pl.String)
        return frame.with_columns(
            pl.when(blank).then(by_table).otherwise(pl.col(VILLAGE)).alias(VILLAGE)
        )

    def _told_elsewhere(
        self, reading: SheetReading, table: Table, own: list[str]
    ) -> tuple[str, str]:
        """Return the village that a table without one belongs to, and what says so."""
        if own:
            return (own[0], "本表其他行") if len(own) == 1 else ("", "")
        places = {
            "填报单位": table.unit_line,
            "表的标题": reading.title,
            "工作表名": reading.sheet.name,
            "文件名": PurePosixPath(reading.sheet.file).stem,
            "文件夹名": PurePosixPath(reading.sheet.file).parent.name,
        }
        for source, text in places.items():
            village = self.names.within(text)
            if village:
                return self.names.standard(village), source
        return "", ""

    def _fill_township(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Fill blank townships where the folder names just one."""
        named = frame[TOWNSHIP].drop_nulls().unique()
        if len(named) != 1:
            return frame
        blank = frame.filter(pl.col(FATE).is_null() & pl.col(TOWNSHIP).is_null())
        for row, count in _first_of_each(blank, TABLE):
            self._at("T10", row, TOWNSHIP, words={"户数": count, "乡镇": named[0]})
        return frame.with_columns(pl.col(TOWNSHIP).fill_null(named[0]))

    def _tell_strange_villages(self, frame: pl.DataFrame) -> None:
        """Name the villages that stand in a ledger and not in the village list, if there is one."""
        if not self.names.official:
            return
        known = [self.names.standard(name) for name in self.names.official]
        strange = frame.filter(pl.col(FATE).is_null() & ~pl.col(VILLAGE).is_in(known))
        for row, count in _first_of_each(strange, TABLE, VILLAGE):
            self._at("T11", row, VILLAGE, words={"户数": count, "村": row[VILLAGE]})

    def _refuse_repeated(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the first row of an ID; the others go back with the place of the first."""
        counted = pl.col(FATE).is_null() & pl.col(NUMBER).is_not_null()
        frame = frame.with_row_index("_position")
        keys = frame.filter(counted).with_columns(pl.col(NUMBER).str.slice(0, 18).alias("_key"))
        first = keys.unique("_key", keep="first", maintain_order=True)
        places = {row["_key"]: _place(row) for row in first.iter_rows(named=True)}
        again = keys.filter(~pl.col("_position").is_in(first["_position"].implode()))
        for row in again.iter_rows(named=True):
            self._at("L04", row, NUMBER, words={"先见": places[row["_key"]]})
        repeated = pl.col("_position").is_in(again["_position"].implode())
        fate = pl.when(repeated).then(pl.lit("L04")).otherwise(pl.col(FATE))
        return frame.with_columns(fate.alias(FATE)).drop("_position")

    def account(self, frames: dict[str, pl.DataFrame]) -> None:
        """Write one line for every row that holds anything, and hold it against the sheets."""
        for reading in self.sheets:
            place = (reading.sheet.file, reading.sheet.name)
            self.accounts += [(*place, row, NOT_DATA, kind) for row, kind in reading.kinds.items()]
        for frame in frames.values():
            for file, sheet, row, fate in frame.select(*SOURCE, FATE).iter_rows():
                reason = self.faults[fate].label if fate else None
                self.accounts.append((file, sheet, row, RETURNED if fate else ACCEPTED, reason))
        order = {(r.sheet.file, r.sheet.name): n for n, r in enumerate(self.sheets)}
        self.accounts.sort(key=lambda line: (order[line[:2]], line[2]))
        _must_add_up(self.sheets, self.accounts)


def _forms(sheets: list[SheetReading]) -> Iterable[str]:
    return dict.fromkeys(table.form.name for reading in sheets for table in reading.tables)


def _first_of_each(rows: pl.DataFrame, *keys: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the first row of each group, and how many rows the group has."""
    for _, group in rows.group_by(*keys, maintain_order=True):
        yield group.row(0, named=True), len(group)


def _place(row: dict[str, Any]) -> str:
    return f"{row['来源文件']}「{row['来源工作表']}」第{row['来源行']}行"


def _must_add_up(sheets: list[SheetReading], accounts: list[tuple]) -> None:
    """Stop the run when a row has no fate or two: that would be a fault of this program."""
    lines = Counter(line[:2] for line in accounts)
    for reading in sheets:
        sheet = reading.sheet
        filled = sum(1 for _ in filled_rows(sheet, range(len(sheet.rows))))
        told = lines[(sheet.file, sheet.name)]
        if told != filled:
            raise AssertionError(f"{sheet.file}「{sheet.name}」有 {filled} 行，交代了 {told} 行")
