"""What is left to do once something was erased or restored: nothing of it may lie about.

A mark in the home says that it has to be done. It is set before the ledger is touched and goes when
all is done, so whatever ends a command in between, the next one goes on from there. Each home of a
database does it for its own files: it knows by its notes which erasures it has heard of.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from django.apps import apps
from django.conf import settings
from django.db import connections, router

from khue import search
from khue.lib.identifiers import is_ulid
from khue.model.errors import Damaged, KhueError, UnreadableFile
from khue.model.findings import Finding, finding
from khue.pipeline import archives, unpacking
from khue.pipeline.attachments import discard_thumbnails
from khue.pipeline.files import file_path, source_path
from khue.pipeline.house import House
from khue.pipeline.snapshots import forget_snapshots
from khue.registry import actions, erasures
from khue.registry.database import scrub

MARK = "unfinished"
NOTES = "erasures.jsonl"
BACKUPS = "backups"
"""The folder of backups that a restore makes before it replaces what is there."""

PATIENCE_S = 20
SHORT_PATIENCE_S = 1
"""Seconds to wait for someone who reads the database: for the command that erased, and for others
that find it undone."""

log = logging.getLogger(__name__)


def is_finished() -> bool:
    """Whether nothing is left to do in this home. Quick: every command asks."""
    path = _path(MARK)
    if path.exists() and path.stat().st_size:
        return False
    if erasures.pending():
        return False
    batches = erasures.batches()
    try:
        return not batches or batches <= {note.batch for note in notes_of_home()}
    except UnreadableFile:
        return False


@dataclass(frozen=True)
class Mark:
    """The mark of the home; `earlier` if it was there before."""

    earlier: bool

    def withdraw(self) -> None:
        """Take the mark away, since nothing was changed after all."""
        if not self.earlier:
            _path(MARK).unlink(missing_ok=True)


@contextmanager
def marked() -> Iterator[Mark]:
    """Mark the home as unfinished, and keep other commands from finishing what has only begun.

    Waits for one that is at it.
    """
    with _holding_mark(wait=True) as file:
        if file is None:
            raise RuntimeError("waiting for a lock gave none")
        earlier = bool(os.fstat(file.fileno()).st_size)
        file.write("1")
        file.flush()
        os.fsync(file.fileno())
        yield Mark(earlier)


def resume(house: House) -> None:
    """Finish what an earlier command has left, unless another is at it."""
    with _holding_mark(wait=False) as file:
        if file is None:
            return
        if is_finished():  # by the one that held the mark before
            _path(MARK).unlink(missing_ok=True)
        elif apps.is_installed("khue.tasks"):
            finish(house, patience_s=SHORT_PATIENCE_S)
        else:
            # Commands that know no tasks leave it to the next, which then loads all: `cli.app`.
            file.write("1")


@contextmanager
def _holding_mark(*, wait: bool) -> Iterator[TextIO | None]:
    """The file of the mark under its lock; None if another holds it and we do not wait."""
    path = _path(MARK)
    while True:
        with path.open("a", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            # The holder before us may have taken it away since we opened it.
            if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
                yield file
                return


def finish(house: House, *, patience_s: float = PATIENCE_S) -> list[Finding]:
    """Leave nothing of what was erased in any file, make the indexes anew, and take the mark away.

    Within `marked`. What cannot be done now is told, and the mark stays for the next command.
    """
    pending = erasures.pending()
    steps: list[tuple[dict[str, str], Callable[[], object]]] = [
        ({"vi": "tệp erasures.jsonl", "en": "the file erasures.jsonl"}, write_notes),
        ({"vi": "chỉ mục tìm kiếm", "en": "the index"}, lambda: search.rebuild(house.pack)),
    ]
    if erasures.batches():
        steps += [
            ({"vi": "các tệp đã lưu", "en": "kept files"}, _delete_bytes),
            ({"vi": "bản sao lưu tự động", "en": "automatic backups"}, _delete_backups),
            ({"vi": "thư mục snapshots", "en": "the folder snapshots"}, forget_snapshots),
            ({"vi": "thư mục crashes", "en": "the folder crashes"}, _delete_crashes),
            ({"vi": "danh sách công việc", "en": "the list of tasks"}, _forget_tasks),
        ]
    if pending:
        steps += [({"vi": "cơ sở dữ liệu", "en": "the database"}, lambda: _scrub(patience_s))]
    told = [one for where, step in steps for one in _do(where, step)]
    if not told:
        if pending:
            actions.finish_purge(changes=pending)
        _path(MARK).unlink(missing_ok=True)
    return told


def _do(where: dict[str, str], step: Callable[[], object]) -> Iterator[Finding]:
    try:
        step()
    except Exception as error:
        # The ledger has it already: whatever goes wrong here must not look as if it had not.
        if not isinstance(error, KhueError):
            log.exception("Erased values may be left in %s.", where["en"])
        what = error.message if isinstance(error, KhueError) else {"vi": str(error)}
        yield finding("erasure_unfinished", where=where, what=what)


def notes_of_home() -> list[erasures.Note]:
    """The erasures that this home has heard of. Raises `UnreadableFile` for a file that is no
    longer what Khuê wrote."""
    path = _path(NOTES)
    return read_notes(path) if path.exists() else []


def read_notes(path: Path) -> list[erasures.Note]:
    """The erasures in a file of notes, one JSON object on each line.

    Raises `UnreadableFile` for one that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # a reason may hold U+2028
        return [note_of(json.loads(line)) for line in lines if line]
    except (OSError, ValueError, TypeError) as error:
        raise UnreadableFile(
            f"{path} không phải là danh sách các lần xóa vĩnh viễn: {error}.",
            f"{path} is not a list of erasures: {error}.",
            mend_vi=f"Tệp này tên là {NOTES}, nằm trong KHUE_HOME của sổ đăng ký đã xóa.",
            mend_en=f"The file is called {NOTES}, in KHUE_HOME of the registry that erased.",
        ) from error


