"""The shipped definitions hold together, and say what the notice says."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from dataclasses import fields as attributes
from datetime import date
from itertools import combinations, pairwise, permutations, product
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest

from fanpin_analysis.intake.cells import squeezed
from fanpin_analysis.intake.recognition import compact, spellings
from fanpin_analysis.policy.expressions import parse
from fanpin_analysis.policy.in_force import load_policy
from fanpin_analysis.policy.loading import SHIPPED
from fanpin_analysis.policy.parameters import load_parameters
from fanpin_analysis.policy.rulebook import terms_of
from fanpin_analysis.policy.vocabulary import CodeItem, CodeList, Field, Form, load_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from fanpin_analysis.policy.vocabulary import Vocabulary

NOTICE_LEDGER = (
    "序号 乡镇场 村（社区） 户主姓名 户主证件号码 家庭人口数 户属性 排查方式 是否有住房安全问题 "
    "是否有义务教育阶段失学辍学问题 是否有家庭成员未参加基本医疗保险 是否有饮水安全问题 其他问题 "
    "是否存在致返贫风险 致返贫风险类型 拟纳入监测类型 核查人签字"
)
NOTICE_CODES = "A1 A2 A3 A4 A7 A8 A9 A10 B1 B2 B3 B4 B5 B6 B7 B8 C1 C2 D1 D2"
KINDS = "脱贫不稳定户 边缘易致贫户 突发严重困难户"
NOTICE_HEADER = (
    "序号 乡镇场 排查农户情况 新识别监测对象情况 拟回退监测对象情况 拟清退监测对象情况",
    "合计 其中 其中 合计 其中",
    f"总户数 总人数 监测对象 入户排查 微信、电话等排查 总户数 总人数 {KINDS}",
    "户数 人数 户数 人数 户数 人数 户数 人数 户数 人数 户数 人数 户数 人数 户数 人数",
)
NOTICE_RECTIFICATION = "序号 具体问题 整改责任人及联系电话 整改措施 整改情况 完成时限 备注"
# the person's own column stands before the household's, and has the spellings that both go by
SHARED = {("证件号码", "户主证件号码"), ("家庭人口数", "年度家庭人口数")}
PERSONAL_TYPES = {"id": "id", "phone": "phone"}
STATUSES = {"原文", "地方", "自拟"}
PARAMETER_FILES = sorted((SHIPPED / "parameters").glob("*.toml"))

VOCABULARY = load_vocabulary()
FORMS = list(VOCABULARY.forms)
CODE_LISTS = list(VOCABULARY.code_lists)


@pytest.fixture
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    return VOCABULARY


def raw(name: str) -> dict[str, Any]:
    """Return a file of definitions as it is written."""
    return tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))


def claims(form: Form, vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Return, by spelling, the fields of a form that go by it; a field's own name is its alone."""
    columns = [vocabulary.field(name) for name in form.columns]
    own = {compact(field.name) for field in columns}
    claimed = defaultdict(set)
    for field in columns:
        for text in (*field.aliases, *field.inverse):
            for spelling in spellings(text):
                claimed[spelling].add(field.name)
    return {spelling: names for spelling, names in claimed.items() if spelling not in own}


# ------------------------------------------------------------------ fields


def test_names_can_be_written_in_a_rule(vocabulary: Vocabulary) -> None:
    """Every field's name is a Python identifier in the form in which Python compares it."""
    names = [
        *vocabulary.fields,
        *(p.name for p in load_parameters("湖南", date(2023, 6, 2)).values()),
    ]
    assert [name for name in names if not name.isidentifier()] == []
    assert [name for name in names if normalize("NFKC", name) != name] == []


def test_each_field_is_declared_once() -> None:
    """A name that stands twice in fields.toml would silently lose its first entry."""
    entries = {"field": "name", "list": "name", "form": "key"}
    files = {"field": "fields.toml", "list": "code_lists.toml", "form": "forms.toml"}
    for kind, key in entries.items():
        counted = Counter(entry[key] for entry in raw(files[kind])[kind])
        assert [name for name, times in counted.items() if times > 1] == []


