"""Compiling LinkML classes to types and fields. Wrong ranges are findings, never exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from khue.model.annotations import in_both, notes_of, parts
from khue.model.fields import Field, Listed, TellsApart, Type, Visibility
from khue.model.findings import Finding, finding
from khue.model.linkml import Definitions

RECORD = "Record"
"""The abstract class that every record type descends from."""

MACHINERY = ("id", "type", "other", "sources", "files")
"""Members of every document that the house keeps itself; they are no fields of a type."""

KIND_OF_RANGE: Mapping[str, str] = {
    "string": "text",
    "uri": "url",
    "integer": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "boolean",
    "EdtfDate": "edtf",
    "LanguageText": "language_text",
    "Place": "place",
    "Point": "point",
    "Quantity": "quantity",
    "LegalCitation": "citation",
    "Identifier": "identifier",
}
"""LinkML range to value kind. An enum is a code, a record class a reference, others statements."""


def snake(name: str) -> str:
    """`CraftVillage` as `craft_village`; digits stay with the word before (`Sector2486`)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", "_", name).lower()


def record_classes(definitions: Definitions) -> dict[str, str]:
    """Type name to class name of all concrete descendants of `Record`."""
    return {
        snake(name): name
        for name, raw in definitions.classes.items()
        if RECORD in definitions.ancestors(name) and not raw.get("abstract")
    }


def compile_types(definitions: Definitions) -> tuple[dict[str, Type], list[Finding]]:
    """All record types of a pack, and what is wrong with them."""
    compiler = _Compiler(definitions)
    types = {name: compiler.type(name, cls) for name, cls in record_classes(definitions).items()}
    return types, compiler.findings


