"""Hide what is personal wherever it is shown; only the official forms carry it.

How much of a name, an ID or a phone number stays visible is data (``masking.toml``), and which
column holds what is declared in ``fields.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from fanpin_analysis.policy.loading import SHIPPED, table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from fanpin_analysis.policy.vocabulary import Vocabulary

FIELD, RAW = "字段", "原值"
HIDDEN = "***"
ISO_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")  # of a document; nobody's number


@cache
def _rules() -> dict[str, Any]:
    return table(SHIPPED / "masking.toml")


def mask_name(name: str) -> str:
    """Keep the surname, or the first character of a name written with ``·``."""
    first, dot, _ = name.partition("·")
    stars = "*" * _rules()["name_stars"]
    if dot:
        return f"{first[:1]}{stars}·{stars}"
    surname = name[:2] if name[:2] in _rules()["compound_surnames"] else name[:1]
    return f"{surname}{stars}" if surname else ""


def mask_id(number: str) -> str:
    """Keep the first and the last character; the first six are the same for a whole county."""
    return _kept(number, *_rules()["id_kept"])


def mask_phone(number: str) -> str:
    """Keep three digits in front and two behind, so that six of eleven are hidden."""
    return _kept(number, *_rules()["phone_kept"])


def mask_account(number: str) -> str:
    """Keep the last two digits of a bank account."""
    return _kept(number, *_rules()["account_kept"])


def mask_text(text: str) -> str:
    """Hide every long run of digits in a free text, full-width or split by blanks as well."""
    fewest = _rules()["shortest_hidden_run"]
    run = rf"\d(?:[\s-]?\d){{{fewest - 1},}}[\dXx\uff38]?"
    return re.sub(run, lambda found: _hidden(found[0]), text)


def _hidden(digits: str) -> str:
    return digits if ISO_DATE.fullmatch(digits) else "*" * len(digits)


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "id": mask_id,
    "phone": mask_phone,
    "account": mask_account,
    "text": mask_text,
    "all": lambda _: HIDDEN,
}


def mask(frame: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Return a pandas frame with every personal column hidden; the frame itself is left as it is.

    A column counts as personal when ``fields.toml`` gives its field a ``mask``, or when
    ``masking.toml`` names it, as it does the key that is made of an ID or a name. In a frame of
    findings the raw value is hidden by the field that the finding is about.
    """
    hidden = frame.copy()
    for name in frame.columns:
        if how := _mask_of(name, vocabulary):
            hidden[name] = frame[name].map(MASKS[how], na_action="ignore")
    if RAW in frame.columns:
        if FIELD not in frame.columns:
            return hidden.assign(**{RAW: frame[RAW].map(lambda _: HIDDEN, na_action="ignore")})
        pairs = zip(frame[FIELD], frame[RAW], strict=True)
        hidden[RAW] = [_hidden_raw(field, raw, vocabulary) for field, raw in pairs]
    return hidden


def _mask_of(name: object, vocabulary: Vocabulary) -> str:
    """Return how a column is hidden; empty when it is not personal."""
    declared = vocabulary.fields.get(name) if isinstance(name, str) else None
    return declared.mask if declared else _rules()["beside_fields"].get(name, "")


def _hidden_raw(field: object, raw: object, vocabulary: Vocabulary) -> str | None:
    """Hide a value as its field asks for; without a field it is a heading."""
    if not isinstance(raw, str):
        return None
    declared = vocabulary.fields.get(field) if isinstance(field, str) else None
    return MASKS[(declared and declared.mask) or "text"](raw)


def _kept(text: str, front: int, back: int) -> str:
    if len(text) <= front + back:
        return "*" * len(text)
    return text[:front] + "*" * (len(text) - front - back) + (text[-back:] if back else "")
