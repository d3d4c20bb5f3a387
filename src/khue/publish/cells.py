"""Records as cells that people edit and send back: what a workbook for editing shows of them.

Every leaf of a type has a column. How several values stand in one cell:

- the values of a list, or the statements of a record (designations and the like), have a line
  each; the n-th line of every column of a statement is about the n-th statement, and `–` stands
  where that one says nothing;
- several values inside one statement are parted by ` | `;
- a line break inside a value that stands in a list is written `⏎`;
- identifiers have a column for each scheme of the pack, and one for all others, `scheme: value`;
- a reference is the name of the record and its identifier in brackets.

`pipeline.edited` reads this back. Only what differs from what is printed here counts as edited, so
a value need not survive printing to survive a round trip.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from khue.intake import known_headings
from khue.lib.numbers import cell_text, show_number
from khue.lib.vietnamese import exact
from khue.model.columns import SCHEMES
from khue.model.packs import Column, Field, Pack, Type
from khue.model.values import Context, kind_of
from khue.model.values.text import clean_lines
from khue.model.values.units import units

NOTHING, BREAK, BETWEEN = "–", "⏎", " | "

LANGUAGES = ("vi", "en")

CELL_LIMIT = 32_767
"""Characters of a cell. Source: Microsoft, Excel specifications and limits,
https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""

CUT = " […]"
"""Ends a text that no cell has room for."""

RECORD = {"vi": "Mã Khuê", "en": "Khuê id"}
VERSION = {"vi": "Phiên bản Khuê", "en": "Khuê version"}
"""The headings of the two columns that tie a row to a version of a record."""

OTHER = {"vi": "Cột khác của nguồn (chỉ xem)", "en": "Other columns of the source (read only)"}
"""The heading of the column that shows what sources stated in columns that map to no field. It is
there to be read: what a source stated, only that source states anew."""

_OTHERS = {"vi": "{label} (hệ mã khác)", "en": "{label} (other schemes)"}
_SPOKEN = {
    "vi": {"vi": "{label}", "en": "{label}"},
    "en": {"vi": "{label} tiếng Anh", "en": "{label} English"},
}


@dataclass(frozen=True)
class CellColumn:
    """A column of a type for editing. `top` is its top-level field, `leaf` the field of its values
    under the column's `path`; `part` is the language of a text or the scheme of an identifier.
    `heading` is what an import without a mapping file takes for this column, wherever there is one;
    `besides` are the schemes that the column of all other identifiers does not hold.
    """

    path: str
    top: Field
    leaf: Field
    heading: Mapping[str, str]
    part: str = ""
    besides: frozenset[str] = frozenset()

    @property
    def aligned(self) -> bool:
        """Whether its lines belong to those of the other columns of its field."""
        return self.top.multivalued and self.top.kind in ("statement", "language_text")


def cell_columns(type_: Type, pack: Pack) -> tuple[CellColumn, ...]:
    """All columns of a type, in the order of its fields."""
    columns = {column.path: column for column in pack.columns(type_.name)}
    known = known_headings(tuple(columns.values()))
    return tuple(
        replace(one, heading=_heading(one, columns.get(one.path), known, pack))
        for top in type_.fields.values()
        for one in _columns(top, columns)
    )


def template_columns(type_: Type, pack: Pack) -> tuple[CellColumn, ...]:
    """Those of the columns that any file of a source may have."""
    known = {column.path for column in pack.columns(type_.name)}
    return tuple(one for one in cell_columns(type_, pack) if one.path in known)


def other_of(document: Mapping[str, Any]) -> str:
    """What the column of other columns shows of a record: a line for each, `heading: text`."""
    other = document.get("other") or {}
    lines = (f"{clean_lines(name)}: {clean_lines(str(text))}" for name, text in other.items())
    return _bounded("\n".join(line.replace("\n", BREAK) for line in lines))


def lines_of(value: Any, column: CellColumn, context: Context, lang: str) -> list[str]:
    """What the value of a top-level field says in one of its columns: a text for each value of a
    list or each statement, empty where that one says nothing."""
    top, leaf = column.top, column.leaf
    items = _items(value)
    if top.kind == "identifier":
        return [_identifier(one, column) for one in items if belongs(one, column)]
    if top.kind == "statement":
        name = column.leaf.name
        return [_member(one.get(name), column, context, lang) for one in items]
    if leaf.kind == "language_text":
        return [clean_lines(str(one.get(column.part) or "")) for one in items]
    return [text_of(one, leaf, context, lang) for one in items]


def cell_of(lines: Sequence[str], column: CellColumn) -> str:
    """The lines of a column as the text of one cell."""
    if not any(lines):
        return ""
    if not column.top.multivalued:
        return _bounded(lines[0])
    return _bounded("\n".join(map(as_line, lines)))


def as_line(text: str) -> str:
    """What one value or statement says, as one line of a cell that has several."""
    return text.replace("\n", BREAK) or NOTHING


