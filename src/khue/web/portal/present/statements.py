"""Statements of a figure, to be read side by side: what each source says, in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse

from khue.lib.vietnamese import unmark
from khue.measures.figures import Observation
from khue.measures.findings import catalogue, piece, shown, shown_computed, shown_period
from khue.measures.indicators import Indicator
from khue.model.values import kind_of
from khue.search.highlights import Piece
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.words import choose, spoken

EXACT = "exact"
OBSERVATION = "observation"
MARKED_WORDS = 0.4
"""A quotation of which so many words have Vietnamese marks is one in Vietnamese; an English one has
them in names only."""


@dataclass(frozen=True)
class Amount:
    """A number with the word before it (nearly, over) and its unit. `words` where it is none, but
    what a source wrote in its place (hundreds), in that language."""

    about: str
    value: str
    unit: str
    words: str = ""

    @property
    def number(self) -> str:
        """The number with the word before it."""
        return " ".join(filter(None, (self.about, self.value)))


@dataclass(frozen=True)
class Statement:
    """What one source says: the number with its period, place, part, status and scope (`line`), who
    says it, its words (`quote`, with the number marked) and where they stand (`source`, `date`,
    `url`). `href` is the record; "" for a number that the registry counted."""

    amount: Amount
    line: tuple[str, ...]
    scope: str
    scope_lang: str
    told_by: str
    quote: tuple[Piece, ...]
    quote_lang: str
    source: str
    date: str
    url: str
    href: str
    invented: bool = False


def amount_of(one: Observation, reader: Reader) -> Amount:
    """The number of a figure as its source states it; without a number, what takes its place."""
    unit = unit_of(one.value, one.unit, reader)
    if one.value is None and one.stated:
        said = reader.say("statement.in_words", words=one.stated)
        return Amount("", said, unit, language_of(one.stated))
    if one.value is None:
        return Amount("", reader.say("statement.no_number"), "")
    code = f"precision.{one.precision}"
    known = one.precision != EXACT and code in catalogue()
    about = piece(code, value="") if known else {}
    value = shown(one.value, one.decimals or None)[reader.lang]
    said = about.get(reader.lang, "").strip()
    return Amount(said, value, unit)


def unit_of(value: Fraction | float | None, code: str, reader: Reader) -> str:
    """A unit in words, as it stands after a number: one space, two spaces."""
    found = reader.pack.vocabularies["measure_unit"].concepts.get(code)
    if value == 1 and found is not None and found.one.get(reader.lang):
        return found.one[reader.lang]
    return reader.concept_label("measure_unit", code) if code else ""


def counted(value: float, lang: str) -> str:
    """A number that was computed, in one language."""
    return shown_computed(value)[lang]


def period_of(one: Observation, reader: Reader) -> str:
    """The period of a figure; what is said where the source names none."""
    if not one.period:
        return reader.say("statement.no_period")
    return shown_period(one.period)[reader.lang]


def status_of(status: str, reader: Reader) -> str:
    """Actual, estimate or plan; what is said where the source does not say."""
    field = reader.pack.types[OBSERVATION].fields["status"]
    if not status:
        return reader.say("home.status_open")
    return kind_of(field).show(status, reader.lang, field, reader.context)


def part_of(one: Observation, known: Indicator | None, reader: Reader) -> str:
    """The part of a whole that a figure is of, by the vocabularies of its indicator; "" for the
    whole."""
    named = known.vocabularies if known else {}
    return ", ".join(
        part_label(part, named.get(dimension, dimension), reader)
        for dimension, part in one.breakdowns
    )


def part_label(part: str, vocabulary: str, reader: Reader) -> str:
    """What a part is called, be it stated by its code, its name or another; as it is stated where
    the vocabulary does not know it."""
    found = reader.pack.vocabularies.get(vocabulary)
    label = found.label_of(part) if found else None
    if label is None and part in reader.pack.types:
        label = reader.pack.types[part].label
    return choose(label, reader.lang) if label else part


def place_of(one: Observation, reader: Reader) -> str:
    """The place of a figure as people name it; "" where it has none."""
    if reader.gazetteer.unit(one.place):
        return reader.unit_short(one.place)
    return choose(one.place_name, reader.lang) or one.place_stated


def statement(
    one: Observation, document: Mapping[str, Any], known: Indicator | None, reader: Reader
) -> Statement:
    """What a source says, from the figure and the public document that it was read from; `known`
    is its indicator, where that has a file."""
    fields = reader.pack.types[OBSERVATION].fields
    public = {name: value for name, value in document.items() if is_shown(fields.get(name))}
    cited: Mapping[str, Any] = next(iter(public.get("citations") or ()), {})
    quote = str(cited.get("quote") or "")
    scope: Mapping[str, str] = public.get("scope") or {}
    named = [cited.get("title"), cited.get("publisher")]
    line = (
        period_of(one, reader),
        place_of(one, reader),
        part_of(one, known, reader),
        _terms(one, reader),
        status_of(one.status, reader),
    )
    return Statement(
        amount=amount_of(one, reader),
        line=tuple(filter(None, line)),
        scope=choose(scope, reader.lang),
        scope_lang=spoken(scope, reader.lang),
        told_by=str(public.get("reported_by_name") or ""),
        quote=with_marks(quote, _writings(one)),
        quote_lang=language_of(quote),
        source=", ".join(str(one) for one in named if one) or one.source,
        date=shown_period(str(cited.get("date") or ""))[reader.lang],
        url=str(cited.get("url") or ""),
        href=reverse("record", args=[one.id]),
        invented=bool(document.get("invented")),
    )


def _terms(one: Observation, reader: Reader) -> str:
    """The terms of a ratio, as far as the source states both."""
    if one.numerator is None or one.denominator is None:
        return ""
    above, below = (shown(term)[reader.lang] for term in (one.numerator, one.denominator))
    return reader.say("statement.terms", numerator=above, denominator=below)


def is_shown(field: Any) -> bool:
    """Whether there is such a field and the public may see it."""
    return field is not None and is_public(field)


def language_of(text: str) -> str:
    """Vietnamese or English, by how many of its words have Vietnamese marks; "" of no words."""
    words = text.split()
    marked = sum(unmark(word) != word for word in words)
    return ("vi" if marked >= MARKED_WORDS * len(words) else "en") if words else ""


def with_marks(text: str, numbers: list[str]) -> tuple[Piece, ...]:
    """The text in pieces, in which the first of the numbers that stands there alone is marked."""
    for number in numbers:
        start = text.find(number)
        end = start + len(number)
        around = text[max(0, start - 1) : start] + text[end : end + 1]
        if start >= 0 and not any(one.isdigit() for one in around):
            pieces = Piece(text[:start]), Piece(number, marked=True), Piece(text[end:])
            return tuple(one for one in pieces if one.text)
    return (Piece(text),) if text else ()


def _writings(one: Observation) -> list[str]:
    """How a number may stand in a text of either language."""
    if one.value is None:
        return []
    exact = shown(one.value, one.decimals or None)
    return [exact["en"], exact["vi"], exact["en"].replace(",", "")]
