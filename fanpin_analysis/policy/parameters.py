"""Dated, cited parameters: the province's value over the national one, on a given day.

Nothing is carried forward: a day without a value is an error that names the file to edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fanpin_analysis.errors import DefinitionError, NotInForceError, nearest
from fanpin_analysis.policy.loading import SHIPPED, build, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Status = Literal["原文", "地方", "自拟", "未确认沿用"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """A parameter's value over a span of days, both ends included, with the text it rests on."""

    name: str
    value: float
    unit: str
    since: date
    until: date
    clause: str
    status: Status
    province: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One parameter file: the province it speaks for (empty: the nation) and its values."""

    file: str
    province: str
    values: tuple[ParameterValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters(Mapping[str, ParameterValue]):
    """The parameters in force for a province on a day; a look-up that fails says what to edit."""

    province: str
    on: date
    issuers: tuple[Issuer, ...]

    def __getitem__(self, name: str) -> ParameterValue:
        """Return the value in force.

        Raises
        ------
        NotInForceError
            When the parameter has no value for this province and day, or is declared nowhere.
        """
        for issuer in self._heard():
            for value in issuer.values:
                if value.name == name and value.since <= self.on <= value.until:
                    return value
        raise NotInForceError(self._absence(name))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names in force, in the order of the files."""
        declared = (value.name for issuer in self.issuers for value in issuer.values)
        return (name for name in dict.fromkeys(declared) if self._in_force(name))

    def __len__(self) -> int:
        """Count the names in force."""
        return sum(1 for _ in self)

    @property
    def declared(self) -> tuple[str, ...]:
        """Every name that any issuer declares for any time, in force or not."""
        names = (value.name for issuer in self.issuers for value in issuer.values)
        return tuple(dict.fromkeys(names))

    def by_year(self, name: str, years: Iterable[int]) -> dict[int, float]:
        """Return the value at the end of each year that has one, this year's on the day itself."""
        found = {}
        for year in years:
            day = self.on if year == self.on.year else date(year, 12, 31)
            with suppress(NotInForceError):
                found[year] = replace(self, on=day)[name].value
        return found

    def _heard(self) -> tuple[Issuer, ...]:
        """Return the issuers that count here, the province before the nation, overlays first."""
        own = [issuer for issuer in self.issuers if issuer.province == self.province]
        national = [issuer for issuer in self.issuers if not issuer.province]
        return (*reversed(own), *reversed(national))

    def _in_force(self, name: str) -> bool:
        try:
            return bool(self[name])
        except NotInForceError:
            return False

    def _absence(self, name: str) -> str:
        if name not in self.declared:
            return f"没有任何参数文件声明“{name}”。{nearest(name, self.declared)}"
        own = [v for issuer in self._heard() for v in issuer.values if v.name == name]
        closest = min(own, key=self._days_away, default=None)
        known = (
            "，也没有其他年份的数值"
            if closest is None
            else (
                f"。最近的是 {closest.since}至{closest.until} 的 {closest.value:g}{closest.unit}"
                f"（{closest.clause}），不会自动沿用"
            )
        )
        file = next((i.file for i in self.issuers if i.province == self.province), "national.toml")
        return (
            f"{self.province} {self.on} 没有“{name}”的数值{known}。"
            f"请用 --on 指定排查日期，或在 definitions/parameters/{file} 补充当年的数值和文件依据。"
        )

    def _days_away(self, value: ParameterValue) -> int:
        return min(abs((value.since - self.on).days), abs((value.until - self.on).days))


def load_parameters(province: str, on: date, folders: tuple[Path, ...] = (SHIPPED,)) -> Parameters:
    """Load every parameter file and return what is in force for a province on a day.

    Parameters
    ----------
    province
        The province's name as in the files (``湖南``), with or without 省 and the like, or the name
        of its file (``hunan``).
    on
        The day of the screening.
    folders
        Folders of definitions, later ones laid over earlier ones.

    Raises
    ------
    NotInForceError
        When no file speaks for that province; the message names those that do.
    """
    issuers = tuple(
        _issuer(path) for folder in folders for path in sorted(folder.glob("parameters/*.toml"))
    )
    return Parameters(province=_province(province, issuers), on=on, issuers=issuers)


def _province(asked: str, issuers: tuple[Issuer, ...]) -> str:
    names = {issuer.province for issuer in issuers if issuer.province}
    for issuer in issuers:
        if issuer.province and (
            asked.startswith(issuer.province) or f"{asked}.toml" == issuer.file
        ):
            return issuer.province
    message = (
        f"没有“{asked}”的参数文件，已有：{'、'.join(sorted(names))}。"
        f"请检查 --province，或在 definitions/parameters/ 新建该省的文件。"
    )
    raise NotInForceError(message)


def _issuer(path: Path) -> Issuer:
    content = table(path)
    province = content.get("province", "")
    values = [
        _value(entry, dated, province, path.name)
        for entry in content.get("parameter", [])
        for dated in entry["values"]
    ]
    return Issuer(file=path.name, province=province, values=tuple(values))


def _value(
    entry: dict[str, Any], dated: dict[str, Any], province: str, file: str
) -> ParameterValue:
    place = f"{file}“{entry['name']}”"
    merged = {key: entry[key] for key in entry if key != "values"} | dated | {"province": province}
    if "from" not in merged:
        message = f"{place} 的一个数值缺少起始日期“from”，请补上。"
        raise DefinitionError(message)
    merged["since"] = merged.pop("from")
    return build(ParameterValue, merged, place)
