"""The two forms that everyone may send: a record that is suggested, an error that is reported.

Each reads what was sent, says what is to be mended and what was understood, and proposes. How a
form comes and goes is in `contributing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.urls import reverse
from django.utils import timezone

from khue.model.fields import Type
from khue.pipeline import (
    Report,
    asked_columns,
    fill_in,
    house,
    likely_public,
    report_error,
    reportable,
    suggest_record,
    understand_report,
)
from khue.registry import queries
from khue.registry.queries import RecordView
from khue.web.portal.present import contribution
from khue.web.portal.present.contribution import PREFIX, FormField, Option, Remark
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.values import show

Values = Mapping[str, str]
"""What was sent, by the names of the fields."""


@dataclass(frozen=True)
class Read:
    """A form that was read: its `fields` with all there is to say, records that it may `double`,
    and one line on what it asks for. `asked` is what the sheet sends."""

    fields: tuple[FormField, ...]
    asked: Any
    doubles: tuple[Heading, ...] = ()
    line: str = ""

    @property
    def contact(self) -> bool:
        """Whether something was sent that only staff shall see."""
        return any(one.staff and one.value for one in self.fields)

    @property
    def wrong(self) -> list[FormField]:
        """The fields that keep it from being sent."""
        return [one for one in self.fields if one.errors]


class Sheet(Protocol):
    """A form: its `purpose` (that of tokens), its address, and the words of its pages."""

    purpose: str
    address: str
    words: dict[str, str]

    def blank(self) -> list[FormField]:
        """The fields, empty."""

    def read(self, values: Values) -> Read:
        """What was sent, read. `values` hold a text for each field."""

    def send(self, read: Read) -> str:
        """Propose it; gives the identifier of the proposal. Raises `Refused`."""


class Suggestion:
    """The form of a record of a type that the pack asks the public for."""

    def __init__(self, type_: Type, reader: Reader) -> None:
        self._type, self._reader = type_, reader
        self._columns = asked_columns(house(), type_)
        self.purpose = f"suggest:{type_.name}"
        self.address = reverse("suggest_type", args=[type_.name])
        label = reader.type_label(type_.name).lower()
        self.words = {
            "title": reader.say("contribute.suggest.form_title", type=label),
            "lead": reader.say("contribute.suggest.form_lead"),
            "consent": reader.say("contribute.consent"),
            "send": reader.say("contribute.send"),
        }

    def blank(self) -> list[FormField]:
        """The fields that the pack asks for."""
        return contribution.blank_fields(self._columns, self._type.needed, self._reader)

    def read(self, values: Values) -> Read:
        """Read as the intake reads a row."""
        fields = _with_values(self.blank(), values, self._reader)
        stated = {one.name.removeprefix(PREFIX): one.value for one in fields if not one.errors}
        filled = fill_in(house(), self._type.name, stated)
        fields = [
            contribution.told(field, column, filled, self._reader)
            for field, column in zip(fields, self._columns, strict=True)
        ]
        doubles = queries.public_documents(likely_public(house(), filled))
        there = [document for document in doubles.values() if document is not None]
        return Read(
            tuple(fields), filled, tuple(heading(document, self._reader) for document in there)
        )

    def send(self, read: Read) -> str:
        """Propose the record."""
        return suggest_record(house(), read.asked, day=timezone.localdate())


class Correction:
    """The form to report an error in a record; `chosen` is the field or path that it opens with."""

    def __init__(self, view: RecordView, reader: Reader, chosen: str = "") -> None:
        self._view, self._reader, self._chosen = view, reader, chosen
        self._type = house().pack.types[view.type]
        self.purpose = f"report:{view.id}"
        self.address = reverse("report", args=[view.id])
        self.heading = heading(view.document, reader)
        self.words = {
            "title": reader.say("contribute.report.of", name=self.heading.title),
            "lead": reader.say("contribute.report.lead"),
            "consent": reader.say("contribute.report.consent"),
            "send": reader.say("contribute.report.send"),
        }

    def blank(self) -> list[FormField]:
        """Where, what is right, how one knows it, and how to be reached."""
        say = self._reader.say
        paths = self._paths()
        chosen = next((path for path in paths if path == self._chosen), None) or next(
            (path for path in paths if path.partition(".")[0] == self._chosen), None
        )
        options = tuple(Option(path, self._label(path), path == chosen) for path in paths)
        options += (Option("-", say("contribute.report.whole"), chosen=False),)
        return [
            self._asked(
                "field",
                say("contribute.report.field"),
                say("contribute.report.field_help"),
                widget="select",
                options=options,
            ),
            self._asked(
                "right", say("contribute.report.right"), say("contribute.report.right_help")
            ),
            self._asked("how", say("contribute.report.how"), say("contribute.report.how_help")),
            self._asked(
                "contact",
                say("contribute.report.contact"),
                say("contribute.report.contact_help"),
                widget="line",
                needed=False,
                staff=True,
            ),
        ]

    def _asked(
        self,
        name: str,
        label: str,
        help: str,
        *,
        widget: str = "text",
        needed: bool = True,
        staff: bool = False,
        options: tuple[Option, ...] = (),
    ) -> FormField:
        most = contribution.LONG if widget == "text" else contribution.SHORT
        return FormField(
            f"{PREFIX}{name}", label, help, widget, "", most, needed, staff, options=options
        )

    def read(self, values: Values) -> Read:
        """Read as an edit of the field, if it can be."""
        fields = _with_values(self.blank(), values, self._reader)
        missing = Remark(self._reader.say("contribute.missing"))
        fields = [
            replace(one, errors=(missing,)) if one.needed and not one.value else one
            for one in fields
        ]
        where, right, how, contact = fields
        path = "" if where.value == "-" else where.value
        report = Report(self._view.id, path, right.value, how.value, contact.value)
        if any(one.errors for one in fields):
            return Read(tuple(fields), report)
        return Read(tuple(fields), report, line=self._line(report))

    def send(self, read: Read) -> str:
        """Propose the edit, or leave a note."""
        return report_error(house(), read.asked, day=timezone.localdate())

    def _line(self, report: Report) -> str:
        """What the report asks for, as it was understood."""
        asked = understand_report(house(), report)
        if asked is None:
            return self._reader.say("contribute.report.as_note")
        (path, value), *_ = asked.changes.items()
        column = next(
            one for one in house().pack.columns(self._type.name) if one.path in (path, report.path)
        )
        text = contribution.show_value(column, value, self._reader) or report.right
        return self._reader.say("contribute.report.as_edit", value=text)

    def _paths(self) -> Sequence[str]:
        """The public fields that the record has, those of two languages by the one it has; then
        those of its type that can be set at once."""
        document = self._view.document
        has = [name for name in self._type.fields if name in document]
        settable = reportable(self._type)
        known = [path for path in settable if path.partition(".")[0] in has]
        others = [name for name in has if not any(p.partition(".")[0] == name for p in known)]
        public = [name for name in others if self._type.fields[name].visibility == "public"]
        return [*known, *public, *(path for path in settable if path not in known)]

    def _label(self, path: str) -> str:
        """The label of a field with what it says now."""
        name, _, lang = path.partition(".")
        field, document = self._type.fields[name], self._view.document
        label = self._reader.label(field)
        if lang:
            language = self._reader.say(f"language.{lang}")
            label = self._reader.say("label.in_language", label=label, language=language)
        value = document.get(name)
        if lang and isinstance(value, Mapping):
            now = str(value.get(lang) or "")
        else:
            shown = show(field, value, self._reader) if value is not None else ()
            now = "; ".join(one.text for one in shown if one.text)
        return f"{label}: {_brief(now)}" if now else label


BRIEF = 60
"""Characters of a value that a list of fields shows."""


def _brief(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= BRIEF else f"{flat[: BRIEF - 1].rstrip()}…"


def _with_values(fields: Sequence[FormField], values: Values, reader: Reader) -> list[FormField]:
    """The fields with what was sent for each, and what keeps it from being read at all."""
    found = []
    for one in fields:
        text = contribution.clean(values.get(one.name, ""))
        found.append(
            contribution.with_value(one, text, contribution.trouble_in(text, one.most, reader))
        )
    return found
