"""Open files, whatever villages sent, and hand over their cells with their addresses.

What a file is, is told by its first bytes, not by its extension. A file that cannot be read is a
fault with an id of ``rules/读取.toml``, never an exception, and never stops the other files. The
files are opened by child processes, which read ahead while their parent works, and may die.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING

from fanpin_analysis.intake.files.gate import MANIFEST, SPREADSHEETS
from fanpin_analysis.intake.files.grid import UNSAVED, Cell, Range, Sheet, Workbook
from fanpin_analysis.intake.files.transport import unpacked
from fanpin_analysis.intake.files.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

__all__ = [
    "MANIFEST",
    "SPREADSHEETS",
    "UNSAVED",
    "Cell",
    "Range",
    "Sheet",
    "Workbook",
    "open_workbook",
    "open_workbooks",
]


def open_workbooks(files: Mapping[str, Path], jobs: int = 1) -> Iterator[Workbook]:
    """Return the workbooks one after the other, in the order given.

    The children start at once; a workbook is in memory only while it is looked at, but for
    ``jobs`` + 1 that were read ahead.

    Parameters
    ----------
    files
        The files by the names under which their rows are reported: their paths below the folder
        that was given.
    jobs
        How many files are opened at a time, each by a child process of its own.
    """
    if not files:
        return iter(())
    workers = [Worker() for _ in range(max(1, min(jobs, len(files))))]
    for worker in workers:
        worker.start()
    return _in_order(files, workers)


def open_workbook(path: Path, file: str) -> Workbook:
    """Return one file's workbook; ``file`` is the name under which its rows are reported."""
    [workbook] = open_workbooks({file: path})
    return workbook


def _in_order(files: Mapping[str, Path], workers: list[Worker]) -> Iterator[Workbook]:
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def ask(file: str, path: Path) -> bytes:
        worker = idle.get()
        try:
            return worker.ask(path, file)
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(max_workers=len(workers))
    answers: deque[Future[bytes]] = deque()
    try:
        for file, path in files.items():
            answers.append(pool.submit(ask, file, path))
            if len(answers) > len(workers) + 1:
                yield unpacked(answers.popleft().result())
        while answers:
            yield unpacked(answers.popleft().result())
    finally:
        for worker in workers:
            worker.close()
        pool.shutdown(cancel_futures=True)
