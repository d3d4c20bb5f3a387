"""A registry from a backup, in the place of whatever was here.

The whole file is looked at first; then everything is replaced in one transaction. What was erased
since the backup was made is erased again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import transaction

from khue.accounts import archive as accounts
from khue.measures import archive as measured
from khue.model.errors import Damaged, Refused
from khue.model.findings import Finding
from khue.model.rights import Actor
from khue.pipeline import purging, unpacking
from khue.pipeline.archives import Manifest
from khue.pipeline.backups import (
    PATHS,
    USERS,
    findings_of_missing,
    require_administrator,
    require_whole,
    telling,
    write,
)
from khue.pipeline.checks import check_tables
from khue.pipeline.erasures import find_holding
from khue.pipeline.files import write_whole
from khue.pipeline.house import House, prepare_home
from khue.pipeline.planning import Progress
from khue.pipeline.unpacking import Archive
from khue.registry import actions, archive, drafting, erasures, queries, tables


@dataclass(frozen=True)
class RestoreReport:
    """What the registry is now. `erased` counts the erasures that were carried out again; `safety`
    is the backup of what was here before, None if nothing was."""

    changes: int
    records: int
    head: str
    erased: int
    safety: Path | None
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as `khue restore --json` prints it."""
        return {
            "changes": self.changes,
            "records": self.records,
            "head": self.head,
            "erased": self.erased,
            "safety": None if self.safety is None else str(self.safety),
            "findings": [one.to_json() for one in self.findings],
        }


