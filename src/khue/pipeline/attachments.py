"""Files of records: attached, detached, and opened for those who may see them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from khue import media
from khue.lib.vietnamese import display
from khue.media import Facts
from khue.model.errors import NotFound, Refused, UnreadableFile, no_record
from khue.model.findings import Finding, finding
from khue.model.packs import Field
from khue.model.rights import Actor
from khue.model.values import kind_of
from khue.pipeline.files import file_path, keep_attachment, read_bytes
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.registry import actions, erasures, queries
from khue.registry.fold import patch
from khue.registry.queries import FileView, RecordView

PHOTOGRAPH, DOCUMENT = "photograph", "document"

_READ = {
    "kind": Field("kind", "files.kind", "FileKind", "code", vocabulary="file_kind"),
    "licence": Field("licence", "files.licence", "Licence", "code", vocabulary="licence"),
    "visibility": Field(
        "visibility", "files.visibility", "RecordVisibility", "code", vocabulary="record_visibility"
    ),
    "date": Field("date", "files.date", "EdtfDate", "edtf"),
}
"""What is stated of a file in words that a value kind understands."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileNote:
    """What is said of a file besides its bytes, as people write it; empty where nothing is.

    Without `kind`, a picture is a photograph and a PDF a document. `date` is when the photograph
    was taken or the document issued.
    """

    title: Mapping[str, str] = field(default_factory=dict)
    creator: str = ""
    licence: str = ""
    visibility: str = "staff"
    kind: str = ""
    date: str = ""


@dataclass(frozen=True)
class Attached:
    """A file on a record. `batch` is None if it was there already, just so."""

    record: str
    batch: str | None
    entry: Mapping[str, Any]
    findings: tuple[Finding, ...]


def attach_file(
    house: House, record: str, path: Path, note: FileNote, *, actor: Actor, why: str
) -> Attached:
    """Attach a file to a record, or say something else of one that it has.

    The same bytes are the same file. A merged record means the one that it redirects to. Raises
    `NotFound` for an unknown record or file, `NotAllowed`, `UnreadableFile` for bytes that are no
    picture or PDF, and `Refused` for bytes that were erased, or with findings for what is missing
    or not understood.
    """
    view = _require_record(house, record, actor)
    data = read_bytes(path, limit=media.BYTES, too_large=media.too_many_bytes())
    facts = media.inspect(data, path.name)
    sha256 = hashlib.sha256(data).hexdigest()
    entry, told = _describe(house, note, facts, sha256, actor)
    _refuse_errors(told)
    _refuse_errors(house.pack.validate(patch(view.document, {f"files.{sha256}": entry})))
    # The bytes come first: what the ledger refers to is there, whatever happens in between.
    keep_attachment(data)
    if entry in view.document.get("files", ()):
        return Attached(view.id, None, entry, tuple(told))
    try:
        actions.keep_file(
            actor=actor,
            sha256=sha256,
            size=len(data),
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
        )
    except Refused:
        # Erased while they were written: whoever did it was too early to take these away.
        if sha256 in erasures.files():
            file_path(sha256).unlink(missing_ok=True)
        raise
    committed = _edit(house, view, sha256, entry, actor=actor, why=why)
    return Attached(view.id, committed.batch if committed else None, entry, tuple(told))


def detach_file(
    house: House, record: str, sha256: str, *, actor: Actor, why: str
) -> actions.Committed:
    """Take a file off a record. Its bytes stay, as does the record's history; undo brings it back.

    Raises `NotFound` for an unknown record, or a file that the record does not have (any more).
    """
    view = _require_record(house, record, actor)
    known = [one["sha256"] for one in view.document.get("files", ())]
    committed = None
    if sha256 in known:
        committed = _edit(house, view, sha256, None, actor=actor, why=why)
    if committed is None:
        raise NotFound(
            f"Hồ sơ {view.id} không có tệp {sha256}.",
            f"Record {view.id} has no file {sha256}.",
            mend_vi=f"Các tệp của hồ sơ: {', '.join(known) or 'chưa có'}.",
            mend_en=f"Its files: {', '.join(known) or 'none'}.",
        )
    return committed


