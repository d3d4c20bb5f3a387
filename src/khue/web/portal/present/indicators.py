"""Indicators in a list: what each is, how it is obtained, and the newest figure there is of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from khue.lib.vietnamese import folded_words
from khue.measures.figures import Observation
from khue.measures.indicators import DIMENSIONS, WAYS, Indicator
from khue.measures.values import PLACE, ValueView
from khue.pipeline import Figures
from khue.web.portal.editorial import IndicatorSet
from khue.web.portal.present.quality import indicator_address
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import Told, told_observation, told_value
from khue.web.portal.present.told import newest as of_last_period
from khue.web.portal.words import choose

NONE = "none"
"""Stands beside the ways in which indicators are obtained, for those without any value."""


@dataclass(frozen=True)
class Listing:
    """Which indicators are asked for: words, how they are obtained, a set; "" is any."""

    q: str = ""
    obtained: str = ""
    set: str = ""

    def address(self) -> str:
        """Where they are shown."""
        asked = {name: value for name, value in vars(self).items() if value}
        return reverse("measures") + (f"?{urlencode(asked)}#all" if asked else "")


@dataclass(frozen=True)
class Newest:
    """The newest that is known of an indicator: figures of sources of one period, which may
    contradict each other, or a value that was computed; never both. `partly` where there are only
    figures of a part, of a scope or of no period."""

    told: tuple[Observation, ...] = ()
    computed: ValueView | None = None
    partly: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is any of the whole."""
        return bool(self.told) or self.computed is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not (self.is_known or self.partly)


@dataclass(frozen=True)
class Row:
    """An indicator in a list."""

    key: str
    name: str
    definition: str
    obtained: str
    href: str
    told: tuple[Told, ...]
    partly: bool


@dataclass(frozen=True)
class Group:
    """Indicators of a dimension."""

    key: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Choice:
    """A way to indicators of a sort, and how many there are."""

    label: str
    count: int
    href: str
    chosen: bool


def newest_of(key: str, figures: Figures, city: str) -> Newest:
    """The newest figures that sources state of the whole of an indicator, or that follow from such,
    for the `city`, else for no place, else for any one place; where there are none, the value that
    was computed last for the city, else that of all records."""
    stated = figures.told_of(key)
    if told := newest_told(stated, city):
        return Newest(told)
    return Newest(
        computed=computed_of(figures.computed.get(key, ()), city),
        partly=any(one.value is not None and one.status != "plan" for one in stated),
    )


def newest_told(reported: Iterable[Observation], city: str) -> tuple[Observation, ...]:
    """The figures of the last period, the whole without limits before what is limited."""
    whole = [
        one
        for one in reported
        if one.value is not None
        and one.status != "plan"
        and not (one.breakdowns or one.subject or one.scope)
        and one.last
    ]
    for place in (city, "", *sorted({one.place for one in whole})):
        here = [one for one in whole if one.place == place]
        if here:
            last = sorted(of_last_period(here), key=lambda one: one.id)
            return tuple({one.value: one for one in last}.values())
    return ()


def computed_of(values: Sequence[ValueView], city: str) -> ValueView | None:
    """The value of the city, else of all records, as far as it may be told."""
    for part in ({PLACE: city}, {}):
        for one in values:
            if one.part == part and one.value is not None:
                return one
    return None


def told(newest: Newest, known: Indicator, city: str, reader: Reader) -> tuple[Told, ...]:
    """The newest figures in words; a place is named where it is not the city."""
    if newest.computed is not None:
        return (told_value(newest.computed, known, reader).at(city),)
    return tuple(told_observation(one, known, reader).at(city) for one in newest.told)


def listed(
    indicators: Iterable[Indicator],
    newest: Mapping[str, Newest],
    folded: Mapping[str, str],
    asked: Listing,
    among: IndicatorSet | None,
) -> list[Indicator]:
    """The indicators that are asked for; `folded` are their texts. Words that stand together in a
    name or definition count before words anywhere in it: without marks, `so hoa` is also in "Số"
    and "văn hóa"."""
    some = [one for one in indicators if _takes(asked, one, newest[one.key], among)]
    wanted = [word for _, _, word in folded_words(asked.q)]
    if not wanted:
        return some
    known = [(one, folded[one.key]) for one in some]
    together = [one for one, text in known if f" {' '.join(wanted)}" in text]
    return together or [one for one, text in known if all(f" {word}" in text for word in wanted)]


def _takes(asked: Listing, one: Indicator, newest: Newest, among: IndicatorSet | None) -> bool:
    if among is not None and not one.key.startswith(among.keys_begin):
        return False
    if asked.obtained == NONE:
        return newest.is_empty
    return asked.obtained in ("", one.obtained)


def folded_of(one: Indicator) -> str:
    """The folded words of all that an indicator says of itself, each after a space."""
    texts = (*one.name.values(), *one.definition.values(), one.key.replace("_", " "))
    return " | ".join(" " + " ".join(word for _, _, word in folded_words(text)) for text in texts)


def groups(some: Iterable[Indicator], rows: Mapping[str, Row], reader: Reader) -> tuple[Group, ...]:
    """Indicators by dimension, in the order of the dimensions."""
    every = list(some)
    found = []
    for dimension in DIMENSIONS:
        here = tuple(rows[one.key] for one in every if one.dimension == dimension)
        if here:
            found.append(Group(dimension, reader.say(f"measures.dimension.{dimension}"), here))
    return tuple(found)


def row_of(one: Indicator, newest: Newest, city: str, reader: Reader) -> Row:
    """An indicator with the newest figures there are of it."""
    return Row(
        key=one.key,
        name=choose(one.name, reader.lang),
        definition=choose(one.definition, reader.lang),
        obtained=reader.say(f"measures.obtained.{one.obtained}"),
        href=indicator_address(one.key),
        told=told(newest, one, city, reader),
        partly=newest.partly,
    )


def choices(
    indicators: Iterable[Indicator],
    newest: Mapping[str, Newest],
    sets: Iterable[IndicatorSet],
    asked: Listing,
    reader: Reader,
) -> list[Choice]:
    """The ways to indicators by how they are obtained, to those without a value, and to sets."""
    every = list(indicators)
    ways = Counter(one.obtained for one in every)
    ways[NONE] = sum(newest[one.key].is_empty for one in every)
    found = [
        Choice(
            reader.say("measures.all"), len(every), f"{Listing().address()}#all", asked == Listing()
        )
    ]
    for way in (*WAYS, NONE):
        chosen = asked.obtained == way
        label = reader.say(f"measures.obtained.{way}")
        found.append(Choice(label, ways[way], Listing(obtained=way).address(), chosen))
    for one in sets:
        count = sum(each.key.startswith(one.keys_begin) for each in every)
        address = Listing(set=one.key).address()
        found.append(Choice(choose(one.label, reader.lang), count, address, asked.set == one.key))
    return [one for one in found if one.count]