def test_everything_rests_on_a_clause(vocabulary: Vocabulary) -> None:
    """No field, code list, form or pair of codes is without its source."""
    declared = [
        *vocabulary.fields.values(),
        *vocabulary.code_lists.values(),
        *vocabulary.forms.values(),
        *vocabulary.form("submitted").pairs,
    ]
    assert [entry for entry in declared if not entry.clause.strip()] == []


@pytest.mark.parametrize(
    ("file", "kind", "cls"),
    [
        ("fields.toml", "field", Field),
        ("code_lists.toml", "list", CodeList),
        ("forms.toml", "form", Form),
    ],
)
def test_no_key_is_unknown(file: str, kind: str, cls: type) -> None:
    """A misspelt key in a definition would otherwise do nothing and say nothing."""
    known = {attribute.name for attribute in attributes(cls)}
    for entry in raw(file)[kind]:
        assert entry.keys() <= known
    if cls is CodeList:
        items = [item for entry in raw(file)[kind] for item in entry["items"]]
        assert set().union(*items) <= {attribute.name for attribute in attributes(CodeItem)}


def test_every_field_is_on_a_form_or_derived(vocabulary: Vocabulary) -> None:
    """A declared field that no form carries is a column joined to the household, and says so."""
    carried = {name for form in vocabulary.forms.values() for name in form.columns}
    loose = [field for name, field in vocabulary.fields.items() if name not in carried]
    assert [field.name for field in loose if not field.note] == []


def test_only_a_code_field_names_a_code_list(vocabulary: Vocabulary) -> None:
    """Code fields have a list, the others have none."""
    for field in vocabulary.fields.values():
        assert bool(field.codes) == (field.type in ("code", "codes")), field.name


def test_no_answer_of_a_column_means_both_yes_and_no(vocabulary: Vocabulary) -> None:
    """The answers of one column do not contradict each other, nor the general ones."""
    yes, no = (
        {squeezed(text) for text in (item.word, *item.spellings)}
        for item in vocabulary.code_list("是否").items
    )
    for field in vocabulary.fields.values():
        if field.type == "boolean":
            own_yes, own_no = (set(map(squeezed, texts)) for texts in (field.yes, field.no))
            assert not (yes | own_yes) & (no | own_no), field.name


def test_polarity_is_never_guessed(vocabulary: Vocabulary) -> None:
    """A heading that says neither problem nor guarantee counts only below one that does."""
    ledger = vocabulary.form("ledger")
    known = claims(ledger, vocabulary)
    for heading in (
        "住房安全",
        "住房",
        "义务教育",
        "基本医疗",
        "医疗保险",
        "饮水安全",
        "饮水",
        "其他",
    ):
        assert heading not in known
    assert "住房安全" in vocabulary.field("是否有住房安全问题").under["问题"]


def test_questions_of_the_opposite_are_marked(vocabulary: Vocabulary) -> None:
    """The guarantees of form 3 are the opposite of the problems of form 2."""
    opposite = {
        "住房有保障": "是否有住房安全问题",
        "住房是否安全": "是否有住房安全问题",
        "饮水有保障": "是否有饮水安全问题",
        "饮水是否安全": "是否有饮水安全问题",
        "是否全部参加基本医疗保险": "是否有家庭成员未参加基本医疗保险",
        "是否全员参保": "是否有家庭成员未参加基本医疗保险",
    }
    for heading, name in opposite.items():
        assert heading in vocabulary.field(name).inverse
        assert heading not in vocabulary.field(name).aliases