class _Compiler:
    """Holds the definitions and gathers the findings while fields are compiled."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.ancestors = cache(definitions.ancestors)
        self.attributes = cache(definitions.attributes)
        self.targets = cache(self._targets)
        self.made: dict[tuple[int, str], Field] = {}
        self.records = record_classes(definitions)
        self.findings: list[Finding] = []

    def type(self, name: str, class_name: str) -> Type:
        raw = self.definitions.classes[class_name]
        notes = notes_of(raw)
        fields = self.fields(class_name, prefix="", where=name, above=())
        return Type(
            name=name,
            class_name=class_name,
            label=in_both(notes, "label"),
            plural=in_both(notes, "plural"),
            help=in_both(notes, "help"),
            fields={field.name: field for field in fields if field.name not in MACHINERY},
            counting_unit=in_both(notes, "counting_unit") or None,
            class_uri=str(raw.get("class_uri") or ""),
            visibility=self._visibility(notes, name),
            tells_of_others=notes.get("tells_of_others", "") == "true",
            asked=parts(notes.get("suggest", "")),
            needed=tuple(
                tuple(path.strip() for path in group.split(",") if path.strip())
                for group in parts(notes.get("suggest_needed", ""))
            ),
        )

    def fields(
        self, class_name: str, *, prefix: str, where: str, above: tuple[str, ...]
    ) -> tuple[Field, ...]:
        if class_name in above:
            self.findings.append(finding("pack_recursive", where=f"{where}.{prefix}"))
            return ()
        return tuple(
            self.field(name, raw, prefix=prefix, where=where, above=(*above, class_name))
            for name, raw in self.attributes(class_name).items()
        )

    def field(
        self, name: str, raw: Mapping[str, Any], *, prefix: str, where: str, above: tuple[str, ...]
    ) -> Field:
        """What a class inherits is compiled once, unless there is something to say about it."""
        path, told = prefix + name, len(self.findings)
        if made := self.made.get((id(raw), path)):
            return made
        made = self._field(name, raw, prefix=prefix, where=where, above=above)
        if len(self.findings) == told:
            self.made[id(raw), path] = made
        return made

    def _field(
        self, name: str, raw: Mapping[str, Any], *, prefix: str, where: str, above: tuple[str, ...]
    ) -> Field:
        path = prefix + name
        range_ = str(raw.get("range") or self.definitions.root.get("default_range") or "string")
        kind = self.kind(range_)
        if not kind:
            self.findings.append(
                finding("pack_range_unknown", where=f"{where}.{path}", range=range_)
            )
            kind = "text"
        notes = notes_of(raw)
        return Field(
            name=name,
            path=path,
            range=range_,
            kind=kind,
            multivalued=bool(raw.get("multivalued")),
            required=bool(raw.get("required")),
            visibility=self._visibility(notes, f"{where}.{path}"),
            personal=self._personal(notes, f"{where}.{path}"),
            label=in_both(notes, "label"),
            help=in_both(notes, "help"),
            synonyms=parts(notes.get("synonyms", "")),
            synonyms_en=parts(notes.get("synonyms_en", "")),
            vocabulary=snake(range_) if kind == "code" else None,
            unit=notes.get("unit") or None,
            counted=parts(notes.get("counted", "")),
            targets=self.targets(range_) if kind == "reference" else (),
            facet=notes.get("facet") or None,
            group=notes.get("group", ""),
            widget=notes.get("widget") or kind,
            pattern=self.pattern(raw, range_),
            tells_apart=self._tells_apart(notes, f"{where}.{path}"),
            listed=self._listed(notes, f"{where}.{path}"),
            sentence=in_both(notes, "sentence"),
            inverse=in_both(notes, "inverse"),
            fields=self.fields(range_, prefix=path + ".", where=where, above=above)
            if kind == "statement" and path not in MACHINERY
            else (),
        )

    def kind(self, range_: str) -> str:
        """The value kind of a LinkML range; empty where the range is unknown."""
        if range_ in KIND_OF_RANGE:
            return KIND_OF_RANGE[range_]
        if range_ in self.definitions.enums:
            return "code"
        if range_ in self.definitions.classes:
            return "reference" if RECORD in self.ancestors(range_) else "statement"
        type_of = self.definitions.types.get(range_, {}).get("typeof")
        return KIND_OF_RANGE.get(str(type_of), "")

    def pattern(self, raw: Mapping[str, Any], range_: str) -> str | None:
        """The regular expression that values of a field must match, its own or its type's."""
        stated = raw.get("pattern") or self.definitions.types.get(range_, {}).get("pattern")
        return str(stated) if stated else None

    def _targets(self, range_: str) -> tuple[str, ...]:
        """The types that a reference to a class may point to: itself and its descendants."""
        return tuple(
            name
            for name, class_name in self.records.items()
            if range_ in self.ancestors(class_name)
        )

    def _visibility(self, notes: Mapping[str, str], where: str) -> Visibility:
        stated = notes.get("visibility", "public")
        if stated not in ("public", "staff", "restricted"):
            self.findings.append(finding("pack_visibility_unknown", where=where, stated=stated))
            # The most careful reading: what cannot be understood is not shown.
            return "restricted"
        return cast(Visibility, stated)

    def _personal(self, notes: Mapping[str, str], where: str) -> bool:
        stated = notes.get("personal", "false").lower()
        if stated not in ("true", "false"):
            self.findings.append(finding("pack_personal_unknown", where=where, stated=stated))
        # The most careful reading: what cannot be understood is taken for personal.
        return stated != "false"

    def _tells_apart(self, notes: Mapping[str, str], where: str) -> TellsApart:
        stated = notes.get("tells_apart", "")
        if stated not in ("", "stated", "always"):
            self.findings.append(finding("pack_tells_apart_unknown", where=where, stated=stated))
            return ""
        return cast(TellsApart, stated)

    def _listed(self, notes: Mapping[str, str], where: str) -> Listed:
        stated = notes.get("listed", "")
        if stated not in ("", "value", "labelled", "below"):
            self.findings.append(finding("pack_listed_unknown", where=where, stated=stated))
            return ""
        return cast(Listed, stated)
