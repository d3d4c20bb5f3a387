"""Files on records: attached with what must be said, detached, found by who may see them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from khue.cli import main
from khue.lib.identifiers import new_ulid
from khue.model.errors import Busy, KhueError, NotAllowed, NotFound, Refused, UnreadableFile
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.pipeline import (
    FileNote,
    attach_file,
    detach_file,
    discard_thumbnails,
    find_document,
    find_picture,
    house,
    undo_batch,
)
from khue.registry import actions, queries
from khue.registry.actions import committing
from khue.registry.models import File
from tests.media import samples

WHY = "Ảnh khảo sát"
GOOD = FileNote(
    title={"vi": "  Tam quan\n đình So ", "en": "Gate"},
    creator="Nguyễn Văn A",
    licence="cc-by-sa 4.0",
    visibility="công khai",
    date="28/4/2024",
)
PHOTO = samples.photograph(width=400, height=300, orientation=6)
SHA = hashlib.sha256(PHOTO).hexdigest()
ENTRY = {
    "sha256": SHA,
    "media_type": "image/jpeg",
    "kind": "photograph",
    "title": {"vi": "Tam quan đình So", "en": "Gate"},
    "creator": "Nguyễn Văn A",
    "licence": "CC_BY_SA_4_0",
    "visibility": "public",
    "date": "2024-04-28",
}

pytestmark = pytest.mark.django_db


def commit(**fields: Any) -> str:
    """A new relic; its identifier."""
    document = {"id": new_ulid(), "type": "relic", "name": {"vi": "Đình So"}, **fields}
    draft = actions.Draft(document["id"], 0, None, document)
    pack = house().pack
    actions.commit(actor=OPERATOR, why=WHY, kind="edit", drafts=[draft], pack=pack)
    return str(document["id"])


@pytest.fixture
def relic() -> str:
    return commit()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "ảnh.jpg"
    path.write_bytes(PHOTO)
    return path


def scan(tmp_path: Path) -> Path:
    path = tmp_path / "qd.pdf"
    path.write_bytes(samples.pdf())
    return path


def attach(record: str, path: Path, note: FileNote = GOOD, actor: Actor = OPERATOR) -> Any:
    return attach_file(house(), record, path, note, actor=actor, why=WHY)


def files(record: str, actor: Actor = OPERATOR) -> list[dict[str, Any]]:
    view = queries.get(actor, record, house().pack)
    assert view is not None
    return list(view.document.get("files", []))


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "files").rglob("*") if path.is_file())


def test_a_photograph_is_attached(relic: str, photo: Path, home: Path) -> None:
    done = attach(relic, photo)
    assert files(relic) == [ENTRY] == [done.entry]
    assert files(relic, PUBLIC) == [ENTRY]
    assert (home / "files" / SHA[:2] / SHA).read_bytes() == PHOTO
    view = queries.file(PUBLIC, SHA, house().pack)
    assert view is not None
    assert (view.media_type, view.size, view.width, view.height) == (
        "image/jpeg", len(PHOTO), 300, 400,
    )  # fmt: skip
    assert view.entries == ((relic, ENTRY),)
    assert [one.code for one in done.findings] == ["file_has_position"]


def test_the_same_again_changes_nothing(relic: str, photo: Path, home: Path) -> None:
    attach(relic, photo)
    head, noted = queries.head(), File.objects.values().get()
    (home / "files" / SHA[:2] / SHA).unlink()
    assert attach(relic, photo).batch is None
    assert (queries.head(), File.objects.values().get()) == (head, noted)
    assert kept(home) == [SHA]  # bytes that were lost are there again


def test_other_words_for_the_same_bytes(relic: str, photo: Path, tmp_path: Path) -> None:
    attach(relic, photo)
    attach(relic, scan(tmp_path), replace(GOOD, licence=""))
    attach(relic, photo, replace(GOOD, creator="Trần Thị B"))
    first, second = files(relic)
    assert first == ENTRY | {"creator": "Trần Thị B"}
    assert (second["kind"], second["media_type"]) == ("document", "application/pdf")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"creator": " "}, ["file_creator_missing"]),
        ({"licence": ""}, ["file_licence_missing"]),
        (
            {"kind": "drawing", "creator": "", "licence": ""},
            ["file_creator_missing", "file_licence_missing"],
        ),
        ({"title": {}}, ["file_title_missing"]),
        ({"visibility": ""}, ["file_visibility_missing"]),
        ({"visibility": "mọi người"}, ["code_unknown"]),
        ({"licence": "CC BY 9"}, ["code_unknown"]),
        ({"kind": "tranh"}, ["code_unknown"]),
        ({"date": "hôm nọ"}, ["date_unreadable"]),
        ({"creator": "", "licence": ""}, ["file_creator_missing", "file_licence_missing"]),
    ],
)
def test_what_is_missing_or_not_understood_is_refused(
    relic: str, photo: Path, home: Path, change: dict[str, Any], codes: list[str]
) -> None:
    with pytest.raises(Refused) as caught:
        attach(relic, photo, replace(GOOD, **change))
    assert [one.code for one in caught.value.findings] == codes
    assert all(one.mend["vi"] and one.mend["en"] for one in caught.value.findings)
    assert kept(home) == files(relic) == []


def test_documents(relic: str, photo: Path, tmp_path: Path) -> None:
    plain = FileNote(title={"vi": "Quyết định 313"}, visibility="public")
    done = attach(relic, scan(tmp_path), plain)
    assert [one.code for one in done.findings] == ["file_served_whole"]
    assert not attach(relic, scan(tmp_path), replace(plain, visibility="staff")).findings
    with pytest.raises(Refused) as caught:
        attach(relic, scan(tmp_path), replace(GOOD, kind="ảnh"))
    assert [one.code for one in caught.value.findings] == ["file_kind_differs"]
    assert attach(relic, photo, replace(plain, kind="bản quét")).entry["kind"] == "document"


def test_what_cannot_be_attached(relic: str, photo: Path, tmp_path: Path, home: Path) -> None:
    def fails(kind: type[KhueError], record: str = relic, path: Path = photo) -> None:
        with pytest.raises(kind) as caught:
            attach(record, path)
        assert all(caught.value.message.values())

    page = tmp_path / "ảnh.jpg.html"
    page.write_text("<!doctype html>")
    fails(NotFound, record=new_ulid())
    fails(NotFound, record="x")
    fails(NotFound, path=tmp_path / "không có")
    fails(UnreadableFile, path=tmp_path)
    fails(UnreadableFile, path=page)
    assert kept(home) == []


@pytest.mark.parametrize(
    "actor",
    [
        PUBLIC,
        Actor("v", frozenset({"viewer"})),
        Actor("c", frozenset({"contributor"})),
        Actor("o", frozenset({"officer"}), types=frozenset({"person"})),
        Actor("w", frozenset({"officer"}), units=frozenset({"00226"})),
    ],
)
def test_nobody_attaches_or_detaches_without_the_right(
    relic: str, photo: Path, home: Path, actor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        attach(relic, photo, actor=actor)
    assert kept(home) == []
    attach(relic, photo)
    with pytest.raises(NotAllowed):
        detach_file(house(), relic, SHA, actor=actor, why=WHY)
    assert files(relic) == [ENTRY]


def test_a_merged_record_is_the_one_it_redirects_to(relic: str, photo: Path) -> None:
    loser = commit()
    pack = house().pack
    actions.merge(actor=OPERATOR, why=WHY, winner=relic, loser=loser, pack=pack)
    assert attach(loser, photo).record == relic
    assert files(relic) == [ENTRY]
    detach_file(house(), loser, SHA, actor=OPERATOR, why=WHY)
    assert files(relic) == []


def test_detached_and_brought_back(relic: str, photo: Path, home: Path) -> None:
    attach(relic, photo)
    done = detach_file(house(), relic, SHA, actor=OPERATOR, why=WHY)
    assert files(relic) == []
    assert kept(home) == [SHA]
    with pytest.raises(NotFound) as caught:
        detach_file(house(), relic, SHA, actor=OPERATOR, why=WHY)
    assert "none" in caught.value.mend["en"]
    undo_batch(house(), done.batch, actor=OPERATOR, why=WHY)
    assert files(relic) == [ENTRY]


def seen(sha256: str, actor: Actor = PUBLIC) -> tuple[bool, bool]:
    """Whether an actor gets a picture, and whether a document, of these bytes."""
    picture = find_picture(house(), sha256, 320, actor=actor)
    return picture is not None, find_document(house(), sha256, actor=actor) is not None


def test_who_gets_what(relic: str, photo: Path, tmp_path: Path) -> None:
    paper = hashlib.sha256(samples.pdf()).hexdigest()
    attach(relic, photo)
    attach(relic, scan(tmp_path))
    assert (seen(SHA), seen(paper)) == ((True, False), (False, True))
    assert seen("0" * 64) == (False, False)
    assert find_picture(house(), SHA, 321, actor=PUBLIC) is None
    for closed in ("staff", "restricted"):
        for path, sha256 in ((photo, SHA), (scan(tmp_path), paper)):
            attach(relic, path, replace(GOOD, visibility=closed))
            assert seen(sha256) == (False, False)
            assert any(seen(sha256, OPERATOR))


def test_a_record_that_closes_takes_its_files_along(relic: str, photo: Path) -> None:
    other = commit(visibility="restricted")
    attach(relic, photo)
    attach(other, photo)
    pack = house().pack
    actions.withdraw(actor=OPERATOR, why=WHY, record=relic, pack=pack)
    assert seen(SHA) == (False, False)
    assert seen(SHA, OPERATOR) == (True, False)


def test_pictures_whose_bytes_are_gone_are_none(relic: str, photo: Path, home: Path) -> None:
    attach(relic, photo)
    assert seen(SHA) == (True, False)
    (home / "files" / SHA[:2] / SHA).unlink()
    discard_thumbnails(SHA)
    assert seen(SHA) == (False, False)


def test_what_was_erased_is_not_kept_again(
    relic: str, photo: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erase() -> None:
        field, pack = f"files.{SHA}", house().pack
        actions.erase(actor=OPERATOR, why="yêu cầu", record=relic, field=field, pack=pack)
        (home / "files" / SHA[:2] / SHA).unlink()

    other = commit()
    attach(relic, photo)
    detach_file(house(), relic, SHA, actor=OPERATOR, why=WHY)
    # While its bytes are being kept for another record, and after that.
    keep_file = actions.keep_file
    monkeypatch.setattr(actions, "keep_file", lambda **about: (erase(), keep_file(**about)))
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            attach(other, photo)
        assert "erased for good" in caught.value.message["en"]
        assert (kept(home), files(other)) == ([], [])
        monkeypatch.undo()


def test_bytes_of_others_stay_where_someone_was_writing_for_too_long(
    relic: str, photo: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep_file(**about: Any) -> None:
        raise committing.busy()

    attach(relic, photo)
    monkeypatch.setattr(actions, "keep_file", keep_file)
    with pytest.raises(Busy):
        attach(commit(), photo)
    assert kept(home) == [SHA]


@pytest.mark.django_db(databases="__all__")
def test_the_commands(relic: str, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def khue(*arguments: object, code: int = 0) -> str:
        with pytest.raises(SystemExit) as stopped:
            main([*map(str, arguments)])
        assert stopped.value.code == code
        return capsys.readouterr().out

    said = ["--title", "Tam quan đình So", "--title-en", "Gate", "--creator", "Nguyễn Văn A"]
    said += ["--licence", "CC BY-SA 4.0", "--visibility", "public", "--date", "28/4/2024"]
    done = json.loads(khue("attach", relic, photo, *said, "--why", WHY, "--json"))
    assert (done["id"], done["sha256"], done["file"]) == (relic, SHA, ENTRY)
    assert [one["code"] for one in done["findings"]] == ["file_has_position"]
    assert "không có gì thay đổi" in khue("attach", relic, photo, *said, "--why", WHY)
    refused = json.loads(khue("attach", relic, photo, "--why", WHY, "--json", code=1))
    assert {one["code"] for one in refused["error"]["findings"]} == {
        "file_title_missing", "file_creator_missing", "file_licence_missing",
    }  # fmt: skip
    assert f"Tam quan đình So · public · {SHA}" in khue("show", relic)
    gone = json.loads(khue("detach", relic, SHA, "--why", WHY, "--json"))
    assert (gone["id"], gone["sha256"]) == (relic, SHA)
    assert (
        "chưa có"
        in json.loads(khue("detach", relic, SHA, "--why", WHY, "--json", code=1))["error"]["mend"][
            "vi"
        ]
    )
