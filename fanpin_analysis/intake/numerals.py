"""Numbers as people write them: 1,234.5, 8000元, 1.2万, 约8000, 三千五.

The grammar of numbers only; what a number may be is the field's business.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

from fanpin_analysis.intake.cells import plain

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_OTHER_FORMS: Final = str.maketrans(
    "〇两壹贰叁肆伍陆柒捌玖拾佰仟萬億\N{MINUS SIGN}", "零二一二三四五六七八九十百千万亿-"
) | str.maketrans("wW", "万万")
_PLAIN: Final = r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,15})?"
_FIGURES: Final = re.compile(rf"({_PLAIN})([十百千万亿]?)")
_TEN_THOUSANDS: Final = re.compile(r"([1-9][0-9]{0,3})万([1-9])千?")  # 1万2 is 12000
_ONE_TO_NINE: Final = "[一二三四五六七八九]"
_BELOW_TEN_THOUSAND: Final = (
    rf"(?:{_ONE_TO_NINE}千)?零?(?:{_ONE_TO_NINE}百)?零?(?:{_ONE_TO_NINE}?十)?零?{_ONE_TO_NINE}?"
)
_SPOKEN: Final = re.compile(rf"(?:(?!万){_BELOW_TEN_THOUSAND}万)?{_BELOW_TEN_THOUSAND}")
_CLIPPED: Final = re.compile(rf"[百千万]{_ONE_TO_NINE}$")
_TORN: Final = re.compile(r"[0-9,.]\s+[0-9,.]")
_ALIKE: Final = (("人", "口", "口人", "个人"), ("元", "块", "块钱", "圆", "元整"), ("月", "个月"))
_YEARLY: Final = ("/年", "每年", "一年")
_IN_ALL: Final = "一共|总共|共计|合计|共有|共|人民币"
# what is written behind a number and takes nothing from it: (含外嫁1人), ,其中外出2人
_REMARK: Final = r"\((?=[^()]*[^\W\d])[^()]*\)|[,;:。](?:其中|包括|包含|含|内含).*"
_UNSURE: Final = re.compile(r"约|估|预计|左右|上下")
_DOUBTED: Final = re.compile(r"[月季天日每均应实改错死亡不减]|待")  # (每月), (应为4人), (已死亡1人)


class Amount(NamedTuple):
    """A number that was written as text.

    ``as_written`` is false when it was worked out rather than copied, or stands with a remark;
    ``about`` is true when the writer said that it is not exact.
    """

    value: Decimal
    as_written: bool
    about: bool


class Amounts:
    """Reads the amounts of one unit."""

    def __init__(self, unit: str) -> None:
        """Prepare the spellings of a unit, such as ``元/人``: the whole, the head, its likes."""
        head = unit.partition("/")[0]
        self._declared = frozenset({"", unit, head})
        alike = next((group for group in _ALIKE if head in group), ())
        known = self._declared.union(alike) - {""}
        if "元" in known and "月" not in unit:
            known |= {f"{each}{year}" for each in (*known, "") for year in _YEARLY}
        endings = sorted(known, key=len, reverse=True)
        ending = f"(?P<ending>{'|'.join(map(re.escape, endings))})?" if endings else "(?P<ending>)"
        self._shape = re.compile(
            rf"(?P<lead>{_IN_ALL})?(?P<about>大?约|大概)?(?P<sign>[-+负]?)(?P<money>¥?)"
            rf"(?P<body>.+?){ending}(?P<too>左右|上下)?(?P<remark>{_REMARK})?[.。]?"
        )

    def read(self, text: str) -> Amount | None:
        """Return the amount that a text states; null when it states none, or more than one."""
        usual = plain(text)
        if _TORN.search(usual) or any(unicodedata.category(c) == "No" for c in text):
            return None  # 4 5: forty-five, or four and five? 5²: fifty-two, or a footnote?
        parts = self._shape.fullmatch("".join(usual.split()).translate(_OTHER_FORMS))
        if parts is None or _DOUBTED.search(parts["remark"] or ""):
            return None
        number = _figures(parts["body"]) or _spoken(parts["body"])
        if number is None:
            return None
        value, as_written = number
        about = bool(parts["about"] or parts["too"] or _UNSURE.search(parts["remark"] or ""))
        known = (parts["ending"] or "") in self._declared
        added = about or parts["money"] or parts["lead"] or parts["remark"] or parts["sign"] == "负"
        copied = as_written and known and not added
        return Amount(-value if parts["sign"] in ("-", "负") else value, copied, about)


def _figures(text: str) -> tuple[Decimal, bool] | None:
    """Read Arabic figures, with at most one scale behind them."""
    found = _TEN_THOUSANDS.fullmatch(text)
    if found:
        return Decimal(int(found[1]) * 10**4 + int(found[2]) * 1000), False
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    figures, scale = found.groups()
    return Decimal(figures.replace(",", "")) * _SCALES.get(scale, 1), not scale


def _spoken(text: str) -> tuple[Decimal, bool] | None:
    """Read Chinese numerals below a hundred million; 三千五 is 3500, 三千零五 is 3005."""
    if not text or not _SPOKEN.fullmatch(text):
        return None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (section + digit) * _SCALES[character], 0, 0
        else:
            section, digit = section + (digit or 1) * _SCALES[character], 0
    if _CLIPPED.search(text):
        digit *= _SCALES[text[-2]] // 10
    return Decimal(total + section + digit), False
