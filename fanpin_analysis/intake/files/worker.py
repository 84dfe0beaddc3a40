"""The parent's end of a child that opens files: asks, waits so long and no longer, starts anew.

Where no child can be started (some offices allow no program to start another), small files are
opened in the parent itself: .xlsx, .xls and text, whose readers were never seen to end a process.
The others are refused, with the reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import weakref
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.gate import GAVE_UP
from fanpin_analysis.intake.files.grid import Workbook
from fanpin_analysis.intake.files.limits import (
    ANSWER_BYTES,
    MEGABYTE,
    MEMORY_A_BYTE,
    MEMORY_BYTES,
    SECONDS,
    SECONDS_A_MEGABYTE,
)
from fanpin_analysis.intake.files.opening import opened
from fanpin_analysis.intake.files.transport import LENGTH, packed

if TYPE_CHECKING:
    from types import TracebackType

ROOT: Final = str(Path(__file__).resolve().parents[3])
SERVE: Final = "from fanpin_analysis.intake.files.child import serve; serve()"
START: Final = f"import sys; sys.path[:] = sys.argv[1:]; {SERVE}"
PATIENCE: Final = 3  # times the processor time, since other programs want the processor too
STARTING: Final = 30.0  # seconds for a child to start on the slowest of disks
OFTEN: Final = 0.05  # seconds between two looks at a child
LARGE: Final = 16 * MEGABYTE  # an answer after which a child is not used again: it holds memory
SHAKEN: Final = f'"fault":"{GAVE_UP}"}}'.encode()  # the end of an answer of one out of memory


class Worker:
    """A child process, and the watch over it. Answers are those of :func:`transport.packed`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end = weakref.finalize(self, bool)
        self._ready = self._closed = self._alone = False

    def start(self) -> None:
        """Start the child, if it does not run; it gets ready while its parent goes on."""
        with self._lock:
            running = self._process and self._process.poll() is None
            if self._closed or self._alone or running:
                return
            self._end()
            paths = [ROOT, *(path for path in sys.path if path and path != ROOT)]
            try:
                self._process = subprocess.Popen(  # noqa: S603  our interpreter, and our module
                    [sys.executable or "python", "-I", "-S", "-c", START, *paths],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except OSError:
                self._alone = True
                return
            self._end = weakref.finalize(self, _end, self._process)
            self._ready = False

    def ask(self, path: Path, file: str) -> bytes:
        """Return the answer about one file; a child that dies or takes too long is a fault."""
        self.start()
        process = self._process
        if process and not self._ready and not self._closed:
            with _Watch(process, STARTING):
                self._ready = _read(process, LENGTH) == bytes(LENGTH)
            self._alone = not self._ready and not self._closed
        if self._alone:
            self.stop()
            return packed(opened(path, file, alone=True))
        answer = self._answer(process, path, file) if process and self._ready else b""
        if not answer or len(answer) > LARGE or answer.endswith(SHAKEN):
            self.stop()
        return answer or packed(Workbook(file=file, fault=GAVE_UP))

    def stop(self) -> None:
        """End the child; the next file has a new one."""
        with self._lock:
            self._process = None
            self._end()

    def close(self) -> None:
        """End the child, and start no other."""
        self._closed = True
        self.stop()

    def _answer(self, process: subprocess.Popen[bytes], path: Path, file: str) -> bytes:
        """Return what the child answers within its time, or nothing."""
        size = _size(path)
        limits = {
            "seconds": SECONDS + SECONDS_A_MEGABYTE * size / MEGABYTE,
            "memory": MEMORY_BYTES + MEMORY_A_BYTE * size,
        }
        request = {"path": str(path.absolute()), "file": file} | limits
        with _Watch(process, limits["seconds"] * PATIENCE, **limits):
            if not _write(process, json.dumps(request).encode("ascii") + b"\n"):
                return b""
            length = int.from_bytes(_read(process, LENGTH))
            answer = _read(process, length) if length <= ANSWER_BYTES else b""
        return answer if len(answer) == length else b""


class _Watch:
    """Kills a child that takes too long while something waits for it.

    Linux itself ends a child that takes too much memory or processor time; elsewhere it is looked
    after here.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        wall: float,
        seconds: float = STARTING,
        memory: float = MEMORY_BYTES,
    ) -> None:
        self._process, self._until = process, time.monotonic() + wall
        self._seconds, self._memory = seconds, memory
        self._done = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        meter = None if sys.platform == "linux" else _Meter(self._process.pid)
        while not self._done.wait(OFTEN):
            late = time.monotonic() > self._until
            if late or (meter and meter.exceeds(self._seconds, self._memory)):
                self._process.kill()
                return


class _Meter:
    """What a process takes, on systems that do not limit it themselves."""

    def __init__(self, pid: int) -> None:
        import psutil  # noqa: PLC0415  of no use on Linux

        self._gone = psutil.Error
        self._process = psutil.Process(pid)
        self._memory = self._process.memory_info().rss
        self._seconds = self._taken()

    def exceeds(self, seconds: float, memory: float) -> bool:
        """Tell whether more memory or processor time was taken since the beginning."""
        try:
            if self._process.memory_info().rss - self._memory > memory:
                return True
            return self._taken() - self._seconds > seconds
        except self._gone:
            return False

    def _taken(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def _read(process: subprocess.Popen[bytes], length: int) -> bytes:
    try:
        return process.stdout.read(length) if process.stdout else b""
    except (OSError, ValueError):
        return b""


def _write(process: subprocess.Popen[bytes], request: bytes) -> bool:
    try:
        if process.stdin:
            process.stdin.write(request)
            process.stdin.flush()
    except (OSError, ValueError):
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a child, wait for its end, and close the pipes to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe:
                pipe.close()
        except OSError:
            continue


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
