"""The page of what is behind a value: the records that were counted, or its terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.lib.numbers import show_number
from khue.measures.indicators import Indicator
from khue.measures.values import PERIOD, PLACE
from khue.web.portal.present.heading import heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import Told, dimension_label, held_label
from khue.web.portal.words import choose


@dataclass(frozen=True)
class Counted:
    """A record, or a unit, that was counted: its name, type, unit and rank, and what it adds."""

    label: str
    lang: str
    href: str
    kind: str
    unit: str
    rank: str
    amount: str


@dataclass(frozen=True)
class Term:
    """A term of a formula: the indicator, and its value for the same part; None where there is
    none."""

    label: str
    href: str
    told: Told | None


def limits(part: Mapping[str, str], one: Indicator, reader: Reader) -> tuple[tuple[str, str], ...]:
    """What a value is a part of: each breakdown with its part."""
    return tuple(
        (dimension_label(name, reader), held_label(name, held, one, reader))
        for name, held in part.items()
        if name != PERIOD
    )


def in_its_order(
    records: Sequence[str], amounts: Sequence[float] | None
) -> list[tuple[str, float | None]]:
    """What was counted, the largest amounts first; without amounts as it is."""
    if amounts is None:
        return [(one, None) for one in records]
    return sorted(zip(records, amounts, strict=True), key=lambda pair: (-(pair[1] or 0), pair[0]))


def counted(
    some: Sequence[tuple[str, float | None]],
    documents: Mapping[str, Mapping[str, Any] | None],
    reader: Reader,
) -> tuple[Counted, ...]:
    """Records and units that were counted, as a list tells them."""
    found = (_counted(name, amount, documents.get(name), reader) for name, amount in some)
    return tuple(one for one in found if one is not None)


def _counted(
    name: str, amount: float | None, document: Mapping[str, Any] | None, reader: Reader
) -> Counted | None:
    much = "" if amount is None else show_number(amount, reader.lang)
    if document is not None:
        told = heading(document, reader)
        return Counted(
            label=told.title,
            lang=told.title_lang,
            href=told.href,
            kind=told.type_label,
            unit=told.unit.text if told.unit else "",
            rank=told.rank.text if told.rank else "",
            amount=much,
        )
    unit = reader.gazetteer.unit(name)
    if unit is None:
        return None
    province = reader.gazetteer.unit(unit.province_code) if unit.level == "commune" else None
    return Counted(
        label=choose(unit.name, reader.lang),
        lang="",
        href=reverse("place", args=[unit.code]),
        kind=reader.say("indicator.unit"),
        unit=choose(province.name, reader.lang) if province else "",
        rank="",
        amount=much,
    )


def part_asked(asked: Mapping[str, str], one: Indicator) -> dict[str, str]:
    """The part that an address names, by the breakdowns of the indicator."""
    names = (PLACE, *(name for name in one.breakdowns if name != PLACE))
    return {name: asked[name] for name in names if asked.get(name)}
