"""Makes ledgers for the tests: households that belong to nobody, written into workbooks."""

from __future__ import annotations

import openpyxl

from fanpin_analysis.intake.identity import check_digit

OFFICIAL = [
    "序号", "乡镇场", "村（社区）", "户主姓名", "户主证件号码", "家庭人口数", "户属性", "排查方式",
    "是否有住房安全问题", "是否有义务教育阶段失学辍学问题", "是否有家庭成员未参加基本医疗保险",
    "是否有饮水安全问题", "其他问题", "是否存在致返贫风险", "致返贫风险类型", "拟纳入监测类型",
    "核查人签字",
]  # fmt: skip


def resident_id(number: int) -> str:
    """Return a valid ID that belongs to nobody."""
    body = f"43999919700101{number:03d}"
    return body + check_digit(body)


def household(number: int, village: str | None = "石桥村", **changed: object) -> list[object]:
    """Return a plain ledger row, with some of its cells changed."""
    row = [number, "云岭乡", village, f"张{number}", resident_id(number), 3, "1", "1"]
    row += ["否"] * 4 + [None, "否", None, None, None]
    for name, value in changed.items():
        row[OFFICIAL.index(name)] = value
    return row


def workbook(path, rows, merges=(), **sheets):
    """Write rows into the first sheet of an .xlsx, and more sheets beside it."""
    book = openpyxl.Workbook()
    pages = {book.active: rows} | {book.create_sheet(title): sheets[title] for title in sheets}
    for sheet, lines in pages.items():
        for index, line in enumerate(lines, 1):
            for column, value in enumerate(line, 1):
                sheet.cell(index, column).value = value
    for span in merges:
        book.active.merge_cells(span)
    book.save(path)
    return path
