"""The house stands as it was drawn: layers, public names, pins, and no policy in the code."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import fanpin_analysis as fa

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fanpin_analysis"


def test_a_module_imports_only_from_floors_below_its_own():
    """Import-linter's contract holds, and names every module of the package."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_analysis_knows_no_pandas_and_no_workbook():
    """What computes takes any frame; what reads, writes and draws stays out of it."""
    forbidden = re.compile(
        r"^\s*(?:import|from) (?:pandas|openpyxl|matplotlib|ipywidgets)\b", re.MULTILINE
    )
    for module in (PACKAGE / "analysis").glob("*.py"):
        assert not forbidden.search(module.read_text(encoding="utf-8")), module.name


def test_public_names_are_sorted_and_can_be_had():
    """Every name of the stub is there, in order, and has a docstring."""
    assert fa.__all__ == sorted(fa.__all__)
    for name in fa.__all__:
        assert getattr(fa, name).__doc__, name


def test_both_lists_of_pins_agree_and_hold_no_address():
    """constraints.txt and [tool.uv] name the same versions; neither holds an address."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["constraint-dependencies"] == pins
    assert "://" not in text


def test_no_parameter_value_and_no_clause_stands_in_the_code():
    """Thresholds and clauses are data: 7500, 10000 and 〔2023〕 stand in no module's statements."""
    for module in PACKAGE.rglob("*.py"):
        code = re.sub(r'"""[\s\S]*?"""', "", module.read_text(encoding="utf-8"))
        assert not re.search(r"\b(?:7500|10000|10_000|7_500)\b|〔\d{4}〕", code), module


def test_every_text_file_is_read_and_written_with_a_named_encoding():
    """A Chinese Windows reads GBK unless told otherwise."""
    bare = re.compile(
        r"\.(?:read|write)_text\((?!.*encoding)|(?<!archive\.)(?<!os\.)\bopen\((?![^)]*(?:encoding|\"[rw]?b))"
    )
    for module in PACKAGE.rglob("*.py"):
        for line in module.read_text(encoding="utf-8").splitlines():
            assert not bare.search(line), f"{module}: {line.strip()}"
