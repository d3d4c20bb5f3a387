"""What commands that search ask, read from their options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from khue.model.errors import WrongUse

if TYPE_CHECKING:
    from khue.model.packs import Pack
    from khue.search import Query


def read_facets(stated: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The chosen values of facets, each stated as `K=V`. Raises `click.UsageError` for others."""
    chosen: dict[str, tuple[str, ...]] = {}
    for text in stated:
        key, separator, value = text.partition("=")
        if not separator:
            raise click.UsageError(f"--facet K=V: {text!r}")
        chosen[key] = (*chosen.get(key, ()), value)
    return chosen


def query_of(
    pack: Pack, type_name: str | None, facets: Mapping[str, tuple[str, ...]], **more: Any
) -> Query:
    """The query of a command. Raises `WrongUse` for a type or a facet that the pack does not have,
    naming those that it has."""
    from khue.search import Query

    unknown = [key for key in facets if key not in pack.facets]
    if unknown or (type_name and type_name not in pack.types):
        known = ", ".join(pack.facets if unknown else pack.types)
        raise WrongUse(
            f"Không có «{', '.join(unknown) or type_name}».",
            f"There is no '{', '.join(unknown) or type_name}'.",
            mend_vi=f"Chọn trong: {known}.",
            mend_en=f"Choose from: {known}.",
        )
    return Query(type=type_name, facets=facets, **more)
