"""Findings about figures: what was found, how serious it is, what would mend it, who says what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from khue.lib.dates import parse_edtf
from khue.measures.figures import Observation
from khue.measures.findings import Finding, catalogue
from khue.measures.values import PERIOD, PLACE, ValueView
from khue.model.values.date_show import show_date
from khue.pipeline import Figures
from khue.web.portal.present import statements
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import Amount, Statement, statement
from khue.web.portal.words import choose

SEVERITIES = ("error", "warning", "note", "confirmed")
"""How serious findings are, the worst first; the last are checks that hold."""
COMPUTED = ("computed_short", "computed_exceeds")
"""Kinds of findings in which the registry is one of those who say something."""

SIGNS = "=≠<>−"
"""What makes a line of numbers a sum or a comparison."""


@dataclass(frozen=True)
class Sift:
    """Which findings are asked for, by kind, severity, indicator, its dimension, and place; "" is
    any."""

    kind: str = ""
    severity: str = ""
    indicator: str = ""
    dimension: str = ""
    place: str = ""

    def takes(self, one: Finding, figures: Figures) -> bool:
        """Whether a finding is asked for."""
        return (
            self.kind in ("", one.code)
            and self.severity in ("", one.severity)
            and self.indicator in ("", one.indicator)
            and self.dimension in ("", dimension_of(one, figures))
            and self.place in ("", one.place)
        )

    def address(self, page: int = 1) -> str:
        """Where they are shown."""
        asked = {name: value for name, value in vars(self).items() if value}
        asked |= {"page": str(page)} if page > 1 else {}
        return reverse("findings") + (f"?{urlencode(asked)}" if asked else "")


@dataclass(frozen=True)
class Way:
    """A way to findings of one sort: what it is called, how many there are, whether it is taken."""

    label: str
    count: int
    href: str
    chosen: bool
    mark: str = ""


@dataclass(frozen=True)
class Option:
    """A value that a filter can have, and how many findings there are with it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Group:
    """Findings of a kind on a page: `count` of them there are in all, and `href` leads to where
    they stand: on this page, or by themselves where it does not hold all of them."""

    kind: str
    label: str
    severity: str
    severity_label: str
    count: int
    href: str
    whole: bool
    cards: tuple[FindingCard, ...]


