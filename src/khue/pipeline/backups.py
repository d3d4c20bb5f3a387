"""A registry as one file: tables, accounts, kept bytes.

It is read in one view while others go on writing, and read back before it gets its name. The way
back is `restoring`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError

import khue
from khue.accounts import archive as accounts
from khue.measures import archive as measured
from khue.model.errors import Damaged, NotAllowed, Refused, WrongUse
from khue.model.findings import Finding, finding
from khue.model.rights import GRANTS, Actor
from khue.pipeline import archives, purging, unpacking
from khue.pipeline.archives import Manifest
from khue.pipeline.checks import TOLD
from khue.pipeline.files import file_path, source_path
from khue.pipeline.planning import Progress
from khue.pipeline.unpacking import Archive
from khue.registry import archive, drafting, erasures, queries, verification
from khue.registry.database import one_view

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
    require_administrator(actor)
    home = Path(settings.KHUE_HOME).resolve()
    if home in Path(os.path.realpath(path)).parents:
        raise WrongUse(
            "Bản sao lưu phải nằm ngoài KHUE_HOME.",
            "A backup has to be outside of KHUE_HOME.",
            mend_vi="Ghi nó vào một ổ đĩa hoặc máy khác.",
            mend_en="Write it to another disk or machine.",
        )
    return write(path, force=force, progress=progress)


def require_administrator(actor: Actor) -> None:
    """Raise `NotAllowed` for those who may not administer the registry as a whole."""
    if not any("administer" in GRANTS.get(role, ()) for role in actor.roles):
        raise NotAllowed(
            f"{actor.who} không có quyền quản trị.", f"{actor.who} may not administer."
        )


def write(path: Path, *, force: bool, progress: Progress, tolerant: bool = False) -> BackupReport:
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
        with unpacking.opened(part) as written:
            manifest = written.manifest
            findings = findings_of_missing(manifest, bad)
            try:
                require_whole(written)
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
            # Bytes that are no text are written too: the hashes will tell of them.
            with verification.any_bytes(), one_view():
                for number, table in enumerate(archive.TABLES):
                    progress("backup", number + 1, len(archive.TABLES))
                    writer.table(table.name, table.columns, archive.rows_of(table))
                writer.table(USERS, accounts.COLUMNS, accounts.rows())
                for name in measured.ORDER:
                    writer.table(name, measured.columns(name), measured.rows(name))
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
                    if digest in bad[folder] or not writer.bytes_of(folder, digest, kept):
                        missing[folder].append(digest)
                    elif writer.members[f"{folder}/{digest}"].sha256 != digest:
                        altered.append((folder, digest))
            writer.finish(replace(manifest, missing=missing))
    return altered


def _manifest() -> Manifest:
    """What there is to say of the registry as it stands; what is missing is filled in later."""
    pack = drafting.loaded_pack_entry()
    notes = {(one.batch, one.record): one for one in purging.notes_of_home()}
    notes |= {(one.batch, one.record): one for one in erasures.notes()}
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
    with unpacking.opened(part) as written:
        heard = {one["batch"] for one in written.manifest.erasures}
    return erasures.batches() <= heard


def findings_of_missing(manifest: Manifest, bad: dict[str, set[str]]) -> list[Finding]:
    """A finding for all bytes that a backup lacks; those in `bad` were there, but altered."""
    return [
        finding(f"{folder[:-1]}_{'altered' if digest in bad[folder] else 'missing'}", value=digest)
        for folder, digests in manifest.missing.items()
        for digest in digests
    ]


def require_whole(kept: Archive) -> None:
    """Raise `Damaged` unless every part of an archive is what its manifest says, and its ledger
    what its hashes say."""
    kept.check()
    manifest = kept.manifest
    with telling():
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
        raise unpacking.damaged("manifest.json")


@contextmanager
def telling() -> Iterator[None]:
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