def note_of(told: Any) -> erasures.Note:
    """A note from its JSON object. Raises `TypeError` or `ValueError` for anything else."""
    note = erasures.Note(**told)
    texts = (note.batch, note.record, note.field, note.why, note.actor, note.at, *note.bytes)
    if not all(isinstance(one, str) for one in texts) or not is_ulid(note.batch):
        raise ValueError("not a note of an erasure")
    return replace(note, bytes=tuple(note.bytes))


def told_of(note: erasures.Note) -> dict[str, Any]:
    """A note as a JSON object."""
    return asdict(note) | {"bytes": list(note.bytes)}


def write_notes(others: list[erasures.Note] | None = None) -> None:
    """Note all erasures of the ledger, and `others`, outside of the database; earlier ones stay.

    They say of no value what it was, and are there when a registry is restored that has not heard
    of them.
    """
    path = _path(NOTES)
    known = {(one.batch, one.record): one for one in others or ()}
    try:
        known |= {(one.batch, one.record): one for one in notes_of_home()}
    except UnreadableFile as error:
        log.warning("%s", error)
        path.replace(path.with_suffix(".damaged"))
    known |= {(one.batch, one.record): one for one in erasures.notes()}
    if not known:
        return
    notes = sorted(known.values(), key=lambda one: (one.at, one.batch, one.record))
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        for note in notes:
            file.write(json.dumps(told_of(note), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _delete_bytes() -> None:
    for digest in erasures.sources():
        source_path(digest).unlink(missing_ok=True)
    for digest in erasures.files():
        file_path(digest).unlink(missing_ok=True)
        discard_thumbnails(digest)
    # What a command that was killed has left of bytes that it was about to keep.
    for folder in ("sources", "files"):
        for part in _path(folder).glob("*/*.part"):
            pid = part.name.split(".")[-2]
            if not (pid.isdecimal() and _is_running(int(pid))):
                part.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _delete_backups() -> None:
    """Backups that were made by themselves and have not heard of every erasure."""
    known = erasures.batches()
    for path in _path(BACKUPS).glob("*.part"):
        archives.discard_part(path)
    for path in _path(BACKUPS).glob("*.zip"):
        try:
            with unpacking.opened(path) as archive:
                heard = {note_of(told).batch for told in archive.manifest.erasures}
        except (UnreadableFile, TypeError, ValueError):
            heard = set()
        if not known <= heard:
            path.unlink(missing_ok=True)


def _delete_crashes() -> None:
    if _path("crashes").exists():
        shutil.rmtree(_path("crashes"))


def _forget_tasks() -> None:
    """What is kept of imports quotes values that they found."""
    from django_tasks_db.models import DBTaskResult

    from khue.tasks.queue import forget_finished

    forget_finished()
    database = connections[router.db_for_write(DBTaskResult)]
    if not scrub(database, [DBTaskResult._meta.db_table], PATIENCE_S):
        raise _busy()


def _scrub(patience_s: float) -> None:
    if not actions.scrub_database(patience_s=patience_s):
        raise _busy()


def _busy() -> Damaged:
    return Damaged(
        "Đang có chương trình khác đọc hoặc ghi cơ sở dữ liệu, hoặc đĩa đã đầy.",
        "Another program reads or writes the database, or the disk is full.",
    )


def _path(name: str) -> Path:
    return Path(settings.KHUE_HOME) / name
