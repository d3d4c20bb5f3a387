"""What a pack compiles to: types, their fields, the columns a spreadsheet can map to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Text2 = Mapping[str, str]
"""A text in both languages: `{"vi": ..., "en": ...}`."""

Visibility = Literal["public", "staff", "restricted"]

TellsApart = Literal["", "stated", "always"]

Listed = Literal["", "value", "labelled", "below"]


@dataclass(frozen=True)
class Field:
    """One field of a type, or of a statement inside it.

    `path` is its place in the record (`designations.rank`); `kind` one of the value kinds;
    `vocabulary` names the vocabulary of a code; `unit` is the base unit of a quantity; `counted`
    are words for what a whole number counts, which may stand behind it; `targets` are the types
    that a reference may point to; `fields` are the members of a statement.
    `personal` says that it holds data of a natural person, which can be erased for good.
    `tells_apart` says that two records of which it differs are two: where both state it, or
    always, an empty one standing for the whole. `listed` says that lists tell it, as its value
    alone or with its label, or in a line of its own below the name. `sentence` says in words what a
    reference makes of the record (“Is a component of”), `inverse` what it makes of the one that is
    named (“Its components are”); the names follow, and `{count}` is how many there are.
    """

    name: str
    path: str
    range: str
    kind: str
    multivalued: bool = False
    required: bool = False
    visibility: Visibility = "public"
    personal: bool = False
    label: Text2 = field(default_factory=dict)
    help: Text2 = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    synonyms_en: tuple[str, ...] = ()
    vocabulary: str | None = None
    unit: str | None = None
    counted: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    facet: str | None = None
    group: str = ""
    widget: str = ""
    pattern: str | None = None
    tells_apart: TellsApart = ""
    listed: Listed = ""
    sentence: Text2 = field(default_factory=dict)
    inverse: Text2 = field(default_factory=dict)
    fields: tuple[Field, ...] = ()

    @property
    def by_language(self) -> bool:
        """Whether its value is edited and compared one language at a time (`name.en`)."""
        return self.kind == "language_text" and not self.multivalued

    @cached_property
    def members(self) -> Mapping[str, Field]:
        """The members of a statement by name."""
        return {member.name: member for member in self.fields}

    def leaves(self) -> tuple[Field, ...]:
        """The field itself, or the leaf fields of a statement, in order."""
        if self.kind != "statement":
            return (self,)
        return tuple(leaf for member in self.fields for leaf in member.leaves())

    def with_members(self) -> Iterator[Field]:
        """The field itself and, of a statement, all fields inside it, each before its own."""
        yield self
        for member in self.fields:
            yield from member.with_members()


@dataclass(frozen=True, eq=False)
class Type:
    """A record type. `fields` holds its top-level fields by name, in display order. `asked` are the
    column paths that anyone who suggests a record is asked for, in order, none where nobody is
    asked; `needed` are groups of them, of each of which at least one must be filled in.
    `tells_of_others` says that its records tell of other records and mostly bear their names, as
    figures, stories and events do: a search puts them behind those.

    One type is equal to itself alone, so that what is worked out of it can be remembered.
    """

    name: str
    class_name: str
    label: Text2
    plural: Text2
    help: Text2
    fields: Mapping[str, Field]
    counting_unit: Text2 | None = None
    class_uri: str = ""
    visibility: Visibility = "public"
    tells_of_others: bool = False
    asked: tuple[str, ...] = ()
    needed: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def personal(self) -> frozenset[str]:
        """Names of the top-level fields that are personal or hold a personal member."""
        return frozenset(
            name
            for name, top in self.fields.items()
            if any(field.personal for field in top.with_members())
        )

    @cached_property
    def linking(self) -> Mapping[str, Field]:
        """Those top-level fields that name places or other records, or whose members do."""
        return {
            name: top
            for name, top in self.fields.items()
            if any(leaf.kind in ("place", "reference") for leaf in top.leaves())
        }

    def field(self, path: str) -> Field | None:
        """The field at a dotted path (`designations.rank`), or None."""
        name, _, rest = path.partition(".")
        found = self.fields.get(name)
        while found is not None and rest:
            name, _, rest = rest.partition(".")
            found = next((member for member in found.fields if member.name == name), None)
        return found


@dataclass(frozen=True)
class Column:
    """A leaf that a spreadsheet column can map to.

    `path` is the column path (`name.vi`, `designations.rank`, `identifiers.wikidata`), `field`
    the leaf field, `headings` the headings that mean it, in the exact form of `lib.vietnamese`;
    `stated` the same headings as people write them, in the same order.
    """

    path: str
    field: Field
    headings: tuple[str, ...]
    stated: tuple[str, ...] = ()