def test_personal_fields_are_masked(vocabulary: Vocabulary) -> None:
    """Names, IDs, phones, accounts, free text and signatures are never shown as they are."""
    expected = {
        "户主姓名": "name",
        "户主证件号码": "id",
        "核查人签字": "name",
        "其他问题": "text",
        "联系方式": "phone",
        "备注": "text",
        "姓名": "name",
        "证件号码": "id",
        "银行账号": "account",
        "所患病种": "text",
        "残疾类别": "text",
        "健康状况": "text",
        "判定理由": "text",
        "家庭成员签字": "name",
        "整改责任人及联系电话": "text",
    }
    assert {name: vocabulary.field(name).mask for name in expected} == expected
    for field in vocabulary.fields.values():
        assert field.mask == PERSONAL_TYPES.get(field.type, field.mask), field.name
        if field.name.endswith(("签字", "姓名")):
            assert field.mask == "name", field.name


# ------------------------------------------------------------------ code lists


def test_code_lists_are_the_ones_that_fields_name(vocabulary: Vocabulary) -> None:
    """Every list that a field names is declared, and every declared list is used.

    A kind of list is any text, and a conclusion is no field.
    """
    named = {field.codes for field in vocabulary.fields.values() if field.codes}
    assert named | {"是否", "线索类型", "研判结论"} == set(vocabulary.code_lists)


@pytest.mark.parametrize("name", CODE_LISTS)
def test_a_spelling_means_one_answer(vocabulary: Vocabulary, name: str) -> None:
    """No two answers of a list share a number, a word or a spelling."""
    meanings = defaultdict(set)
    for item in vocabulary.code_list(name).items:
        for text in filter(None, (item.code, item.word, *item.spellings)):
            meanings[squeezed(text)].add(item.word)
    assert {text: words for text, words in meanings.items() if len(words) > 1} == {}


def test_a_blank_word_is_an_answer_only_where_a_column_gives_it_a_meaning(
    vocabulary: Vocabulary,
) -> None:
    """无 is an empty cell, but 否 where 是 or 否 is asked and 无劳动力 where labour is."""
    blanks = set(map(squeezed, vocabulary.blanks))
    meant = {
        (name, item.word)
        for name, answers in vocabulary.code_lists.items()
        for item in answers.items
        if not blanks.isdisjoint(map(squeezed, (item.word, *item.spellings)))
    }
    assert meant == {("是否", "否"), ("劳动技能", "无劳动力")}


def test_answers_of_several_are_told_apart(vocabulary: Vocabulary) -> None:
    """In a cell of several answers no word hides in another, and none holds the separator."""
    several = {field.codes for field in vocabulary.fields.values() if field.type == "codes"}
    for name in several:
        words = vocabulary.code_list(name).words
        assert [pair for pair in permutations(words, 2) if pair[0] in pair[1]] == [], name
        assert [word for word in words if "、" in word] == [], name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("户属性", "脱贫户 监测对象 档外农户"),
        ("排查方式", "入户排查 电话、微信等排查"),
        (
            "致返贫风险类型",
            "因病 因学 因残 因自然灾害 因意外事故 因产业项目失败 因务工就业不稳 缺劳动力 其他",
        ),
        ("拟纳入监测类型", KINDS),
    ],
)
def test_ledger_codes_are_numbered_as_on_the_form(
    vocabulary: Vocabulary, name: str, words: str
) -> None:
    """The numbers printed under form 2 mean what the form says."""
    items = vocabulary.code_list(name).items
    assert [item.word for item in items] == words.split()
    assert [item.code for item in items] == [str(n) for n in range(1, len(items) + 1)]


def test_six_groups_know_their_official_sentences(vocabulary: Vocabulary) -> None:
    """A village that copies the printed sentence of form 3 is understood."""
    spelt = {text for item in vocabulary.code_list("六类人群").items for text in item.spellings}
    assert len(vocabulary.code_list("六类人群").items) == 6
    assert "收入较低或下降明显的，特别是去年收入低于1万元且不升反降的脱贫户" in spelt
    assert "2023年以来有新申请的农村低保对象、分散供养特困人员、低保边缘家庭" in spelt


