"""A registry as one file, and a registry from one file: tables, kept bytes, accounts.

A backup is read in one view while others go on writing, and read back before it gets its name. A
restore looks at the whole file first and then replaces everything in one transaction. What was
erased since the backup was made is erased again.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError
from django.db import Error as DatabaseTrouble

import khue
from khue.accounts import archive as accounts
from khue.model.errors import Damaged, NotAllowed, Refused, WrongUse
from khue.model.findings import Finding, finding
from khue.model.rights import GRANTS, Actor
from khue.pipeline import archives, purging
from khue.pipeline.archives import Archive, Manifest
from khue.pipeline.checks import TOLD, check_tables
from khue.pipeline.erasures import find_holding
from khue.pipeline.files import file_path, source_path, write_whole
from khue.pipeline.house import House, prepare_home
from khue.pipeline.planning import Progress
from khue.registry import actions, archive, drafting, queries, tables
from khue.registry.database import one_view
from khue.registry.drafting import ErasureNote

ATTEMPTS = 5
"""How often a backup begins anew because something was erased, or bytes were found altered."""

PATHS: dict[str, Callable[[str], Path]] = {"sources": source_path, "files": file_path}
"""Where the bytes of each folder of an archive are kept."""

USERS = "users"


@dataclass(frozen=True)
class BackupReport:
    """A backup that was written. `findings` name bytes that were not there to be kept."""

    path: Path
    size: int
    manifest: Manifest
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as `khue backup --json` prints it."""
        return {
            "path": str(self.path),
            "size": self.size,
            "changes": self.manifest.changes,
            "records": self.manifest.records,
            "head": self.manifest.head,
            "public_head": self.manifest.public_head,
            "sources": len(self.manifest.digests("sources")),
            "files": len(self.manifest.digests("files")),
            "findings": [one.to_json() for one in self.findings],
        }


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


