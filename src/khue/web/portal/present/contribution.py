"""Forms for everyone: fields from the pack's columns, what was understood, what is to be mended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.model.fields import Column
from khue.model.findings import Finding
from khue.model.values import kind_of
from khue.pipeline import Filled
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose

PREFIX = "f-"
"""What the names of fields begin with in a form, before the column path."""

LONG, SHORT = 4_000, 300
"""Characters that a field for texts and a line take."""

_SPOOF = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of a text: what is read would not be what was written."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DIGITS = re.compile(r"\d")
PHONE_DIGITS = range(8, 16)
"""Digits of a telephone number (ITU-T E.164: 15 at most)."""


@dataclass(frozen=True)
class Option:
    """A value to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Remark:
    """What there is to say of a value, and how to mend it."""

    text: str
    mend: str = ""


@dataclass(frozen=True)
class FormField:
    """A field as the form shows it. `widget` is line, text, select or boxes; `kind` the `type` of a
    line, `complete` what a browser may fill in. `lines` says that each line is a
    value of its own, `few` that a few words will do; `instead` names the fields of which one is
    enough in its place. `understood` is told where it is not what was
    written; `errors` keep the form from being sent, `notes` do not."""

    name: str
    label: str
    help: str
    widget: str
    value: str
    most: int
    needed: bool
    staff: bool = False
    instead: str = ""
    lines: bool = False
    few: bool = False
    kind: str = "text"
    complete: str = ""
    options: tuple[Option, ...] = ()
    understood: str = ""
    errors: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def id(self) -> str:
        """An identifier for the page."""
        return self.name.replace(".", "-")

    @property
    def shown(self) -> str:
        """The value as people chose it: labels in the place of codes."""
        return "; ".join(one.label for one in self.options if one.chosen) or self.value