# ------------------------------------------------------------------ forms


def test_every_paper_has_its_form(vocabulary: Vocabulary) -> None:
    """There is one form for each frame of an intake."""
    assert set(vocabulary.forms) == {
        "ledger", "portraits", "rectification", "submitted", "register", "members",
        "incomes", "villages", "roster", "clues", "decisions",
    }  # fmt: skip


@pytest.mark.parametrize("key", FORMS)
def test_a_form_holds_together(vocabulary: Vocabulary, key: str) -> None:
    """The fields a form names exist, stand once, and can recognise it."""
    form = vocabulary.form(key)
    assert set(form.columns) <= vocabulary.fields.keys()
    assert len(form.columns) == len(set(form.columns))
    assert {*form.required, *form.signature, *form.mandatory, *form.widths} <= set(form.columns)
    assert 1 <= form.least <= len(form.signature)


@pytest.mark.parametrize("key", FORMS)
def test_a_spelling_is_claimed_by_one_field(vocabulary: Vocabulary, key: str) -> None:
    """A heading stands for one field of a form; only a person's ID goes before the head's."""
    form = vocabulary.form(key)
    for spelling, names in claims(form, vocabulary).items():
        if len(names) > 1:
            assert tuple(sorted(names, key=form.columns.index)) in SHARED, spelling


def test_ledger_has_the_17_columns_of_the_notice(vocabulary: Vocabulary) -> None:
    """Form 2 is printed with its 17 headings, in the official order."""
    form = vocabulary.form("ledger")
    assert len(form.fields) == 17
    assert [cell.text for cell in form.header] == NOTICE_LEDGER.split()
    assert [cell.columns for cell in form.header] == [(name, name) for name in form.fields]
    assert set(form.widths) == set(form.fields)


def test_rectification_has_the_columns_of_the_notice(vocabulary: Vocabulary) -> None:
    """Form 4 has seven columns."""
    assert list(vocabulary.form("rectification").fields) == NOTICE_RECTIFICATION.split()


def test_annex_1_has_20_codes_and_no_more(vocabulary: Vocabulary) -> None:
    """The codes are those of the notice, where A5 and A6 do not exist, each in one pair."""
    form = vocabulary.form("submitted")
    assert list(form.fields) == ["序号", "乡镇场", *NOTICE_CODES.split()]
    assert [code for pair in form.pairs for code in pair.codes] == NOTICE_CODES.split()
    assert {"A5", "A6"}.isdisjoint(vocabulary.fields)
    assert set(form.widths) == set(form.fields)


def test_annex_1_header_tiles_its_columns(vocabulary: Vocabulary) -> None:
    """The printed cells cover 22 columns and four rows without gap or overlap."""
    form = vocabulary.form("submitted")
    place = {name: number for number, name in enumerate(form.fields)}
    covered = Counter(
        spot
        for cell in form.header
        for spot in product(
            range(place[cell.columns[0]], place[cell.columns[1]] + 1),
            range(cell.rows[0], cell.rows[1] + 1),
        )
    )
    assert covered == Counter(product(range(22), range(1, 5)))


def test_annex_1_header_reads_as_the_notice(vocabulary: Vocabulary) -> None:
    """Row by row the header has the texts of the notice, from left to right."""
    form = vocabulary.form("submitted")
    for number, texts in enumerate(NOTICE_HEADER, start=1):
        cells = [cell for cell in form.header if cell.rows[0] == number]
        cells.sort(key=lambda cell: form.fields.index(cell.columns[0]))
        assert [cell.text for cell in cells] == texts.split()


