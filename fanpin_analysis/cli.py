"""The ``fanpin`` command: Chinese messages, a progress bar on a terminal, no traceback.

Nothing heavy is imported before it is needed, so that ``fanpin --help`` answers at once.
Exit codes: 0 done, 1 the run failed (or, with ``--strict``, found 错误), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from fanpin_analysis.pipeline import Result

DONE, FAILED, WRONG_USAGE = 0, 1, 2
MOST_SHOWN = 5
DEBUG = "FANPIN_DEBUG"  # set in the environment, it lets an engineer see the traceback


class _Parser(argparse.ArgumentParser):
    """Says in Chinese what is wrong with the words of a command."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            WRONG_USAGE, f"命令写得不对：{_in_chinese(message)}\n用法请看：{self.prog} --help\n"
        )

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue]
    options = _parser().parse_args(arguments)
    from fanpin_analysis.errors import FanpinError  # noqa: PLC0415

    try:
        return options.command(options)
    except FanpinError as error:
        _complain(str(error))
    except BrokenPipeError:  # whoever read along has closed: | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        _complain("已中断，原有结果保持原样。")
    except MemoryError:
        _complain("内存不够用了，原有结果保持原样。请关闭其他程序，或分几个文件夹运行。")
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        _complain(f"程序内部出错（{_where(error)}），原有结果保持原样。请把这一行告诉维护者。")
    return FAILED


