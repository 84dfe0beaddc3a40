"""Put the sheets of a folder together: one frame a form, and one fate for every row.

What one sheet cannot know is settled here: how a village is spelled, which village a blank one is,
and which of two rows with the same ID counts. The account must add up, or the run stops.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fanpin_analysis.intake.keys import name_key, sound_key, with_keys
from fanpin_analysis.intake.places import VillageNames
from fanpin_analysis.intake.rows import NAMES, SIZE
from fanpin_analysis.intake.tables import FATE, SOURCE, Met, Table, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fanpin_analysis.intake.sheets import SheetReading
    from fanpin_analysis.policy.rulebook import Fault
    from fanpin_analysis.policy.vocabulary import Form, Vocabulary

ACCEPTED, RETURNED, NOT_DATA = "采用", "待核退回", "非数据行"
NAME, NUMBER, VILLAGE, TOWNSHIP = "户主姓名", "户主证件号码", "村", "乡镇场"
LEDGER, SENT_BACK = "ledger", "returned"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What one file gave: its sheets, or the fault that kept it from being read."""

    file: str
    sha256: str
    fault: str
    sheets: list[SheetReading]


def gather(
    readings: list[FileReading], vocabulary: Vocabulary, faults: dict[str, Fault]
) -> dict[str, pl.DataFrame]:
    """Return every frame of an intake by name; see :class:`~fanpin_analysis.intake.Intake`."""
    gathering = _Gathering(readings, vocabulary, faults)
    frames = {form.key: gathering.frame(form) for form in vocabulary.forms.values()}
    gathering.unify_villages(frames)
    for form in vocabulary.forms.values():
        if len(frames[form.key]):
            judge = gathering.judge_ledger if form.key == LEDGER else gathering.judge_form
            frames[form.key] = judge(frames[form.key], form)
    accounts = gathering.account(frames)
    kept = {key: frame.filter(pl.col(FATE).is_null()) for key, frame in frames.items()}
    kept[SENT_BACK] = _sent_back(frames[LEDGER])
    rows = {form.key: form.row for form in vocabulary.forms.values()}
    keyed = with_keys({key: frame.drop(FATE, TABLE) for key, frame in kept.items()}, rows)
    return keyed | {
        "accounts": accounts,
        "findings": _of_rows(gathering.findings, dict.fromkeys(FINDINGS, pl.String)),
        "headers": _of_rows(
            [tuple(map(header.get, HEADERS)) for header in gathering.headers], HEADERS
        ),
        "files": _of_rows(gathering.files, dict.fromkeys(FILES, pl.String)),
    }


