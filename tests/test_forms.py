"""Every form is told by its header in the forms that it takes in real life."""

# ruff: noqa: E501  a header is as long as it is

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from ledgers import OFFICIAL, household, resident_id

from fanpin_analysis.intake.sheets import SheetReader
from fanpin_analysis.intake.titles import BY_COLUMNS, ClueKinds
from fanpin_analysis.intake.workbooks import Sheet, open_workbook
from fanpin_analysis.policy.rulebook import load_faults
from fanpin_analysis.policy.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
KINDS = ClueKinds(VOCABULARY)
NOBODY = resident_id(1)
TOWNSHIP = Path(__file__).parents[1] / "data_samples" / "township"


@cache
def reader():
    """Return one reader for all tests."""
    return SheetReader(VOCABULARY, load_faults())


def sheet(*rows, name="Sheet1", file="a.xlsx", merges=()):
    """Return a sheet of rows that are all as long as the longest."""
    width = max(map(len, rows))
    square = [["" if c is None else c for c in [*row, *[""] * (width - len(row))]] for row in rows]
    return Sheet(file=file, name=name, rows=square, merges=tuple(merges))


def seen(*rows, **more):
    """Return what a sheet of rows gave."""
    return reader().read_all([sheet(*rows, **more)])[0]


def form_of(reading):
    """Return the key of the one form that a sheet was taken for; empty for none."""
    return "、".join(table.form.key for table in reading.tables)


def first_row(reading):
    """Return the first row of the one table, by field."""
    return reading.tables[0].frame.row(0, named=True)


def faults_met(reading):
    """Return the ids of the faults that a reading names."""
    return {met.fault for met in reading.met}


def columns_of(header):
    """Split a header written in one line."""
    return header.split()


# ------------------------------------------------------------------ headings of every form

