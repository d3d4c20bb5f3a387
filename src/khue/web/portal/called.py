"""Pages that a text names: units of both systems by their names, a record by its identifier.

Since 1/7/2025 most of the names that people know are those of former units. A search for one finds
the records that mention it; what became of it stands on its page.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from khue.lib.vietnamese import fold, unmark
from khue.places import FormerUnit, Gazetteer, Unit
from khue.web.portal import house as ask_house
from khue.web.portal.finding import find_record
from khue.web.portal.kept import Kept
from khue.web.portal.meant import identifier_in
from khue.web.portal.present.heading import heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, say

MOST = 4
"""Units that are told of one text: those of one name in the provinces that have records."""


@dataclass(frozen=True)
class Called:
    """A unit or a record: what it is, its name, what is said beside it (of a record its type, of a
    unit its province where that is not the one with most records, of a former one also its district
    and what became of it), and its page."""

    of: str
    label: str
    note: str
    address: str


def called(text: str, reader: Reader, passed_over: Container[str] = ()) -> list[Called]:
    """The record whose identifier or address a text is, or else the units whose name it is, present
    ones first, of provinces that have records. A former one that gave its name to one of today is
    told on the page of that. Present ones whose code is `passed_over` are left out.

    One word without marks is no name: *lang* is a village sooner than the ward Láng."""
    typed = text.strip()
    if identifier := identifier_in(typed):
        return _record(identifier, reader)
    if not typed or (" " not in typed and unmark(typed) == typed.lower()):
        return []
    named = reader.gazetteer.named(typed)
    if not named:
        return []
    known, main = _territory(reader.lang)
    units = [unit for unit in named if not known.isdisjoint(_provinces(unit, reader.gazetteer))]
    present = [one for one in units if isinstance(one, Unit) and one.code not in passed_over]
    former = [one for one in units if isinstance(one, FormerUnit) and one.code]
    told = [one for one in former if not _is_told(one, reader.gazetteer)]
    found = [_present(one, main, reader) for one in present[:MOST]]
    return [*found, *(_former(one, main, reader) for one in told[: MOST - len(found)])]


def _record(identifier: str, reader: Reader) -> list[Called]:
    try:
        view = find_record(identifier)
    except Http404:
        return []
    found = heading(view.document, reader)
    return [Called(reader.say("called.record"), found.title, found.type_label, found.href)]


def with_records(reader: Reader) -> frozenset[str]:
    """The codes of the units that have records, and of their provinces."""
    return _territory(reader.lang)[0]


def _territory_of(reader: Reader) -> tuple[frozenset[str], str]:
    """The codes of the units that have records, with those of their provinces, and the province
    with most records, which need not be named."""
    units = [unit for code in ask_house.contents()[1] if (unit := reader.gazetteer.unit(code))]
    codes = frozenset(code for unit in units for code in (unit.code, unit.province_code))
    return codes, ask_house.main_province(reader.gazetteer)


_territory = Kept(lambda state: _territory_of(ask_house.reader_for(state.lang)))


def _became(unit: FormerUnit, gazetteer: Gazetteer) -> list[Unit]:
    """The units of today that a former one went to."""
    return [now for one in gazetteer.successors(unit.code) if (now := gazetteer.unit(one.code))]


def _provinces(unit: Unit | FormerUnit, gazetteer: Gazetteer) -> set[str]:
    """The provinces of today in which a unit is: provinces were merged, too."""
    now = [unit] if isinstance(unit, Unit) else _became(unit, gazetteer)
    return {one.province_code for one in now}


def _is_told(unit: FormerUnit, gazetteer: Gazetteer) -> bool:
    """Whether a unit of today that it went to has its name."""
    name = fold(unit.name["vi"])
    return any(fold(now.name["vi"]) == name for now in _became(unit, gazetteer))


def _present(unit: Unit, main: str, reader: Reader) -> Called:
    """A unit of today, told to somebody who knows that places are in the province `main`."""
    province = reader.gazetteer.within(unit.code)
    elsewhere = province is not None and province != unit and province.code != main
    note = choose(province.name, reader.lang) if province and elsewhere else ""
    name, href = choose(unit.name, reader.lang), reverse("place", args=[unit.code])
    return Called(reader.say("called.unit"), name, note, href)


def _former(unit: FormerUnit, main: str, reader: Reader) -> Called:
    lang, gazetteer = reader.lang, reader.gazetteer
    district = "" if unit.district_code == unit.code else unit.district_code
    province = "" if unit.province_code == main else unit.province_code
    above = [gazetteer.former(code) for code in (district, province) if code not in ("", unit.code)]
    parts = [choose(one.name, lang) for one in above if one]
    became = _became(unit, gazetteer)
    if len(became) == 1:
        parts.append(say("called.now_one", lang, unit=choose(became[0].name, lang)))
    elif became:
        parts.append(say("called.now_many", lang, count=len(became)))
    label = say("called.former", lang, unit=choose(unit.name, lang))
    href = reverse("former_place", args=[unit.code])
    return Called(reader.say("called.unit"), label, ", ".join(parts), href)
