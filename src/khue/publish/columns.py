"""The flat columns of a type: what a table of its public fields has, whatever the records hold.

A column is named by the path of its field, with the suffix that its kind gives (`name.vi`,
`designations.rank`, `place.code`, `period.earliest`). Identifiers have a column per scheme of the
pack's vocabulary and one, `identifiers`, for all others as `scheme:value`. Several values of one
field stand in one cell, parted by `; `; the statements of a record (designations and the like)
have one slot each in all their columns, so that the n-th rank belongs to the n-th date. Several
values inside one statement are parted by `|`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from khue.model.columns import SCHEMES
from khue.model.packs import Field, Pack, Type
from khue.model.values import Context, kind_of

Cell = str | int | float | None

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "language_text": ("vi", "en"),
    "edtf": ("", "earliest", "latest"),
    "place": ("code", "stated", "candidates"),
    "point": ("lat", "lon", "precision_m"),
    "quantity": ("", "unit"),
    "citation": ("", "number", "year", "type", "issuer", "date"),
    "reference": ("", "label"),
}
"""The columns that a kind flattens to; all others have one, without a suffix."""


_SUFFIXES_IN_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {"vi": "tiếng Việt", "en": "Vietnamese"},
    "en": {"vi": "tiếng Anh", "en": "English"},
    "earliest": {"vi": "sớm nhất", "en": "earliest"},
    "latest": {"vi": "muộn nhất", "en": "latest"},
    "code": {"vi": "mã đơn vị hiện nay", "en": "code of the present unit"},
    "stated": {"vi": "như nguồn ghi", "en": "as stated"},
    "candidates": {"vi": "mã các đơn vị có thể", "en": "codes of possible units"},
    "lat": {"vi": "vĩ độ", "en": "latitude"},
    "lon": {"vi": "kinh độ", "en": "longitude"},
    "precision_m": {"vi": "sai số, mét", "en": "precision, metres"},
    "unit": {"vi": "đơn vị đo", "en": "unit"},
    "number": {"vi": "số", "en": "number"},
    "year": {"vi": "năm", "en": "year"},
    "type": {"vi": "loại văn bản", "en": "kind of document"},
    "issuer": {"vi": "nơi ban hành", "en": "issued by"},
    "date": {"vi": "ngày", "en": "date"},
    "label": {"vi": "tên", "en": "name"},
}

_OWN = {
    "id": {"vi": "Mã Khuê", "en": "Khuê id"},
    "type": {"vi": "Mã loại hồ sơ", "en": "Type code"},
}


def public_leaves(field: Field) -> Iterator[Field]:
    """The field itself, or the leaf fields of a statement, in order: those that are public, as is
    all above them."""
    if field.visibility != "public":
        return
    if field.kind != "statement":
        yield field
    for member in field.fields:
        yield from public_leaves(member)


def header(type_: Type, pack: Pack) -> tuple[str, ...]:
    """The columns of a type in the order of its fields. Depends on the pack alone."""
    return (
        "id",
        "type",
        *(
            column
            for top in type_.fields.values()
            for leaf in public_leaves(top)
            for column in _columns(leaf, pack)
        ),
    )


def headings(type_: Type, pack: Pack, lang: str) -> tuple[str, ...]:
    """What the columns of `header` are called in a language, each differently."""
    words = [*(name[lang] for name in _OWN.values())]
    for top in type_.fields.values():
        for leaf in public_leaves(top):
            words += (_in_words(column, top, leaf, pack, lang) for column in _columns(leaf, pack))
    names = header(type_, pack)
    return tuple(
        f"{heading} [{name}]" if words.count(heading) > 1 else heading
        for heading, name in zip(words, names, strict=True)
    )


def row(document: Mapping[str, Any], type_: Type, pack: Pack, context: Context) -> dict[str, Cell]:
    """The cells of a public document by column; columns without a value are not there."""
    cells: dict[str, Cell] = {"id": document["id"], "type": document["type"]}
    for name, field in type_.fields.items():
        if field.visibility != "public" or name not in document:
            continue
        value = document[name]
        values = value if isinstance(value, list) else [value]
        slots = [_slot(field, each, pack, context) for each in values]
        if len(slots) == 1:
            cells |= {column: cell for column, cell in slots[0].items() if cell is not None}
            continue
        for column in dict.fromkeys(column for slot in slots for column in slot):
            cell = _join([slot.get(column) for slot in slots], "; ", field.kind == "statement")
            if cell is not None:
                cells[column] = cell
    return cells


def _columns(leaf: Field, pack: Pack) -> Iterator[str]:
    if leaf.kind == "identifier":
        yield leaf.path
        yield from (f"{leaf.path}.{scheme}" for scheme in _schemes(pack))
    else:
        yield from (_name(leaf, suffix) for suffix in SUFFIXES.get(leaf.kind, ("",)))


def _in_words(column: str, top: Field, leaf: Field, pack: Pack, lang: str) -> str:
    label = str(leaf.label.get(lang) or leaf.name)
    if leaf is not top:
        label = f"{top.label.get(lang) or top.name} / {label}"
    suffix = column[len(leaf.path) + 1 :]
    if not suffix:
        return label
    if leaf.kind == "identifier":
        concept = pack.vocabularies[SCHEMES].concepts[suffix]
        return str(concept.label.get(lang) or suffix)
    return f"{label}: {_SUFFIXES_IN_WORDS[suffix][lang]}"


def _slot(field: Field, value: Any, pack: Pack, context: Context) -> dict[str, Cell]:
    """The cells of one value: of a statement, those of all that it holds."""
    found: dict[str, list[Cell]] = {}
    for column, cell in _cells(field, value, pack, context):
        found.setdefault(column, []).append(cell)
    return {column: _join(cells, "|", False) for column, cells in found.items()}


def _cells(field: Field, value: Any, pack: Pack, context: Context) -> Iterator[tuple[str, Cell]]:
    if field.kind == "statement":
        for inner in field.fields:
            if inner.visibility == "public" and inner.name in value:
                held = value[inner.name]
                for each in held if isinstance(held, list) else [held]:
                    yield from _cells(inner, each, pack, context)
    elif field.kind == "identifier" and value["scheme"] not in _schemes(pack):
        yield field.path, f"{value['scheme']}:{value['value']}"
    else:
        for suffix, cell in kind_of(field).flatten(value, field, context).columns.items():
            yield _name(field, suffix), cell


def _name(field: Field, suffix: str) -> str:
    return f"{field.path}.{suffix}" if suffix else field.path


@lru_cache(100)
def _schemes(pack: Pack) -> tuple[str, ...]:
    vocabulary = pack.vocabularies.get(SCHEMES)
    return tuple(vocabulary.concepts) if vocabulary else ()


def _join(cells: list[Cell], between: str, keep_slots: bool) -> Cell:
    """Several cells as one; a single one stays what it is, so numbers stay numbers."""
    if len(cells) == 1:
        return cells[0]
    if all(cell is None for cell in cells):
        return None
    if not keep_slots:
        cells = [cell for cell in cells if cell is not None]
    if len(cells) == 1:
        return cells[0]
    return between.join("" if cell is None else str(cell) for cell in cells)
