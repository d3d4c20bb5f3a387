"""How an indicator is obtained: method, select or formula, who asks for it, its sources; what it
was before, and which reported figures were changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from khue.lib.numbers import measured
from khue.measures.documents import number
from khue.measures.figures import Observation
from khue.measures.findings import shown_period
from khue.measures.formulas import names_in
from khue.measures.indicators import Indicator
from khue.measures.values import ValueView
from khue.registry.queries import ChangeView
from khue.web.portal.figures import show_date
from khue.web.portal.present.changes import labels_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import amount_of
from khue.web.portal.present.told import Told, dimension_label, told_value
from khue.web.portal.words import choose

_WORDS = re.compile(r"[A-Za-z_]\w*|[*/-]")

MOST_RUNS = 24
"""Of the past values so many are told, the newest; programs get all of them."""


@dataclass(frozen=True)
class Named:
    """A name, and where it leads; "" leads nowhere."""

    label: str
    href: str = ""


@dataclass(frozen=True)
class Source:
    """A source of a definition."""

    title: str
    about: str
    url: str


@dataclass(frozen=True)
class How:
    """How an indicator is obtained. `terms` are the indicators of its `formula`, `adds_up` the
    breakdowns whose parts add up to the whole."""

    method: str
    counting_unit: str
    adds_up: str
    select: str
    formula: str
    terms: tuple[Named, ...]
    asked_by: tuple[Named, ...]
    sources: tuple[Source, ...]
    version: str


@dataclass(frozen=True)
class Was:
    """A version of a definition: when it was computed by first and last, and what of it is not as
    it is now; `text` is its select or formula where that is another."""

    version: str
    since: str
    until: str
    differs: str
    text: str
    current: bool


@dataclass(frozen=True)
class Run:
    """A value that was told at a position of the ledger, when it was another than before; `again`
    is how often it was told again."""

    told: Told
    version: str
    again: int


@dataclass(frozen=True)
class Corrected:
    """A change of a reported figure: when, which, and what of it; its value before and after where
    that was changed."""

    day: str
    name: str
    href: str
    fields: str
    before: str
    after: str


def how(one: Indicator, indicators: Mapping[str, Indicator], reader: Reader) -> How:
    """How an indicator is obtained."""
    lang = reader.lang
    terms = names_in(one.formula) if one.formula else ()
    return How(
        method=choose(one.method, lang),
        counting_unit=choose(one.counting_unit, lang),
        adds_up=", ".join(dimension_label(name, reader) for name in one.sums),
        select=one.select.strip(),
        formula=one.formula,
        terms=tuple(
            Named(choose(indicators[name].name, lang), reverse("measure", args=[name]))
            for name in terms
        ),
        asked_by=tuple(_cited(citation, reader) for citation in one.asked_by),
        sources=tuple(_source(source, reader) for source in one.sources),
        version=one.version,
    )


def formula_in_words(formula: str, indicators: Mapping[str, Indicator], reader: Reader) -> str:
    """A formula with the names of its indicators."""
    return _worded(formula, lambda name: choose(indicators[name].name, reader.lang))


def is_of_reported(one: Indicator, indicators: Mapping[str, Indicator]) -> bool:
    """Whether a formula has a term that only sources report, or one with such a term: then its
    values follow from what they state."""
    terms = [indicators[name] for name in (names_in(one.formula) if one.formula else ())]
    return any(term.obtained == "reported" or is_of_reported(term, indicators) for term in terms)


def formula_in_numbers(formula: str, values: Mapping[str, str]) -> str:
    """A formula with the values of its terms, as they are written; "–" where there is none."""
    return _worded(formula, lambda name: values.get(name, "–"))


def versions(
    past: Sequence[ValueView],
    now: Indicator,
    definition_of: Callable[[str], Mapping[str, Any]],
    reader: Reader,
) -> tuple[Was, ...]:
    """The versions by which values were computed, the newest first."""
    ordered = list(dict.fromkeys(one.version for one in past))
    return tuple(
        _was([one for one in past if one.version == version], now, definition_of(version), reader)
        for version in reversed(ordered)
    )


def runs(past: Sequence[ValueView], now: Indicator, reader: Reader) -> tuple[Run, ...]:
    """What was told when: each value once, at the first position of those at which it was told one
    after the other, the newest first."""
    found: list[tuple[ValueView, int]] = []
    for one in past:
        if found and (found[-1][0].value, found[-1][0].version) == (one.value, one.version):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((one, 0))
    return tuple(
        Run(told_value(one, now, reader), one.version, again)
        for one, again in found[::-1][:MOST_RUNS]
    )


def corrected(
    changes: Iterable[tuple[Observation, ChangeView]], reader: Reader
) -> tuple[Corrected, ...]:
    """The changes of reported figures."""
    return tuple(_corrected(one, change, reader) for one, change in changes)


def _corrected(one: Observation, change: ChangeView, reader: Reader) -> Corrected:
    value = next((each for each in change.changed if each.path == "value"), None)
    name = choose(one.name, reader.lang)
    period = choose(shown_period(one.period), reader.lang) if one.period else ""
    return Corrected(
        day=show_date(change.at, reader.lang),
        name=", ".join(part for part in (name, period) if part),
        href=reverse("history", args=[one.id]),
        fields=", ".join(labels_of(change, reader)),
        before=_number(value.before, "before", one, change, reader) if value else "",
        after=_number(value.after, "after", one, change, reader) if value else "",
    )


def _number(value: Any, side: str, one: Observation, change: ChangeView, reader: Reader) -> str:
    """A value before or after a change with its unit and certainty, as they were on that side."""
    if not isinstance(value, int | float):
        return reader.say("statement.no_number")
    was = {each.path: getattr(each, side) for each in change.changed}
    told = replace(
        one,
        value=number(value),
        decimals=0,
        unit=was.get("unit", one.unit) or "",
        precision=was.get("precision", one.precision) or "exact",
    )
    amount = amount_of(told, reader)
    return measured(amount.number, amount.unit)


def _was(
    of_it: Sequence[ValueView], now: Indicator, definition: Mapping[str, Any], reader: Reader
) -> Was:
    same = {
        "select": definition["select"].strip() == now.select.strip(),
        "formula": definition["formula"] == now.formula,
        "unit": definition["unit"] == now.unit,
        "breakdowns": tuple(definition["breakdowns"]) == now.breakdowns,
    }
    words = {
        "select": reader.say("indicator.was_select"),
        "formula": reader.say("indicator.was_formula"),
        "unit": reader.say("indicator.was_unit"),
        "breakdowns": reader.say("indicator.was_breakdowns"),
    }
    text = definition["select"] or definition["formula"]
    return Was(
        version=str(definition["version"]),
        since=choose(shown_period(of_it[0].period), reader.lang),
        until=choose(shown_period(of_it[-1].period), reader.lang),
        differs=", ".join(words[name] for name, is_same in same.items() if not is_same),
        text="" if same["select"] and same["formula"] else text.strip(),
        current=definition["version"] == now.version,
    )


def _cited(citation: str, reader: Reader) -> Named:
    record = reader.policy_of(citation)
    return Named(citation, reverse("record", args=[record]) if record else "")


def _source(source: Mapping[str, str], reader: Reader) -> Source:
    date = str(source.get("date") or "")
    told = [str(source.get("publisher") or ""), choose(shown_period(date), reader.lang)]
    about = ", ".join(part for part in told if part)
    return Source(str(source["title"]), about, str(source.get("url") or ""))


def _worded(formula: str, of: Callable[[str], str]) -> str:
    signs = {"*": "×", "/": "÷", "-": "−"}
    return _WORDS.sub(lambda found: signs.get(found[0]) or of(found[0]), formula)
