"""How the columns of a source are read: by a mapping file, else as it was settled before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from khue import intake
from khue.model.errors import NotAllowed, Refused
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.rights import Actor
from khue.model.values import label_path
from khue.registry import actions, drafting
from khue.registry.sealing import is_personal


@dataclass(frozen=True)
class Settled:
    """The mapping of an import. `said` is what its file says; None if it was saved before, or if
    there is none and headings alone decide. `needed` are key columns that the file must have."""

    mapping: intake.Mapping
    said: Mapping[str, Any] | None = None
    findings: tuple[Finding, ...] = ()
    needed: tuple[str, ...] = ()


def settle_mapping(type_: Type, source: str, path: Path | None, *, use_saved: bool) -> Settled:
    """The mapping of a file, else the one saved for the source and type, else none.

    Raises `WrongUse` for a file that is no mapping, `Refused` for one that identifies rows by
    personal data: what was recorded of a row's identity could never be erased.
    """
    said = None if path is None else intake.read_mapping_file(path)
    saved = drafting.saved_mapping(source, type_.name) if path is None and use_saved else None
    told = () if saved is None else (finding("mapping_saved_used", value=source),)
    chosen = said if said is not None else saved
    if chosen is None:
        return Settled(intake.Mapping(key=intake.default_key(type_)))
    mapping = intake.mapping_of(chosen)
    needed = mapping.key if "key" in chosen else ()
    if not needed:
        mapping = replace(mapping, key=intake.default_key(type_))
    _refuse_personal_key(mapping, type_)
    return Settled(mapping, said, told, needed=needed)


def save_mapping(
    settled: Settled, *, source: str, type_: Type, actor: Actor, why: str
) -> list[Finding]:
    """Keep what a mapping file said for the next file of the source.

    Who may propose but not commit does not settle how others' files are read: a note says so.
    """
    said = settled.said
    if said is None or drafting.saved_mapping(source, type_.name) == said:
        return []
    try:
        actions.save_mapping(
            actor=actor, why=why, source=source, type_name=type_.name, mapping=said
        )
    except NotAllowed:
        return [finding("mapping_not_saved", value=source)]
    return []


def mapping_text(columns: Sequence[intake.MappedColumn], settled: Settled, type_: Type) -> str:
    """What an import understood, as a mapping file: its columns with the reason for each, and the
    constants, key and skipped headings that it was given."""
    return intake.write_mapping(**intake.saved(columns, settled.mapping, type_))


def _refuse_personal_key(mapping: intake.Mapping, type_: Type) -> None:
    personal = [path for path in mapping.key if is_personal(type_, path.partition(".")[0])]
    if personal:
        raise Refused(
            "Không nhập: ánh xạ nhận dạng dòng theo dữ liệu cá nhân.",
            "Not imported: the mapping identifies rows by personal data.",
            findings=[
                finding("mapping_key_personal", value=path, label=label_path(type_, path))
                for path in personal
            ],
        )
