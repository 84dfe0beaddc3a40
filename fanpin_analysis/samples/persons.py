"""Invented persons: name, identity number, school, health, work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.words import words

if TYPE_CHECKING:
    from fanpin_analysis.samples.chance import Dice

Record = dict[str, Any]

SCHOOL = (  # up to age, 在校生状况
    (3, "学龄前儿童"),
    (6, "学前教育"),
    (12, "小学"),
    (13, "七年级"),
    (14, "八年级"),
    (15, "九年级"),
)
LATER_SCHOOL = {  # age: what those still in school attend, and which share of them is
    16: (("普通高中一年级", "中职一年级"), 0.9),
    17: (("普通高中二年级", "中职二年级"), 0.9),
    18: (("普通高中三年级", "中职三年级"), 0.75),
    19: (("本科一年级", "高职高专一年级"), 0.5),
    20: (("本科二年级", "高职高专二年级"), 0.45),
    21: (("本科三年级", "高职高专三年级"), 0.4),
    22: (("本科四年级",), 0.2),
}
SCHOOLED = (  # up to age, 文化程度, weights
    (35, ("初中", "高中", "大专", "本科及以上"), (45, 30, 17, 8)),
    (55, ("小学", "初中", "高中"), (25, 60, 15)),
    (200, ("文盲或半文盲", "小学", "初中"), (22, 60, 18)),
)
HEALTH = ("健康", "长期慢性病", "患有大病", "残疾")
ILL = (  # up to age, weights of the four
    (45, (974, 10, 4, 12)),
    (62, (873, 90, 12, 25)),
    (200, (670, 260, 25, 45)),
)
BEGINNER, OF_AGE, OLD, VERY_OLD = 7, 16, 60, 72
SCHOOL_YEAR = 9  # the month in which it begins
ROUND = 100


def of_age(table: tuple[tuple[Any, ...], ...], age: int) -> tuple[Any, ...]:
    """Return the first row of a table by age that reaches so far, without its age."""
    return next(row[1:] for row in table if age <= row[0])


class Persons:
    """Makes persons, no two of whom share an identity number."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._issued: set[str] = set()

    def person(self, relation: str, sex: str, age: int, kin: str) -> Record:
        """Return a person as the members form knows one; ``kin`` gives the surname, if any."""
        born = self._birth(age)
        school = self._school(age, born)
        health = self._dice.weighted(HEALTH, of_age(ILL, age)[0])
        labour = self._labour(age, health, in_school=bool(school))
        name = self._name(sex, kin)
        return {
            "姓名": name,
            "证件号码": self._identity(born, sex),
            "与户主关系": relation,
            "性别": sex,
            "出生日期": born,
            "民族": words().minority_ethnic if "·" in name else words().ethnic,
            "文化程度": "" if school else self._schooled(age),
            "在校生状况": school,
            "健康状况": health,
            "劳动技能": labour,
        }

    def _birth(self, age: int) -> date:
        latest = date(ASSUMED.visited.year - age, 5, 1)
        return latest - timedelta(days=self._dice.between(0, 364))

    def _identity(self, born: date, sex: str) -> str:
        while True:
            order = self._dice.between(0, 499) * 2 + (sex == "男")
            body = f"{words().prefix}{born:%Y%m%d}{order:03d}"
            rounded = order % ROUND == 0  # 00 at the end would look like digits lost
            if body not in self._issued and not rounded:
                self._issued.add(body)
                return body + check_digit(body)

    def _name(self, sex: str, kin: str) -> str:
        dice, lists = self._dice, words()
        if not kin and dice.chance(ASSUMED.minority_name):
            return dice.pick(lists.minority)
        compound = next((name for name in lists.compound_surnames if kin.startswith(name)), "")
        surname = compound or ("" if "·" in kin else kin[:1])
        if not surname:
            rare = dice.chance(ASSUMED.compound_surname)
            surname = dice.pick(lists.compound_surnames if rare else lists.surnames)
        given = lists.men if sex == "男" else lists.women
        count = 1 if dice.chance(ASSUMED.one_character) else 2
        characters = [dice.pick(given) for _ in range(count)]
        if dice.chance(ASSUMED.rare_character):
            characters[-1] = dice.pick(lists.rare)
        return surname + "".join(characters)

    def _school(self, age: int, born: date) -> str:
        """Return what a person attends; who was six when the school year began has begun."""
        begun = born < date(ASSUMED.visited.year - BEGINNER, SCHOOL_YEAR, 1)
        if age < OF_AGE:
            return of_age(SCHOOL, max(age, BEGINNER) if begun else age)[0]
        choices, share = LATER_SCHOOL.get(age, ((), 0))
        return self._dice.pick(choices) if self._dice.chance(share) else ""

    def _schooled(self, age: int) -> str:
        return self._dice.weighted(*of_age(SCHOOLED, age))

    def _labour(self, age: int, health: str, *, in_school: bool) -> str:
        if in_school or not OF_AGE <= age < VERY_OLD:
            return "无劳动力"
        if health in ("患有大病", "残疾"):
            return self._dice.pick(("丧失劳动力", "弱劳动力或半劳动力"))
        if age >= OLD or health == "长期慢性病":
            return "弱劳动力或半劳动力"
        return "技能劳动力" if self._dice.chance(ASSUMED.skilled) else "普通劳动力"
