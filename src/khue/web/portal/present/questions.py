"""What is open in a record: what nobody has settled, why, and what could be the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from khue.model.packs import Type
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.values import Shown

if TYPE_CHECKING:
    from khue.web.portal.present.record import Fact


@dataclass(frozen=True)
class Question:
    """A value that is open: the field ("" where the type has none of that name), where it stands on
    the page, what is known, why that does not settle it, and the possible answers where they can be
    counted."""

    field: str
    label: str
    known: str
    why: str
    candidates: tuple[Shown, ...]


def questions(facts: Iterable[Fact], reader: Reader) -> tuple[Question, ...]:
    """The open questions of a record in the order of its fields."""
    return tuple(
        Question(fact.name, fact.label, value.text, _why(value, reader), value.candidates)
        for fact in facts
        for shown in fact.values
        for value in _open_in(shown)
    )


def unplaced(document: Mapping[str, Any], type_: Type, reader: Reader) -> tuple[Question, ...]:
    """What a record says is missing at no field that its type has: in the words that it says."""
    reason = type_.field("missing.reason")
    return tuple(
        Question(
            "",
            str(entry["field"]),
            reader.concept_label(reason.vocabulary, str(entry["reason"]))
            if reason is not None and "reason" in entry
            else reader.say("open.word"),
            reader.say("open.why"),
            (),
        )
        for entry in document.get("missing") or ()
        if "field" in entry and type_.field(str(entry["field"])) is None
    )


def _open_in(value: Shown) -> list[Shown]:
    """The value itself, or those of its parts that are open."""
    inner = [one for part in value.parts for one in _open_in(part.value)]
    return inner or ([value] if value.open and not value.parts else [])


def _why(value: Shown, reader: Reader) -> str:
    return value.note or reader.say("open.why")