LISTS = {
    "ledger": (
        "户主姓名 户主证件号码 家庭人口数 是否有住房安全问题 是否存在致返贫风险",
        {
            "乡镇场": "乡镇 乡（镇） 乡镇（街道） 所在乡镇 镇（街道）",
            "村": "村（社区） 村别 所在村 行政村 村居 村名 村（居）委会 户籍所在村",
            "组": "村民小组 组别 小组 组（屋场） 自然村 居民小组",
            "户主姓名": "户主 姓名 农户姓名 被排查户姓名 户主姓名（签字）",
            "户主证件号码": "身份证 身份证号 身份证号码 公民身份号码 户主身份证号 证件号码 居民身份证号码",
            "家庭人口数": "人口 人口数 总人口 家庭人数 家庭人口 家庭总人口 户籍人口数 人数（人）",
            "户属性": "农户性质 农户类别 农户属性 户类型 户性质 （7）户属性",
            "排查方式": "核实方式 排查形式 入户方式 走访方式 摸排形式",
            "是否有住房安全问题": "住房安全问题 是否危房 有无危房 住房安全是否有问题 住房是否安全 住房是否有保障",
            "是否有义务教育阶段失学辍学问题": "是否失学辍学 有无辍学 是否存在失学辍学 义务教育是否有保障",
            "是否有家庭成员未参加基本医疗保险": "是否有未参保 有无未参保 是否未参保 是否全部参保 医保问题",
            "是否有饮水安全问题": "饮水安全问题 有无饮水困难 饮水是否安全 是否解决安全饮用水",
            "其他问题": "其它问题 其他困难 其他情况",
            "是否存在致返贫风险": "是否有返贫致贫风险 有无致贫返贫风险 是否存在返贫（致贫）风险 有无风险",
            "致返贫风险类型": "返贫致贫风险类型 风险类型 致贫返贫原因 致（返）贫风险类型 风险原因",
            "拟纳入监测类型": "拟纳入监测对象 拟纳入监测对象类型 监测对象类型 拟纳入类型 建议纳入类型 三类户类型",
            "核查人签字": "核查人 排查人员签字 网格员 调查人 包户干部签字 入户干部",
            "联系方式": "联系电话 户主电话 手机号码",
            "整户外出": "是否整户外出 举家外出 全家外出",
            "排查日期": "入户时间 核查日期 走访时间",
        },
    ),
    "rectification": (
        "具体问题 整改措施 整改情况",
        {
            "具体问题": "存在问题 发现的问题 主要问题 问题描述",
            "整改责任人及联系电话": "整改责任人 责任人及电话 责任人",
            "整改措施": "拟采取措施 整改办法 解决措施",
            "整改情况": "整改进展 完成情况 整改状态 是否整改到位",
            "完成时限": "整改时限 完成时间 计划完成时间 截止时间",
        },
    ),
    "incomes": (
        "户主姓名 户主证件号码 年度 人均纯收入",
        {
            "年度": "年份 收入年度 所属年度",
            "年度家庭人口数": "家庭人口 人口数 当年家庭人口数",
            "工资性收入": "工资性收入（元） 工资收入 务工收入",
            "生产经营性收入": "经营性收入 家庭经营收入",
            "生产经营性支出": "经营性支出 家庭经营费用支出",
            "财产性收入": "财产收入 家庭财产性收入",
            "转移性收入": "转移收入 家庭转移性收入",
            "纯收入": "家庭纯收入 全年纯收入 纯收入（元）",
            "人均纯收入": "家庭人均纯收入 年人均纯收入（元） 人均收入",
            "合规自付支出": "合规自付费用 医疗合规自付支出",
        },
    ),
    "roster": (
        "户编号 户主姓名 户主证件号码 家庭人口数 户类型",
        {
            "户主姓名": "户主 姓名 农户姓名",
            "户主证件号码": "身份证号 证件号码",
            "家庭人口数": "人口 总人口 家庭人数",
            "户类型": "农户类型 户类别 农户类别",
            "未排查原因": "未入户原因 未排查理由",
        },
    ),
    "decisions": (
        "户主姓名 户主证件号码 拟办意见",
        {
            "拟办意见": "处理意见 申请类型 回退或清退",
            "理由": "申请理由 回退理由 清退原因",
            "研究日期": "党委研究日期 党委会议时间",
        },
    ),
    "villages": (
        "村 村类型 总户数 总人口 脱贫人口",
        {
            "行政村代码": "村代码 行政区划代码",
            "总户数": "农户总数 全村户数 户籍户数",
            "总人口": "总人数 户籍人口 全村人口",
            "脱贫户数": "脱贫户户数 建档立卡户数",
            "脱贫人口": "脱贫人口数 建档立卡人口",
            "监测户数": "监测对象户数 三类户户数",
            "驻村工作队": "工作队 驻村帮扶单位",
            "相邻村": "邻村 周边村",
        },
    ),
    "members": (
        "姓名 证件号码 与户主关系 性别 健康状况 劳动技能",
        {
            "姓名": "成员姓名 家庭成员 人员姓名",
            "证件号码": "身份证号 成员身份证号码 公民身份号码",
            "与户主关系": "与户主的关系 关系 家庭关系",
            "文化程度": "学历 受教育程度",
            "在校生状况": "在校情况 就读情况 是否在校生",
            "健康状况": "身体状况 健康情况",
            "劳动技能": "劳动能力 劳动力状况 劳动技能类型",
            "务工所在地": "务工地点 务工地",
            "务工时间": "务工时间（月） 务工月数",
            "是否参加基本医疗保险": "是否参加医保 参保情况 是否缴纳医保",
        },
    ),
    "register": (
        "户编号 姓名 证件号码 户类型 监测对象类别 风险是否已消除",
        {
            "县": "县（市、区、旗）",
            "乡镇场": "乡 乡（镇）",
            "村": "村 行政村",
            "监测对象类别": "易返贫致贫户(监测对象)类型 监测对象类型 三类户类型",
            "风险是否已消除": "风险是否消除 风险是否已消除0",
            "识别监测时间": "风险识别时间 识别时间 纳入时间",
            "消除监测时间": "风险消除时间 消除时间",
            "致返贫风险1": "致贫/返贫风险1 风险1",
            "是否享受低保": "享受低保政策情况 是否低保",
        },
    ),
}
SPELT = [
    (key, name, spelling)
    for key, (_, fields) in LISTS.items()
    for name, spellings in fields.items()
    for spelling in spellings.split()
]


