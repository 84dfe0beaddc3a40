"""The one key of a household, made once for all papers of a folder.

A sound ID, in its form of 18 characters, is the key. A row without one gets the key of the one
household that its members' IDs, or its village and head's name, tell; 组 and telephone decide
between several. Only what no other paper gives an ID to keeps a key of village, 组 and name. What
fits several households keeps a key that is nobody's, and is marked so: it is lost to no join of
the row with itself, and never taken for somebody else's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from fanpin_analysis.intake import identity
from fanpin_analysis.intake.recognition import compact
from fanpin_analysis.intake.tables import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KEY, GROUND = "户键", "户键依据"
BY_ID, BY_MEMBER, BY_NAME = "证件号码", "成员证件号码", "同村同名"
OWN_NAME, UNCLEAR, NOBODY = "村组姓名", "分不清", "没有姓名和证件号码"
PERSON_ROWS = "人"
KEYED_ROWS: Final = ("户", "户·年", "问题", PERSON_ROWS)
LEDGER: Final = "ledger"
ORDER: Final = ("ledger", "roster", "register", "members", "incomes", "portraits", "decisions")
HEAD: Final = "户主"
TEXTS: Final = (
    "村", "组", "户编号", "户主姓名", "户主证件号码",
    "姓名", "证件号码", "与户主关系", "联系方式", "户联系电话",
)  # fmt: skip
DOTS: Final = re.compile("[\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\u318d.]")
HARMLESS: Final = {identity.COMPLETED, identity.PERHAPS_ROUNDED}


class Unit(NamedTuple):
    """What a paper says of one household: enough to tell which it is."""

    head: str | None  # the head's sound ID
    village: str | None
    name: str | None  # the head's, as name_key() has it
    group: str | None
    phone: str | None
    persons: tuple[tuple[str | None, str | None], ...] = ()  # sound ID and name of each


def name_key(text: str | None) -> str | None:
    """Return the one form in which names are compared; null for no name.

    Full-width and compatibility characters and radicals become the usual ones, every kind of dot
    becomes one, blanks go.

    Examples
    --------
    >>> name_key("买买提 • 阿不都")
    '买买提·阿不都'
    """
    return None if text is None else DOTS.sub("·", compact(text)) or None


def sound_key(number: str | None) -> str | None:
    """Return the 18 characters of an ID that nothing is wrong with; null for any other text."""
    if number is None:
        return None
    if identity.sound(number):
        return number
    plain = identity.normalise(number)
    return None if set(identity.faults(plain)) - HARMLESS else identity.key(plain)


@dataclass
class Directory:
    """The households that are known so far: by the IDs of their persons, and by name."""

    heads: dict[str, str] = field(default_factory=dict)
    persons: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: dict[tuple, dict[str, Unit]] = field(default_factory=lambda: defaultdict(dict))
    people: dict[tuple, dict[str, set[str | None]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    ledger: set[str] = field(default_factory=set)

    def add(self, key: str, unit: Unit) -> None:
        """Note a household, or what one more paper says of it."""
        if unit.head:
            self.heads.setdefault(unit.head, key)
            self.persons[unit.head].add(key)
        if unit.village and unit.name:
            self.named[unit.village, unit.name].setdefault(key, unit)
            self.people[unit.village, unit.name][key].add(unit.head)
        for number, name in unit.persons:
            if number:
                self.persons[number].add(key)
            if unit.village and name:
                self.people[unit.village, name][key].add(number)

    def of_head(self, unit: Unit) -> tuple[str, str]:
        """Return the key of the household that a unit speaks of, and what it rests on."""
        if unit.head and unit.head in self.heads:
            return self.heads[unit.head], BY_ID
        named = self.by_name(unit) if not unit.head else []
        if len(named) == 1:
            return named[0], BY_NAME
        by_member = self.by_member(unit)
        if len(by_member) == 1 and not named:
            return by_member[0], BY_MEMBER
        if unit.head:
            return unit.head, BY_ID
        return (_own(unit), UNCLEAR if named else OWN_NAME) if unit.name else ("", NOBODY)

    def of_person(self, unit: Unit, number: str | None, name: str | None) -> tuple[str, str]:
        """Return the household of a person whom a list names, and what it rests on."""
        for known in (unit.head, number):
            if known in self.heads:
                return self.heads[known], BY_ID
        for known in (unit.head, number):
            if known and len(self.persons.get(known, ())) == 1:
                return next(iter(self.persons[known])), BY_MEMBER
        called, sound = (unit.name, unit.head) if unit.name else (name, number)
        fitting = self._called(unit, called)
        keys = [key for key, ids in fitting.items() if not sound or None in ids]
        if len(keys) == 1 and len(fitting) == 1:
            return keys[0], BY_NAME
        if sound:
            return sound, BY_ID
        if not called:
            return "", NOBODY
        return _own(unit._replace(name=called)), UNCLEAR if fitting else OWN_NAME

    def _called(self, unit: Unit, name: str | None) -> Mapping[str, set[str | None]]:
        """Return the households of a village with somebody so called, by 组 where that decides."""
        found = self.people.get((unit.village, name), {})
        near = {k: ids for k, ids in found.items() if unit.group and self._group(k, unit, name)}
        return near if len(near) == 1 else found

    def _group(self, key: str, unit: Unit, name: str | None) -> bool:
        known = self.named.get((unit.village, name), {}).get(key)
        return known is not None and known.group == unit.group

    def by_name(self, unit: Unit) -> list[str]:
        """Return the households of a name in a village; 组, then telephone, choose among several.

        Those of the ledger come before those that only other papers know.
        """
        known = self.named.get((unit.village, unit.name), {}) if unit.village else {}
        found = [key for key in known if key in self.ledger] or list(known)
        for told in ("group", "phone"):
            mine = getattr(unit, told)
            if len(found) > 1 and mine:
                alike = [key for key in found if getattr(known[key], told) == mine]
                found = alike or found
        return found

    def by_member(self, unit: Unit) -> list[str]:
        """Return the households of the ledger whose head is among a unit's persons."""
        keys = (self.heads.get(number) for number, _ in unit.persons if number)
        return list(dict.fromkeys(key for key in keys if key in self.ledger))


