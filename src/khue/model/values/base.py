"""What every value kind is: how it reads, checks, shows and flattens one value of a field."""

from __future__ import annotations

import dataclasses
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol

from khue.lib import vietnamese
from khue.model.findings import Finding, finding
from khue.model.values.missing import is_ditto, is_missing

if TYPE_CHECKING:
    from khue.model.packs import Field, Pack, Vocabulary

# What spreadsheets leave in a cell whose formula failed.
_CELL_ERROR = re.compile(r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")


CellType = Literal["text", "texts", "number", "integer", "boolean", "date"]
"""What a column of a table for analysis holds; `texts` is a list of them."""

Plain = str | float | int | bool | date | list[str] | None
"""What stands in a cell of such a table."""

NO_COLUMNS: Mapping[str, str | float | int | None] = MappingProxyType({})


class Settled(Protocol):
    """A place after the point of its record was looked at: whether that decided it, and the codes
    of the units that the point is in where none of them was stated."""

    @property
    def place(self) -> dict[str, Any]: ...
    @property
    def decided(self) -> bool: ...
    @property
    def elsewhere(self) -> Mapping[str, Mapping[str, str]]: ...


@dataclass(frozen=True)
class Context:
    """What a kind may ask for beyond the value: the pack, the gazetteer, labels of records.

    `resolve_place` gives the place document of a stated place, `label_of` the `{"vi", "en"}` of a
    record id or None, `source` names the data set, which is the scheme of its own identifiers.
    `settle_place` gives what a point says about a place document; without it, nothing. `indicators`
    are those of the pack, for figures that state theirs by its name; None where nobody asks;
    `indicator_units` the units that they are in, and `indicator_parts` what each is broken down by,
    with the vocabulary that names the parts.
    """

    pack: Pack
    resolve_place: Callable[[str], dict[str, Any]]
    label_of: Callable[[str], dict[str, str] | None]
    source: str = ""
    settle_place: Callable[[dict[str, Any], Mapping[str, Any]], Settled] | None = None
    indicators: Vocabulary | None = None
    indicator_units: Mapping[str, str] = dataclasses.field(default_factory=dict)
    indicator_parts: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


class Reading(NamedTuple):
    """What a stated text was understood as; `value` None if it says nothing or was not."""

    value: Any | None = None
    findings: tuple[Finding, ...] = ()


class Flat(NamedTuple):
    """A value for search and tables: searchable `texts`, `codes` to filter by, and `columns`,
    from the suffix of a column name ("" for the main one) to a plain value."""

    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    columns: Mapping[str, str | float | int | None] = NO_COLUMNS


class Kind(ABC):
    """One kind of value. Stateless; `read` raises on no text whatever."""

    name: ClassVar[str]
    #: Whether words such as *không* or *-* may be a value of this kind rather than its absence.
    keeps_missing_words: ClassVar[bool] = False

    def read(self, stated: str, field: Field, context: Context) -> Reading:
        """The value that a stated text means. An empty text gives no value and no finding, a word
        for a missing value a note, a text that is not understood a warning."""
        text = vietnamese.display(stated)
        if not text:
            return Reading()
        if text[0] == "#" and _CELL_ERROR.fullmatch(text):
            return unread("cell_is_error", stated, field)
        if not self.keeps_missing_words:
            if is_missing(text):
                return unread("value_missing", stated, field)
            if is_ditto(text):
                return unread("value_ditto", stated, field)
        return self.understand(stated, field, context)

    @abstractmethod
    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        """`read` for a text that says something."""

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        """Findings about what a value means; its structure is the JSON Schema's matter."""
        return ()

    @abstractmethod
    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """The value for people, in `lang` "vi" or "en"; plain text, to be escaped by the shower."""

    @abstractmethod
    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        """The value for search and tables."""

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """The columns of a table for analysis, by their suffix ("" for the main one)."""
        return {"": "text"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        """The value in those columns, in their order."""
        return (value,)


def say(code: str, stated: str, field: Field, **values: Any) -> Finding:
    """A finding of `code` about what `field` states."""
    return finding(code, value=stated, field=field.path, **values)


def unread(code: str, stated: str, field: Field, **values: Any) -> Reading:
    """A reading without a value, and the finding that says why."""
    return Reading(None, (say(code, stated, field, **values),))


def as_error(found: Finding) -> Finding:
    """A finding made while reading, where the value already stands in a record: what cannot be
    read is a warning, since the stated text is kept, but what is recorded must be right."""
    return found._replace(level="error") if found.level == "warning" else found


def label(labels: Mapping[str, str], lang: str) -> str:
    """The label in `lang`, else in the other language, else an empty text."""
    return labels.get(lang) or next((text for text in labels.values() if text), "")