@pytest.mark.parametrize(("key", "name", "spelling"), SPELT)
def test_a_column_is_known_by_its_hand_spellings(key, name, spelling):
    """Put among the plain headings of its form, a hand spelling names its field."""
    header = [h for h in LISTS[key][0].split() if h != name] + [spelling]
    required = [n for n in VOCABULARY.form(key).required if n not in [*header, name]]
    reading = seen([*header, *required], ["x"] * (len(header) + len(required)))
    assert form_of(reading) == key
    assert name in reading.tables[0].letters


FULL_LISTS = {
    "members": (
        "省 市 县 乡 村 户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码 民族 户联系电话 成员联系电话 年度 与户主关系 "
        "文化程度 在校生状况 劳动技能 务工时间（月） 健康状况 政治面貌 务工企业名称 是否享受低保 是否参加城镇职工基本养老保险 "
        "是否参加大病保险 是否参加新型农村合作医疗（城乡居民基本医疗保险） 是否参加城乡居民基本养老保险 失学或辍学原因 "
        "是否会讲普通话 是否参加商业补充医疗保险 是否国外务工 产业分类 是否接受大病医疗救助 是否接受其他健康扶贫 "
        "公益性岗位类型 公益性岗位(月数) 就业渠道 残疾类别 务工所在地 户主姓名 户主证件号码 "
        "是否参加城镇职工基本医疗保险 是否特困供养人员 残疾证办证年度 识别标准"
    ),
    "register": (
        "县(市、区、旗) 乡(镇) 行政村 户编号 人口编号 姓名 证件类型 证件号码 性别 出生日期 民族 户联系电话 家庭人口数 与户主关系 "
        "文化程度 在校生状况 健康状况 劳动技能 务工所在地 务工时间（月） 享受低保政策情况 享受特困供养政策情况 户类型 "
        "监测对象类别 致贫/返贫风险1 致贫/返贫风险2 因自然灾害子项 识别监测时间 风险是否已消除 消除监测时间 风险消除方式 "
        "整户无劳动能力兜底保障户 实施开发式帮扶措施情况 帮扶责任人 纯收入（元） 人均纯收入（元） 是否危房户 是否解决安全饮用水"
    ),
}


@pytest.mark.parametrize("key", FULL_LISTS)
def test_every_heading_of_a_system_export_is_known(key):
    """Below two rows of title, each heading of an export has a field of its own."""
    header = FULL_LISTS[key].split()
    reading = seen(["监测对象信息"], ["导出时间：2023-05-31"], header, ["1"] * len(header))
    assert form_of(reading) == key
    assert faults_met(reading).isdisjoint({"T03", "T05"})


def test_the_values_of_an_export_are_read_as_the_system_writes_them():
    """Months with a decimal point, and household columns that stand once a person."""
    header = columns_of(
        "户编号 姓名 证件号码 与户主关系 户类型 监测对象类别 识别监测时间 风险是否已消除0"
    )
    rows = [["1001", "张1", NOBODY, "户主", "脱贫户", "脱贫不稳定户", "202303.0", "否"]]
    reading = seen(["导出"], ["导出时间：2023-05-31"], header, *rows)
    assert form_of(reading) == "register"
    row = first_row(reading)
    assert (row["识别监测时间"], row["风险是否已消除"]) == ("2023-03", False)


# ------------------------------------------------------------------ 附件1 as villages hand it in

CODES = [name for name in VOCABULARY.form("submitted").fields if name[1:].isdigit()]
UPPER = [
    ["序号", "乡镇场", "排查农户情况", *[None] * 7, "新识别监测对象情况", *[None] * 7, "拟回退监测对象情况", None, "拟清退监测对象情况", None],
    [None, None, "合计", None, "其中", None, "其中", None, None, None, "合计", None, "其中", *[None] * 9],
    [None, None, "总户数", "总人数", "监测对象", None, "入户排查", None, "微信、电话等排查", None, "总户数", "总人数", "脱贫不稳定户", None,
     "边缘易致贫户", None, "突发严重困难户", *[None] * 5],
    [*[None] * 4, *["户数", "人数"] * 3, None, None, *["户数", "人数"] * 5],
]  # fmt: skip
MERGES = [
    ((0, 2), (0, 9)), ((0, 10), (0, 17)), ((0, 18), (2, 19)), ((0, 20), (2, 21)), ((1, 2), (1, 3)), ((1, 4), (1, 5)),
    ((1, 6), (1, 9)), ((1, 10), (1, 11)), ((1, 12), (1, 17)), ((2, 4), (2, 5)), ((2, 6), (2, 7)), ((2, 8), (2, 9)),
    ((2, 12), (2, 13)), ((2, 14), (2, 15)), ((2, 16), (2, 17)),
    *(((2, column), (3, column)) for column in (2, 3, 10, 11)), *(((0, column), (3, column)) for column in (0, 1)),
]  # fmt: skip


