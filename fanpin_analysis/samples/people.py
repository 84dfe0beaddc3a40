"""Invented households: who lives in them, what they are called, where they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.policy.loading import table
from fanpin_analysis.samples.events import NOTHING, Fate
from fanpin_analysis.samples.given import ASSUMED, EXITED, HERE, WORDS, Record, threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.samples.chance import Dice

TABLES = SimpleNamespace(**table(HERE / "people.toml"))
FULL_LABOUR = ("普通劳动力", "技能劳动力")
LOW = "收入较低或下降明显"  # the one of the six groups that incomes tell
UNABLE = ("无劳动力", "丧失劳动力")
BEGINNER, OF_AGE, OLD, VERY_OLD = 7, 16, 60, 72
SCHOOL_YEAR = 9  # the month in which it begins
ROUND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household as it is; its head comes first among the members.

    ``fate`` is what befell it; ``incomes`` has a row a year, oldest first.
    """

    number: str
    village: str
    group: str
    kind: str
    phone: str
    members: tuple[Record, ...]
    away: bool = False
    fate: Fate = NOTHING
    incomes: tuple[Record, ...] = ()

    @property
    def columns(self) -> Record:
        """What any paper says of the household, by the name of the column."""
        return {
            "乡镇场": WORDS.township,
            "村": self.village,
            "组": self.group,
            "户编号": self.number,
            "户主姓名": self.name,
            "户主证件号码": self.identity,
            "家庭人口数": self.size,
            "联系方式": self.phone,
            "户类型": self.kind,
        }

    @property
    def name(self) -> str:
        """The head's name."""
        return self.members[0]["姓名"]

    @property
    def identity(self) -> str:
        """The head's identity number."""
        return self.members[0]["证件号码"]

    @property
    def size(self) -> int:
        """How many members there are."""
        return len(self.members)

    @property
    def exited(self) -> bool:
        """Whether it is a 脱贫户."""
        return self.kind == EXITED

    @property
    def standing(self) -> str:
        """The 户属性 that it has while it is not monitored."""
        return EXITED if self.exited else "档外农户"

    @property
    def workers(self) -> list[Record]:
        """The members who work for wages."""
        return [member for member in self.members if member["务工所在地"]]

    @property
    def full_labour(self) -> list[Record]:
        """The members who can work without restraint."""
        return [member for member in self.members if member["劳动技能"] in FULL_LABOUR]

    @property
    def labour(self) -> list[Record]:
        """The members who can work at all."""
        return [member for member in self.members if member["劳动技能"] not in UNABLE]

    @property
    def elders(self) -> list[Record]:
        """The members who draw a pension."""
        return [member for member in self.members if age_of(member) >= OLD]

    def income(self, year: int) -> float | None:
        """Return the 人均纯收入 of a year, null when it was not recorded."""
        return next((row["人均纯收入"] for row in self.incomes if row["年度"] == year), None)

    @property
    def proposal(self) -> str:
        """The 拟纳入监测类型 that a careful village would write, empty for most."""
        if not self.fate.proposed:
            return ""
        expected = self.income(ASSUMED.expected_year)
        if expected is None or expected >= threshold("监测线"):
            return "突发严重困难户"
        return "脱贫不稳定户" if self.exited else "边缘易致贫户"

    @property
    def fell(self) -> bool | None:
        """Whether the notice's rule on last year's income holds; null when a year is missing."""
        if not self.exited:
            return False
        before, last = (self.income(year) for year in ASSUMED.actual_years)
        if before is None or last is None:
            return None
        return last < threshold("低收入线") and last < before

    @property
    def low(self) -> bool | None:
        """Whether it earns little or has fallen; null when a missing year decides.

        It does when last year or this year's expectation lies below the line, or when the
        notice's rule holds: a 脱贫户 below 10000 yuan last year that has not risen.
        """
        last, expected = (
            self.income(year) for year in (ASSUMED.actual_years[-1], ASSUMED.expected_year)
        )
        if any(amount is not None and amount < threshold("监测线") for amount in (last, expected)):
            return True
        if last is None:
            return None
        return False if last >= threshold("低收入线") else self.fell


def age_of(person: Record) -> int:
    """Return how old a person gets in the year of the visits."""
    return ASSUMED.visited.year - person["出生日期"].year


def _reaching(rows: Sequence[Sequence[Any]], age: int) -> Sequence[Any]:
    """Return the first row of a table by age that reaches so far, without its age."""
    return next(row[1:] for row in rows if age <= row[0])


