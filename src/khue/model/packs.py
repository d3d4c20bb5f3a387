"""Packs: a folder of LinkML files compiled to types, vocabularies and JSON Schemas.

pack = load_pack(Path("packs/vietnam"))
pack.types["relic"].fields["name"].label["vi"]    # "Tên"
pack.validate(document)                           # findings, empty when all is well
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from khue.model.annotations import in_both, notes_of
from khue.model.columns import SCHEMES, columns_of
from khue.model.compiler import MACHINERY, compile_types, snake
from khue.model.errors import Refused, WrongUse
from khue.model.fields import Column, Field, Type
from khue.model.findings import Finding, finding
from khue.model.linkml import Definitions, read_definitions
from khue.model.packcheck import check_completeness
from khue.model.schema import schema_of
from khue.model.structure import check_structure
from khue.model.vocabularies import Concept, Vocabulary, compile_vocabulary

__all__ = [
    "MACHINERY",
    "Column",
    "Concept",
    "Field",
    "Pack",
    "Type",
    "Vocabulary",
    "check_pack",
    "load_pack",
]


@dataclass(frozen=True, eq=False)
class Pack:
    """A compiled pack. Schemas, validators and columns are made once per type, when first asked."""

    name: str
    version: str
    title: Mapping[str, str]
    types: Mapping[str, Type]
    vocabularies: Mapping[str, Vocabulary]
    sha256: str
    definitions: Definitions = field(repr=False)
    _schemas: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _columns: dict[str, tuple[Column, ...]] = field(default_factory=dict, repr=False)
    _validators: dict[str, jsonschema_rs.Draft202012Validator] = field(
        default_factory=dict, repr=False
    )

    def require_type(self, name: str) -> Type:
        """The type of this name. Raises `WrongUse` naming the known ones."""
        if name not in self.types:
            known = ", ".join(self.types)
            raise WrongUse(
                f"Không có loại hồ sơ «{name}».",
                f"There is no record type '{name}'.",
                mend_vi=f"Chọn một trong: {known}.",
                mend_en=f"Choose one of: {known}.",
            )
        return self.types[name]

    def schema(self, type: str) -> dict[str, Any]:
        """The JSON Schema (2020-12) of a type. Raises `KeyError` for an unknown type."""
        if type not in self._schemas:
            self._schemas[type] = schema_of(self.types[type], self.definitions)
        return self._schemas[type]

    def columns(self, type: str) -> tuple[Column, ...]:
        """All leaves of a type that a spreadsheet column can map to."""
        if type not in self._columns:
            schemes = self.vocabularies.get(SCHEMES)
            self._columns[type] = columns_of(self.types[type], schemes)
        return self._columns[type]

    def validate(self, document: Mapping[str, Any]) -> list[Finding]:
        """Structural findings of a document against its type; empty when there are none."""
        stated = document.get("type")
        record_type = self.types.get(stated) if isinstance(stated, str) else None
        if record_type is None:
            known = ", ".join(self.types)
            return [finding("structure_type", field="type", value=str(stated or ""), types=known)]
        return check_structure(self._validator(record_type.name), record_type, document)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """All facet keys of all types, in the order of their first field."""
        return tuple(self._facets)

    def facet_vocabularies(self, facet: str) -> tuple[str, ...]:
        """Names of the vocabularies whose codes a facet can hold."""
        return self._facets.get(facet, ())

    def facet_concept(self, facet: str, code: str) -> Concept | None:
        """The concept that a facet value means, whichever vocabulary of the facet holds it."""
        for name in self.facet_vocabularies(facet):
            if code in self.vocabularies[name].concepts:
                return self.vocabularies[name].concepts[code]
        return None

    @cached_property
    def _facets(self) -> dict[str, tuple[str, ...]]:
        """Facet key to the vocabularies whose codes it can hold."""
        found: dict[str, dict[str, None]] = {}
        for record_type in self.types.values():
            for top in record_type.fields.values():
                for leaf in top.leaves():
                    if leaf.facet:
                        names = found.setdefault(leaf.facet, {})
                        if leaf.vocabulary:
                            names[leaf.vocabulary] = None
        return {facet: tuple(names) for facet, names in found.items()}

    def _validator(self, type: str) -> jsonschema_rs.Draft202012Validator:
        if type not in self._validators:
            self._validators[type] = jsonschema_rs.Draft202012Validator(self.schema(type))
        return self._validators[type]


def load_pack(folder: Path, cache: Path | None = None) -> Pack:
    """Load the pack of a folder. Raises `Refused` with findings when its files have errors.

    What its files say is kept in the folder `cache`, if there is one.
    """
    pack, findings = compile_pack(folder, cache)
    errors = [problem for problem in findings if problem.level == "error"]
    if errors:
        first = errors[0].message
        raise Refused(
            f"Không nạp được gói {folder}: {first['vi']}",
            f"The pack {folder} cannot be loaded: {first['en']}",
            mend_vi=f"{errors[0].mend['vi']} `khue pack check` cho biết mọi lỗi.",
            mend_en=f"{errors[0].mend['en']} `khue pack check` shows all errors.",
            findings=errors,
        )
    return pack


def compile_pack(folder: Path, cache: Path | None = None) -> tuple[Pack, list[Finding]]:
    """The pack as far as its files can be understood, and what is wrong with them."""
    definitions = read_definitions(folder, cache)
    types, findings = compile_types(definitions)
    root = definitions.root
    pack = Pack(
        name=str(root.get("name") or folder.name),
        version=str(root.get("version") or ""),
        title=in_both(notes_of(root), "label"),
        types=types,
        vocabularies={
            snake(name): compile_vocabulary(snake(name), raw)
            for name, raw in definitions.enums.items()
        },
        sha256=definitions.sha256,
        definitions=definitions,
    )
    return pack, [*definitions.findings, *findings]


def check_pack(folder: Path) -> list[Finding]:
    """Everything wrong with a pack: files, ranges, labels, help, synonyms, facets, rights."""
    pack, findings = compile_pack(folder)
    return [*findings, *check_completeness(pack)]
