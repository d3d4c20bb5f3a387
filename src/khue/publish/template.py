"""A spreadsheet to fill in for a type: headings, help, drop-down lists and an example row.

Imported, it needs no mapping file: every heading is one that the type knows. The example row is
marked in the column of running numbers, and an import leaves it out and says so (`intake.own`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, BinaryIO

from khue.intake.own import EXAMPLE, HELP, LISTS
from khue.lib.tables import read_table
from khue.lib.vietnamese import exact
from khue.model.packs import Field, Pack, Type
from khue.model.values.units import units
from khue.publish.cells import CellColumn, template_columns
from khue.publish.sheet import INK, LINE, LOCKED, PAPER, column_letters, new_workbook, sheet_name

ROWS = 5_000
"""Rows below the header that have drop-down lists: more than a ward has of anything."""

PROMPT, PROMPT_TITLE = 255, 32
"""Characters of the message beside a cell and of its title. Source: XlsxWriter,
https://xlsxwriter.readthedocs.io/working_with_data_validation.html"""

_WIDTH, _WIDE = 18, 32
_LONG = frozenset({"language_text", "place", "reference"})
_SCHEME_EXAMPLES = {"wikidata": "Q1202019", "inventory": "DT-001"}


def write_template(type_: Type, pack: Pack, stream: BinaryIO, *, lang: str) -> None:
    """Write the template of a type with headings, help and choices in `lang`, "vi" or "en"."""
    columns = template_columns(type_, pack)
    book = new_workbook(stream)
    formats = _formats(book)
    sheet = book.add_worksheet(sheet_name(type_.plural.get(lang) or type_.name))
    guide = book.add_worksheet(HELP[lang])
    lists = book.add_worksheet(LISTS[lang])
    lists.hide()
    sheet.set_column(0, 0, 10, formats["plain"])
    sheet.write_string(0, 0, _words()["ordinal"][lang], formats["head"])
    sheet.write_string(1, 0, EXAMPLE[lang], formats["example"])
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 48)
    sources: dict[str, str] = {}
    for index, column in enumerate(columns, 1):
        width = _WIDE if column.leaf.kind in _LONG else _WIDTH
        sheet.set_column(index, index, width, formats["plain"])
        required = _is_required(column)
        head = formats["required" if required else "head"]
        sheet.write_string(0, index, column.heading[lang], head)
        size = {"x_scale": 2.2, "y_scale": 1.6, "author": "Khuê"}
        sheet.write_comment(0, index, _help(column, lang), size)
        sheet.write_string(1, index, example(column, pack, lang), formats["example"])
        choices = choices_of(column.leaf, pack, lang)
        if choices:
            source = _source(column.leaf, choices, sources, lists, LISTS[lang])
            sheet.data_validation(1, index, ROWS, index, _list(column, source, lang))
        else:
            sheet.data_validation(1, index, ROWS, index, _hint(column, lang))
    _write_guide(guide, columns, type_, pack, formats, lang)
    book.close()


def choices_of(field: Field, pack: Pack, lang: str) -> list[str]:
    """What may be chosen for a field: labels, or the code where a label means two concepts or has
    no word in it."""
    if field.kind == "boolean":
        return list(_words()["boolean"]["choices"][lang])
    vocabulary = pack.vocabularies.get(field.vocabulary or "")
    if vocabulary is None:
        return []
    labels = [one.label.get(lang) or one.code for one in vocabulary.concepts.values()]
    forms = [exact(label) for label in labels]
    return [
        label if form and forms.count(form) == 1 else concept.code
        for label, form, concept in zip(labels, forms, vocabulary.concepts.values(), strict=True)
    ]


def example(column: CellColumn, pack: Pack, lang: str) -> str:
    """How a cell of a column may be filled."""
    if column.path.partition(".")[0] == "name":
        return str(_words()["name"][lang])
    if column.leaf.kind == "identifier":
        return _SCHEME_EXAMPLES.get(column.part, "…")
    choices = choices_of(column.leaf, pack, lang)
    return choices[0] if choices else str(_words()[column.leaf.kind]["example"][lang])


