# ruff: noqa: INP001, T201  (a script, which prints what it measured)
"""Measure what reading a folder of ledgers costs, beside what handing over its cells costs.

Run ``uv run python benchmarks/read_folder.py`` in the checkout; ``benchmarks/README.md`` says how
the figures are to be read. Nothing here fails on a slow machine.
"""

from __future__ import annotations

import argparse
import csv
import gc
import inspect
import io
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import openpyxl
import psutil
from python_calamine import CalamineWorkbook

import fanpin_analysis as fa
from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.policy.vocabulary import load_vocabulary
from fanpin_analysis.samples import write

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows
    resource = None

GOAL, GOAL_AGAIN = 3.0, 0.1  # times the reference; times the first reading
LOCK = "~$"
MEGABYTE = 2**20
EVERY = 0.005  # seconds between two looks at a process's memory
WIDE = 0xFF  # the last character that takes half the room
EMPTY = "户主姓名,户主证件号码,户属性,排查方式,是否存在致返贫风险\n"
READ_ALONE = "import sys, fanpin_analysis as fa; fa.read(sys.argv[1])"


# ------------------------------------------------------------------ what is read


def plain_ledger(path: Path, households: int) -> None:
    """Write a ledger in the official layout: one sheet, a title, a header, a row a household."""
    form = load_vocabulary().form("ledger")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([form.title])
    sheet.append([*form.unit_line])
    sheet.append([*form.fields])
    for number in range(1, households + 1):
        body = f"439999{1940 + number % 60}{number % 12 + 1:02d}{number % 28 + 1:02d}{number:03d}"[
            :17
        ]
        row = {"序号": number, "乡镇场": "云岭乡", "村": f"{path.stem}号村", "户主姓名": "张大山"}
        row |= {"户主证件号码": body + check_digit(body), "家庭人口数": number % 6 + 1}
        row |= {"户属性": str(number % 3 + 1), "排查方式": "1", "核查人签字": "李四"}
        row |= dict.fromkeys((name for name in form.fields if name.startswith("是否")), "否")
        sheet.append([row.get(name) for name in form.fields])
    book.save(path)


# ------------------------------------------------------------------ what is measured


def plain_lists(folder: Path) -> list[list[list[Any]]]:
    """Hand over all cells of a folder as plain lists, with nothing read into them."""
    return [sheet for path in files_of(folder) for sheet in _sheets(path)]


