"""What the public may see of a record: one pure function that everything public goes through.

It keeps what the pack declares public and drops everything else, so a field that nobody declared,
or declared wrongly, stays inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from khue.model.packs import Field, Type

COARSE_DECIMALS = 2
COARSE_PRECISION_M = 1500
"""Two decimals of a degree are about 1.1 km by 1.1 km at 21° N, so within 1.5 km."""


def redact(
    document: Mapping[str, Any] | None, type_: Type | None, *, head: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """The public form of `document`, or None if the public may not know of it.

    `head` is the record as it is now: a past version is shown by today's rules, so what has been
    closed or made sensitive since stays closed in the past too.
    """
    if document is None or type_ is None:
        return None
    latest = document if head is None else head
    if _is_closed(document, type_) or _is_closed(latest, type_):
        return None
    sensitive = bool(document.get("location_sensitive") or latest.get("location_sensitive"))
    public: dict[str, Any] = {"id": document["id"], "type": document["type"]}
    as_they_are, altered = _public_fields(type_, sensitive)
    for name, whole in document.items():
        if name in as_they_are:
            value = _without_gaps(whole) if isinstance(whole, list) else whole
        elif name in altered:
            value = _public_value(altered[name], whole, sensitive)
        else:
            continue
        if value is not None:
            public[name] = value
    if "files" in document:
        shown = _public_files(latest)
        files = [file for sha256, file in _public_files(document).items() if sha256 in shown]
        if files:
            public["files"] = files
    if document.get("sources"):
        public["sources"] = [
            {
                "name": source["name"],
                "stated": _public_cells(source["stated"], type_, sensitive),
            }
            for source in document["sources"]
        ]
    return public


def _public_files(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        file["sha256"]: file
        for file in document.get("files", ())
        if file.get("visibility") == "public"
    }


def _is_closed(document: Mapping[str, Any], type_: Type) -> bool:
    visibility: str = document.get("visibility", type_.visibility)
    return visibility != "public"


@lru_cache(1_000)
def _public_fields(type_: Type, sensitive: bool) -> tuple[frozenset[str], Mapping[str, Field]]:
    """The top-level fields of which the public sees single values as they are, and those of which
    it sees a part, or others in their place."""
    as_they_are, altered = set(), {}
    for name, field in type_.fields.items():
        if field.visibility != "public":
            continue
        if field.kind == "statement" or (sensitive and field.kind in ("point", "place")):
            altered[name] = field
        else:
            as_they_are.add(name)
    return frozenset(as_they_are), altered


def _without_gaps(values: list[Any]) -> list[Any] | None:
    return [one for one in values if one is not None] or None


def _public_value(field: Field, value: Any, sensitive: bool) -> Any:
    if field.visibility != "public":
        return None
    if isinstance(value, list):
        return _without_gaps([_public_value(field, item, sensitive) for item in value])
    if field.kind == "statement":
        inner = {}
        for name, part in value.items():
            member = field.members.get(name)
            seen = None if member is None else _public_value(member, part, sensitive)
            if seen is not None:
                inner[name] = seen
        return inner or None
    if sensitive and field.kind == "point":
        return _coarsen(value)
    if sensitive and field.kind == "place":
        # The stated text may hold a hamlet or a house number.
        names = " / ".join(candidate["name"] for candidate in value.get("candidates", ()))
        return {key: item for key, item in value.items() if key != "why"} | {"stated": names}
    return value


def _coarsen(point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **point,
        "lon": round(point["lon"], COARSE_DECIMALS),
        "lat": round(point["lat"], COARSE_DECIMALS),
        "precision_m": max(COARSE_PRECISION_M, point.get("precision_m") or 0),
    }


def _public_cells(stated: Mapping[str, str], type_: Type, sensitive: bool) -> Mapping[str, str]:
    hidden = _hidden(tuple(stated), type_, sensitive)
    if not hidden:
        return stated
    return {path: text for path, text in stated.items() if path not in hidden}


@lru_cache(500)
def _hidden(paths: tuple[str, ...], type_: Type, sensitive: bool) -> frozenset[str]:
    """Those of the cells of a row that may not be shown. Most rows of a file fill the same."""
    return frozenset(path for path in paths if not _is_stated_publicly(path, type_, sensitive))


def _is_stated_publicly(path: str, type_: Type, sensitive: bool) -> bool:
    """Whether a stated cell may be shown: its whole way down is public and gives nothing away.

    References are stated by name, and the record they name may not be public.
    """
    names = path.split(".")
    field = type_.fields.get(names[0])
    while field is not None:
        if field.visibility != "public" or field.kind == "reference":
            return False
        if sensitive and field.kind in ("point", "place"):
            return False
        if field.kind != "statement":
            return True
        names = names[1:]
        field = field.members.get(names[0]) if names else None
    return False
