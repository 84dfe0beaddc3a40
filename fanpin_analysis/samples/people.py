"""Invented households: who lives in them and where they work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.persons import OF_AGE, Persons, Record
from fanpin_analysis.samples.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.samples.chance import Dice

SEX = {
    "之子": "男",
    "之女": "女",
    "之孙子": "男",
    "之孙女": "女",
    "之儿媳": "女",
    "之父": "男",
    "之母": "女",
}
EITHER = {"子女": ("之子", "之女"), "孙子女": ("之孙子", "之孙女")}
BEARS_NAME = ("之子", "之女", "之孙子", "之孙女", "之父")
FULL_LABOUR = ("普通劳动力", "技能劳动力")
UNABLE = ("无劳动力", "丧失劳动力")
ELDER_AGE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household as the hukou roster and a visit know it; its head comes first."""

    number: str
    village: str
    group: str
    kind: str
    phone: str
    members: tuple[Record, ...]
    away: bool = False

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
    def workers(self) -> list[Record]:
        """The members who work for wages."""
        return [member for member in self.members if member["务工所在地"]]

    @property
    def labour(self) -> list[Record]:
        """The members who can work at all."""
        return [member for member in self.members if member["劳动技能"] not in UNABLE]

    @property
    def elders(self) -> list[Record]:
        """The members who draw a pension."""
        year = ASSUMED.visited.year
        return [member for member in self.members if year - member["出生日期"].year >= ELDER_AGE]


class People:
    """Makes the members of households, one household after the other."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._persons = Persons(dice)

    def members(self, *, factory_near: bool) -> tuple[Record, ...]:
        """Return the members of a household of a random make-up, its head first."""
        people = list(self._related())
        poor = self._dice.chance(ASSUMED.minimum_living)
        return tuple(
            person
            | self._working(person, factory_near=factory_near)
            | self._covered(person, poor=poor)
            for person in people
        )

    def _related(self) -> Iterator[Record]:
        dice = self._dice
        families = words().families
        family = dice.weighted(families, [entry.weight for entry in families])
        age = dice.between(*family.head)
        sex = "女" if dice.chance(ASSUMED.woman_heads) else "男"
        head = self._persons.person("户主", sex, age, "")
        yield head
        for word, low, high in family.members:
            relation = dice.pick(EITHER[word]) if word in EITHER else word
            kin = head["姓名"] if relation in BEARS_NAME else ""
            opposite = "男" if sex == "女" else "女"
            years = max(age + dice.between(low, high), 0)
            yield self._persons.person(relation, SEX.get(relation, opposite), years, kin)

    def _working(self, person: Record, *, factory_near: bool) -> Record:
        """Return where and how long a person works for wages."""
        dice = self._dice
        if person["劳动技能"] not in FULL_LABOUR or not dice.chance(ASSUMED.works_away):
            return {"务工所在地": "", "务工时间": None}
        if factory_near and dice.chance(ASSUMED.factory_hands):
            return {"务工所在地": words().factory, "务工时间": 12}
        place = dice.weighted(words().workplaces, words().workplace_weights)
        return {"务工所在地": place, "务工时间": dice.between(6, 12)}

    def _covered(self, person: Record, *, poor: bool) -> Record:
        """Return a person's insurances and the support that the household draws."""
        adult = ASSUMED.visited.year - person["出生日期"].year >= OF_AGE
        return {
            "是否参加基本医疗保险": True,
            "是否参加城乡居民基本养老保险": adult and not person["在校生状况"],
            "是否享受低保": poor,
            "是否特困供养人员": False,
        }
