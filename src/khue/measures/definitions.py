"""The definitions that kept values follow from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from khue.measures.indicators import Indicator, definition_of
from khue.measures.models import ComputedValue, Definition


def keep_definitions(indicators: Mapping[str, Indicator]) -> None:
    """Keep the definition of each version. What an earlier program left out of one is added; its
    numbers follow from the same."""
    rows = [
        Definition(
            version=one.version,
            indicator=one.key,
            document=json.dumps(definition_of(one, indicators), ensure_ascii=False, sort_keys=True),
        )
        for one in indicators.values()
    ]
    Definition.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["version"], update_fields=["document"]
    )


def definition(version: str) -> dict[str, Any]:
    """The definition of a version, with its `version`. Raises `KeyError` for one that there is
    not."""
    row = Definition.objects.filter(version=version).first()
    if row is None:
        raise KeyError(version)
    return {**json.loads(row.document), "version": version}


def definitions_at(position: int) -> list[dict[str, Any]]:
    """The definitions, each with its `version`, of what was computed at a position, and of all that
    they were derived from."""
    rows = ComputedValue.objects.filter(position=position)
    return with_terms(set(rows.values_list("definition", flat=True)))


def with_terms(versions: Collection[str]) -> list[dict[str, Any]]:
    """The definitions of some versions, each with its `version`, and of all that they were derived
    from."""
    found: dict[str, dict[str, Any]] = {}
    wanted = set(versions)
    while wanted:
        rows = Definition.objects.filter(version__in=sorted(wanted))
        new = {row.version: json.loads(row.document) | {"version": row.version} for row in rows}
        found |= new
        wanted = {name for one in new.values() for name in one["terms"].values()} - found.keys()
    return [found[version] for version in sorted(found)]
