"""JSON Schema (2020-12) of a record type, made from the same LinkML that people review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.model.annotations import notes_of
from khue.model.compiler import RECORD
from khue.model.fields import Type
from khue.model.linkml import Definitions, mapping

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ULID_PATTERN = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
"""Crockford base 32 in capitals, 26 characters, first at most 7 (github.com/ulid/spec)."""

_SCALARS: Mapping[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "uri": {"type": "string"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
}


def schema_of(record_type: Type, definitions: Definitions) -> dict[str, Any]:
    """The closed JSON Schema of one type; value classes and enums stand under `$defs`."""
    builder = _Builder(definitions)
    top = builder.object(record_type.class_name)
    return {
        "$schema": DIALECT,
        "title": record_type.class_name,
        **top,
        "$defs": dict(sorted(builder.defs.items())),
    }


class _Builder:
    """Gathers under `defs` what the schema of one class refers to."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.defs: dict[str, dict[str, Any]] = {}

    def object(self, class_name: str) -> dict[str, Any]:
        attributes = self.definitions.attributes(class_name)
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: self.attribute(raw) for name, raw in attributes.items()},
            "required": [name for name, raw in attributes.items() if raw.get("required")],
            "additionalProperties": False,
        }
        # LinkML says "at least one of these" as any_of over required slots.
        choices = self.definitions.classes[class_name].get("any_of")
        if isinstance(choices, list) and choices:
            schema["anyOf"] = [
                {"required": sorted(mapping(mapping(choice).get("slot_conditions")))}
                for choice in choices
            ]
        return schema

    def attribute(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        range_ = str(raw.get("range") or self.definitions.root.get("default_range") or "string")
        entry = self._open_map(range_) if raw.get("inlined") and raw.get("multivalued") else None
        if entry is not None:
            return entry
        one = {**self.range(range_), **_limits(raw)}
        if notes_of(raw).get("nullable") == "true":
            one["type"] = [one["type"], "null"]
        return {"type": "array", "items": one} if raw.get("multivalued") else one

    def range(self, range_: str) -> dict[str, Any]:
        if range_ in _SCALARS:
            return dict(_SCALARS[range_])
        if range_ in self.definitions.enums:
            values = mapping(self.definitions.enums[range_].get("permissible_values"))
            self.defs[range_] = {"type": "string", "enum": [str(code) for code in values]}
        elif range_ in self.definitions.types:
            raw = self.definitions.types[range_]
            self.defs[range_] = {**self.range(str(raw.get("typeof") or "string")), **_limits(raw)}
        elif RECORD in self.definitions.ancestors(range_):
            return {"type": "string", "pattern": ULID_PATTERN}
        elif range_ not in self.definitions.classes:
            return {}
        elif range_ not in self.defs:
            self.defs[range_] = {}  # holds the place, so that a class may refer to itself
            self.defs[range_] = self.object(range_)
        return {"$ref": f"#/$defs/{range_}"}

    def _open_map(self, range_: str) -> dict[str, Any] | None:
        """LinkML's compact map: a class of one key and one value, written `{key: value}`."""
        attributes = self.definitions.attributes(range_)
        keys = [name for name, raw in attributes.items() if raw.get("key")]
        values = [raw for name, raw in attributes.items() if name not in keys]
        if len(keys) != 1 or len(values) != 1:
            return None
        return {"type": "object", "additionalProperties": self.attribute(values[0])}


_LIMIT_OF = {
    "pattern": "pattern",
    "minimum_value": "minimum",
    "maximum_value": "maximum",
    "equals_string": "const",
}


def _limits(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {limit: raw[slot] for slot, limit in _LIMIT_OF.items() if raw.get(slot) is not None}
