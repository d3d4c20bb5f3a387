"""The columns of a type: every leaf that a spreadsheet column can map to, with its headings.

Several spreadsheet columns may mean one leaf: a place in three columns, longitude and latitude.
They are parts of one value, in the order of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from khue.lib.vietnamese import exact
from khue.model.fields import Column, Field, Type
from khue.model.vocabularies import Vocabulary

NAMES = "name.vi"
"""The column of the names of records."""

SCHEMES = "identifier_scheme"
"""The vocabulary whose concepts become the columns `identifiers.<code>`."""


def columns_of(record_type: Type, schemes: Vocabulary | None) -> tuple[Column, ...]:
    """All columns of a type, in the order of its fields. What the type is called heads its names,
    where it heads nothing else: a list of creative spaces has a column *Không gian sáng tạo*."""
    columns = [column for top in record_type.fields.values() for column in _columns(top, schemes)]
    taken = {form for column in columns for form in column.headings}
    labels = tuple(one for one in record_type.label.values() if exact(one) not in taken)
    return tuple(
        _column(one.path, one.field, (*one.stated, *labels)) if one.path == NAMES else one
        for one in columns
    )


def _columns(top: Field, schemes: Vocabulary | None) -> Iterator[Column]:
    if top.kind == "identifier":
        yield from _scheme_columns(top, schemes)
    elif top.kind != "statement":
        yield from _leaf_columns(top, (*top.label.values(), *top.synonyms), top.synonyms_en)
    else:
        for leaf in top.leaves():
            own = (*leaf.label.values(), *leaf.synonyms)
            # A two-level header reads as its group and its member: "Xếp hạng / Số QĐ".
            groups = (*top.label.values(), *top.synonyms)
            joined = tuple(f"{group} {name}" for group in groups for name in own)
            yield from _leaf_columns(leaf, (*leaf.synonyms, *joined), leaf.synonyms_en)


def _leaf_columns(
    leaf: Field, headings: Iterable[str], headings_en: Iterable[str]
) -> Iterator[Column]:
    if leaf.kind != "language_text":
        yield _column(leaf.path, leaf, headings)
        return
    headings = tuple(headings)
    vi, en = f"{leaf.path}.vi", f"{leaf.path}.en"
    yield _column(vi, leaf, (*headings, *(f"{name} tiếng Việt" for name in headings)))
    spoken = tuple(f"{name} {lang}" for name in headings for lang in ("tiếng Anh", "English"))
    yield _column(en, leaf, (*headings_en, *spoken))


def _scheme_columns(top: Field, schemes: Vocabulary | None) -> Iterator[Column]:
    for concept in schemes.concepts.values() if schemes else ():
        path = f"{top.path}.{concept.code}"
        yield _column(path, top, (*concept.label.values(), *concept.synonyms))


def _column(path: str, leaf: Field, headings: Iterable[str]) -> Column:
    forms: dict[str, str] = {}
    for heading in (path, *headings):
        forms.setdefault(exact(heading), heading)
    forms.pop("", None)
    return Column(path, leaf, headings=tuple(forms), stated=tuple(forms.values()))