@pytest.mark.parametrize("code_row", [[[None, None, *CODES]], []], ids=["codes", "no codes"])
def test_annex_1_is_known_with_its_code_row_and_without(code_row):
    """Where a village left the code row out, each heading counts with the one above it."""
    reading = seen(*UPPER, *code_row, [1, "石桥村", *range(20, 40)], merges=MERGES)
    assert form_of(reading) == "submitted"
    assert [first_row(reading)[code] for code in CODES] == list(range(20, 40))


def test_annex_1_in_one_row_of_headings_is_known():
    """Headings that hold it all in one cell name the same codes."""
    header = columns_of(
        "序号 村 排查总户数 排查总人数 监测对象户数 监测对象人数 入户排查户数 入户排查人数 电话微信排查户数 电话微信排查人数 "
        "新识别户数 新识别人数 脱贫不稳定户户数 脱贫不稳定户人数 边缘易致贫户户数 边缘易致贫户人数 突发严重困难户户数 "
        "突发严重困难户人数 拟回退户数 拟回退人数 拟清退户数 拟清退人数"
    )
    reading = seen(header, [1, "石桥村", *range(20, 40)])
    assert [first_row(reading)[code] for code in CODES] == list(range(20, 40))


def test_a_village_list_with_households_and_persons_under_one_heading_is_known():
    """户数 below 脱贫户 is not the village's own number of households."""
    upper = ["村", "村类型", "总户数", "总人口", "脱贫户", None, "监测对象", None]
    lower = [None, None, None, None, "户数", "人数", "户数", "人数"]
    merges = [((0, 4), (0, 5)), ((0, 6), (0, 7)), *(((0, i), (1, i)) for i in range(4))]
    reading = seen(upper, lower, ["石桥村", "面上村", 300, 900, 40, 130, 5, 12], merges=merges)
    row = first_row(reading)
    assert form_of(reading) == "villages"
    names = ("总户数", "总人口", "脱贫户数", "脱贫人口", "监测户数", "监测人数")
    assert [row[name] for name in names] == [300, 900, 40, 130, 5, 12]


# ------------------------------------------------------------------ departments' lists

