"""Dated statements and other groups of fields inside a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from khue.model.findings import Finding
from khue.model.values.base import CellType, Context, Flat, Kind, Plain, Reading, label, unread

if TYPE_CHECKING:
    from khue.model.packs import Field


class Statement(Kind):
    """An object of nested fields. Each of them is read from a column of its own; checking,
    showing and flattening go into them."""

    name = "statement"

    def __init__(self, kind_of: Callable[[Field], Kind]) -> None:
        self._kind_of = kind_of

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        return unread("statement_needs_columns", stated, field)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        return tuple(
            found
            for inner, each in _inner_values(value, field)
            for found in self._kind_of(inner).check(each, inner, context)
        )

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """`Label: value; ...` in the order of the pack."""
        shown: dict[str, list[str]] = {}
        for inner, each in _inner_values(value, field):
            text = self._kind_of(inner).show(each, lang, inner, context)
            shown.setdefault(label(inner.label, lang) or inner.name, []).append(text)
        return "; ".join(f"{name}: {', '.join(texts)}" for name, texts in shown.items())

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        """Texts and codes of all inner values; columns are named `inner` or `inner_suffix`, and
        several values of one column are joined by `|`."""
        flats = [
            (inner, self._kind_of(inner).flatten(each, inner, context))
            for inner, each in _inner_values(value, field)
        ]
        columns: dict[str, str | float | int | None] = {}
        for inner, flat in flats:
            for suffix, plain in flat.columns.items():
                name = f"{inner.name}_{suffix}" if suffix else inner.name
                before = columns.get(name)
                columns[name] = plain if before is None else f"{before}|{plain}"
        return Flat(
            texts=tuple(dict.fromkeys(text for _, flat in flats for text in flat.texts)),
            codes=tuple(dict.fromkeys(code for _, flat in flats for code in flat.codes)),
            columns=columns,
        )

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """Those of the inner fields, as `inner` or `inner_suffix`; of an inner field with several
        values a list of its main ones."""
        return {name: one for inner in field.fields for name, one in self._columns(inner).items()}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        """Not of a whole statement: tables are filled column by column, inner field by inner
        field."""
        raise NotImplementedError

    def _columns(self, inner: Field) -> Mapping[str, CellType]:
        if inner.multivalued:
            return {inner.name: "texts"}
        kinds = self._kind_of(inner).columns(inner)
        return {f"{inner.name}_{one}" if one else inner.name: held for one, held in kinds.items()}


def _inner_values(value: Any, field: Field) -> Iterator[tuple[Field, Any]]:
    for inner in field.fields:
        held = value.get(inner.name)
        for each in held if isinstance(held, list) else [held]:
            if each is not None:
                yield inner, each
