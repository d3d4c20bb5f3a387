"""Figures and targets out of the documents of the registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from khue.lib.vietnamese import display
from khue.measures.figures import Breakdowns, NameOf, Observation, Target
from khue.model.values.units import NUMERALS

LONGEST = 40
"""Digits of a stated number; longer ones are no number."""

TEN = 10

_LARGE = re.compile(rf"\b(?:{'|'.join(NUMERALS)})\b", re.IGNORECASE)


def observation_of(
    document: Mapping[str, Any],
    name_of_place: NameOf = lambda code: None,
    name_of_unit: NameOf = lambda code: None,
) -> Observation:
    """The figure of a document of type `observation`; the names are those of present units by code
    and of units of measure by code."""
    place = document.get("place") or {}
    value = document.get("value")
    return Observation(
        id=document["id"],
        indicator=document.get("indicator") or "",
        name=document.get("name") or {},
        value=number(value),
        decimals=_decimals(document, value),
        step=_step(document, value),
        unit=document.get("unit") or "",
        unit_name=name_of_unit(document.get("unit") or "") or {},
        place=_code_of(place),
        place_name=name_of_place(place.get("code") or "") or {},
        place_stated=place.get("stated") or "",
        subject=document.get("subject") or "",
        period=document.get("period") or "",
        breakdowns=_breakdowns(document),
        precision=document.get("precision") or "exact",
        numerator=number(document.get("numerator")),
        denominator=number(document.get("denominator")),
        status=document.get("status") or "",
        method=document.get("method") or "",
        scope=_text(document.get("scope")),
        basis=document.get("basis") or "",
        source=_source(document),
        quote=_cited(document).get("quote") or "",
        part_of=document.get("part_of") or "",
        stated=next(filter(None, map(_stated, document.get("sources") or ())), ""),
    )


def target_of(document: Mapping[str, Any]) -> Target:
    """The target of a document of type `target`."""
    return Target(
        id=document["id"],
        indicator=document.get("indicator") or "",
        name=document.get("name") or {},
        value=number(document.get("value")),
        value_to=number(document.get("value_to")),
        unit=document.get("unit") or "",
        place=_code_of(document.get("place") or {}),
        subject=document.get("subject") or "",
        due=document.get("due") or "",
        kind=document.get("kind") or "level",
        precision=document.get("precision") or "exact",
        breakdowns=_breakdowns(document),
        baseline=number(document.get("baseline")),
        baseline_date=document.get("baseline_date") or "",
        exceeded_by=number(document.get("exceeded_by")),
    )


def number(value: float | int | None) -> Fraction | None:
    """A number of a document as it is written there: 63.7, not the nearest binary fraction."""
    return None if value is None else Fraction(repr(value))


def _decimals(document: Mapping[str, Any], value: float | int | None) -> int:
    """The decimals that a source wrote (87,50 has two), else those of the number itself.

    All digits that were written, read as one number, are the value times a power of ten: that
    power is the number of decimals, whatever the separators mean.
    """
    if value is None:
        return 0
    exact = abs(Fraction(repr(value)))
    for source in document.get("sources") or ():
        stated = _stated(source)
        digits = "".join(one for one in stated if one in "0123456789")
        for decimals in range(len(digits) if len(digits) <= LONGEST else 0):
            if exact * 10**decimals == int(digits):
                return decimals
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _step(document: Mapping[str, Any], value: float | int | None) -> Fraction:
    """To what a number in thousands or millions is told: one of the last digit that was written.
    Nothing where the unit counts the thousands, or each one was counted."""
    for source in document.get("sources") or ():
        stated = _stated(source)
        digits = "".join(one for one in stated if one in "0123456789")
        if value and _LARGE.search(stated) and 0 < len(digits) <= LONGEST and int(digits):
            step = abs(Fraction(repr(value))) / int(digits)
            if step >= TEN and _is_power_of_ten(step):
                return step
    return Fraction(0)


def _is_power_of_ten(step: Fraction) -> bool:
    return step.denominator == 1 and str(step.numerator).strip("0") == "1"


def _stated(source: Mapping[str, Any]) -> str:
    return str((source.get("stated") or {}).get("value") or "")


def _code_of(place: Mapping[str, Any]) -> str:
    """The present unit; of an open place its stated text, so that only its own figures meet."""
    return place.get("code") or display(place.get("stated") or "")


def _breakdowns(document: Mapping[str, Any]) -> Breakdowns:
    return tuple(
        sorted(
            (one.get("dimension") or "", display(one.get("part") or ""))
            for one in document.get("breakdowns") or ()
        )
    )


def _text(value: Any) -> str:
    text = (value.get("vi") or value.get("en")) if isinstance(value, Mapping) else value
    return display(text or "")


def _source(document: Mapping[str, Any]) -> str:
    cited = _cited(document)
    named = [cited.get("title"), cited.get("publisher")]
    return ", ".join(one for one in named if one) or _first_source(document)


def _cited(document: Mapping[str, Any]) -> Mapping[str, str]:
    """The first citation: that of the source that states the figure."""
    return next(iter(document.get("citations") or ()), {})


def _first_source(document: Mapping[str, Any]) -> str:
    return next((str(one.get("name") or "") for one in document.get("sources") or ()), "")