def back_up(
    path: Path,
    *,
    actor: Actor,
    force: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> BackupReport:
    """Write everything into one file, which can be restored into any database.

    Raises `NotAllowed` for those who may not administer, `Refused` if the file is there (unless
    `force`), `WrongUse` if it cannot be written or lies in the home, where an erasure could not
    find what it holds, and `Damaged` with findings if the ledger is not whole.
    """
    _require_administrator(actor)
    home = Path(settings.KHUE_HOME).resolve()
    if home in path.resolve().parents:
        raise WrongUse(
            "Bản sao lưu phải nằm ngoài KHUE_HOME.",
            "A backup has to be outside of KHUE_HOME.",
            mend_vi="Ghi nó vào một ổ đĩa hoặc máy khác.",
            mend_en="Write it to another disk or machine.",
        )
    return _write(path, force=force, progress=progress)


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
    _require_administrator(actor)
    given = purging.read_notes(notes) if notes else []
    with archives.opened(path) as kept:
        progress("check", 0, 0)
        _require_whole(kept)
        _require_room(kept.manifest)
        given += map(purging.note_of, kept.manifest.erasures)
        with purging.marked() as mark:
            try:
                done = _Restore(house, kept, given, progress)
                done.run()
            except Exception:
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


def _require_administrator(actor: Actor) -> None:
    if not any("administer" in GRANTS.get(role, ()) for role in actor.roles):
        raise NotAllowed(
            f"{actor.who} không có quyền quản trị.", f"{actor.who} may not administer."
        )


def _write(path: Path, *, force: bool, progress: Progress, tolerant: bool = False) -> BackupReport:
    """Write a backup, read it back and give it its name.

    If `tolerant`, it is kept even if the ledger is not whole, which a finding tells.
    """
    bad: dict[str, set[str]] = {folder: set() for folder in PATHS}
    with archives.writing(path, force=force) as part:
        for _ in range(ATTEMPTS):
            altered = _write_archive(part, bad, progress)
            if not altered and _knows_all_erasures(part):
                break
            for folder, digest in altered:
                bad[folder].add(digest)
        else:
            raise Refused(
                "Sổ đăng ký đang thay đổi liên tục nên chưa sao lưu được.",
                "The registry keeps changing, so it could not be backed up.",
                mend_vi="Thử lại sau ít phút.",
                mend_en="Try again in a few minutes.",
            )
        progress("check", 0, 0)
        with archives.opened(part) as written:
            manifest = written.manifest
            findings = _findings_of_missing(manifest, bad)
            try:
                _require_whole(written)
            except Damaged:
                if not tolerant:
                    raise
                findings.append(finding("backup_not_whole"))
        size = part.stat().st_size
    return BackupReport(path, size, manifest, tuple(findings))


def _write_archive(
    part: Path, bad: dict[str, set[str]], progress: Progress
) -> list[tuple[str, str]]:
    """Write all into `part`; gives the bytes that are not what their name says, as (folder,
    sha256). Those in `bad` are left out."""
    altered = []
    with part.open("r+b") as stream:
        stream.truncate()
        with archives.Writer(stream) as writer:
            with one_view():
                for number, table in enumerate(archive.TABLES):
                    progress("backup", number + 1, len(archive.TABLES))
                    writer.table(table.name, table.columns, archive.rows_of(table))
                writer.table(USERS, accounts.COLUMNS, accounts.rows())
                manifest = _manifest()
                wanted = {
                    "sources": sorted({*drafting.source_digests(), *drafting.proposed_sources()}),
                    "files": drafting.file_digests(),
                }
            missing: dict[str, list[str]] = {}
            for folder, digests in wanted.items():
                missing[folder] = []
                for number, digest in enumerate(digests):
                    progress(folder, number + 1, len(digests))
                    kept = PATHS[folder](digest)
                    if digest in bad[folder] or not kept.is_file():
                        missing[folder].append(digest)
                        continue
                    writer.bytes_of(folder, digest, kept)
                    if writer.members[f"{folder}/{digest}"].sha256 != digest:
                        altered.append((folder, digest))
            writer.finish(replace(manifest, missing=missing))
    return altered


def _manifest() -> Manifest:
    """What there is to say of the registry as it stands; what is missing is filled in later."""
    pack = drafting.loaded_pack_entry()
    notes = {(one.batch, one.record): one for one in purging.notes_of_home()}
    notes |= {(one.batch, one.record): one for one in drafting.erasures()}
    return Manifest(
        khue=khue.__version__,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        pack=pack,
        changes=queries.head(),
        records=queries.count_records(),
        head=queries.head_hash(),
        public_head=queries.public_head_hash(),
        missing={},
        erasures=[purging.told_of(note) for _, note in sorted(notes.items())],
    )


def _knows_all_erasures(part: Path) -> bool:
    """Whether nothing has been erased since a backup was begun, so that it holds none of it."""
    with archives.opened(part) as written:
        heard = {one["batch"] for one in written.manifest.erasures}
    return drafting.erasure_batches() <= heard


def _findings_of_missing(manifest: Manifest, bad: dict[str, set[str]]) -> list[Finding]:
    return [
        finding(f"{folder[:-1]}_{'altered' if digest in bad[folder] else 'missing'}", value=digest)
        for folder, digests in manifest.missing.items()
        for digest in digests
    ]


def _require_whole(kept: Archive) -> None:
    """Raise `Damaged` unless every part of an archive is what its manifest says, and its ledger
    what its hashes say."""
    kept.check()
    manifest = kept.manifest
    with _telling():
        told = list(islice(archive.find_breaks(kept.table), TOLD))
        columns, rows = kept.table("changes")
        last = dict(zip(columns, next(iter(deque(rows, maxlen=1)), []), strict=False))
    if told:
        raise Damaged(
            "Sổ cái trong bản sao lưu không nguyên vẹn.",
            "The ledger of the backup is not whole.",
            mend_vi="`khue verify` cho biết chỗ nào đã bị sửa từ bên ngoài.",
            mend_en="`khue verify` says what was altered from outside.",
            findings=[finding(code, value=value) for code, value in told],
        )
    ends = (last.get("seq", 0), last.get("hash", ""), last.get("public_hash") or "")
    if ends != (manifest.changes, manifest.head, manifest.public_head):
        raise archives.damaged("manifest.json")


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
        self, house: House, kept: Archive, given: Sequence[ErasureNote], progress: Progress
    ) -> None:
        self._house = house
        self._kept = kept
        self._given = given
        self._progress = progress
        self._written: list[Path] = []
        self.erased = 0
        self.safety: Path | None = None
        self.findings = _findings_of_missing(kept.manifest, {folder: set() for folder in PATHS})

    def run(self) -> None:
        """Replace the registry, or raise and leave it as it was."""
        try:
            with archive.replacing():
                self._keep_what_is_here()
                purging.write_notes([*self._given])
                with archive.emptied(), _telling():
                    self._fill()
                    tables.rebuild(self._house.pack)
                    self._erase_again()
                    self._write_bytes()
                    self._prove()
        except BaseException as error:
            for path in self._written:
                path.unlink(missing_ok=True)
            # After a kill it stays, and does no harm.
            if self.safety is not None:
                self.safety.unlink(missing_ok=True)
            if isinstance(error, OSError | DatabaseTrouble):
                raise _could_not(error) from error
            raise

    def _keep_what_is_here(self) -> None:
        if archive.is_empty():
            return
        folder = Path(settings.KHUE_HOME) / purging.BACKUPS
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.zip"
        done = _write(path, force=False, progress=self._progress, tolerant=True)
        self.safety = done.path
        self.findings += done.findings

    def _fill(self) -> None:
        for number, table in enumerate(archive.TABLES):
            self._progress("restore", number + 1, len(archive.TABLES))
            archive.fill(table, *self._kept.table(table.name))
        columns, rows = self._kept.table(USERS)
        if columns:
            accounts.replace(columns, rows)

    def _erase_again(self) -> None:
        """Carry out what was erased since; where the record is unknown, there is nothing to."""
        known = drafting.erasure_batches()
        missed: dict[str, list[ErasureNote]] = {}
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
        gone = {"sources": drafting.erased_sources(), "files": drafting.erased_files()}
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
                raise archives.damaged("manifest.json")
        if told := check_tables(self._house):
            raise Damaged(
                "Sổ đăng ký được khôi phục không nguyên vẹn; chưa có gì thay đổi.",
                "The restored registry would not be whole; nothing was changed.",
                findings=told,
            )


@contextmanager
def _telling() -> Iterator[None]:
    """Tell in words what cannot be made of the rows of an archive."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, DataError) as error:
        raise Damaged(
            f"Nội dung bản sao lưu không dùng được: {error}.",
            f"What the backup holds cannot be used: {error}.",
            mend_vi="Dùng một bản sao lưu khác; chưa có gì thay đổi.",
            mend_en="Use another backup; nothing was changed.",
        ) from error


def _could_not(error: Exception) -> Refused:
    return Refused(
        f"Chưa khôi phục được, chưa có gì thay đổi: {error}.",
        f"It could not be restored, and nothing was changed: {error}.",
        mend_vi="Xem đĩa còn chỗ không, có ai đang dùng cơ sở dữ liệu không, rồi thử lại.",
        mend_en="See whether the disk has room and others use the database, then try again.",
    )
