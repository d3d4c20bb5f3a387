"""Checking a document against the schema of its type; every mismatch becomes a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from khue.model.fields import Text2, Type
from khue.model.findings import Finding, finding


def without_nulls(value: Any) -> Any:
    """The value without null members at any depth: null means absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def check_structure(
    validator: jsonschema_rs.Draft202012Validator, record_type: Type, document: Mapping[str, Any]
) -> list[Finding]:
    """What is structurally wrong with a document. Nulls count as absent."""
    if validator.is_valid(document):
        return []
    pruned = without_nulls(document)
    return [_explain(error, record_type) for error in validator.iter_errors(pruned)]


def _explain(error: jsonschema_rs.ValidationError, record_type: Type) -> Finding:
    path = ".".join(str(part) for part in error.instance_path if not isinstance(part, int))

    def wrong(code: str, **values: Any) -> Finding:
        name = _label(record_type, path)
        return finding(code, field=path, value=str(error.instance), name=name, **values)

    match error.kind:
        case Kind.Required() as kind:
            path = _join(path, kind.property)
            return finding("structure_missing", field=path, name=_label(record_type, path))
        case Kind.AdditionalProperties() as kind:
            unexpected = ", ".join(_join(path, name) for name in kind.unexpected)
            return finding("structure_unknown", field=unexpected, type=record_type.label)
        case Kind.Enum() as kind:
            return wrong("structure_code", codes=", ".join(map(str, kind.options)))
        case Kind.Type() as kind:
            return wrong("structure_kind", expected=_expected(kind.types))
        case Kind.Pattern() as kind:
            return wrong("structure_form", pattern=kind.pattern)
        case Kind.Minimum() | Kind.Maximum() as kind:
            return wrong("structure_limit", limit=kind.limit)
        case Kind.AnyOf():
            return wrong("structure_empty")
    return wrong("structure_wrong", reason=error.message)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _label(record_type: Type, path: str) -> Text2:
    """The label of the nearest field at or above a path, or the path itself."""
    at = path
    while at:
        found = record_type.field(at)
        if found is not None and found.label:
            return found.label
        at = at.rpartition(".")[0]
    return {"vi": path, "en": path}


_TYPE_NAMES: Mapping[str, tuple[str, str]] = {
    "string": ("chữ", "text"),
    "integer": ("số nguyên", "a whole number"),
    "number": ("số", "a number"),
    "boolean": ("đúng/sai", "true or false"),
    "array": ("danh sách", "a list"),
    "object": ("nhóm trường", "a group of fields"),
}


def _expected(types: Any) -> Text2:
    named = [_TYPE_NAMES.get(str(item), (str(item), str(item))) for item in types]
    return {
        "vi": " hoặc ".join(vi for vi, _ in named),
        "en": " or ".join(en for _, en in named),
    }