def test_annex_1_filters_are_expressions(vocabulary: Vocabulary) -> None:
    """What a pair counts can be parsed, over fields of the table that it counts."""
    terms = terms_of(vocabulary, ())
    for pair in vocabulary.form("submitted").pairs:
        columns = vocabulary.form(pair.table).columns
        if pair.where:
            assert set(parse(pair.where, terms, pair.label).names) <= set(columns)


def test_annex_1_identities_are_those_of_the_note(vocabulary: Vocabulary) -> None:
    """The identities are the ones printed under the form, and parse."""
    form = vocabulary.form("submitted")
    printed = form.notes[0].removeprefix("备注：").removesuffix("。").replace(";", ",").split(",")
    assert [text.replace(" ", "").replace("==", "=") for text in form.identities] == printed
    for text in form.identities:
        assert set(parse(text, terms_of(vocabulary, ()), text).names) <= set(form.fields)


# ------------------------------------------------------------------ parameters and schedule


@pytest.mark.parametrize("path", PARAMETER_FILES, ids=lambda path: path.stem)
def test_parameters_are_dated_cited_and_marked(path: Path) -> None:
    """Each value has first and last day, a clause and a status, and no two are in force at once."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert content.keys() == {"province", "parameter"}
    assert len({entry["name"] for entry in content["parameter"]}) == len(content["parameter"])
    for entry in content["parameter"]:
        assert {"name", "unit", "values"} <= entry.keys() <= {"name", "unit", "note", "values"}
        values = sorted(entry["values"], key=lambda value: value["from"])
        for value in values:
            assert value.keys() - {"note"} == {"from", "until", "value", "clause", "status"}
            assert value["from"] <= value["until"]
            assert value["clause"]
            assert value["status"] in STATUSES
        assert all(former["until"] < later["from"] for former, later in pairwise(values))


def test_province_stands_in_one_file() -> None:
    """Each province has one file, and the nation one."""
    provinces = [tomllib.loads(p.read_text(encoding="utf-8"))["province"] for p in PARAMETER_FILES]
    assert len(provinces) == len(set(provinces))
    assert "" in provinces


def test_only_our_own_bounds_are_national() -> None:
    """What no document sets is marked 自拟; no official value is passed off as valid everywhere."""
    values = [
        value for entry in raw("parameters/national.toml")["parameter"] for value in entry["values"]
    ]
    assert {value["status"] for value in values} == {"自拟"}


def test_the_notice_is_in_force_by_default() -> None:
    """Without province and date, the round of the notice is screened: Hunan, June 2023."""
    policy = load_policy()
    assert (policy.parameters.province, policy.parameters.on) == ("湖南", date(2023, 6, 2))
    figures = {
        name: value.value for name, value in policy.parameters.items() if value.status == "原文"
    }
    assert figures == {"监测线": 7500, "低收入线": 10000, "面上村脱贫人口": 200}


def test_deadlines_name_paper_day_and_both_ends() -> None:
    """Each deadline says what is due, when, from whom to whom, and where that is written."""
    for entry in raw("schedule.toml")["deadline"]:
        assert all(entry[key] for key in ("paper", "giver", "receiver", "clause"))
        days = [entry[key] for key in ("date", "from", "until") if key in entry]
        assert len(days) in (1, 2)
        assert ("date" in entry) == (len(days) == 1)
        assert days == sorted(days)


# ------------------------------------------------------------------ words of rows that are no data


def test_row_words_are_no_column_values(vocabulary: Vocabulary) -> None:
    """No word of a total or an example is the word of a code list."""
    words = {word for listed in vocabulary.code_lists.values() for word in listed.words}
    marks = {*vocabulary.row_words.totals, *vocabulary.row_words.examples}
    assert words.isdisjoint(marks)


def test_longer_village_suffixes_come_first(vocabulary: Vocabulary) -> None:
    """A suffix that ends in another is tried before it, so nothing of it stays behind."""
    suffixes = vocabulary.row_words.village_suffixes
    for first, later in combinations(suffixes, 2):
        assert not later.endswith(first), (first, later)