def _sent_back(ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that went back; a blank village is the one most rows of the sheet name."""
    sheet = list(SOURCE)[:2]
    usual = (
        ledger.drop_nulls(VILLAGE)
        .group_by(sheet)
        .agg(pl.col(VILLAGE).mode().sort().first().alias("_usual"))
    )
    returned = ledger.filter(pl.col(FATE).is_not_null())
    told = returned.join(usual, on=sheet, how="left", maintain_order="left")
    return told.with_columns(pl.coalesce(VILLAGE, "_usual").alias(VILLAGE)).drop("_usual")


def _of_rows(rows: list[tuple], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return a frame of rows; by columns, because that is many times faster."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pl.DataFrame(
        [pl.Series(name, cells, schema[name]) for name, cells in zip(schema, columns, strict=True)]
    )


class _Gathering:
    """The tables of a folder in the order in which they count, and what was met on the way."""

    def __init__(
        self, readings: list[FileReading], vocabulary: Vocabulary, faults: dict[str, Fault]
    ) -> None:
        self.vocabulary, self.faults = vocabulary, faults
        self.sheets = [sheet for reading in readings for sheet in reading.sheets]
        # a hidden sheet may be an old copy: a visible row with the same ID counts before it
        ordered = sorted(self.sheets, key=lambda reading: not reading.visible)
        self.tables = [(reading, table) for reading in ordered for table in reading.tables]
        self.findings: list[tuple] = []
        self.told: set[tuple[str, str, str]] = set()  # the cells that a finding is about
        self.headers = [header for reading in self.sheets for header in reading.headers]
        self.files = [(one.file, one.sha256, "、".join(_forms(one.sheets))) for one in readings]
        for one in readings:
            if one.fault:
                self._find(Met(fault=one.fault), one.file, "")
            for sheet in one.sheets:
                for met in sheet.met:
                    self._find(met, one.file, sheet.name)

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
        schema = schema_of(form, self.vocabulary) | {FATE: pl.String, TABLE: pl.Int64}
        own = [n for n, (_, table) in enumerate(self.tables) if table.form.key == form.key]
        if not own:
            return pl.DataFrame(schema=schema)
        rows = pl.concat([self.tables[n][1].frame for n in own], how="diagonal")
        numbers = [n for n in own for _ in range(len(self.tables[n][1].frame))]
        files, sheets = ([getattr(self.tables[n][0], k) for n in numbers] for k in ("file", "name"))
        absent = {name: pl.lit(None, kind) for name, kind in schema.items()}
        told = {name: pl.col(name) for name in rows.columns} | {
            "来源文件": pl.Series(files, dtype=pl.String),
            "来源工作表": pl.Series(sheets, dtype=pl.String),
            TABLE: pl.Series(numbers, dtype=pl.Int64),
        }
        return rows.select((absent | told)[name].alias(name) for name in schema)

    def unify_villages(self, frames: dict[str, pl.DataFrame]) -> None:
        """Give every village one spelling in all frames, and tell where it had another."""
        named = {key: f for key, f in frames.items() if VILLAGE in f.columns and len(f)}
        official = frames["villages"][VILLAGE].drop_nulls().unique(maintain_order=True)
        words = self.vocabulary.row_words
        self.names = VillageNames(
            official=tuple(official),
            suffixes=words.village_suffixes,
            townships=tuple(frames[LEDGER][TOWNSHIP].drop_nulls().unique(maintain_order=True)),
        )
        met: Counter[str] = Counter()
        for frame in named.values():
            counts = frame[VILLAGE].drop_nulls().value_counts(name="_count")
            met.update(dict(counts.sort("_count", VILLAGE, descending=True).iter_rows()))
        met.update(filter(None, (self.names.within(table.unit_line) for _, table in self.tables)))
        self.names.learn(met)
        for key, frame in named.items():
            spelled = frame[VILLAGE].drop_nulls().unique(maintain_order=True)
            standard = {name: self.names.standard(name) or None for name in spelled}
            if key == LEDGER:
                self._tell_spellings(frame, standard)
            frames[key] = frame.with_columns(pl.col(VILLAGE).replace(standard))

    def _tell_spellings(self, frame: pl.DataFrame, standard: dict[str, str | None]) -> None:
        other = {name for name, kept in standard.items() if kept and name != kept}
        spelled = _where(frame, pl.col(VILLAGE).is_in(other))
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
        met = _where(frame, condition)
        for row in met.iter_rows(named=True):
            self._at(fault, row, name)
        if not len(met):
            return frame
        refused = pl.when(condition).then(pl.lit(fault)).otherwise(pl.col(FATE))
        return frame.with_columns(refused.alias(FATE))

    def _tell_blanks(self, frame: pl.DataFrame, fault: str, name: str) -> None:
        """Name the cells that are blank, but for those whose content could not be read."""
        blank = _where(frame, pl.col(FATE).is_null() & pl.col(name).is_null())
        for row in blank.iter_rows(named=True):
            letter = self.tables[row[TABLE]][1].letters.get(name)
            cell = (row["来源文件"], row["来源工作表"], f"{letter}{row['来源行']}")
            if letter and cell not in self.told:
                self._at(fault, row, name)

    def _fill_villages(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Fill blank villages of a sheet from what the sheet itself says, and tell each time."""
        blank = pl.col(VILLAGE).is_null() & pl.col(FATE).is_null()
        filled = {}
        for (number,), rows in _where(frame, blank).group_by(TABLE, maintain_order=True):
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
            "工作表名": reading.name,
            "文件名": PurePosixPath(reading.file).stem,
            "文件夹名": PurePosixPath(reading.file).parent.name,
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
        blank = _where(frame, pl.col(FATE).is_null() & pl.col(TOWNSHIP).is_null())
        for row, count in _first_of_each(blank, TABLE):
            self._at("T10", row, TOWNSHIP, words={"户数": count, "乡镇": named[0]})
        return frame.with_columns(pl.col(TOWNSHIP).fill_null(named[0]))

    def _tell_strange_villages(self, frame: pl.DataFrame) -> None:
        """Name the villages that stand in a ledger and not in the village list, if there is one."""
        if not self.names.official:
            return
        known = [self.names.standard(name) for name in self.names.official]
        strange = _where(frame, pl.col(FATE).is_null() & ~pl.col(VILLAGE).is_in(known))
        for row, count in _first_of_each(strange, TABLE, VILLAGE):
            self._at("T11", row, VILLAGE, words={"户数": count, "村": row[VILLAGE]})

    def _refuse_repeated(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the first row of an ID; the others go back with the place of the first.

        A number that is no sound ID, such as eighteen ones, proves nothing under another name.
        """
        counted = frame.select((pl.col(FATE).is_null()) & pl.col(NUMBER).is_not_null()).to_series()
        rows = zip(counted, frame[NUMBER], frame[NAME], strict=True)
        keys = [
            (sound_key(number) or f"{number[:18]}|{name_key(name)}") if counts else None
            for counts, number, name in rows
        ]
        frame = frame.with_columns(pl.Series("_key", keys, pl.String))
        shared = pl.col("_key").is_not_null() & pl.col("_key").is_duplicated()
        first = pl.col("_key").is_first_distinct()
        places = {r["_key"]: _place(r) for r in _where(frame, shared & first).iter_rows(named=True)}
        for row in _where(frame, shared & ~first).iter_rows(named=True):
            self._at("L04", row, NUMBER, words={"先见": places[row["_key"]]})
        fate = pl.when(shared & ~first).then(pl.lit("L04")).otherwise(pl.col(FATE))
        return frame.with_columns(fate.alias(FATE)).drop("_key")

    def account(self, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
        """Return one line for every row that holds anything, and hold it against the sheets."""
        order = {(sheet.file, sheet.name): n for n, sheet in enumerate(self.sheets)}
        place = {n: order[sheet.file, sheet.name] for n, (sheet, _) in enumerate(self.tables)}
        reasons = {fault.id: fault.label for fault in self.faults.values()}
        fate = pl.col(FATE)
        data = [
            frame.select(
                *SOURCE,
                pl.when(fate.is_null())
                .then(pl.lit(ACCEPTED))
                .otherwise(pl.lit(RETURNED))
                .alias("去向"),
                fate.replace_strict(reasons, return_dtype=pl.String).alias("原因"),
                pl.col(TABLE).replace_strict(place, return_dtype=pl.Int64).alias(TABLE),
            )
            for frame in frames.values()
            if len(frame)
        ]
        others = [
            (sheet.file, sheet.name, row, NOT_DATA, str(kind), order[sheet.file, sheet.name])
            for sheet in self.sheets
            for row, kind in sheet.kinds.items()
        ]
        lines = pl.concat([_of_rows(others, ACCOUNTS | {TABLE: pl.Int64}), *data])
        _must_add_up(self.sheets, lines[TABLE])
        return lines.sort(TABLE, "来源行").drop(TABLE)


def _forms(sheets: list[SheetReading]) -> Iterable[str]:
    return dict.fromkeys(table.form.name for reading in sheets for table in reading.tables)


def _first_of_each(rows: pl.DataFrame, *keys: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the first row of each group, and how many rows the group has."""
    for _, group in rows.group_by(*keys, maintain_order=True):
        yield group.row(0, named=True), len(group)


def _where(frame: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """Return the rows of a condition; most often there are none, and nothing is copied."""
    held = frame.select(condition.fill_null(value=False)).to_series()
    return frame.filter(held) if held.any() else frame.clear()


def _place(row: dict[str, Any]) -> str:
    return f"{row['来源文件']}「{row['来源工作表']}」第{row['来源行']}行"


def _must_add_up(sheets: list[SheetReading], lines: pl.Series) -> None:
    """Stop the run when a row has no fate or two: that would be a fault of this program."""
    told = Counter(lines)
    for number, sheet in enumerate(sheets):
        if told[number] != sheet.filled:
            raise AssertionError(
                f"{sheet.file}「{sheet.name}」有 {sheet.filled} 行，交代了 {told[number]} 行"
            )
