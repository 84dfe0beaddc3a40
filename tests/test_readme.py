"""The READMEs keep their word: their examples run, and both languages give the same commands."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_examples_run_as_printed(name):
    """Every line of Python gives what stands below it."""
    failed, tried = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert tried
    assert not failed


def test_both_languages_give_the_same_commands():
    """What is to be typed for a demo, the tests and a run is the same."""
    fenced = [re.findall(r"^(?:uv run|\.venv).*", _text(name), re.MULTILINE) for name in READMES]
    english, chinese = ({line for line in lines if "nbconvert" not in line} for lines in fenced)
    assert chinese == english


@pytest.mark.parametrize("name", READMES)
def test_every_file_that_is_linked_is_there(name):
    """Pictures and pages of the repository that are linked exist."""
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", _text(name))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