def find_picture(house: House, sha256: str, at: int, *, actor: Actor) -> Path | None:
    """The thumbnail of width `at` of a picture that `actor` may see; None if there is none.

    Asks for the right each time: a picture that is closed or taken off is gone with its next
    request, though its thumbnails lie on disk.
    """
    view = queries.file(actor, sha256, house.pack)
    if view is None or view.media_type not in media.PICTURES or at not in media.WIDTHS:
        return None
    try:
        return media.thumbnail(_thumbnails(), file_path(sha256), sha256, view.media_type, at)
    except UnreadableFile as error:
        log.warning("No thumbnail of %s: %s", sha256, error)
        return None


def find_document(house: House, sha256: str, *, actor: Actor) -> tuple[Path, FileView] | None:
    """The bytes of a PDF that `actor` may see; None if there is none. Pictures are never given
    whole: what a camera wrote into them may say where a sensitive place is."""
    view = queries.file(actor, sha256, house.pack)
    path = file_path(sha256)
    if view is None or view.media_type != media.PDF or not path.is_file():
        return None
    return path, view


def discard_thumbnails(sha256: str) -> None:
    """Delete what was made of a picture whose bytes have been erased."""
    media.discard(_thumbnails(), sha256)


def _thumbnails() -> Path:
    return Path(settings.KHUE_HOME) / "thumbnails"


def _require_record(house: House, record: str, actor: Actor) -> RecordView:
    """The record to attach to. Asked before bytes are kept, so that nobody can fill the disk who
    may not write; the registry asks again."""
    view = queries.get(actor, record, house.pack)
    if view is None:
        raise no_record(record)
    unchanged = actions.Draft(view.id, view.version, view.document, view.document)
    actions.require(actor, "commit", [unchanged], house.pack)
    return view


def _describe(
    house: House, note: FileNote, facts: Facts, sha256: str, actor: Actor
) -> tuple[dict[str, Any], list[Finding]]:
    """The entry of a file in the document of its record, and what there is to say of it."""
    context = house.context(actor=actor)
    told = list(facts.findings)
    read: dict[str, Any] = {}
    for name, one in _READ.items():
        reading = kind_of(one).read(getattr(note, name), one, context)
        read[name] = reading.value
        # A file is attached by someone who is there to say what they mean.
        lost = reading.value is None
        told += [f._replace(level="error") if lost else f for f in reading.findings]
    read["kind"] = read["kind"] or (PHOTOGRAPH if facts.is_picture else DOCUMENT)
    title = {lang: text for lang in ("vi", "en") if (text := display(note.title.get(lang, "")))}
    entry = {
        "sha256": sha256,
        "media_type": facts.media_type,
        **read,
        "title": title,
        "creator": display(note.creator),
    }
    told += _missing(entry, note, facts)
    if entry["visibility"] == "public" and not facts.is_picture:
        told.append(finding("file_served_whole"))
    return {name: value for name, value in entry.items() if value}, told


def _missing(entry: Mapping[str, Any], note: FileNote, facts: Facts) -> list[Finding]:
    codes = []
    if not entry["title"]:
        codes.append("file_title_missing")
    if not display(note.visibility):
        codes.append("file_visibility_missing")
    if entry["kind"] != DOCUMENT:
        codes += [] if facts.is_picture else ["file_kind_differs"]
        codes += [] if entry["creator"] else ["file_creator_missing"]
        codes += [] if display(note.licence) else ["file_licence_missing"]
    return [finding(code) for code in codes]


def _refuse_errors(told: list[Finding]) -> None:
    errors = [one for one in told if one.level == "error"]
    if errors:
        raise Refused(
            "Chưa gắn tệp: còn điều thiếu hoặc chưa rõ.",
            "The file was not attached: something is missing or not understood.",
            mend_vi="Xem từng phát hiện để biết cách ghi.",
            mend_en="Each finding says how to write it.",
            findings=errors,
        )


def _edit(
    house: House,
    view: RecordView,
    sha256: str,
    entry: Mapping[str, Any] | None,
    *,
    actor: Actor,
    why: str,
) -> actions.Committed | None:
    committed = actions.edit(
        actor=actor,
        why=why,
        record=view.id,
        base=view.version,
        changes={f"files.{sha256}": entry},
        pack=house.pack,
    )
    if committed is not None:
        catch_up(house)
    return committed
