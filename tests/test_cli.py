"""The command as an analyst meets it: Chinese messages, exit codes, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from ledgers import OFFICIAL, household, workbook

from fanpin_analysis.cli import main


def exit_code(arguments: list[str]) -> object:
    """Run the command and return its exit code, however it ends."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return stop.code


@pytest.fixture
def ledger(tmp_path):
    """Return a folder with one small ledger."""
    (tmp_path / "台账").mkdir()
    workbook(tmp_path / "台账" / "石桥村.xlsx", [OFFICIAL, household(1), household(2)])
    return tmp_path / "台账"


def test_run_says_what_it_read_and_where_the_results_are(ledger, tmp_path, capsys):
    """The summary has the accounts, the totals and the folder."""
    assert main(["run", str(ledger), "--out", str(tmp_path / "结果")]) == 0
    said = capsys.readouterr().out
    assert "3 行 = 采用 2 + 待核退回 0 + 非数据行 1" in said
    assert "排查 2 户 6 人" in said
    assert str(tmp_path / "结果") in said


def test_run_prints_its_manifest_as_json(ledger, tmp_path, capsys):
    """With --json the output is run.json and nothing else."""
    assert main(["run", str(ledger), "--out", str(tmp_path / "结果"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["annex1"]["合计"]["A1"] == 2


def test_check_says_of_each_sheet_what_it_was_taken_for_and_writes_only_findings(
    ledger, tmp_path, capsys
):
    """One line a sheet, and only 数据质量.xlsx in the folder."""
    assert main(["check", str(ledger), "--out", str(tmp_path / "问题")]) == 0
    assert (
        "石桥村.xlsx「Sheet」：附件2 排查台账（表头第 1 行）；读取 3 = 采用 2"
        in capsys.readouterr().out
    )
    assert [path.name for path in (tmp_path / "问题").iterdir()] == ["数据质量.xlsx"]


def test_findings_fail_a_run_only_when_strict(tmp_path, capsys):
    """A ledger with an error is exit code 0, and 1 with --strict."""
    path = workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1), household(2, 户主姓名=None)])
    assert main(["check", str(path)]) == 0
    assert main(["check", str(path), "--strict"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "没有这个文件夹", "--out", "x"], 1, "找不到"),
        (["policy", "--province", "火星"], 1, "没有“火星”的参数文件"),
        (["policy", "--on", "2022-01-01"], 1, "没有生效的筛查规则"),
        (["policy", "--on", "2030-01-01"], 1, "不会自动沿用"),
        (["policy", "--definitions", "没有"], 1, "定义文件夹"),
        (["policy", "--on", "六月"], 2, "不是日期"),
        (["run"], 2, "缺少"),
        (["跑"], 2, "没有这个命令"),
        ([], 2, "缺少"),
    ],
)
def test_a_mistake_is_one_chinese_sentence_and_an_exit_code(
    arguments, code, said, capsys, tmp_path, monkeypatch
):
    """What went wrong and what to do, on standard error, without a traceback or a file."""
    monkeypatch.chdir(tmp_path)
    assert exit_code(arguments) == code
    message = capsys.readouterr().err
    assert said in message
    assert "Traceback" not in message
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_output_folder_is_refused(ledger, tmp_path, capsys):
    """The file is left as it was."""
    (tmp_path / "结果").write_text("别动", encoding="utf-8")
    assert main(["run", str(ledger), "--out", str(tmp_path / "结果")]) == 1
    assert "不能当作结果文件夹" in capsys.readouterr().err
    assert (tmp_path / "结果").read_text(encoding="utf-8") == "别动"


def test_a_fault_of_the_program_is_told_without_values(monkeypatch, capsys):
    """An unexpected error names its place, never the data that it met."""

    def fail(*_: object) -> None:
        raise KeyError("439999197001010018")

    monkeypatch.setattr("fanpin_analysis.policy.in_force.load_policy", fail)
    assert main(["policy"]) == 1
    message = capsys.readouterr().err
    assert "程序内部出错（KeyError" in message
    assert "439999" not in message


def test_policy_lists_parameters_and_rules_with_their_clauses(capsys):
    """Every parameter and rule stands with its clause, and what no document sets is marked."""
    assert main(["policy"]) == 0
    said = capsys.readouterr().out
    assert "监测线 = 7500 元/人·年" in said
    assert "自拟（非官方）" in said
    assert main(["policy", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert all(rule["clause"] for rule in listed["rules"])


def test_help_loads_nothing_heavy():
    """The help and the package itself come without pandas, polars or matplotlib."""
    code = (
        "import sys\n"
        "import fanpin_analysis\n"
        "from fanpin_analysis.cli import main\n"
        "try:\n    main(['run', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'matplotlib', 'narwhals', 'openpyxl', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr == ""
    assert "结果文件夹" in done.stdout


def test_nothing_but_the_results_is_printed_into_a_pipe(ledger, tmp_path):
    """No progress bar and no warning reaches standard error when it is no terminal."""
    command = [sys.executable, "-m", "fanpin_analysis", "run", str(ledger)]
    command += ["--out", str(tmp_path / "结果")]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0
    assert done.stderr == b""


def test_check_reports_on_papers_without_a_single_household(tmp_path, capsys):
    """A list of members, or a ledger of which every row goes back, is checked all the same."""
    beside = [[*OFFICIAL, *OFFICIAL], [*household(1), *household(2)]]
    workbook(tmp_path / "并排.xlsx", beside)
    assert main(["check", str(tmp_path / "并排.xlsx"), "--out", str(tmp_path / "问题")]) == 0
    said = capsys.readouterr().out
    assert "待核退回 1" in said
    assert "并排.xlsx「Sheet」U1" in said
    assert (tmp_path / "问题" / "数据质量.xlsx").stat().st_size > 0
