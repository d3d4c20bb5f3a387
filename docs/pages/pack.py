"""What a pack says: types, the headings of their columns, vocabularies, the minimum record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from khue.lib.vietnamese import exact
from khue.model.fields import Column, Field, Type
from khue.model.packs import MACHINERY, Pack
from khue.model.vocabularies import Vocabulary
from pages.markdown import LANGS, Lines, table

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"


def types(pack: Pack) -> Lines:
    """Every type with every field, in the order of the pack."""
    yield f"Pack `{pack.name}`, version {pack.version}. Fields of a dated statement stand below it."
    yield "Fields are public unless they say *staff* or *restricted*. Those that say *personal*"
    yield "hold data of natural persons, which [can be erased](../guide/personal-data.md), always"
    yield "as a whole top-level field. The columns that map to no field, kept under `other`, are"
    yield "personal in every type. Which headings of a spreadsheet mean which field is on the page"
    yield "of [column headings](columns.md)."
    yield ""
    yield from table(
        ("type", "Vietnamese", "English", "fields"),
        (
            (f"[{one.name}](#{one.name})", one.label["vi"], one.label["en"], str(len(one.fields)))
            for one in pack.types.values()
        ),
    )
    for one in pack.types.values():
        yield from _type(one)


def _type(one: Type) -> Lines:
    yield f"## {one.name}"
    yield ""
    yield f"**{one.label['vi']} · {one.label['en']}.** {one.help['vi']} {one.help['en']}"
    yield ""
    about = [f"Class `{one.class_name}`"]
    if one.class_uri:
        about.append(f"`{one.class_uri}`")
    if one.counting_unit:
        about.append(f"counted in {one.counting_unit['vi']} · {one.counting_unit['en']}")
    about.append(f"visibility {one.visibility} unless a record says otherwise")
    yield ", ".join(about) + "."
    yield ""
    yield f"Personal: {', '.join(f'`{name}`' for name in one.fields if name in one.personal)}."
    yield ""
    yield from table(
        ("field", "Vietnamese", "English", "kind", "more"),
        (_field_row(field) for top in one.fields.values() for field in top.with_members()),
    )


def _field_row(field: Field) -> tuple[str, ...]:
    more = [
        "required" if field.required else "",
        "several" if field.multivalued else "",
        f"*{field.visibility}*" if field.visibility != "public" else "",
        "*personal*" if field.personal else "",
        f"[{field.vocabulary}](vocabularies.md#{field.vocabulary})" if field.vocabulary else "",
        f"in {field.unit}" if field.unit else "",
        f"to {', '.join(field.targets)}" if field.targets else "",
        f"facet {field.facet}" if field.facet else "",
        f"matches `{field.pattern}`" if field.pattern and field.kind == "text" else "",
    ]
    said = [": ".join(filter(None, (field.label[lang], field.help.get(lang)))) for lang in LANGS]
    return (f"`{field.path}`", *said, field.kind, ", ".join(filter(None, more)))


def columns(pack: Pack) -> Lines:
    """Every column of every type with the headings that mean it."""
    yield "Headings are compared without case and punctuation; marks count. Besides those listed:"
    yield ""
    yield "- the path itself (`designations.rank`) is always understood;"
    yield "- a heading of a text in two languages may end in *tiếng Việt*, *tiếng Anh*, *English*;"
    yield "- a field of a dated statement may stand below, or follow, the heading of the statement"
    yield "  (*Xếp hạng / Số quyết định*), by its label or one of its headings."
    yield ""
    yield "Anything else is said in a [mapping file](../guide/import.md#a-mapping-file)."
    yield ""
    for one in pack.types.values():
        yield f"## {one.name}"
        yield ""
        yield f"{one.label['vi']} · {one.label['en']}"
        yield ""
        yield from table(
            ("column", "headings"),
            (_column_row(one, column) for column in pack.columns(one.name)),
        )


def _column_row(one: Type, column: Column) -> tuple[str, str]:
    forms: dict[str, str] = {}
    for heading in _headings(one, column):
        forms.setdefault(exact(heading), heading)
    return f"`{column.path}`", " · ".join(forms.values())


def _headings(one: Type, column: Column) -> tuple[str, ...]:
    """The headings of a column as the pack states them, without most that follow by a rule."""
    field = column.field
    if field.kind == "identifier":
        return column.stated[1:]
    label = field.label["vi"]
    if field.kind == "language_text" and column.path.endswith(".en"):
        return field.synonyms_en or (f"{label} tiếng Anh",)
    if "." not in field.path:
        return (*field.label.values(), *field.synonyms)
    above = one.fields[field.path.partition(".")[0]]
    return field.synonyms or (f"{above.label['vi']} / {label}",)


def vocabularies(pack: Pack) -> Lines:
    """Every vocabulary with its codes, labels, synonyms and crosswalks."""
    used = _users(pack)
    yield "A cell may hold the code, a label or a synonym; case and punctuation do not count."
    yield ""
    for one in pack.vocabularies.values():
        yield f"## {one.name}"
        yield ""
        yield f"**{one.title['vi']} · {one.title['en']}.** Version: {one.version or 'not stated'}."
        users = used.get(one.name, ())
        yield f"Used by {', '.join(f'`{path}`' for path in users) or 'no field'}."
        yield ""
        yield from table(
            ("code", "Vietnamese", "English", "synonyms", "broader, matches"), _concepts(one)
        )


def _concepts(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for concept in vocabulary.concepts.values():
        links = [
            f"in `{concept.broader}`" if concept.broader else "",
            *(f"= `{target}`" for target in concept.exact_match),
            *(f"≈ `{target}`" for target in concept.close_match),
            *(f"< `{target}`" for target in concept.broad_match),
            *(f"> `{target}`" for target in concept.narrow_match),
            *(f"ends `{code}`" for code in concept.supersedes),
        ]
        definition = concept.definition or {}
        said = [": ".join(filter(None, (concept.label[x], definition.get(x)))) for x in LANGS]
        synonyms = " · ".join(concept.synonyms)
        yield (f"`{concept.code}`", *said, synonyms, ", ".join(filter(None, links)))


def _users(pack: Pack) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for one in pack.types.values():
        for top in one.fields.values():
            for field in top.with_members():
                if field.vocabulary:
                    used.setdefault(field.vocabulary, []).append(f"{one.name}.{field.path}")
    return used


def minimum_record(pack: Pack) -> Lines:
    """Every demand of `minimum_record.yaml` with the fields that answer it."""
    yield "Each list is taken from the law or standard that is named; a demand that no field"
    yield "answers would stop this page from being made."
    yield ""
    lists = yaml.safe_load((FOLDER / "minimum_record.yaml").read_text(encoding="utf-8"))
    for name, one in lists.items():
        yield f"## {name.replace('_', ' ').capitalize()}"
        yield ""
        yield f"Basis: {one['basis']}."
        yield ""
        yield from table(
            ("asked for", "", "fields"),
            (
                (
                    demand["vi"],
                    demand["en"],
                    "<br>".join(_answer(pack, path) for path in demand["paths"]),
                )
                for demand in one["demands"]
            ),
        )


def _answer(pack: Pack, path: str) -> str:
    """The field that a path `type.field` names. Raises `KeyError` if the pack has none."""
    type_name, _, rest = path.partition(".")
    one = pack.types[type_name]
    if rest in MACHINERY:
        return f"`{path}` (every record)"
    field = one.field(rest)
    if field is None:
        column = {column.path: column for column in pack.columns(type_name)}[rest]
        field = column.field
    return f"`{path}` {field.label['vi']} · {field.label['en']}"