def _parser() -> _Parser:
    parser = _Parser(
        prog="fanpin",
        description="防止返贫监测帮扶集中排查：汇总各村台账，核对、初筛，生成附件1统计表。",
        epilog="先试一试：fanpin demo",
        add_help=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    _add_run(commands)
    _add_check(commands)
    _add_demo(commands)
    _add_sample(commands)
    _add_policy(commands)
    for each in (parser, *commands.choices.values()):
        each.add_argument("-h", "--help", action="help", help="显示这份说明")
        each._optionals.title = "选项"  # noqa: SLF001  argparse has no public way to say it
        each._positionals.title = "命令" if each is parser else "参数"  # noqa: SLF001
    return parser


def _add_run(commands: Any) -> None:  # noqa: ANN401  argparse keeps the type to itself
    run = _command(commands, "run", "读取一个文件夹的台账，生成全部结果", _run)
    run.add_argument(
        "input", metavar="台账文件夹", type=Path, help="放各村台账的文件夹或一个工作簿"
    )
    run.add_argument("--out", metavar="结果文件夹", type=Path, required=True, help="结果放在哪里")
    _add_circumstances(run)
    run.add_argument(
        "--jobs", metavar="N", type=_positive, default=2, help="同时打开几个文件（默认 2）"
    )
    run.add_argument("--json", action="store_true", help="在屏幕上输出 run.json 的内容")
    run.add_argument("--strict", action="store_true", help="有“错误”级问题时以 1 退出")


def _add_check(commands: Any) -> None:  # noqa: ANN401
    check = _command(commands, "check", "只读取和核对，列出问题，不生成官方表格", _check)
    check.add_argument(
        "input", metavar="台账文件夹", type=Path, help="放各村台账的文件夹或一个工作簿"
    )
    check.add_argument("--out", metavar="结果文件夹", type=Path, help="把问题清单写进这个文件夹")
    _add_circumstances(check)
    check.add_argument("--strict", action="store_true", help="有“错误”级问题时以 1 退出")


def _add_demo(commands: Any) -> None:  # noqa: ANN401
    demo = _command(commands, "demo", "用虚构的示范乡跑一遍", _demo)
    demo.add_argument(
        "--out", metavar="结果文件夹", type=Path, default=Path("fanpin-demo"),
        help="结果放在哪里（默认 fanpin-demo）",
    )  # fmt: skip


def _add_sample(commands: Any) -> None:  # noqa: ANN401
    sample = _command(commands, "sample", "写出一个虚构的示范乡（台账、花名册、收入等）", _sample)
    sample.add_argument("--out", metavar="文件夹", type=Path, required=True, help="写到哪里")
    sample.add_argument(
        "--seed", metavar="N", type=int, default=None, help="随机种子；同一种子结果相同"
    )
    sample.add_argument("--villages", metavar="N", type=_positive, default=None, help="村数")
    sample.add_argument("--households", metavar="N", type=_positive, default=None, help="户数")


def _add_policy(commands: Any) -> None:  # noqa: ANN401
    policy = _command(commands, "policy", "列出生效的参数和规则及其依据", _policy)
    _add_circumstances(policy)
    policy.add_argument("--json", action="store_true", help="以 JSON 输出")


def _command(commands: Any, name: str, text: str, run: Callable) -> _Parser:  # noqa: ANN401
    command = commands.add_parser(name, help=text, description=text, add_help=False)
    command.set_defaults(command=run)
    return command


def _add_circumstances(command: argparse.ArgumentParser) -> None:
    command.add_argument("--province", metavar="省", help="省份，如 湖南（默认按定义里的排查轮次）")
    command.add_argument(
        "--on", metavar="日期", type=_day, help="排查日期，如 2023-06-02（默认同上）"
    )
    command.add_argument(
        "--definitions", metavar="文件夹", type=Path, help="本县自己的定义，叠加在自带定义之上"
    )


def _run(options: argparse.Namespace) -> int:
    result = _analyse(options)
    from fanpin_analysis.pipeline import write_all  # noqa: PLC0415

    folder = write_all(result, options.out)
    if options.json:
        print((folder / "run.json").read_text(encoding="utf-8"), end="")  # noqa: T201
    else:
        _say(*_told(result), f"结果在：{folder}")
    return _code(result, strict=options.strict)


def _check(options: argparse.Namespace) -> int:
    result = _analyse(options, ledger=False)
    from fanpin_analysis.deliverables.working_papers import count_findings  # noqa: PLC0415
    from fanpin_analysis.intake.accounts import places  # noqa: PLC0415
    from fanpin_analysis.pipeline import write_quality  # noqa: PLC0415

    _say(*_sheets_told(result), *_told(result))
    findings = result.findings
    frequent = count_findings(findings).head(MOST_SHOWN)
    if len(frequent):
        _say(f"最常见的 {len(frequent)} 种问题，和它们在哪里：")
    for row in _rows(frequent):
        where = places(
            findings.loc[findings["规则"] == row["规则"], ["来源文件", "来源工作表", "单元格"]]
        )
        _say("  {次数:>4} 处  {规则} {说明}".format(**row), f"           {where}")
    if options.out:
        _say(f"问题清单在：{write_quality(result, options.out)}")
    return _code(result, strict=options.strict)


def _demo(options: argparse.Namespace) -> int:
    from fanpin_analysis import samples  # noqa: PLC0415

    folder = samples.sample_folder()
    _say(f"示范乡（全部虚构）：{folder}")
    arguments = ["run", str(folder), "--out", str(options.out)]
    return _run(_parser().parse_args(arguments))


def _sample(options: argparse.Namespace) -> int:
    from fanpin_analysis import samples  # noqa: PLC0415

    chosen = {key: getattr(options, key) for key in ("seed", "villages", "households")}
    samples.write(options.out, **{key: value for key, value in chosen.items() if value is not None})
    _say(
        f"示范乡（全部虚构）在：{options.out}",
        f"试一试：fanpin run {options.out / 'township'} --out 结果",
    )
    return DONE


def _policy(options: argparse.Namespace) -> int:
    from fanpin_analysis.policy.in_force import load_policy  # noqa: PLC0415

    policy = load_policy(options.province, options.on, options.definitions)
    parameters = [policy.parameters[name] for name in policy.parameters]
    if options.json:
        listed = {
            "province": policy.parameters.province,
            "on": policy.parameters.on,
            "parameters": {
                p.name: _fields(p, "value", "unit", "clause", "status") for p in parameters
            },
            "rules": [
                _fields(r, "id", "kind", "label", "text", "clause", "status") for r in policy.rules
            ],
        }
        print(json.dumps(listed, ensure_ascii=False, indent=2, default=str))  # noqa: T201
        return DONE
    _say(f"{policy.parameters.province} {policy.parameters.on} 生效的参数：")
    for p in parameters:
        _say(f"  {p.name} = {p.value:g} {p.unit}〔{_official(p.status)}〕{p.clause}")
    for kind in dict.fromkeys(rule.kind for rule in policy.rules):
        _say("", f"{kind}规则：")
        for rule in policy.of_kind(kind):
            _say(f"  {rule.id} {rule.label}〔{_official(rule.status)}〕", f"      {rule.text}")
            _say(f"      依据：{rule.clause}")
    return DONE


def _analyse(options: argparse.Namespace, *, ledger: bool = True) -> Result:
    from fanpin_analysis.intake.caching import CACHE  # noqa: PLC0415
    from fanpin_analysis.pipeline import analyse  # noqa: PLC0415

    return analyse(
        options.input,
        province=options.province,
        on=options.on,
        definitions=options.definitions,
        jobs=getattr(options, "jobs", 2),
        cache=options.out / CACHE if options.out else None,
        progress=_progress,
        ledger=ledger,
    )


def _progress(books: Iterable, total: int) -> Iterable:
    """Show a bar on a terminal, and nothing in a pipe."""
    from tqdm import tqdm  # noqa: PLC0415

    return tqdm(books, total=total, desc="读取", unit="个文件", leave=False, disable=None)


def _told(result: Result) -> list[str]:
    """Sum a run up in a few lines."""
    from fanpin_analysis.intake.accounts import row_counts, severity_counts  # noqa: PLC0415

    rows, findings = row_counts(result.intake), severity_counts(result.findings)
    parameters, total = result.policy.parameters, result.annex1.iloc[-1]
    broken = [one for one in _rows(result.identities) if one["成立"] is not True]
    shown = "；".join("{村} {恒等式}（{左} 与 {右}）".format(**one) for one in broken[:MOST_SHOWN])
    more = " 等" if len(broken) > MOST_SHOWN else ""
    verdict = f"{len(broken)} 处不成立：{shown}{more}" if broken else "全部成立"
    return [
        f"按{parameters.province} {parameters.on} 的规定办理（可用 --province、--on 改）。",
        (
            f"读取 {len(result.intake.files)} 个文件、{rows['read']} 行 = 采用 {rows['accepted']}"
            f" + 待核退回 {rows['returned']} + 非数据行 {rows['not_data']}。"
        ),
        (
            f"附件1：{len(result.annex1) - 1} 个村，排查 {total.A1} 户 {total.A2} 人，"
            f"监测对象 {total.A3} 户，新识别 {total.B1} 户；恒等式{verdict}。"
        ),
        f"发现问题：错误 {findings['错误']} 处，提示 {findings['提示']} 处。",
        *result.notes,
    ]


def _sheets_told(result: Result) -> list[str]:
    """Say of each sheet what it was taken for and what became of its rows."""
    from fanpin_analysis.intake.accounts import sheet_accounts  # noqa: PLC0415

    lines = []
    for row in _rows(sheet_accounts(result.intake)):
        taken = "{表}（表头第 {表头行} 行）".format(**row) if row["表"] else "未识别"
        lines.append(
            "{来源文件}「{来源工作表}」：{taken}；读取 {读取} = 采用 {采用}"
            " + 待核退回 {待核退回} + 非数据行 {非数据行}".format(**row, taken=taken)
        )
    unread = result.intake.files[result.intake.files["表"] == ""]
    reasons = result.findings[result.findings["来源工作表"] == ""]
    told = dict(zip(reasons["来源文件"], reasons["说明"], strict=True))
    lines += [f"{file}：{told[file]}" for file in unread["来源文件"] if file in told]
    return lines


def _code(result: Result, *, strict: bool) -> int:
    return FAILED if strict and "错误" in set(result.findings["级别"]) else DONE


def _official(status: str) -> str:
    from fanpin_analysis.analysis.screening import status_shown  # noqa: PLC0415

    return status_shown(status)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict(orient="records")


def _fields(entry: object, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-02 这样") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}”应是大于 0 的整数")
    return int(text)


def _in_chinese(message: str) -> str:
    """Return argparse's message with its fixed English parts in Chinese."""
    parts = {
        "argument 命令: invalid choice": "没有这个命令",
        "the following arguments are required": "缺少",
        "unrecognized arguments": "不认识",
        "expected one argument": "后面要跟一个值",
        "argument ": "参数 ",
        "choose from": "可用的有",
    }
    for english, chinese in parts.items():
        message = message.replace(english, chinese)
    return message


class _Version(argparse.Action):
    """Prints the version; it is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        parser.exit(DONE, f"fanpin {version('fanpin-analysis')}\n")


def _where(error: Exception) -> str:
    """Say where a fault of this program lies, without the values that its message may hold."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}，{Path(frame.filename).name} 第 {frame.lineno} 行"


def _say(*lines: str) -> None:
    print(*lines, sep="\n")  # noqa: T201  what a command prints is its work


def _complain(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201