CLUES = [
    ("序号 村 户主姓名 身份证号 家庭人口 保障人数 低保类别 月保障金额 批准日期", {}, "民政部门", "农村低保"),
    ("序号 村 申请人姓名 身份证号码 与户主关系 保障金额", {"表的标题": "2023年农村低保对象花名册"}, "民政部门", "农村低保"),
    ("姓名 证件号码 村", {"文件名": "3-云岭乡2023年5月份农村低保新申请表"}, "民政部门", "新申请低保"),
    ("户主姓名 身份证号 低保类别 保障人数", {"表的标题": "新增农村低保对象名单"}, "民政部门", "新申请低保"),
    ("姓名 身份证号码 供养方式 享受时间", {}, "民政部门", "特困供养"),
    ("姓名 身份证号", {"工作表名": "特困"}, "民政部门", "特困供养"),
    ("姓名 身份证号 村", {"文件名": "低保边缘家庭名单"}, "民政部门", "低保边缘家庭"),
    ("患者姓名 身份证号 医院 病种 总费用 报销金额 个人自付金额", {"文件夹名": "医保局"}, "医保部门", "大额医疗自付"),
    ("参保人姓名 证件号码 合规自付金额 出院日期", {}, "医保部门", "大额医疗自付"),
    ("姓名 身份证号 病种", {"表的标题": "大病患者名单"}, "卫健部门", "大病慢病"),
    ("姓名 性别 残疾证号 残疾类别 残疾等级 办证日期", {}, "残联", "残疾"),
    ("持证人姓名 身份证号 残疾类别 残疾级别 监护人 联系电话", {}, "残联", "残疾"),
    ("学生姓名 身份证号 学校 年级 退学时间 退学原因", {}, "教育部门", "失学辍学"),
    ("姓名 身份证号 村", {"文件名": "控辍保学疑似辍学学生"}, "教育部门", "失学辍学"),
    ("户主 身份证号码 村 鉴定等级 鉴定时间", {}, "住建部门", "住房安全"),
    ("姓名 身份证号", {"表的标题": "农村危房改造对象名单"}, "住建部门", "住房安全"),
    ("户主姓名 证件号码 饮水困难情况", {}, "水利部门", "饮水安全"),
    ("姓名 身份证号 村", {"文件名": "未参加医保人员名单"}, "医保部门", "未参保"),
    ("姓名 身份证号 未参保原因", {}, "医保部门", "未参保"),
    ("姓名 身份证号 船号 转产就业情况", {}, "农业农村部门", "退捕渔民"),
    ("姓名 身份证号 村", {"文件夹名": "退捕渔民"}, "农业农村部门", "退捕渔民"),
    ("姓名 身份证号 失业时间 失业原因", {}, "人社部门", "失业返乡"),
    ("姓名 身份证号 受灾类型 受灾时间 损失金额", {}, "应急部门", "因灾"),
    ("姓名 身份证号 村", {"表的标题": "县民政局移交的残疾人名单"}, "民政部门", "残疾"),
    ("姓名 身份证号", {"表的标题": "低保、特困人员名单"}, "民政部门", "农村低保、特困供养"),
    ("姓名 身份证号", {"表的标题": "低保、特困人员名单", "工作表名": "特困"}, "民政部门", "特困供养"),
    ("姓名 身份证号 村 金额", {}, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("header", "around", "source", "kind"), CLUES)
def test_a_departments_list_is_told_by_its_columns_or_by_what_is_written_around_it(
    header, around, source, kind
):
    """Title, sheet, file and folder name say what people are listed for, where no column does."""
    file = f"{around.get('文件夹名', '收到')}/{around.get('文件名', '名单')}.xlsx"
    title = [[around["表的标题"]]] if "表的标题" in around else []
    names = columns_of(header)
    cells = [NOBODY if "证" in n and "等级" not in n and "证日期" not in n else "1" for n in names]
    cells[next(i for i, n in enumerate(names) if "姓名" in n or n == "户主")] = "张1"
    reading = seen(*title, names, cells, file=file, name=around.get("工作表名", "Sheet1"))
    assert form_of(reading) == "clues"
    row = first_row(reading)
    assert (row["姓名"], row["证件号码"]) == ("张1", NOBODY)
    assert (row.get("线索来源"), row.get("线索类型")) == (source, kind)
    assert ("T20" if kind else "T21") in faults_met(reading)


def test_a_departments_own_columns_are_kept():
    """Where the list says itself what it is about, nothing else is asked."""
    header = columns_of("姓名 证件号码 部门 预警类型 个人自付金额")
    reading = seen(["低保名单"], header, ["张1", NOBODY, "县医保局", "大额", "12000"])
    row = first_row(reading)
    assert (row["线索来源"], row["线索类型"], row["金额"]) == ("县医保局", "大额", 12000)
    assert faults_met(reading).isdisjoint({"T20", "T21", "T23", "T24"})


def test_the_head_and_the_person_of_a_list_are_told_apart():
    """Where both are named, the person is the one whom the list is about."""
    header = columns_of("户主姓名 户主身份证号 姓名 身份证号 残疾类别")
    row = first_row(seen(header, ["张1", NOBODY, "张2", resident_id(2), "肢体"]))
    assert (row["姓名"], row["证件号码"], row["户主姓名"]) == ("张2", resident_id(2), "张1")


def test_persons_below_the_merged_name_of_their_head_are_persons():
    """A head's name merged down over the family takes nobody out of a list of persons."""
    header = columns_of("户主姓名 姓名 证件号码 与户主关系 性别 健康状况 劳动技能")
    rows = [
        ["张1", "张1", NOBODY, "户主", "男", "健康", "普通劳动力"],
        ["", "张2", resident_id(2), "妻", "女", "良好", "无"],
    ]
    reading = seen(header, *rows, merges=[((1, 0), (2, 0))])
    assert reading.tables[0].frame["姓名"].to_list() == ["张1", "张2"]


def test_monitored_households_in_one_row_each_are_the_register():
    """A list of heads with what the register says of them is no roster."""
    header = columns_of(
        "村 户编号 户主姓名 户主证件号码 家庭人口数 户类型 监测对象类别 风险是否已消除 识别监测时间"
    )
    row = ["石桥村", "1", "张1", NOBODY, 3, "脱贫户", "脱贫不稳定户", "否", "202303"]
    reading = seen(header, row)
    assert form_of(reading) == "register"
    assert first_row(reading)["证件号码"] == NOBODY


@pytest.mark.parametrize(
    ("header", "title", "form", "fault"),
    [
        ("序号 姓名 证件号码 村", "名单", "clues", "T24"),
        ("序号 村 组 户主姓名 身份证号 家庭人口", "石桥村农户花名册", "roster", "T23"),
        ("序号 村 组 户主姓名 身份证号 家庭人口", "石桥村", "", "T02"),
        ("序号 村 户主姓名 身份证号 家庭人口", "云岭乡拟回退监测对象名单", "decisions", "T23"),
        ("姓名 身份证号 与户主关系 性别", "石桥村", "members", "T04"),
        ("序号 姓名 职务 联系电话", "教育局通讯录", "", "T01"),
        ("姓名 身份证号 甲项 乙项 丙项", "石桥村", "", "T02"),
        ("姓名 身份证号 甲项 乙项 丙项", "低保名单", "", "T02"),
        ("姓名 身份证号 甲项 乙项", "低保名单", "clues", "T23"),
        ("户主姓名 身份证号 家庭人口 甲项 乙项 丙项 丁项", "石桥村花名册", "", "T02"),
    ],
)
def test_a_list_without_a_telling_header_is_taken_as_named_or_refused(header, title, form, fault):
    """Words name it; with none only a bare list of persons is taken, and that is said."""
    names = columns_of(header)
    cells = [NOBODY if "证" in name else "张1" if "姓名" in name else "3" for name in names]
    reading = seen([title], names, cells)
    assert form_of(reading) == form
    assert fault in faults_met(reading)


def test_a_list_of_proposals_takes_its_kind_from_the_title():
    """拟清退 stands over the list and not in it."""
    header = columns_of("村 户主姓名 证件号码 家庭人口 理由 党委研究日期")
    reading = seen(
        ["拟清退监测对象名单"], header, ["石桥村", "张1", NOBODY, 3, "误识别", "2023-06-05"]
    )
    assert form_of(reading) == "decisions"
    assert first_row(reading)["拟办意见"] == "拟清退"


@pytest.mark.parametrize(
    ("header", "paper"),
    [
        (
            "县 乡 行政村 户编号 姓名 证件号码 户类型 务工所在地 务工企业名称 月收入 开始时间 结束时间",
            "务工监测信息",
        ),
        ("县 乡 行政村 户编号 姓名 证件号码 户类型 计划务工地点 计划外出时间", "务工监测信息"),
        (
            "县(市、区、旗) 乡(镇) 行政村 户编号 户主姓名 证件号码 户类型 耕地面积 林地面积 是否有卫生厕所",
            "户信息（乡村建设）",
        ),
    ],
)
def test_an_export_of_no_use_is_named_and_taken_for_nothing(header, paper):
    """A month's report of who works where is neither a roster nor a list of members."""
    reading = seen([paper], ["导出"], columns_of(header), ["1"] * len(columns_of(header)))
    assert form_of(reading) == ""
    assert [met.words["表"] for met in reading.met if met.fault == "T22"] == [paper]


def test_every_paper_of_the_sample_township_is_what_it_is():
    """Whatever hand wrote it, no ledger, roster or export is taken for a department's list."""
    taken = {
        str(path.relative_to(TOWNSHIP)): {
            form_of(reading) for reading in reader().read_all(book.sheets) if reading.tables
        }
        for path, book in (
            (path, open_workbook(path, str(path.relative_to(TOWNSHIP))))
            for path in sorted(TOWNSHIP.rglob("*.*"))
        )
    }
    lists = {file for file, forms in taken.items() if "clues" in forms}
    ledgers = {file for file, forms in taken.items() if "ledger" in forms}
    assert {file.partition("/")[0] for file in lists} == {"部门线索"}
    assert {file.partition("/")[0] for file in ledgers} == {"台账"}
    assert all(len(forms) <= 1 for forms in taken.values())


@pytest.mark.parametrize("title", ["低保户排查台账", "县民政局", "残疾人", "拟回退", "花名册"])
def test_no_title_makes_a_ledger_anything_else(title):
    """A ledger is a ledger under whatever title, in whatever folder."""
    reading = seen([title], OFFICIAL, household(1), name=title, file=f"{title}/{title}.xlsx")
    assert form_of(reading) == "ledger"


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("title", ["低保", "花名册", "医保局残疾人名单"])
def test_no_title_makes_another_form_a_list_of_clues(key, title):
    """The columns of a form count before the words around it."""
    header = columns_of(LISTS[key][0])
    required = [n for n in VOCABULARY.form(key).required if n not in header]
    reading = seen([title], [*header, *required], ["1"] * (len(header) + len(required)), name=title)
    assert form_of(reading) == key


def test_a_heading_of_its_own_name_counts_before_another_spelling():
    """监测对象类型 beside 拟纳入监测类型 is what the household is, not what it shall be."""
    header = [*OFFICIAL[:7], "监测对象类型", *OFFICIAL[7:]]
    row = household(1, 拟纳入监测类型="3")
    reading = seen(header, [*row[:7], "1", *row[7:]])
    assert first_row(reading)["拟纳入监测类型"] == "突发严重困难户"
    assert "T05" in faults_met(reading)


# ------------------------------------------------------------------ what words tell


@pytest.mark.parametrize(
    ("columns", "texts", "said"),
    [
        (["姓名"], {"文件名": "低保边缘"}, ("低保边缘家庭", "文件名")),
        (["姓名", "残疾证号"], {"文件名": "低保"}, ("残疾", BY_COLUMNS)),
        (["姓名", "低保类别"], {"表的标题": "新申请低保"}, ("新申请低保", "表的标题")),
        (["姓名", "低保类别", "残疾类别"], {"工作表名": "残疾"}, ("残疾", "工作表名")),
        (["姓名", "低保类别", "残疾类别"], {}, ("农村低保、残疾", BY_COLUMNS)),
        (["姓名"], {"表的标题": "低 保 名 单"}, ("农村低保", "表的标题")),
        (["姓名"], {"文件名": "名单"}, None),
        (["姓名", "线索类型"], {"文件名": "低保"}, None),
    ],
)
def test_columns_tell_before_words_and_agree_with_them(columns, texts, said):
    """Of several kinds the one that columns and a title both name counts."""
    assert KINDS.told("clues", columns, texts).get("线索类型") == said


def test_every_word_tells_fields_of_its_form_and_one_thing():
    """No word stands twice, and what it tells are fields that its form has."""
    words = [word for one in KINDS.entries for word in one.words]
    assert len(words) == len(set(words))
    for one in KINDS.entries:
        assert one.values.keys() <= set(VOCABULARY.form(one.form).columns)
    for one in KINDS.bare.values():
        columns = set(VOCABULARY.form(one.form).columns)
        assert {*one.required, *one.alone, *one.alone_required} <= columns
    for one in KINDS.stand_ins:
        assert {*one.columns, *one.columns.values()} <= set(VOCABULARY.form(one.form).columns)
    for one, _ in KINDS.papers:
        assert set(one.not_for) <= VOCABULARY.forms.keys()


@pytest.mark.parametrize("key", VOCABULARY.forms)
def test_no_answer_is_a_heading_by_which_the_form_is_told(key):
    """A household whose cells are all text is never taken for another header."""
    form = VOCABULARY.form(key)
    columns = [VOCABULARY.field(name) for name in form.columns]
    answers = {text for field in columns for text in (*field.yes, *field.no)}
    for field in columns:
        items = VOCABULARY.code_list(field.codes).items if field.codes else ()
        answers.update(text for item in items for text in (item.word, *item.spellings))
    for name in form.signature:
        field = VOCABULARY.field(name)
        assert answers.isdisjoint((field.name, *field.aliases, *field.inverse)), name
