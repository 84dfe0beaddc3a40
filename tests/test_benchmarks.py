"""The benchmarks run for anyone, and print their figures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def test_reading_a_folder_is_measured_against_handing_over_its_cells() -> None:
    """The script ends well and prints how much dearer reading is, first and again."""
    small = ["--households", "60", "--villages", "2", "--rounds", "1"]
    command = [sys.executable, "-X", "utf8", str(BENCHMARKS / "read_folder.py"), *small]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    assert told.returncode == 0, told.stderr
    assert re.search(
        r"^首次 ÷ calamine = [\d.]+，按 CPU [\d.e+]+（目标 ≤ 3）$", told.stdout, re.MULTILINE
    )
    assert re.search(
        r"^再次 ÷ 首次 = [\d.]+，按 CPU [\d.e+]+（目标 ≤ 0.1）$", told.stdout, re.MULTILINE
    )
    assert re.search(r"^读整个文件夹 +\d+ +-?\d+$", told.stdout, re.MULTILINE)
