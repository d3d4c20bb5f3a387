"""Documents of one type as columns of its tables. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from khue.model.packs import Field, Type
from khue.model.values import Kind, kind_of
from khue.snapshot.layout import INVENTED, Sight, columns_of, fields_of, is_aside

Document = dict[str, Any]
Standing = Mapping[str, tuple[int, Document]]
"""Version and document by identifier."""

Lists = dict[str, Sequence[Any] | None]
"""The cells of a block by column, each as long as the block; None is a column without values."""

Block = tuple[int, Lists]
"""How many rows there are, and their cells."""

Link = tuple[str, str, str]


class Flattening:
    """How documents of a type become rows; `redirects` are the records that others merged into."""

    def __init__(self, type_: Type, sight: Sight, redirects: Mapping[str, str]) -> None:
        self._type, self._sight, self._redirects = type_, sight, redirects
        fields = list(fields_of(type_, sight))
        self._single = [_Flat(field) for field in fields if not is_aside(field)]
        self._aside = [_Flat(field) for field in fields if is_aside(field)]

    def blocks(self, standing: Standing) -> Iterator[tuple[str, Block]]:
        """The rows of each table of the type that there are for some records, in their order."""
        names = list(standing)
        documents = [document for _, document in standing.values()]
        links: list[tuple[int, Link]] = []
        # How often a record was changed counts what the public may not know of.
        public = self._sight == "public"
        versions = None if public else [version for version, _ in standing.values()]
        invented = [bool(document.get(INVENTED)) for document in documents]
        lists: Lists = {"id": names, "version": versions, INVENTED: invented}
        present = set[str]().union(*documents)
        for flat in self._single:
            if flat.name not in present:
                continue
            values = [document.get(flat.name) for document in documents]
            lists |= flat.lists(self._resolved(flat, values, range(len(names)), names, links))
        yield self._type.name, (len(names), lists)
        for flat in self._aside:
            if flat.name not in present:
                continue
            owners, positions, values = _items(flat, documents)
            if values:
                values = self._resolved(flat, values, owners, names, links)
                ids = [names[owner] for owner in owners]
                own: Lists = {"id": ids, "position": positions}
                yield f"{self._type.name}__{flat.name}", (len(values), own | flat.lists(values))
        # Record by record, so that it does not matter where blocks begin.
        links.sort(key=lambda one: one[0])
        yield "relation", _in_columns(("subject", "field", "object"), [one for _, one in links])
        yield "file", _files(names, documents)

    def _resolved(
        self,
        flat: _Flat,
        values: list[Any],
        owners: Sequence[int],
        names: Sequence[str],
        links: list[tuple[int, Link]],
    ) -> list[Any]:
        """The values with every reference as it resolves now, which also becomes a relation."""
        if not flat.linking:
            return values
        found = []
        for owner, value in zip(owners, values, strict=True):
            for field in flat.linking if value is not None else ():
                value = self._resolve(value, field, flat.field)
                for target in _targets(value, field, flat.field):
                    links.append((owner, (names[owner], field.path, target)))
            found.append(value)
        return found

    def _resolve(self, value: Any, field: Field, top: Field) -> Any:
        redirects = self._redirects
        if field is top:
            return redirects.get(value, value)
        held = value.get(field.name)
        if held is None or not redirects:
            return value
        if isinstance(held, list):
            return value | {field.name: [redirects.get(one, one) for one in held]}
        return value | {field.name: redirects.get(held, held)}


class _Flat:
    """A field with its kind: what is asked of both for every value is asked once."""

    def __init__(self, field: Field) -> None:
        self.field, self.name = field, field.name
        self.linking = [leaf for leaf in field.leaves() if leaf.kind == "reference"]
        self._kind, self._columns = kind_of(field), tuple(columns_of(field))
        self._empty = (None,) * len(self._columns)
        self._members = [_Flat(member) for member in field.fields]
        self._is_plain = type(self._kind).cells is Kind.cells

    def lists(self, values: Sequence[Any]) -> Lists:
        """The values by column."""
        if not any(value is not None for value in values):
            return dict.fromkeys(self._columns)
        if self._members:
            return self._lists_of_members(values)
        if self._is_plain:
            return {self._columns[0]: values}
        cells, field, empty = self._kind.cells, self.field, self._empty
        rows = [empty if value is None else cells(value, field) for value in values]
        return dict(zip(self._columns, zip(*rows, strict=True), strict=True))

    def _lists_of_members(self, values: Sequence[Any]) -> Lists:
        found: Lists = {}
        for member in self._members:
            name = member.name
            held = [value.get(name) for value in values]
            if member.field.multivalued:
                found[name] = [member.main_texts(some) for some in held]
            else:
                found |= member.lists(held)
        return found

    def main_texts(self, some: Sequence[Any] | None) -> list[str] | None:
        """The main cell of each of several values."""
        if some is None:
            return None
        cells, field = self._kind.cells, self.field
        return [str(cells(one, field)[0]) for one in some if one is not None]


def _targets(value: Any, field: Field, top: Field) -> Sequence[str]:
    held = value if field is top else value.get(field.name)
    if held is None:
        return ()
    return held if isinstance(held, list) else (held,)


def _items(flat: _Flat, documents: Sequence[Document]) -> tuple[list[int], list[int], list[Any]]:
    """Of each value of a field that has several: which document it is of, its number there from 1,
    and itself."""
    name = flat.name
    listed = [
        (owner, held if isinstance(held, list) else (held,))
        for owner, document in enumerate(documents)
        if (held := document.get(name))
    ]
    items = [
        (owner, position, item)
        for owner, held in listed
        for position, item in enumerate(held, start=1)
        if item is not None
    ]
    if not items:
        return [], [], []
    owners, positions, values = zip(*items, strict=True)
    return list(owners), list(positions), list(values)


def _files(names: Sequence[str], documents: Sequence[Document]) -> Block:
    rows = [
        (name, position, *map(file.get, ("sha256", "kind", "licence", "visibility")))
        for name, document in zip(names, documents, strict=True)
        for position, file in enumerate(document.get("files", ()), start=1)
    ]
    return _in_columns(("id", "position", "sha256", "kind", "licence", "visibility"), rows)


def _in_columns(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Block:
    if not rows:
        return 0, {}
    return len(rows), dict(zip(columns, zip(*rows, strict=True), strict=True))
