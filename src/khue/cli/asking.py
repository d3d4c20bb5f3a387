"""What commands ask, read from their options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from khue.model.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from khue.model.packs import Pack
    from khue.pipeline import House
    from khue.places import Unit
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


def unit_of(stated: str, house: House) -> Unit:
    """The present unit of a code or a name. Raises `NotFound` where it is none, or may be
    several."""
    gazetteer = house.gazetteer
    if unit := gazetteer.unit(stated):
        return unit
    resolution = gazetteer.resolve(stated)
    unit = gazetteer.unit(resolution.code) if resolution.code else None
    if unit:
        return unit
    several = ", ".join(f"{one.code} {one.name}" for one in resolution.candidates)
    if several:
        raise NotFound(
            f"«{stated}» có thể là nhiều đơn vị: {several}.",
            f"'{stated}' may be several units: {several}.",
            mend_vi="Ghi mã của một đơn vị.",
            mend_en="Give the code of one.",
        )
    raise NotFound(
        f"Không có đơn vị hành chính «{stated}».",
        f"There is no administrative unit '{stated}'.",
        mend_vi="Ghi mã (01) hoặc tên (Hà Nội); tra bằng `khue places resolve`.",
        mend_en="Give a code (01) or a name (Hà Nội); `khue places resolve` helps.",
    )


def require_period(stated: str) -> None:
    """Raises `WrongUse` for what is no period in EDTF."""
    from khue.lib.dates import parse_edtf

    try:
        parse_edtf(stated)
    except ValueError as error:
        raise WrongUse(
            f"«{stated}» không phải là một kỳ.",
            f"'{stated}' is no period.",
            mend_vi="Ghi năm (2025), tháng (2025-06) hoặc khoảng (2025-01-01/2025-06-30).",
            mend_en="Give a year (2025), a month (2025-06) or a range (2025-01-01/2025-06-30).",
        ) from error
