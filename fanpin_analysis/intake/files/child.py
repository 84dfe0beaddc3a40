"""The process that opens the files: it may cost so much, may die, and hands back only JSON.

A request is a line of JSON: the path, the name to report, and how many seconds and bytes the file
may take. An answer is its length in eight bytes, and the workbook. At the end of the requests the
process ends too, so that no child outlives its parent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

from fanpin_analysis.intake.files.opening import opened
from fanpin_analysis.intake.files.transport import LENGTH, packed


def serve() -> None:
    """Answer requests from standard input until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the parent's to stop, and to stop us
    answers = _answers()
    taken = _taken()
    answers.write(bytes(LENGTH))  # ready
    answers.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _limit(request["seconds"], taken + request["memory"])
        answer = packed(opened(Path(request["path"]), request["file"]))
        answers.write(len(answer).to_bytes(LENGTH))
        answers.write(answer)
        answers.flush()


def _answers() -> BinaryIO:
    """Return the pipe to the parent; whatever a parser prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _taken() -> int:
    """Return how many bytes of addresses this process has, where the system can limit them."""
    if sys.platform != "linux":
        return 0
    import resource  # noqa: PLC0415  not on every system

    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _limit(seconds: float, memory: int) -> None:
    """Let the system refuse more memory, and end this process after so much processor time."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on every system

    until = int(time.process_time() + seconds) + 1
    most = [(resource.RLIMIT_CPU, until), (resource.RLIMIT_CORE, 0)]
    if sys.platform == "linux":
        most.append((resource.RLIMIT_AS, memory))
    for kind, soft in most:
        hard = resource.getrlimit(kind)[1]
        soft_and_hard = (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
        resource.setrlimit(kind, soft_and_hard)