def cells_of(
    document: Mapping[str, Any], columns: Sequence[CellColumn], context: Context, lang: str
) -> Iterator[str]:
    """The cells of a record, one for each column."""
    for column in columns:
        value = document.get(column.top.name)
        yield "" if value is None else cell_of(lines_of(value, column, context, lang), column)


def text_of(value: Any, field: Field, context: Context, lang: str) -> str:
    """One value as a text that its kind reads back, as nearly as it can."""
    if field.kind == "statement":
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if field.kind in ("integer", "number"):
        return cell_text(value)
    if field.kind == "quantity":
        return _quantity(value, lang)
    if field.kind == "point":
        return f"{_degrees(value['lat'])}, {_degrees(value['lon'])}"
    if field.kind == "place":
        return clean_lines(str(value.get("stated") or ""))
    if field.kind == "reference":
        names = context.label_of(value) or {}
        name = clean_lines(names.get(lang) or names.get("vi") or "").replace("\n", " ")
        return f"{name} [{value}]" if name else str(value)
    return clean_lines(kind_of(field).show(value, lang, field, context))


def belongs(identifier: Mapping[str, Any], column: CellColumn) -> bool:
    """Whether an identifier stands in this column."""
    scheme = identifier["scheme"]
    return scheme == column.part if column.part else scheme not in column.besides


def _columns(top: Field, known: Mapping[str, Column]) -> Iterator[CellColumn]:
    if top.kind == "identifier":
        schemes = [path for path in known if path.rpartition(".")[0] == top.path]
        named = [path.rpartition(".")[2] for path in schemes]
        for path, scheme in zip(schemes, named, strict=True):
            yield _column(path, top, top, scheme)
        yield replace(_column(top.path, top, top), besides=frozenset(named))
    elif top.kind == "statement":
        for member in top.fields:
            yield from _leaf_columns(top, member)
    else:
        yield from _leaf_columns(top, top)


def _leaf_columns(top: Field, leaf: Field) -> Iterator[CellColumn]:
    if leaf.kind == "language_text":
        for lang in LANGUAGES:
            yield _column(f"{leaf.path}.{lang}", top, leaf, lang)
    else:
        yield _column(leaf.path, top, leaf)


def _column(path: str, top: Field, leaf: Field, part: str = "") -> CellColumn:
    return CellColumn(path, top, replace(leaf, path=path), {}, part)


def _heading(
    column: CellColumn, mapped: Column | None, known: Mapping[str, Column], pack: Pack
) -> dict[str, str]:
    """What the column is called in each language: the first name that means it and nothing else."""
    return {lang: _name(column, mapped, known, pack, lang) for lang in LANGUAGES}


def _name(
    column: CellColumn,
    mapped: Column | None,
    known: Mapping[str, Column],
    pack: Pack,
    lang: str,
) -> str:
    wanted = _wanted(column, pack, lang)
    if mapped is None:
        return wanted
    for name in (wanted, *mapped.stated[1:]):
        found = known.get(exact(name))
        if found is not None and found.path == column.path:
            return name
    return column.path


def _wanted(column: CellColumn, pack: Pack, lang: str) -> str:
    top, leaf = column.top, column.leaf
    label = str(top.label.get(lang) or top.name)
    if top.kind == "identifier":
        if not column.part:
            return _OTHERS[lang].format(label=label)
        vocabulary = pack.vocabularies[SCHEMES]
        return str(vocabulary.concepts[column.part].label.get(lang) or column.part)
    if top.kind == "statement":
        label = f"{label} / {leaf.label.get(lang) or leaf.name}"
    return _SPOKEN[column.part][lang].format(label=label) if column.part in _SPOKEN else label


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _member(value: Any, column: CellColumn, context: Context, lang: str) -> str:
    leaf = column.leaf
    if leaf.kind == "statement":
        return "" if value is None else text_of(value, leaf, context, lang)
    if leaf.kind == "language_text":
        texts = (clean_lines(str(one.get(column.part) or "")) for one in _items(value))
    else:
        texts = (text_of(one, leaf, context, lang) for one in _items(value))
    return BETWEEN.join(text for text in texts if text)


def _identifier(value: Mapping[str, Any], column: CellColumn) -> str:
    text = clean_lines(str(value["value"]))
    return text if column.part else f"{value['scheme']}: {text}"


def _quantity(value: Mapping[str, Any], lang: str) -> str:
    unit = units().get(value.get("unit") or "")
    name = unit.label.get(lang) if unit else value.get("unit")
    # Without the marks of thousands, which the other language would take for decimals.
    separator = "." if lang == "vi" else ","
    amount = show_number(value["value"], "en" if lang == "en" else "vi").replace(separator, "")
    return f"{amount} {name or ''}".strip()


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _bounded(text: str) -> str:
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT)] + CUT