def files_of(folder: Path) -> list[Path]:
    """Return the workbooks of a folder in the order of their names."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(LOCK))


def _sheets(path: Path) -> list[list[list[Any]]]:
    if path.suffix == ".csv":  # calamine reads none
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        return [list(csv.reader(io.StringIO(text, newline="")))]
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]


def read_fresh(folder: Path) -> fa.Intake:
    """Read a folder with nothing kept from before."""
    return fa.read(folder)


def reader_again(cache: Path) -> Callable[[Path], fa.Intake] | None:
    """Return a reader that keeps what it read; ``None`` where this version cannot."""
    if "cache" not in inspect.signature(fa.read).parameters:
        return None
    return lambda folder: fa.read(folder, cache=cache)


# ------------------------------------------------------------------ time


@dataclass(slots=True)
class Times:
    """The seconds of each round: on the clock, and of the processors, children included."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def measure(ways: dict[str, Callable[[Path], Any]], folder: Path, rounds: int) -> dict[str, Times]:
    """Run every way once to warm up, then all of them in turn, round after round."""
    for way in ways.values():
        way(folder)
    times = {name: Times() for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            wall, processor = time.perf_counter(), processor_seconds()
            way(folder)
            times[name].wall.append(time.perf_counter() - wall)
            times[name].processor.append(processor_seconds() - processor)
    return times


def processor_seconds() -> float:
    """Return the processor time of this process and of its children, ended or alive."""
    seconds = time.process_time()
    if resource:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds += ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            spent = child.cpu_times()
            seconds += spent.user + spent.system
    return seconds


# ------------------------------------------------------------------ memory


def peaks(folder: Path, empty: Path) -> dict[str, float]:
    """Return the most memory, in megabytes, that reading an empty file, one file and all takes."""
    largest = max(files_of(folder), key=lambda path: path.stat().st_size)
    targets = {"只读一张空表": empty, "只读最大的一个台账": largest, "读整个文件夹": folder}
    return {name: peak(target) for name, target in targets.items()}


def peak(target: Path) -> float:
    """Read in a process of its own and watch what it and its children hold."""
    command = [sys.executable, "-c", READ_ALONE, str(target)]
    highest = 0
    with subprocess.Popen(command) as process:  # noqa: S603  only this Python
        while process.poll() is None:
            highest = max(highest, _held(process.pid))
            time.sleep(EVERY)
    return highest / MEGABYTE


def _held(pid: int) -> int:
    """Return the resident memory of a process and its children; 0 once it has ended."""
    held = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_info().rss
    return held


# ------------------------------------------------------------------ the table


def report(title: str, folder: Path, rounds: int, cache: Path) -> None:
    """Measure the ways of reading, and print the table."""
    print(f"【{title}】")
    files, again = files_of(folder), reader_again(cache)
    cells = sum(len(row) for sheet in plain_lists(folder) for row in sheet)
    size = sum(path.stat().st_size for path in files) / MEGABYTE
    print(f"{len(files)} 个台账文件，{size:.1f} MB，{cells:,} 格；每种做法 {rounds} 轮，取中位数")
    ways: dict[str, Callable[[Path], Any]] = {"calamine 交出单元格": plain_lists}
    ways["fa.read 首次"] = read_fresh
    if again:
        ways["fa.read 再次（有缓存）"] = again
    times = measure(ways, folder, rounds)
    print(f"{_wide('做法', 24)}{'耗时/秒':>8}{'CPU/秒':>9}")
    for name, spent in times.items():
        print(f"{_wide(name, 24)}{median(spent.wall):>11.3f}{median(spent.processor):>10.3f}")
    names = list(ways)
    print(f"首次 ÷ calamine = {_ratio(times, names[1], names[0])}（目标 ≤ {GOAL:g}）")
    told = _ratio(times, names[2], names[1]) if again else "这一版没有缓存"
    print(f"再次 ÷ 首次 = {told}（目标 ≤ {GOAL_AGAIN:g}）")


def _ratio(times: dict[str, Times], dear: str, cheap: str) -> str:
    """Say how many times one way costs what another does, on the clock and in processor time."""
    wall = median(times[dear].wall) / median(times[cheap].wall)
    processor = median(times[dear].processor) / max(median(times[cheap].processor), 1e-9)
    return f"{wall:.3g}，按 CPU {processor:.3g}"


def report_memory(folder: Path, empty: Path) -> None:
    """Watch what reading holds, and print the table."""
    empty.write_text(EMPTY, encoding="utf-8")
    held = peaks(folder, empty)
    print(f"{_wide('内存峰值', 24)}{'MB':>11}{'增加':>8}")
    least = next(iter(held.values()))
    for name, peak in held.items():
        print(f"{_wide(name, 24)}{peak:>11.0f}{peak - least:>10.0f}")


def _wide(text: str, width: int) -> str:
    """Fill a text up to a width, in which a Chinese character counts twice."""
    return text + " " * (width - sum(1 + (ord(sign) > WIDE) for sign in text))


def main() -> None:
    """Write a township's ledgers into a temporary folder and measure the reading of them."""
    parser = argparse.ArgumentParser(description="量一量读取一个文件夹的台账要多久、占多少内存")
    parser.add_argument("--households", type=int, default=9000, help="农户数，默认 9000")
    parser.add_argument("--villages", type=int, default=30, help="村数（台账数），默认 30")
    parser.add_argument("--rounds", type=int, default=5, help="轮数，默认 5")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fanpin-benchmark-") as place:
        made = Path(place)
        write(made / "样例", villages=chosen.villages, households=chosen.households)
        ledgers = made / "样例" / "township" / "台账"
        report("各村写法、文件类型混杂", ledgers, chosen.rounds, made / "缓存")
        alike = made / "xlsx"
        alike.mkdir()
        for number in range(chosen.villages):  # the official layout, as Excel would hold it
            plain_ledger(alike / f"{number + 1:03d}.xlsx", chosen.households // chosen.villages)
        report("全部是 .xlsx 的官方格式", alike, chosen.rounds, made / "缓存2")
        report_memory(ledgers, made / "空.csv")


if __name__ == "__main__":
    main()
