"""Village names: one spelling for one village, and where a blank one can be told from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fanpin_analysis.intake.recognition import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

TOWNSHIP = re.compile(r"^[一-鿿]+?[乡镇](?=.)")
VILLAGE = re.compile(r"([一-鿿]{1,12}?(?:村|社区))")
WORDS = re.compile(r"[一-鿿]+")
GROUP = r"第?[\d一二三四五六七八九十]+(?:村民小组|小组|组|队|社|屯)"
WITH_GROUP = re.compile(rf"^(.+?(?:村|社区))(?:{GROUP}|\(.*\))$")
NO_VILLAGE = re.compile(rf"^(?:{GROUP}|.*[乡镇])$")
BRACKETED = re.compile(r"^(.+)\((村|社区)\)$")
GENERIC = re.compile(
    r"^(?:(?:各|全|本|我|该|所属|行政|自然|[一二三四五六七八九十\d]+个)+(?:村|社区)|村|社区)$"
)


@dataclass(slots=True)
class VillageNames:
    """The villages of a township under their official names.

    ``official`` come from the village list and keep their spelling and order; a name met elsewhere
    takes the commonest spelling. Two names are one village when they agree without 村, 社区 and the
    committee's suffix, and do not say 村 and 社区 against each other.
    """

    official: tuple[str, ...]
    suffixes: tuple[str, ...]
    townships: tuple[str, ...] = ()
    _standard: dict[str, str] = field(default_factory=dict)

    def learn(self, met: Mapping[str, int]) -> None:
        """Settle the standard spelling of every name that was met, and how often it was."""
        names = [compact(name) for name in self.official]
        common: Counter[str] = Counter()
        for name, count in met.items():
            common[self._plain(compact(name))] += count
        for name, _ in sorted(
            common.items(), key=lambda pair: (not self._typed(pair[0]), -pair[1])
        ):
            names.append(name)
        for name in names:
            stem, kind = self._stem(name)
            known = self._standard.get(stem + kind) or self._only(stem, kind)
            self._standard.setdefault(stem + kind, known or name)

    def standard(self, name: str) -> str:
        """Return the one spelling of a village's name; empty for a word such as 本村 or 一组."""
        plain = self._plain(compact(name))
        if NO_VILLAGE.match(plain) or GENERIC.match(plain):
            return ""
        stem, kind = self._stem(plain)
        return self._standard.get(stem + kind) or self._only(stem, kind) or plain

    def within(self, text: str) -> str:
        """Return the village that a text such as ``填报单位：云岭乡石桥村`` names, or nothing.

        A known village wins; otherwise what reads like a village's name after the township's is
        taken, unless it is a general word such as 各村.
        """
        whole = compact(text).replace("_", "")
        known = {name for name in self._standard.values() if name and name in whole}
        longest = {name for name in known if not any(name in other != name for other in known)}
        if longest:
            return longest.pop() if len(longest) == 1 else ""
        read = (VILLAGE.search(TOWNSHIP.sub("", word)) for word in WORDS.findall(whole))
        return next((found[1] for found in read if found and not GENERIC.match(found[1])), "")

    def _plain(self, name: str) -> str:
        """Return a name without its township and its committee's suffix."""
        for township in self.townships:
            _, found, rest = name.partition(township)
            name = rest if found and rest else name
        name = BRACKETED.sub(r"\1\2", name)
        name = WITH_GROUP.sub(r"\1", name)
        for suffix in self.suffixes:
            if name.endswith(suffix) and len(name) > len(suffix):
                stem = name.removesuffix(suffix)
                kind = "社区" if "居" in suffix or "社区" in suffix else "村"
                return stem if stem.endswith(("村", "社区")) else stem + kind
        return name

    def _typed(self, name: str) -> bool:
        return self._plain(name).endswith(("村", "社区"))

    def _stem(self, name: str) -> tuple[str, str]:
        for kind in ("社区", "村"):
            if name.endswith(kind) and len(name) > len(kind):
                return name.removesuffix(kind), kind
        return name, ""

    def _only(self, stem: str, kind: str) -> str:
        """Return the one village of this stem when 村 or 社区 was left out on either side."""
        kinds = ("村", "社区", "") if not kind else ("",)
        found = {self._standard[stem + k] for k in kinds if stem + k in self._standard}
        return found.pop() if len(found) == 1 else ""