def with_keys(
    frames: Mapping[str, pl.DataFrame], rows: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """Return the frames whose rows are households or persons with 户键 and 户键依据 at their end.

    Parameters
    ----------
    frames
        The frames of a folder by the keys of their forms.
    rows
        What a row of each form is (``Form.row``); a frame of no form is one of households.

    Returns
    -------
        Every frame; as they are where all have their keys, as those of an intake do. 户键 is null
        only where a row has neither a sound ID nor a name.
    """
    keyed = [name for name in frames if rows.get(name, "户") in KEYED_ROWS]
    if all(KEY in frames[name].columns for name in keyed):
        return dict(frames)
    told = {name: _texts(frames[name]) for name in keyed}
    sound = {number: sound_key(number) for number in _numbers(told.values())}
    directory = Directory()
    found: dict[str, list[tuple[str, str]]] = {}
    lists = [name for name in keyed if _is_list(name, rows)]
    papers = sorted(set(keyed) - set(lists), key=_place)
    units = {name: list(_units(told[name], rows.get(name, "户"), sound)) for name in papers}
    if LEDGER in units:
        found[LEDGER] = _of_ledger(units, directory)
    for name in papers:
        if name == LEDGER:
            continue
        settled: dict[Unit, tuple[str, str]] = {}
        for unit in units[name]:
            if unit not in settled:
                settled[unit] = directory.of_head(unit)
                directory.add(settled[unit][0], unit)
        found[name] = [settled[unit] for unit in units[name]]
    for name in lists:
        found[name] = [_of_person(row, sound, directory) for row in told[name].iter_rows()]
    return {name: _put(frame, found.get(name)) for name, frame in frames.items()}


def _put(frame: pl.DataFrame, keys: list[tuple[str, str]] | None) -> pl.DataFrame:
    if keys is None:
        return frame
    ground = pl.Series(GROUND, [ground for _, ground in keys], pl.String)
    own = [name for name in frame.columns if name not in (KEY, GROUND)]
    source = [name for name in own if name in SOURCE]
    rest = [name for name in own if name not in SOURCE]
    keyed = frame.with_columns(pl.Series(KEY, [k or None for k, _ in keys], pl.String), ground)
    return keyed.select(*rest, KEY, GROUND, *source)


def _place(name: str) -> tuple[int, str]:
    """Return a key by which papers that say more of a household come first."""
    return (ORDER.index(name) if name in ORDER else len(ORDER)), name


def _is_list(name: str, rows: Mapping[str, str]) -> bool:
    """Tell whether a form lists single persons, not households with their persons."""
    return rows.get(name) == PERSON_ROWS and name not in ORDER


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    known = [pl.col(name).cast(pl.String) for name in TEXTS if name in frame.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in TEXTS if name not in frame.columns]
    return frame.with_columns(*known, *absent).select(TEXTS)


def _numbers(told: Iterable[pl.DataFrame]) -> set[str]:
    columns = [frame[name] for frame in told for name in ("户主证件号码", "证件号码")]
    return {number for column in columns for number in column.unique() if number}


def _units(told: pl.DataFrame, row: str, sound: Mapping[str, str | None]) -> Iterator[Unit]:
    """Yield, for each row, what its paper says of the row's household."""
    if row != PERSON_ROWS:
        for village, group, _, name, number, _, _, _, phone, other in told.iter_rows():
            head = sound.get(number)
            yield Unit(head, village, name_key(name), group, phone or other)
        return
    persons = list(told.iter_rows(named=True))
    shared = [r["户编号"] or r["户主证件号码"] or (r["村"], r["户主姓名"] or n)
              for n, r in enumerate(persons)]  # fmt: skip
    together: dict[object, list[dict]] = defaultdict(list)
    for of, person in zip(shared, persons, strict=True):
        together[of].append(person)
    made = {of: _unit(members, sound) for of, members in together.items()}
    yield from (made[of] for of in shared)


def _unit(members: list[dict], sound: Mapping[str, str | None]) -> Unit:
    """Return the household that some rows of persons make up together."""
    heads = [m for m in members if m["与户主关系"] == HEAD]
    ids = [sound.get(m["户主证件号码"]) for m in members]
    ids += [sound.get(m["证件号码"]) for m in heads]
    names = [m["户主姓名"] for m in members] + [m["姓名"] for m in heads]
    several = len(set(filter(None, ids))) > 1
    return Unit(
        head=None if several else next(filter(None, ids), None),
        village=_first(members, "村"),
        name=name_key(next(filter(None, names), None)),
        group=_first(members, "组"),
        phone=_first(members, "户联系电话") or _first(members, "联系方式"),
        persons=tuple((sound.get(m["证件号码"]), name_key(m["姓名"])) for m in members),
    )


def _first(members: list[dict], name: str) -> str | None:
    return next((m[name] for m in members if m[name]), None)


def _of_person(
    row: tuple, sound: Mapping[str, str | None], directory: Directory
) -> tuple[str, str]:
    village, group, _, head, head_id, name, number, relation, phone, other = row
    if relation == HEAD:
        head, head_id = head or name, head_id or number
    unit = Unit(sound.get(head_id), village, name_key(head), group, phone or other)
    return directory.of_person(unit, sound.get(number), name_key(name))


def _of_ledger(units: Mapping[str, list[Unit]], directory: Directory) -> list[tuple[str, str]]:
    """Return the keys of the ledger's households: each row is one of its own.

    A head without a sound ID is the one whom another paper gives an ID that no row of the ledger
    has, if just one so called in the village lacks one, or just one in the 组.
    """
    own = _without_borrowed(units[LEDGER])
    told = _told_of_heads(units, {unit.head for unit in own})
    lacking = Counter((u.village, u.name) for u in own if not u.head)
    in_group = Counter((u.village, u.name, u.group) for u in own if not u.head)
    keys: list[tuple[str, str]] = []
    for unit in own:
        ids = {} if unit.head else told.get((unit.village, unit.name), {})
        near = [number for number, groups in ids.items() if unit.group in groups]
        only = list(ids) if lacking[unit.village, unit.name] == 1 else []
        alone = near if unit.group and in_group[unit.village, unit.name, unit.group] == 1 else []
        adopted = next((found[0] for found in (only, alone) if len(found) == 1), None)
        known = unit._replace(head=unit.head or adopted)
        unnamed = UNCLEAR if ids else OWN_NAME
        ground = BY_NAME if adopted else BY_ID if known.head else unnamed
        key = known.head or (_own(unit) if unit.name else "")
        if not known.head and key in directory.ledger:
            key = f"{key}|{len(keys)}"
        directory.ledger.add(key)
        directory.add(key, known)
        keys.append((key, ground if key else NOBODY))
    return keys


def _told_of_heads(
    units: Mapping[str, list[Unit]], taken: set[str | None]
) -> dict[tuple, dict[str, set[str | None]]]:
    """Return, by village and name, the IDs of heads that papers beside the ledger give, and 组."""
    told: dict[tuple, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for name, found in units.items():
        for unit in found if name != LEDGER and name in ORDER else ():
            if unit.head and unit.head not in taken:
                told[unit.village, unit.name][unit.head].add(unit.group)
    return told


def _without_borrowed(units: list[Unit]) -> list[Unit]:
    """Return the units without the IDs that rows of different names share."""
    names: dict[str | None, set[str | None]] = defaultdict(set)
    for unit in units:
        names[unit.head].add(unit.name)
    return [u._replace(head=None) if u.head and len(names[u.head]) > 1 else u for u in units]


def _own(unit: Unit) -> str:
    """Return the key of a household that nothing but its place and name tell."""
    return f"{unit.village or ''}|{unit.group or ''}|{unit.name}"
