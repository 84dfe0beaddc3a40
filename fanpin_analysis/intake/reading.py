"""Read a file or a folder: typed frames, an account of every row, and a finding for every fault."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.gathering import gather
from fanpin_analysis.intake.sheets import SheetReader
from fanpin_analysis.intake.workbooks import MANIFEST, open_workbook
from fanpin_analysis.policy.loading import layers
from fanpin_analysis.policy.rulebook import load_faults
from fanpin_analysis.policy.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that a folder holds, as plain pandas frames with nullable types.

    A form that was not handed in is an empty frame with all its columns. Every data frame ends in
    来源文件, 来源工作表, 来源行, so that each row can be found again in the workbook it came from.

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
    accounts: pd.DataFrame
    findings: pd.DataFrame
    headers: pd.DataFrame
    files: pd.DataFrame

    def __repr__(self) -> str:
        """Say how many rows there are of what; never a value of a row."""
        counts = (f"{item.name}={len(getattr(self, item.name))}" for item in fields(self))
        return f"Intake({', '.join(counts)})"


def read(
    path: str | Path,
    *,
    definitions: Path | None = None,
    jobs: int = 1,
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
    progress
        Wraps the sequence of files, given it and its length, such as ``tqdm`` does.

    Raises
    ------
    InputError
        When there is no such path, or nothing in the folder. A file that cannot be read is a
        finding.
    """
    root = Path(path)
    files = _files(root)
    folders = layers(definitions)
    vocabulary, faults = load_vocabulary(folders), load_faults(folders)
    reader = SheetReader(vocabulary, faults)
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        books = pool.map(open_workbook, files.values(), files)
        turn = progress(books, len(files)) if progress else books
        readings = [(book, [reader.read(sheet) for sheet in book.sheets]) for book in turn]
    frames = gather(readings, vocabulary, faults)
    pandas = {name: f.to_pandas(use_pyarrow_extension_array=True) for name, f in frames.items()}
    return Intake(**pandas)


def _files(root: Path) -> dict[str, Path]:
    """Return the files to read by the name under which their rows are reported."""
    if not root.exists():
        raise InputError(f"找不到“{root}”，请检查路径是否写对。")
    if root.is_file():
        return {root.name: root}
    files = {path.relative_to(root).as_posix(): path for path in _walk(root)}
    if not files:
        raise InputError(f"文件夹“{root}”是空的，请把各村的台账放进去再运行。")
    return dict(sorted(files.items(), key=lambda item: _in_order(item[0])))


def _walk(root: Path) -> Iterator[Path]:
    """Yield the files below a folder; of an earlier run's results only the manifest."""
    for folder, below, names in os.walk(root):
        place = Path(folder)
        if MANIFEST in names:
            below.clear()
            yield place / MANIFEST
            continue
        below[:] = [name for name in below if not name.startswith(".")]
        yield from (place / name for name in names if not name.startswith("."))


def _in_order(name: str) -> list[tuple[int, str]]:
    """Return a key by which 2 comes before 10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