def _is_required(column: CellColumn) -> bool:
    return column.top.required and (column.top.kind != "language_text" or column.part == "vi")


def _how(field: Field, lang: str) -> str:
    unit = units().get(field.unit or "")
    name = (unit.label.get(lang) if unit else field.unit) or "–"
    return str(_words()[field.kind][lang]).format(unit=name)


def _help(column: CellColumn, lang: str) -> str:
    """All that there is to say of a column."""
    words = _words()
    parts = [
        words["required"][lang] if _is_required(column) else "",
        column.leaf.help.get(lang) or column.top.help.get(lang) or "",
        _how(column.leaf, lang),
        words["several"][lang] if column.leaf.multivalued else "",
        words["staff"][lang]
        if {column.top.visibility, column.leaf.visibility} != {"public"}
        else "",
    ]
    return "\n".join(part for part in parts if part)


def _prompt(column: CellColumn, lang: str) -> dict[str, Any]:
    text = column.leaf.help.get(lang) or _how(column.leaf, lang)
    return {
        "input_title": _cut(column.leaf.label.get(lang) or column.heading[lang], PROMPT_TITLE),
        "input_message": _cut(text, PROMPT),
        "ignore_blank": True,
    }


def _list(column: CellColumn, source: str, lang: str) -> dict[str, Any]:
    """A drop-down list that only offers: what it does not have is read, and told."""
    return {"validate": "list", "source": source, "show_error": False} | _prompt(column, lang)


def _hint(column: CellColumn, lang: str) -> dict[str, Any]:
    return {"validate": "any"} | _prompt(column, lang)


def _source(
    field: Field, choices: Sequence[str], sources: dict[str, str], lists: Any, name: str
) -> str:
    """Where the choices of a field stand on the hidden sheet; each vocabulary stands there once."""
    key = field.vocabulary or field.kind
    if key not in sources:
        index = len(sources)
        for number, choice in enumerate(choices):
            lists.write_string(number, index, choice)
        letter = column_letters(index)
        sources[key] = f"='{name}'!${letter}$1:${letter}${len(choices)}"
    return sources[key]


def _write_guide(
    guide: Any,
    columns: Sequence[CellColumn],
    type_: Type,
    pack: Pack,
    formats: dict[str, Any],
    lang: str,
) -> None:
    words = _words()
    for index, width in enumerate((36, 60, 60, 60)):
        guide.set_column(index, index, width)
    title = words["title"][lang].format(type=type_.label.get(lang) or type_.name)
    guide.write_string(0, 0, title, formats["title"])
    guide.write_string(1, 0, type_.help.get(lang) or "", formats["wrap"])
    steps = [step.format(name=type_.name) for step in words["steps"][lang]]
    for number, step in enumerate(steps, 2):
        guide.merge_range(number, 0, number, 3, "", formats["wrap"])
        guide.write_string(number, 0, f"{number - 1}. {step}", formats["wrap"])
    first = len(steps) + 3
    for index, name in enumerate(words["columns"][lang]):
        guide.write_string(first, index, name, formats["head"])
    for number, column in enumerate(columns, first + 1):
        choices = "; ".join(choices_of(column.leaf, pack, lang))
        shown = (
            column.heading[lang],
            _help(column, lang),
            _how(column.leaf, lang),
            _cut(choices, 5_000),
        )
        for index, text in enumerate(shown):
            guide.write_string(number, index, text, formats["wrap"])
    guide.freeze_panes(first + 1, 1)


def _formats(book: Any) -> dict[str, Any]:
    text = {"num_format": "@", "text_wrap": True, "valign": "top"}
    head = {
        "bold": True, "text_wrap": True, "valign": "top", "bottom": 1,
        "bg_color": PAPER, "font_color": INK, "border_color": LINE,
    }  # fmt: skip
    return {
        "plain": book.add_format(text),
        "head": book.add_format(head | {"bold": False}),
        "required": book.add_format(head | {"bg_color": LOCKED, "bottom": 2}),
        "example": book.add_format(text | {"italic": True, "font_color": "#5B5348"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = read_table(__file__, "template.yaml")
    return loaded