def restore(
    house: House,
    path: Path,
    *,
    actor: Actor,
    notes: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> RestoreReport:
    """Replace the whole registry by what a backup holds.

    What is here is backed up first. Erasures that the backup does not know (of the registry that is
    replaced, of this home, of a file of `notes`) are carried out again. Raises `NotAllowed`,
    `UnreadableFile` and `Damaged` for a file that is no backup or not what it was, `Refused` if
    there is no room for it or others write or read for too long: then nothing is changed.
    """
    require_administrator(actor)
    given = purging.read_notes(notes) if notes else []
    with unpacking.opened(path) as kept:
        progress("check", 0, 0)
        require_whole(kept)
        _require_room(kept.manifest)
        with telling():
            given += map(purging.note_of, kept.manifest.erasures)
            done = _Restore(house, kept, given, progress)
        with purging.marked() as mark:
            try:
                done.run()
            except Exception:
                if not done.is_committed:
                    mark.withdraw()
                raise
            prepare_home()
            progress("index", 0, 0)
            done.findings += purging.finish(house)
    return RestoreReport(
        changes=queries.head(),
        records=queries.count_records(),
        head=queries.head_hash(),
        erased=done.erased,
        safety=done.safety,
        findings=tuple(done.findings),
    )


def _require_room(manifest: Manifest) -> None:
    # The tables stand in the database and in its journal.
    needed = manifest.bytes + sum(
        member.size for name, member in manifest.members.items() if name.startswith("tables/")
    )
    free = shutil.disk_usage(settings.KHUE_HOME).free
    if needed > free:
        raise Refused(
            f"Cần {needed / 1e9:,.1f} GB để khôi phục, chỉ còn {free / 1e9:,.1f} GB.",
            f"Restoring takes {needed / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are left.",
            mend_vi="Dọn đĩa, hoặc đặt KHUE_HOME trên một đĩa lớn hơn.",
            mend_en="Make room, or put KHUE_HOME on a larger disk.",
        )


class _Restore:
    """The part of a restore that is all or nothing."""

    def __init__(
        self, house: House, kept: Archive, given: Sequence[erasures.Note], progress: Progress
    ) -> None:
        self._house = house
        self._kept = kept
        self._given = given
        self._progress = progress
        self._written: list[Path] = []
        self.is_committed = False
        self.erased = 0
        self.safety: Path | None = None
        self.findings = findings_of_missing(kept.manifest, {folder: set() for folder in PATHS})

    def run(self) -> None:
        """Replace the registry, or raise and leave it as it was."""
        try:
            with archive.replacing():
                transaction.on_commit(self._note_commit)
                self._keep_what_is_here()
                purging.write_notes([*self._given])
                with archive.emptied(), telling():
                    self._fill()
                    tables.rebuild(self._house.pack)
                    self._erase_again()
                    self._write_bytes()
                    self._prove()
        except Exception as error:
            if self.is_committed:
                raise
            # After a kill they stay, and do no harm.
            for path in self._written:
                path.unlink(missing_ok=True)
            if self.safety is not None:
                self.safety.unlink(missing_ok=True)
            if isinstance(error, OSError | DatabaseTrouble):
                raise _could_not(error) from error
            raise

    def _note_commit(self) -> None:
        self.is_committed = True

    def _keep_what_is_here(self) -> None:
        if archive.is_empty():
            return
        folder = Path(settings.KHUE_HOME) / purging.BACKUPS
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.zip"
        done = write(path, force=False, progress=self._progress, tolerant=True)
        self.safety = done.path
        self.findings += done.findings

    def _fill(self) -> None:
        for number, table in enumerate(archive.TABLES):
            self._progress("restore", number + 1, len(archive.TABLES))
            archive.fill(table, *self._kept.table(table.name))
        columns, rows = self._kept.table(USERS)
        if columns:
            accounts.replace(columns, rows)
        measured.clear()
        for name in measured.ORDER:
            measured.fill(name, *self._kept.table(name))

    def _erase_again(self) -> None:
        """Carry out what was erased since; where the record is unknown, there is nothing to."""
        known = erasures.batches()
        missed: dict[str, list[erasures.Note]] = {}
        for note in purging.notes_of_home():
            if note.batch not in known and drafting.heads([note.record]):
                missed.setdefault(note.batch, []).append(note)
        for batch, notes in missed.items():
            first = notes[0]
            records = [note.record for note in notes]
            holding = find_holding(records, first.field, self._read_source)
            actions.erase_again(
                batch=batch,
                actor=first.actor,
                why=first.why,
                records=records,
                field=first.field,
                pack=self._house.pack,
                sources=holding.union(*(note.bytes for note in notes)),
            )
        self.erased = len(missed)

    def _read_source(self, digest: str) -> bytes | None:
        if digest not in self._kept.manifest.digests("sources"):
            return None
        return b"".join(self._kept.pieces(f"sources/{digest}"))

    def _write_bytes(self) -> None:
        gone = {"sources": erasures.sources(), "files": erasures.files()}
        for folder, path_of in PATHS.items():
            digests = [
                one for one in self._kept.manifest.digests(folder) if one not in gone[folder]
            ]
            for number, digest in enumerate(digests):
                self._progress(folder, number + 1, len(digests))
                path = path_of(digest)
                if not path.exists():
                    write_whole(path, self._kept.pieces(f"{folder}/{digest}"))
                    self._written.append(path)

    def _prove(self) -> None:
        self._progress("check", 0, 0)
        there = {
            "sources": {*drafting.source_digests(), *drafting.proposed_sources()},
            "files": set(drafting.file_digests()),
        }
        for folder, digests in there.items():
            missing = set(self._kept.manifest.missing.get(folder, ()))
            if digests - missing - {*self._kept.manifest.digests(folder)}:
                raise unpacking.damaged("manifest.json")
        if told := check_tables(self._house):
            raise Damaged(
                "Sổ đăng ký được khôi phục không nguyên vẹn; chưa có gì thay đổi.",
                "The restored registry would not be whole; nothing was changed.",
                findings=told,
            )


def _could_not(error: Exception) -> Refused:
    return Refused(
        f"Chưa khôi phục được, chưa có gì thay đổi: {error}.",
        f"It could not be restored, and nothing was changed: {error}.",
        mend_vi="Xem đĩa còn chỗ không, có ai đang dùng cơ sở dữ liệu không, rồi thử lại.",
        mend_en="See whether the disk has room and others use the database, then try again.",
    )
