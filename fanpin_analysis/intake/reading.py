"""Read a file or a folder: typed frames, an account of every row, and a finding for every fault."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.caching import keep, kept, key_of
from fanpin_analysis.intake.gathering import FileReading, gather
from fanpin_analysis.intake.sheets import SheetReader
from fanpin_analysis.intake.workbooks import MANIFEST, SPREADSHEETS, open_workbooks
from fanpin_analysis.policy.loading import layers
from fanpin_analysis.policy.rulebook import load_faults
from fanpin_analysis.policy.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd
    import polars as pl

    from fanpin_analysis.intake.workbooks import Workbook
    from fanpin_analysis.policy.rulebook import Fault
    from fanpin_analysis.policy.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that a folder holds, as plain pandas frames with nullable types.

    A form that was not handed in is an empty frame with all its columns. Every data frame ends in
    来源文件, 来源工作表, 来源行, so that each row can be found again in the workbook it came from.
    Rows of households and persons carry 户键, the key of their household, and 户键依据, what it
    rests on; see :mod:`~fanpin_analysis.intake.keys`. ``returned`` are the ledger rows that went
    back to the village.

    ``accounts`` has a row for every row of every sheet that holds anything, and says what became
    of it: 去向 is 采用, 待核退回 or 非数据行. ``findings`` has a row for every fault, and gives its
    cell as Excel shows it. ``headers`` says, a row a column, what each sheet was taken for.
    ``files`` lists every file with its SHA-256 and the forms found in it.
    """

    ledger: pd.DataFrame
    portraits: pd.DataFrame
    members: pd.DataFrame
    incomes: pd.DataFrame
    register: pd.DataFrame
    villages: pd.DataFrame
    roster: pd.DataFrame
    clues: pd.DataFrame
    submitted: pd.DataFrame
    rectification: pd.DataFrame
    decisions: pd.DataFrame
    returned: pd.DataFrame
    accounts: pd.DataFrame
    findings: pd.DataFrame
    headers: pd.DataFrame
    files: pd.DataFrame

    def __repr__(self) -> str:
        """Say how many rows there are of what; never a value of a row."""
        counts = (f"{item.name}={len(getattr(self, item.name))}" for item in fields(self))
        return f"Intake({', '.join(counts)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read, as polars frames, and the key under which a cache may keep it.

    ``known`` tells that it came out of the cache.
    """

    key: str
    frames: Mapping[str, pl.DataFrame]
    known: bool

    @property
    def intake(self) -> Intake:
        """The same as pandas frames."""
        pandas = {n: f.to_pandas(use_pyarrow_extension_array=True) for n, f in self.frames.items()}
        return Intake(**pandas)

    def keep(self, cache: Path) -> None:
        """Keep it in a folder for the next time; see :mod:`~fanpin_analysis.intake.caching`."""
        keep(cache, self.key, self.frames)


def read(
    path: str | Path,
    *,
    definitions: Path | None = None,
    jobs: int = 2,
    cache: Path | None = None,
    progress: Callable[[Iterable, int], Iterable] | None = None,
) -> Intake:
    """Read a ledger or a folder of them, and lose nothing on the way.

    Parameters
    ----------
    path
        A workbook (.xlsx, .xls, .xlsb, .ods, .csv in UTF-8 or GBK) or a folder, read with the
        folders below it in the order of their names.
    definitions
        A county's own folder of definitions, laid over the shipped ones.
    jobs
        How many files are opened at a time.
    cache
        A folder of its own, in which what was read is kept for the next time; it is used as long
        as every file and definition is the same, and replaced otherwise.
    progress
        Wraps the sequence of files, given it and its length, such as ``tqdm`` does.

    Raises
    ------
    InputError
        When there is no such path, or nothing in the folder. A file that cannot be read is a
        finding.
    """
    reading = read_files(path, definitions, jobs=jobs, cache=cache, progress=progress)
    if cache and not reading.known:
        reading.keep(cache)
    return reading.intake


def read_files(
    path: str | Path,
    definitions: Path | None = None,
    *,
    jobs: int = 2,
    cache: Path | None = None,
    progress: Callable[[Iterable, int], Iterable] | None = None,
) -> Reading:
    """Read as :func:`read` does, from the cache where it can, and leave the keeping to others."""
    folders = layers(definitions)
    try:
        files = _files(Path(path))
    except InputError:
        if cache:
            keep(cache, "", {})  # what it came from is gone
        raise
    key = key_of(files, folders) if cache else ""
    frames = kept(cache, key) if cache else None
    known = frames is not None
    if frames is None:
        books = open_workbooks(files, jobs)  # at once: its processes start while the words load
        vocabulary, faults, reader = _words(folders)
        turn = progress(books, len(files)) if progress else books
        frames = gather([_read(book, reader) for book in turn], vocabulary, faults)
        reader.forget()
    return Reading(key=key, frames=frames, known=known)


@cache
def _words(folders: tuple[Path, ...]) -> tuple[Vocabulary, dict[str, Fault], SheetReader]:
    """Return the words of some definitions, and a reader made of them: once a process."""
    vocabulary, faults = load_vocabulary(folders), load_faults(folders)
    return vocabulary, faults, SheetReader(vocabulary, faults, folders)


def _read(book: Workbook, reader: SheetReader) -> FileReading:
    sheets = reader.read_all(book.sheets)
    return FileReading(file=book.file, sha256=book.sha256, fault=book.fault, sheets=sheets)


def _files(root: Path) -> dict[str, Path]:
    """Return the files to read by the name under which their rows are reported."""
    if not root.exists():
        raise InputError(f"找不到“{root}”，请检查路径是否写对。")
    if root.is_file():
        return {_named(root.name): root}
    files = {_named(path.relative_to(root).as_posix()): path for path in _walk(root)}
    if not files:
        raise InputError(f"文件夹“{root}”是空的，请把各村的台账放进去再运行。")
    return dict(sorted(files.items(), key=lambda item: _in_order(item[0])))


def _walk(root: Path) -> Iterator[Path]:
    """Yield the files below a folder; of an earlier run's results only the manifest.

    Hidden folders and what is no table in a hidden file belong to other programs. A link to a
    folder is yielded as it is, and not followed.
    """
    for folder, below, names in os.walk(root):
        place = Path(folder)
        if MANIFEST in names:
            below.clear()
            yield place / MANIFEST
            continue
        yield from (place / name for name in below if (place / name).is_symlink())
        below[:] = [name for name in below if not name.startswith(".")]
        yield from (place / name for name in names if not _is_others(name))


def _is_others(name: str) -> bool:
    hidden = name.startswith(".")
    return hidden and (name.startswith("._") or Path(name).suffix.lower() not in SPREADSHEETS)


def _named(name: str) -> str:
    """Return a file's name as text; one that is no UTF-8 was written by a Chinese Windows."""
    return os.fsencode(name).decode("gb18030", "replace") if not _is_text(name) else name


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Return a key by which 2 comes before 10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
