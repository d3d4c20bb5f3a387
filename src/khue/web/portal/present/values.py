"""One value of a record as a page shows it: its text, where it leads, what is still open in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from django.urls import reverse

from khue.lib.vietnamese import is_vietnamese
from khue.model.packs import Field, Type
from khue.model.values import kind_of
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.present.recurring import RECURRENCE, recurrence_words
from khue.web.portal.words import choose, spoken

INDICATOR = "indicator"
"""The field whose value is the key of an indicator: people read its name."""


@dataclass(frozen=True)
class Shown:
    """A value in words. `lang` is set where the text is not in the reader's language; `open` marks
    what nobody has settled; `note` stands beneath; `parts` are the members of a statement. `more`:
    what follows is in the same language, and says so for both."""

    text: str
    href: str = ""
    lang: str = ""
    open: bool = False
    note: str = ""
    parts: tuple[Part, ...] = ()
    candidates: tuple[Shown, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Part:
    """A member of a statement: its label and value. A `lead`, the first that the type gives the
    statement, says by itself what it is: a rank under "Listed" needs no label. `dated`: the
    first date of the statement, by which it is found in a list of what happened."""

    label: str
    value: Shown
    lead: bool = False
    dated: bool = False


def show(field: Field, value: Any, reader: Reader) -> tuple[Shown, ...]:
    """A field's value, or each of its values. What the public may not be told of is left out."""
    if not is_public(field):
        return ()
    items = value if isinstance(value, list) else [value]
    found = [one for item in items if (one := _show_one(field, item, reader)) is not None]
    return said_once(found)


def said_once(values: Sequence[Shown]) -> tuple[Shown, ...]:
    """Values that follow each other, of which the last of a language says which it is."""
    following = [one.lang for one in values[1:]]
    return tuple(
        replace(one, more=True) if one.lang and one.lang == after else one
        for one, after in zip_longest(values, following)
    )


def stated_text(text: str, reader: Reader) -> Shown:
    """A text that a source gives in one language only: names of who issued, published or keeps
    something stand as they were written."""
    other = reader.lang != "vi" and is_vietnamese(text)
    return Shown(text, lang="vi" if other else "")


def _show_one(field: Field, value: Any, reader: Reader) -> Shown | None:
    if value is None:
        return None
    if field.kind == "language_text" and isinstance(value, Mapping):
        return Shown(choose(value, reader.lang), lang=spoken(value, reader.lang))
    if field.kind == "place" and isinstance(value, Mapping):
        return show_place(value, reader)
    if field.kind == "reference":
        return _show_reference(value, reader)
    if field.kind == "statement" and isinstance(value, Mapping):
        return _show_statement(field, value, reader)
    if field.kind == "identifier" and isinstance(value, Mapping):
        scheme = reader.scheme_label(str(value["scheme"]))
        return Shown("", parts=(Part(scheme, Shown(str(value["value"]))),))
    if field.name == INDICATOR and (name := reader.indicator_of(str(value))):
        href = reverse("measure", args=[value])
        tongue = spoken(name, reader.lang)
        return Shown(choose(name, reader.lang), href=href, lang=tongue, note=str(value))
    text = kind_of(field).show(value, reader.lang, field, reader.context)
    if field.kind == "citation" and (policy := reader.policy_of(str(value.get("text", "")))):
        return Shown(text, href=reverse("record", args=[policy]))
    if field.kind == "edtf" and unsure(str(value)):
        return Shown(text, open=True, note=reader.say("open.date"))
    if field.kind == "url" and str(value).startswith(("https://", "http://")):
        # The host says whose page it is; the rest of an address is for machines.
        host = str(value).split("/")[2].removeprefix("www.")
        return Shown(host or text, href=str(value))
    return stated_text(text, reader) if field.kind == "text" else Shown(text)


def unsure(date: str) -> bool:
    """Whether a date in EDTF says of itself that it is uncertain or approximate."""
    return any(mark in date for mark in "?~%")


def _show_reference(record_id: str, reader: Reader) -> Shown | None:
    label = reader.context.label_of(record_id)
    if not label:
        return None
    href = reverse("record", args=[record_id])
    return Shown(choose(label, reader.lang), href=href, lang=spoken(label, reader.lang))


def _show_statement(field: Field, value: Mapping[str, Any], reader: Reader) -> Shown | None:
    if field.name == RECURRENCE and (words := recurrence_words(field, value, reader)):
        stated = str(value.get("text") or "")
        words = words[0].upper() + words[1:]
        return Shown(words, note=reader.say("place.stated", stated=stated) if stated else "")
    first = date_of(field)
    parts = [
        Part(reader.label(member), one, member is field.fields[0], member is first)
        for member in field.fields
        if value.get(member.name) is not None
        for one in _beside_label(member, value[member.name], reader)
    ]
    said = said_once([part.value for part in parts])
    told = tuple(replace(part, value=one) for part, one in zip(parts, said, strict=True))
    return Shown("", parts=told) if told else None


def _beside_label(member: Field, value: Any, reader: Reader) -> tuple[Shown, ...]:
    """A member's values; a citation does not repeat its label (Decision: Decision 53/QĐ-TTg)."""
    shown = show(member, value, reader)
    if member.kind != "citation":
        return shown
    said = f"{reader.label(member)} "
    return tuple(replace(one, text=one.text.removeprefix(said)) for one in shown)


def date_of(field: Field) -> Field | None:
    """The member of a statement that says when it was or began; None where it has none."""
    return next((member for member in field.fields if member.kind == "edtf"), None)


def show_place(place: Mapping[str, Any], reader: Reader) -> Shown:
    """A place: the unit it is in, or what was stated with every unit that it could be."""
    stated = str(place.get("stated") or "")
    code = place.get("code")
    if code:
        name = reader.unit(code)
        note = reader.say("place.stated", stated=stated) if stated and stated != name else ""
        return Shown(name, href=reverse("place", args=[code]), note=note)
    candidates = tuple(
        Shown(reader.unit(candidate["code"]), href=reverse("place", args=[candidate["code"]]))
        for candidate in place.get("candidates") or ()
    )
    within = place.get("within")
    if not candidates and within:
        candidates = (Shown(reader.unit(within), href=reverse("place", args=[within])),)
        note = reader.say("place.only_within")
    else:
        note = reader.say("place.candidates", count=len(candidates)) if candidates else ""
    why = choose(place.get("why"), reader.lang)
    text = stated or reader.say("place.unstated")
    lang = _stated_in(stated, reader)
    return Shown(text, lang=lang, open=True, note=note or why, candidates=candidates)


def unit_line(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> Shown | None:
    """The one unit that a record is in, for the line under its name, or what was stated where it
    is open; None where there is neither, or the public may not see it."""
    field, place = (type_.fields.get("place") if type_ else None), document.get("place")
    if field is None or not is_public(field) or not isinstance(place, Mapping):
        return None
    code = place.get("code")
    if code:
        return Shown(reader.unit(code), href=reverse("place", args=[code]))
    stated = str(place.get("stated") or "")
    return Shown(stated, lang=_stated_in(stated, reader), open=True) if stated else None


def _stated_in(stated: str, reader: Reader) -> str:
    """The language of a place as it was stated: addresses are in Vietnamese. "" for its readers."""
    return "vi" if stated and reader.lang != "vi" else ""
