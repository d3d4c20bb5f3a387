"""Computing indicators: a snapshot, the selects of the pack over it, and the values kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from khue import snapshot
from khue.intake.figures import is_figure
from khue.measures import values as kept
from khue.measures.compute import Columns, compute
from khue.measures.definitions import definitions_at
from khue.measures.indicators import Indicator, former, former_key, load_indicators
from khue.measures.marking import mark
from khue.measures.values import PLACE
from khue.model.errors import NotFound
from khue.model.findings import Finding
from khue.model.packs import Concept, Pack, Type, Vocabulary
from khue.model.values import Context
from khue.pipeline.alone import alone
from khue.pipeline.house import House
from khue.pipeline.snapshots import Taken, snapshots_folder, take_snapshot
from khue.places import Gazetteer
from khue.registry import queries

LEFT = 2
"""Snapshots for computing that are left for next time."""


@dataclass(frozen=True)
class Measured:
    """What a run gave: at which position, of how many indicators, how many values, how many of
    them were not kept before, and what is wrong."""

    position: int
    indicators: int
    values: int
    new: int
    findings: tuple[Finding, ...]


def indicators_of(pack: Pack) -> tuple[dict[str, Indicator], list[Finding]]:
    """The indicators of the installed pack by key, and what is wrong with their files."""
    return _indicators_in(Path(settings.KHUE_PACK), pack)


@lru_cache(4)
def _indicators_in(folder: Path, pack: Pack) -> tuple[dict[str, Indicator], list[Finding]]:
    """Read once per process, as the pack is."""
    return load_indicators(
        folder,
        tables=snapshot.layout(pack, "public").keys(),
        vocabularies=pack.vocabularies,
    )


def indicator_names(pack: Pack) -> Vocabulary:
    """The indicators of the installed pack as a list of what they are called, by key."""
    return _names_in(Path(settings.KHUE_PACK), pack)


@lru_cache(4)
def _names_in(folder: Path, pack: Pack) -> Vocabulary:
    known, _ = _indicators_in(folder, pack)
    concepts = {key: Concept(key, dict(one.name)) for key, one in known.items()}
    return Vocabulary("indicator", "", {}, concepts)


def knowing_indicators(context: Context, pack: Pack, type_: Type) -> Context:
    """A context in which figures may state their indicators by name, and their units by those. For
    other types it is as it was: to read all indicators takes a second."""
    if not is_figure(type_):
        return context
    known, _ = indicators_of(pack)
    return replace(
        context,
        indicators=indicator_names(pack),
        indicator_units={key: one.unit for key, one in known.items()},
        indicator_parts={
            key: {by: one.vocabulary_of(by) for by in one.breakdowns} for key, one in known.items()
        },
    )


def require_indicator(house: House, key: str) -> Indicator:
    """The indicator of a key. Raises `NotFound` naming those that there are."""
    indicators, _ = indicators_of(house.pack)
    if key not in indicators:
        known = ", ".join(indicators) or "–"
        raise NotFound(
            f"Không có chỉ tiêu «{key}».",
            f"There is no indicator '{key}'.",
            mend_vi=f"Chọn một trong: {known}.",
            mend_en=f"Choose one of: {known}.",
        )
    return indicators[key]


def check_indicators(folder: Path, pack: Pack) -> list[Finding]:
    """What is wrong with the indicators of the pack in a folder: with their files, and with their
    selects on empty tables."""
    indicators, findings = _indicators_in(folder, pack)
    told = compute(indicators, columns_of(pack), None, vocabularies=pack.vocabularies)[1]
    return [*findings, *told]


def measure(house: House, *, at: int | None = None) -> Measured:
    """Compute all indicators at a position of the ledger (by default its head) and keep the values.

    They are those of the public registry as it was public then. What was kept and marked by other
    rules about few persons than those of today is marked again. Of two runs at once one waits for
    the other. Raises `NotFound` for a position that the ledger has not come to.
    """
    indicators, findings = indicators_of(house.pack)
    with alone("measure"):
        taken = take_snapshot(house, sight="public", rules="then", at=at)
        found, told = compute(
            indicators,
            columns_of(house.pack),
            taken.folder,
            vocabularies=house.pack.vocabularies,
        )
        position = taken.manifest.position
        new, differing = kept.keep(
            found,
            indicators,
            position=position,
            period=_day_of(position),
            source=_source_of(taken),
        )
        mark(position, partial(_lies_in, house.gazetteer), _day_of)
        _tidy(taken)
    told = [*findings, *told, *differing]
    return Measured(position, len(indicators), len(found), new, tuple(told))


def measure_again(house: House) -> tuple[int, list[Finding]]:
    """Compute every kept value again, by the definition and at the position that it has; gives how
    many there are and where one differs now."""
    findings: list[Finding] = []
    count = 0
    with alone("measure"):
        for position in kept.positions():
            definitions = definitions_at(position)
            indicators = {one.key: one for one in map(former, definitions)}
            names = {former_key(one["version"]): one["key"] for one in definitions}
            taken = take_snapshot(house, sight="public", rules="then", at=position)
            found, told = compute(indicators, columns_of(house.pack), taken.folder)
            count += len(found)
            told = [one._replace(field=names.get(one.field, one.field)) for one in told]
            findings += [*told, *kept.compare(found, position=position)]
            _tidy(taken)
    return count, findings


def columns_of(pack: Pack) -> Columns:
    """The tables of a public snapshot with their columns."""
    return {name: table.columns for name, table in snapshot.layout(pack, "public").items()}


def _lies_in(gazetteer: Gazetteer, dimension: str, held: str) -> str:
    """The province of a commune; "" of all other parts."""
    unit = gazetteer.unit(held) if dimension == PLACE else None
    return unit.province_code if unit and unit.level == "commune" else ""


def _day_of(position: int) -> str:
    """The day of a position of the ledger here, as EDTF; empty before the first change."""
    found = queries.position(position)
    if found is None or not found.at:
        return ""
    here = datetime.fromisoformat(found.at).astimezone(ZoneInfo(settings.TIME_ZONE))
    return here.date().isoformat()


def _source_of(taken: Taken) -> str:
    return f"khue:{taken.manifest.position}:{taken.manifest.hash}"


def _tidy(taken: Taken) -> None:
    """Leave the snapshots that were used last, and that of the values that are shown."""
    own = snapshots_folder().glob("public-then-*")
    left = {taken.folder.name, f"public-then-{kept.last_position()}"}
    others = sorted(
        (one for one in own if one.name not in left), key=lambda one: one.stat().st_mtime
    )
    for folder in others[: max(0, len(others) - LEFT + 1)]:
        shutil.rmtree(folder, ignore_errors=True)