class People:
    """Makes the members of households, no two of whom share an identity number."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._issued: set[str] = set()

    def members(self, *, factory_near: bool) -> tuple[Record, ...]:
        """Return the members of a household of a random make-up, its head first."""
        people = list(self._related())
        poor = self._dice.chance(ASSUMED.minimum_living)
        return tuple(
            person
            | self._working(person, factory_near=factory_near)
            | {
                "是否参加基本医疗保险": True,
                "是否参加城乡居民基本养老保险": age_of(person) >= OF_AGE
                and not person["在校生状况"],
                "是否享受低保": poor,
                "是否特困供养人员": False,
            }
            for person in people
        )

    def _related(self) -> Iterator[Record]:
        dice = self._dice
        family = dice.weighted(WORDS.family, [entry["weight"] for entry in WORDS.family])
        age = dice.between(*family["head"])
        sex, opposite = ("女", "男") if dice.chance(ASSUMED.woman_heads) else ("男", "女")
        head = self._person("户主", sex, age, "")
        yield head
        for word, low, high in family["members"]:
            relation = dice.pick(TABLES.either[word]) if word in TABLES.either else word
            kin = head["姓名"] if relation in TABLES.bears_name else ""
            years = max(age + dice.between(low, high), 0)
            yield self._person(relation, TABLES.sex.get(relation, opposite), years, kin)

    def _person(self, relation: str, sex: str, age: int, kin: str) -> Record:
        """Return a person as the members form knows one; ``kin`` gives the surname, if any."""
        dice = self._dice
        latest = date(ASSUMED.visited.year - age, 5, 1)
        born = latest - timedelta(days=dice.between(0, 364))
        school = self._school(age, born)
        health = dice.weighted(*_reaching(TABLES.health, age))
        labour = self._labour(age, health, in_school=bool(school))
        name = self._name(sex, kin)
        return {
            "姓名": name,
            "证件号码": self._identity(born, sex),
            "与户主关系": relation,
            "性别": sex,
            "出生日期": born,
            "民族": WORDS.minority_ethnic if "·" in name else WORDS.ethnic,
            "文化程度": "" if school else dice.weighted(*_reaching(TABLES.schooled, age)),
            "在校生状况": school,
            "健康状况": health,
            "劳动技能": labour,
        }

    def _identity(self, born: date, sex: str) -> str:
        while True:
            order = self._dice.between(0, 499) * 2 + (sex == "男")
            body = f"{WORDS.prefix}{born:%Y%m%d}{order:03d}"
            rounded = order % ROUND == 0  # 00 at the end would look like digits lost
            if body not in self._issued and not rounded:
                self._issued.add(body)
                return body + check_digit(body)

    def _name(self, sex: str, kin: str) -> str:
        dice = self._dice
        if not kin and dice.chance(ASSUMED.minority_name):
            return dice.pick(WORDS.minority)
        compound = next((name for name in WORDS.compound_surnames if kin.startswith(name)), "")
        surname = compound or ("" if "·" in kin else kin[:1])
        if not surname:
            rare = dice.chance(ASSUMED.compound_surname)
            surname = dice.pick(WORDS.compound_surnames if rare else WORDS.surnames)
        given = WORDS.men if sex == "男" else WORDS.women
        count = 1 if dice.chance(ASSUMED.one_character) else 2
        characters = [dice.pick(given) for _ in range(count)]
        if dice.chance(ASSUMED.rare_character):
            characters[-1] = dice.pick(WORDS.rare)
        return surname + "".join(characters)

    def _school(self, age: int, born: date) -> str:
        """Return what a person attends; who was six when the school year began has begun."""
        begun = born < date(ASSUMED.visited.year - BEGINNER, SCHOOL_YEAR, 1)
        if age < OF_AGE:
            return _reaching(TABLES.under_age, max(age, BEGINNER) if begun else age)[0]
        choices, share = TABLES.of_age.get(str(age), ((), 0))
        return self._dice.pick(choices) if self._dice.chance(share) else ""

    def _labour(self, age: int, health: str, *, in_school: bool) -> str:
        if in_school or not OF_AGE <= age < VERY_OLD:
            return "无劳动力"
        if health in ("患有大病", "残疾"):
            return self._dice.pick(("丧失劳动力", "弱劳动力或半劳动力"))
        if age >= OLD or health == "长期慢性病":
            return "弱劳动力或半劳动力"
        return "技能劳动力" if self._dice.chance(ASSUMED.skilled) else "普通劳动力"

    def _working(self, person: Record, *, factory_near: bool) -> Record:
        """Return where and how long a person works for wages."""
        dice = self._dice
        if person["劳动技能"] not in FULL_LABOUR or not dice.chance(ASSUMED.works_away):
            return {"务工所在地": "", "务工时间": None}
        if factory_near and dice.chance(ASSUMED.factory_hands):
            return {"务工所在地": WORDS.factory, "务工时间": 12}
        place = dice.weighted(WORDS.workplaces, WORDS.workplace_weights)
        return {"务工所在地": place, "务工时间": dice.between(6, 12)}