def clean(text: str) -> str:
    """A sent text with the line ends of a browser made plain."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def trouble_in(text: str, most: int, reader: Reader) -> tuple[Remark, ...]:
    """What keeps a text from being read at all."""
    if len(text) > most:
        said = reader.say("contribute.too_long", count=len(text), most=most)
        return (Remark(said, reader.say("contribute.too_long_mend")),)
    if any(_is_control(one) for one in text):
        said = reader.say("contribute.control")
        return (Remark(said, reader.say("contribute.control_mend")),)
    return ()


def _is_control(sign: str) -> bool:
    category = unicodedata.category(sign)
    return (category in ("Cc", "Cs", "Co", "Cn") and sign not in "\n\t") or sign in _SPOOF


def blank_fields(
    columns: Iterable[Column], needed: Iterable[tuple[str, ...]], reader: Reader
) -> list[FormField]:
    """The fields of a form that is to be filled in; of each group of `needed` at least one. One
    that is a group by itself has to be, whatever other groups it is of."""
    columns, groups = tuple(columns), tuple(needed)
    paths = {column.path for column in columns}
    labels = {column.path: _label(column, paths, reader) for column in columns}
    fields = []
    for column in columns:
        is_needed = (column.path,) in groups
        others = [one for group in groups if column.path in group for one in group]
        instead = [labels[one].lower() for one in others if one != column.path and not is_needed]
        field = _field(column, labels[column.path], is_needed, reader)
        fields.append(replace(field, instead=reader.say("search.or").join(instead)))
    return fields


def _field(column: Column, label: str, needed: bool, reader: Reader) -> FormField:
    leaf = column.field
    widget = _widget(column)
    return FormField(
        name=PREFIX + column.path,
        label=label,
        help=choose(leaf.help, reader.lang),
        widget=widget,
        value="",
        most=LONG if widget == "text" else SHORT,
        needed=needed,
        staff=leaf.visibility != "public",
        lines=leaf.multivalued and widget == "text",
        few=leaf.widget != "textarea",
        kind=leaf.widget if leaf.widget in ("email", "tel") else "text",
        complete=leaf.widget if leaf.widget in ("email", "tel") else "",
        options=_options(column, reader),
    )


def _widget(column: Column) -> str:
    leaf = column.field
    if leaf.kind in ("code", "boolean"):
        return "boxes" if leaf.multivalued else "select"
    long = leaf.multivalued or (leaf.kind == "language_text" and leaf.name != "name")
    return "text" if long or leaf.widget == "textarea" else "line"


def _label(column: Column, paths: set[str], reader: Reader) -> str:
    label = reader.label(column.field)
    stem, _, lang = column.path.rpartition(".")
    if column.field.kind != "language_text":
        return label
    other = {"vi": "en", "en": "vi"}[lang]
    if lang == reader.lang and f"{stem}.{other}" not in paths:
        return label
    if lang == "vi" == reader.lang:
        return label
    return reader.say("label.in_language", label=label, language=reader.say(f"language.{lang}"))


def _options(column: Column, reader: Reader) -> tuple[Option, ...]:
    leaf = column.field
    if leaf.kind == "boolean":
        said = (("true", reader.say("value.yes")), ("false", reader.say("value.no")))
        return tuple(Option(value, label, chosen=False) for value, label in said)
    found = reader.pack.vocabularies.get(leaf.vocabulary or "") if leaf.kind == "code" else None
    return tuple(
        Option(code, choose(concept.label, reader.lang) or code, chosen=False)
        for code, concept in (found.concepts.items() if found else ())
    )


def with_value(field: FormField, value: str, errors: tuple[Remark, ...] = ()) -> FormField:
    """The field with what was sent for it."""
    codes = {one.strip() for one in value.split(";")} if field.widget == "boxes" else {value}
    options = tuple(replace(one, chosen=one.value in codes) for one in field.options)
    return replace(field, value=value, options=options, errors=field.errors + errors)


def told(field: FormField, column: Column, filled: Filled, reader: Reader) -> FormField:
    """The field with what was understood of it, and what there is to say."""
    path = column.path
    about = [one for one in filled.findings if _is_about(one, path, filled)]
    wrong = [one for one in about if one.level == "error" or path in filled.unread]
    errors = [*field.errors, *(_remark(one, reader) for one in wrong)]
    if path in filled.unread and not errors:
        errors = [Remark(reader.say("contribute.not_understood"))]
    if any(group[0] == path for group in filled.missing):
        errors.append(_missing(path, filled, reader))
    if not errors and (contact := _contact_trouble(field, reader)) is not None:
        errors.append(contact)
    return replace(
        field,
        understood=_understood(column, filled.understood.get(path), field, reader),
        errors=tuple(errors),
        notes=tuple(
            _open_place(filled.understood[path], reader)
            if one.code == "place_open"
            else _remark(one, reader)
            for one in about
            if one not in wrong
        ),
    )


def _is_about(found: Finding, path: str, filled: Filled) -> bool:
    """Whether a finding is about a column; one about a whole field is told at its first column."""
    if found.field == path:
        return True
    paths = [column.path for column in filled.columns]
    first = next((one for one in paths if one.startswith(f"{found.field}.")), None)
    return first == path and found.field not in paths


def _open_place(place: Mapping[str, Any], reader: Reader) -> Remark:
    """Which units a place may be: shorter than what a whole file has to be told."""
    codes = dict.fromkeys(str(one["code"]) for one in place.get("candidates") or ())
    names = "; ".join(reader.unit_short(code) for code in codes)
    mend = reader.say("contribute.place_open_mend")
    return Remark(reader.say("contribute.place_open", names=names), mend)


def _remark(found: Finding, reader: Reader) -> Remark:
    return Remark(choose(found.message, reader.lang), choose(found.mend, reader.lang))


def _missing(path: str, filled: Filled, reader: Reader) -> Remark:
    group = next(group for group in filled.missing if group[0] == path)
    leaves = {column.path: column.field for column in filled.columns}
    if len(group) == 1:
        return Remark(reader.say("contribute.missing"))
    labels = [reader.label(leaves[one]).lower() for one in group]
    return Remark(reader.say("contribute.missing_one_of", labels=", ".join(labels)))


def _contact_trouble(field: FormField, reader: Reader) -> Remark | None:
    """An address that nothing could reach: the kinds of values take any text for it."""
    if field.kind == "email" and field.value and not _EMAIL.fullmatch(field.value):
        return Remark(reader.say("contribute.email"), reader.say("contribute.email_mend"))
    if field.kind == "tel" and field.value and not _is_phone(field.value):
        return Remark(reader.say("contribute.phone"), reader.say("contribute.phone_mend"))
    return None


def _is_phone(text: str) -> bool:
    return len(_DIGITS.findall(text)) in PHONE_DIGITS


def _understood(column: Column, value: Any, field: FormField, reader: Reader) -> str:
    """The value in words, where these are not what was written anyway."""
    if value is None or field.options:
        return ""
    text = show_value(column, value, reader)
    return "" if text.split() == field.value.split() else text


def show_value(column: Column, value: Any, reader: Reader) -> str:
    """A value of a column in words."""
    leaf = column.field
    if leaf.kind == "place" and isinstance(value, Mapping):
        return reader.unit(value["code"]) if value.get("code") else ""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(one, str) and leaf.kind == "language_text" for one in items):
        return "; ".join(str(one) for one in items)
    kind = kind_of(leaf)
    return "; ".join(kind.show(one, reader.lang, leaf, reader.context) for one in items)