@dataclass(frozen=True)
class FindingCard:
    """A finding with all that is known of it; `anchor` is where it stands on its page, `href` the
    address of that."""

    anchor: str
    href: str
    severity: str
    severity_label: str
    kind: str
    message: str
    arithmetic: str
    mend: str
    indicator: str
    indicator_href: str
    statements: tuple[Statement, ...]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first; among equals in the order of the catalogue, where what sources say of each
    other stands before what they say of the registry."""
    order = {code: number for number, code in enumerate(catalogue())}
    return sorted(
        findings, key=lambda one: (SEVERITIES.index(one.severity), order[one.code], one.indicator)
    )


def dimension_of(one: Finding, figures: Figures) -> str:
    """The dimension of the indicator that a finding is about; "" where it is of none."""
    known = figures.indicators.get(one.indicator)
    return known.dimension if known else ""


def ways(figures: Figures, asked: Sift, reader: Reader) -> list[Way]:
    """The ways to findings by severity, counted without that filter."""
    free = replace(asked, severity="")
    count = Counter[str](one.severity for one in figures.findings if free.takes(one, figures))
    whole = Way(reader.say("findings.all"), count.total(), free.address(), not asked.severity)
    return [
        whole,
        *(
            Way(
                reader.say(f"findings.severity.{name}"),
                count[name],
                replace(asked, severity=name).address(),
                asked.severity == name,
                name,
            )
            for name in SEVERITIES
            if count[name]
        ),
    ]


def options(figures: Figures, asked: Sift, reader: Reader) -> dict[str, list[Option]]:
    """What findings can be sifted by: kinds, dimensions and places that some have, each counted
    without the filter of its own."""
    values: dict[str, Callable[[Finding], str]] = {
        "kind": lambda one: one.code,
        "dimension": lambda one: dimension_of(one, figures),
        "place": lambda one: one.place,
    }
    labels: dict[str, Callable[[str], str]] = {
        "kind": lambda code: reader.say(f"findings.kind.{code}"),
        "dimension": lambda key: reader.say(f"measures.dimension.{key}"),
        "place": reader.unit_short,
    }
    found = {}
    for name, value_of in values.items():
        free = replace(asked, **{name: ""})
        every = in_order(one for one in figures.findings if free.takes(one, figures))
        count = Counter(value for one in every if (value := value_of(one)))
        chosen = getattr(asked, name)
        found[name] = [
            Option(value, labels[name](value), count[value], value == chosen)
            for value in dict.fromkeys((*count, *([chosen] if chosen else [])))
        ]
    return found


def grouped(
    shown: Sequence[tuple[Finding, FindingCard]],
    found: Iterable[Finding],
    asked: Sift,
    reader: Reader,
) -> tuple[Group, ...]:
    """The findings by kind, the worst first: those `found` in all, and the cards of those that are
    `shown` on this page."""
    groups = []
    for kind, count in Counter(one.code for one in found).items():
        cards = tuple(card for one, card in shown if one.code == kind)
        whole = len(cards) == count
        severity = catalogue()[kind]["severity"]
        groups.append(
            Group(
                kind=kind,
                label=reader.say(f"findings.kind.{kind}"),
                severity=severity,
                severity_label=reader.say(f"findings.severity.{severity}"),
                count=count,
                href=f"#kind-{kind}" if whole else replace(asked, kind=kind).address(),
                whole=whole,
                cards=cards,
            )
        )
    return tuple(groups)


def anchor_of(one: Finding) -> str:
    """Where a finding stands on its page: it stays as long as the records that it is about."""
    return f"{one.code}-{one.observations[0]}" if one.observations else one.code


def indicator_address(key: str) -> str:
    """The page of an indicator."""
    return reverse("measure", args=[key])


def finding_card(
    one: Finding, figures: Figures, documents: Mapping[str, Any], reader: Reader
) -> FindingCard:
    """A finding as a page shows it; `documents` are the public ones of its observations."""
    known = figures.indicators.get(one.indicator)
    anchor = anchor_of(one)
    there = (figures.observations.get(name) for name in one.observations)
    told = sorted((each for each in there if each and documents.get(each.id)), key=_reading_order)
    said = [statement(each, documents[each.id], known, reader) for each in told]
    if one.code in COMPUTED and (counted := _counted(one, figures, reader)):
        said.append(counted)
    return FindingCard(
        anchor=anchor,
        href=f"{Sift(kind=one.code, indicator=one.indicator).address()}#{anchor}",
        severity=one.severity,
        severity_label=reader.say(f"findings.severity.{one.severity}"),
        kind=reader.say(f"findings.kind.{one.code}"),
        message=one.message[reader.lang],
        arithmetic=_shown_arithmetic(one, reader.lang),
        mend="" if one.severity == "confirmed" else one.mend[reader.lang],
        indicator=choose(known.name, reader.lang) if known else "",
        indicator_href=indicator_address(known.key) if known else "",
        statements=tuple(said),
    )


def _reading_order(one: Observation) -> tuple[Any, ...]:
    """Totals before parts, the older before the newer."""
    return len(one.breakdowns), one.last or (0, 0, 0), one.id


def _shown_arithmetic(one: Finding, lang: str) -> str:
    """The sum of a finding; "" where it only repeats what was stated."""
    line = one.arithmetic.get(lang, "")
    return line if any(sign in line for sign in SIGNS) else ""


def _counted(one: Finding, figures: Figures, reader: Reader) -> Statement | None:
    """What the registry itself says: the value that was computed from its records."""
    about = figures.observations.get(one.observations[0]) if one.observations else None
    if about is None:
        return None
    asked = dict(about.breakdowns)
    found = next(
        (
            value
            for value in figures.computed.get(one.indicator, ())
            if value.place == about.place and _own(value) == asked and value.value is not None
        ),
        None,
    )
    if found is None or found.value is None:
        return None
    return Statement(
        amount=Amount(
            "",
            statements.counted(found.value, reader.lang),
            statements.unit_of(found.value, figures.indicators[one.indicator].unit, reader),
        ),
        line=(
            reader.say("statement.at", day=_day(found.period, reader)),
            statements.status_of(found.status, reader),
        ),
        scope="",
        scope_lang="",
        told_by=reader.say("statement.registry"),
        quote=(),
        quote_lang="",
        source=reader.say("statement.position", position=found.position),
        date="",
        url="",
        href="",
    )


def _own(value: ValueView) -> dict[str, str]:
    return {name: part for name, part in value.part.items() if name not in (PLACE, PERIOD)}


def _day(text: str, reader: Reader) -> str:
    return show_date(parse_edtf(text), reader.lang) if text else ""
