"""Values of a person put wherever a registry can keep them, and how to find them in any byte.

A text is planted as a word with Vietnamese marks and a plain tail, a number as people write it; the
tail or the digits are found however they were encoded, folded, escaped or packed.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tantivy

from tests import postgres

PHONE, NEW_PHONE, IDENTITY, OLD_IDENTITY = (
    "0912 377 001", "0912.377.007", "001099377004", "001099377005",
)  # fmt: skip
COLUMN, ADDRESS, CONTACT, NOTE = (
    "Bímậtzqx00002", "Số 7 ngõ Bímậtzqx00003", "Bímậtzqx00006", "Bímậtzqx00008",
)  # fmt: skip

VALUES = {
    "phone": PHONE, "new phone": NEW_PHONE, "identity": IDENTITY, "old identity": OLD_IDENTITY,
    "column": COLUMN, "address": ADDRESS, "contact": CONTACT, "note": NOTE,
}  # fmt: skip


def sow(folder: str) -> dict[str, str]:
    """Plant every value in this home, by the ways that people have; gives records and digests."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import (
        FileNote,
        attach_file,
        edit_record,
        find_picture,
        house,
        import_file,
        merge_records,
        propose_edit,
        split_record,
    )
    from khue.pipeline.files import keep_source
    from khue.registry import actions
    from tests.media.samples import photograph

    us: Any = {"actor": OPERATOR, "why": "thử"}
    here = Path(folder)
    here.mkdir()
    first = here / "nghe-nhan.xlsx"
    first.write_bytes(workbook(PHONE))
    artisan, other = import_file(house(), first, type_name="person", commit=True, **us).records
    second = here / "phuong.csv"
    second.write_text(f"Họ và tên,Địa chỉ\nLê Thị Mai,\nLê T. Mai,{ADDRESS}\n", encoding="utf-8")
    winner, loser = import_file(house(), second, type_name="person", commit=True, **us).records
    merge_records(house(), winner, loser, **us)
    split_record(house(), loser, **us)
    edit_record(house(), artisan, {"national_id": OLD_IDENTITY}, **us)
    edited = edit_record(house(), artisan, {"national_id": IDENTITY}, **us)
    # The list comes again: someone may propose what it says now, and someone was just at it.
    first.write_bytes(workbook(NEW_PHONE))
    import_file(house(), first, type_name="person", propose=True, **us)
    propose_edit(house(), artisan, {"contact_name": CONTACT}, **us)
    actions.save_draft(
        actor=OPERATOR, type_name="person", stated={"internal_note": NOTE}, record=artisan, base=1
    )
    keep_source(f"Tên\nBướm\nĐT: {PHONE}\n".encode("utf-16"))
    picture = here / "tam-quan.jpg"
    picture.write_bytes(photograph(width=64, height=48))
    note = FileNote({"vi": "Chân dung"}, "Nguyễn An", "CC BY 4.0", "staff")
    attached = attach_file(house(), artisan, picture, note, **us)
    assert find_picture(house(), str(attached.entry["sha256"]), 320, actor=OPERATOR)
    leave_about()
    return {
        "artisan": artisan, "other": other, "winner": winner, "loser": loser,
        "picture": str(attached.entry["sha256"]), "edited": edited.batch if edited else "",
    }  # fmt: skip


def workbook(phone: str) -> bytes:
    """A list of two artisans with a column that maps to no field."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Mã số", "Họ và tên", "Điện thoại", "Cột lạ"])
        sheet.write_row(1, 0, ["N1", "Nguyễn Thị Bướm", phone, f"Sổ cũ: {COLUMN}"])
        sheet.write_row(2, 0, ["N2", "Trần Văn Sen", "", ""])
    return out.getvalue()


def leave_about() -> None:
    """What the work on an import may leave: its findings, a crash."""
    from django.conf import settings
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    for number in range(40):
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {"file": "nghe-nhan.xlsx"}},
            task_path="khue.pipeline.tasks.import_file",
            status="SUCCESSFUL",
            finished_at=timezone.now(),
            return_value={"result": {"findings": [{"value": PHONE, "n": number}] * 20}},
            exception_class_path="",
            traceback="",
            worker_ids=[],
        )
    crashes = Path(settings.KHUE_HOME) / "crashes"
    crashes.mkdir()
    (crashes / "20260101T000000.txt").write_text(f"ValueError: {PHONE}", encoding="utf-8")


def traces(home: Path, *others: Path) -> dict[str, list[str]]:
    """Which of the values are found, and where: in every file of a home and of other folders,
    unpacked where it is packed, in its indexes, and on PostgreSQL in every file of its database."""
    return sought(everything(home, *others))


def sought(places: Iterable[tuple[str, bytes]]) -> dict[str, list[str]]:
    """Which of the values are found in some bytes, and where."""
    found: dict[str, list[str]] = {}
    for where, data in places:
        lower = data.lower()
        for name, forms in FORMS.items():
            if any(form in lower for form in forms):
                found.setdefault(name, []).append(where)
    return found


def forms_of(value: str) -> list[bytes]:
    """How a value may stand in bytes, in lower case."""
    tail = re.search(r"zqx\d+", value)
    digits = re.sub(r"\D", "", value)
    shown = [tail[0]] if tail else [value, digits, f"{digits[:4]} {digits[4:7]} {digits[7:]}"]
    return [one.encode(code) for one in shown for code in ("utf-8", "utf-16-le", "utf-16-be")]


FORMS = {name: forms_of(value) for name, value in VALUES.items()}


def everything(home: Path, *others: Path) -> Iterator[tuple[str, bytes]]:
    """All bytes, with where they are."""
    for folder in (home, *others):
        yield from bytes_below(folder)
    for generation in home.glob("index/*/*/meta.json"):
        yield f"words of {generation.parent.parent.name}", words_of(generation.parent)
    if postgres.ON_POSTGRESQL:
        yield from files_of_server(postgres.database_of(home))


def bytes_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from unpacked(path.relative_to(folder).as_posix(), path.read_bytes())


def unpacked(where: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Bytes, and if they are an archive, all that is in it."""
    yield where, data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for name in parts.namelist():
                yield from unpacked(f"{where}!{name}", parts.read(name))


def words_of(generation: Path) -> bytes:
    """All terms and documents of an index, which are packed in its files."""
    fields = json.loads((generation / "meta.json").read_text())["schema"]
    index = tantivy.Index.open(str(generation))
    searcher = index.searcher()
    said = []
    for field in fields:
        if field["type"] == "text":
            said += [repr(one) for one in searcher.terms_with_prefix(field["name"], "")]
    hits = searcher.search(tantivy.Query.all_query(), 10_000).hits
    said += [repr(searcher.doc(address).to_dict()) for _, address in hits]
    assert said
    return "\n".join(said).encode()


def files_of_server(database: str) -> Iterator[tuple[str, bytes]]:
    """The files of a database as they are on the disk of its server."""
    with postgres.server().connect(database) as connection:
        connection.execute("CHECKPOINT")
        folder = connection.execute("SHOW data_directory").fetchone()
        number = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert folder
    assert number
    for path in Path(folder[0], "base", str(number[0])).iterdir():
        yield f"PostgreSQL {path.name}", path.read_bytes()
