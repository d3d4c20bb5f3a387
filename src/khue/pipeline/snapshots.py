"""Snapshots of the registry: where they are kept, and taking them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from khue import snapshot
from khue.model.errors import KhueError, NotFound
from khue.pipeline.gazetteers import gazetteer_of
from khue.pipeline.house import House
from khue.registry import drafting, queries


@dataclass(frozen=True)
class Taken:
    """A snapshot and the folder that it is in."""

    folder: Path
    manifest: snapshot.Manifest


def take_snapshot(
    house: House,
    *,
    sight: queries.Sight,
    at: int | None = None,
    rules: queries.Rules = "now",
    folder: Path | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Taken:
    """Write the registry at a position of the ledger (by default its head) as Parquet files.

    Without a folder it is kept in the home, and one that is there already is taken as it is. Raises
    `NotFound` for a position that the ledger has not come to.
    """
    position = queries.position(at)
    if position is None:
        raise NotFound(
            f"Sổ cái chưa có vị trí {at}.",
            f"The ledger has no position {at}.",
            mend_vi=f"Vị trí hiện tại là {queries.head()}.",
            mend_en=f"It is at {queries.head()} now.",
        )
    place = folder or snapshots_folder() / f"{sight}-{rules}-{position.seq}"
    if folder is None and (kept := _kept(place, house, position)):
        return Taken(place, kept)
    # Arrow takes a fifth of a second to load, and few commands write a snapshot.
    from khue.snapshot.writing import write

    gazetteer = gazetteer_of(drafting.loaded_places(position.seq))
    manifest = write(
        place, house.pack, gazetteer, position=position, sight=sight, rules=rules, told=told
    )
    return Taken(place, manifest)


def kept_snapshot(
    house: House, *, sight: queries.Sight, at: int, rules: queries.Rules
) -> Taken | None:
    """The snapshot of a position that the home keeps; None where it would have to be made."""
    position = queries.position(at)
    if position is None:
        return None
    place = snapshots_folder() / f"{sight}-{rules}-{position.seq}"
    kept = _kept(place, house, position)
    return Taken(place, kept) if kept else None


def snapshots_folder() -> Path:
    """Where a home keeps its snapshots; what is in it can be made again."""
    return Path(settings.KHUE_HOME) / "snapshots"


def forget_snapshots() -> None:
    """Take all kept snapshots away: they hold what has been erased."""
    shutil.rmtree(snapshots_folder(), ignore_errors=True)


def _kept(folder: Path, house: House, position: queries.Position) -> snapshot.Manifest | None:
    """The manifest of a kept snapshot, if making it again would give the same."""
    if not snapshot.is_snapshot(folder):
        return None
    try:
        manifest = snapshot.read_manifest(folder)
    except KhueError:
        return None
    same = (
        manifest.format == snapshot.Manifest.format
        and manifest.pack["sha256"] == house.pack.sha256
        # By today's rules the past may show less than it did when this was made.
        and (manifest.rules == "then" or position.seq == queries.head())
    )
    return manifest if same else None
