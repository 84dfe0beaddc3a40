"""Notebooks keep the house style: run in order, short cells, no logic, no personal data."""

from __future__ import annotations

import ast
import csv
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TRUTH = ROOT / "data_samples" / "truth" / "households.csv"
LONGEST = 10  # lines of a cell
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If,
    ast.IfExp, ast.Try, ast.With, ast.comprehension,
)  # fmt: skip
PERSONAL = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1\d{10}(?!\d)")
NOT_COMPARED = {"image/png", "image/svg+xml", "application/vnd.jupyter.widget-view+json"}


def cells_of(path, kind=""):
    """Return the cells of a notebook, or those of one kind."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind or not kind]


def source_of(cell):
    """Return the text of a cell."""
    return "".join(cell["source"])


def texts_of(cell):
    """Return every text that a cell and its outputs hold, but for pictures."""
    outputs = cell.get("outputs", [])
    data = [text for output in outputs for text in output.get("data", {}).items()]
    shown = [json.dumps(text, ensure_ascii=False) for kind, text in data if "image" not in kind]
    streams = ["".join(output.get("text", [])) for output in outputs]
    return "\n".join([source_of(cell), *shown, *streams])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """Return each notebook in turn."""
    return request.param


def test_the_notebooks_are_there():
    """The lint below is of no use on nothing."""
    assert {"00_overview", "06_annexes", "90_dictionary"} <= {path.stem for path in NOTEBOOKS}


def test_the_first_cells_and_the_last_are_those_of_the_house(notebook):
    """Title with an English line, four lines of purpose, imports, parameters; then the end."""
    title, purpose, imports, parameters, *_ = map(source_of, cells_of(notebook))
    assert re.fullmatch(r"# \d\d .+\n\n[A-Z][\x20-\x7e]+", title)
    asked = [line.split("：")[0] for line in purpose.splitlines()]
    assert asked == ["- **问题**", "- **输入**", "- **输出**", "- **依据**"]
    assert imports == "import fanpin_analysis as fa"
    assert parameters
    headings = re.findall(r"^## .+", "\n".join(map(source_of, cells_of(notebook))), re.MULTILINE)
    assert headings[-2:] == ["## 结论", "## 方法说明"]


def test_parameters_are_tagged_and_explained(notebook):
    """Each parameter is a plain value, with a Chinese comment that papermill shows as its help."""
    tagged = [cell for cell in cells_of(notebook) if cell["metadata"].get("tags")]
    assert [cell["metadata"]["tags"] for cell in tagged] == [["parameters"]]
    for line in source_of(tagged[0]).splitlines():
        assert re.fullmatch(r"[a-z_]+ = \S.*  # .*[\u4e00-\u9fff].*", line)
        ast.literal_eval(line.split(" = ")[1].split("  # ")[0])


def test_every_cell_was_run_once_and_in_order(notebook):
    """A cell that was never run would pass nbval unseen."""
    counts = [cell["execution_count"] for cell in cells_of(notebook, "code")]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_went_wrong_and_nothing_was_printed(notebook):
    """Cells show results; there is no warning, no error and no stream."""
    outputs = [output for cell in cells_of(notebook, "code") for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}


def test_cells_hold_no_logic(notebook):
    """A cell that needs a loop, a branch or a function means that the library lacks a verb."""
    for cell in cells_of(notebook, "code"):
        tree = ast.parse(source_of(cell))
        found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
        assert not found, (cell["id"], found)


def test_cells_are_short_and_end_with_what_they_show(notebook):
    """Ten lines at most, no magics, no semicolon that hides an output, one import cell."""
    for cell in cells_of(notebook, "code"):
        source = source_of(cell)
        assert len(source.splitlines()) <= LONGEST, cell["id"]
        assert not source.rstrip().endswith(";"), cell["id"]
        assert ("import " in source) == (cell["id"] == "imports"), cell["id"]
        assert bool(cell["outputs"]) == (cell["id"] not in {"imports", "parameters"}), cell["id"]


def test_a_sentence_stands_before_each_cell(notebook):
    """Two cells of code follow each other only where the second shows more of the same data."""
    kinds = [cell["cell_type"] for cell in cells_of(notebook)]
    words, code = kinds.count("markdown"), kinds.count("code")
    assert 0.9 * code <= words <= 1.5 * code


def test_figures_and_panels_are_followed_by_their_data(notebook):
    """Neither a picture nor the inside of a panel is compared, so the next cell shows the data."""
    cells = cells_of(notebook, "code")
    kinds = [{kind for output in cell["outputs"] for kind in output["data"]} for cell in cells]
    generated = notebook.stem.startswith("9")  # a dictionary has nothing to draw
    assert generated or any(kind & NOT_COMPARED for kind in kinds)
    for cell, kind, following in zip(cells, kinds, [*kinds[1:], set()], strict=True):
        assert not kind & NOT_COMPARED or (following and not following & NOT_COMPARED), cell["id"]


def test_ids_and_metadata_are_stable(notebook):
    """Readable ids, the kernel python3 and nothing else: no versions, times or widget states."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert list(content["metadata"]) == ["kernelspec"]
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*", each) for each in ids)
    assert all(set(cell["metadata"]) <= {"tags"} for cell in content["cells"])


def test_no_number_of_a_person_is_in_a_notebook(notebook):
    """Neither an ID of 18 places nor a mobile phone number, in sources and outputs."""
    for cell in cells_of(notebook):
        assert not PERSONAL.search(texts_of(cell)), cell["id"]


def test_no_name_or_number_of_the_sample_is_in_a_notebook(notebook):
    """The sample's people are invented, but what shows them would show real ones too."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file))
    known = {row[name].strip() for row in people for name in ("户主姓名", "户主证件号码")}
    for cell in cells_of(notebook):
        text = texts_of(cell)
        assert not [person for person in known if person and person in text], cell["id"]


def test_the_rules_for_comparing_outputs_can_be_read_anywhere():
    """The file is opened in the encoding of the machine, which may be GBK."""
    (ROOT / "notebooks" / "sanitize.cfg").read_text(encoding="ascii")
