"""Change tables and boundaries as batches: loaded, taken back, seen everywhere, kept in backups."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from khue.cli import main
from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed
from khue.model.rights import OPERATOR, Actor
from khue.pipeline import house, load_places
from khue.pipeline.gazetteers import PACKED, gazetteer_of
from khue.registry import actions, drafting, queries
from tests import postgres
from tests.pipeline.zygote import Zygote
from tests.places.test_boundaries import collection, feature, square

Run = Callable[..., Any]

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.xdist_group("places"),
]

BAC = "Phường Hàng Bạc, Hoàn Kiếm, Hà Nội"
HOAN_KIEM, CUA_NAM = "00070", "00082"
TABLE = "district_name_old,ward_name_old,ward_new_name\nQuận Hoàn Kiếm,Phường Hàng Bạc,{now}\n"
BOTH = "Phường Cửa Nam | Phường Hoàn Kiếm"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process: `run("places", "tables")` gives its JSON, with `text="vi"`
    what it says in words; `code` is the exit code that it must have."""

    def run(*arguments: object, code: int = 0, text: str = "") -> Any:
        monkeypatch.setenv("KHUE_LANG", text)
        with pytest.raises(SystemExit) as stopped:
            main([*map(str, arguments), *([] if text else ["--json"])])
        said = capsys.readouterr()
        assert stopped.value.code == code, (said.out, said.err)
        return said.out + said.err if text else json.loads(said.out)

    return run


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """A change table that says what became of Hàng Bạc."""

    def write(now: str) -> Path:
        path = tmp_path / "bang.csv"
        path.write_text(TABLE.format(now=now), encoding="utf-8")
        return path

    return write


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Two wards as squares side by side."""
    path = tmp_path / "ranh-gioi.geojson"
    bow = [[107.0, 21.0], [108.0, 22.0], [108.0, 21.0], [107.0, 22.0], [107.0, 21.0]]
    path.write_bytes(
        collection(
            feature(HOAN_KIEM, square(105, 21)),
            feature(CUA_NAM, square(106, 21)),
            feature("00118", bow),
        )
    )
    return path


def codes(run: Run, stated: str = BAC) -> list[str]:
    place = run("places", "resolve", stated)
    return [place["code"], *(one["code"] for one in place["candidates"])]


def test_a_table_is_loaded_replaced_and_taken_back(run: Run, table: Callable[[str], Path]) -> None:
    assert codes(run) == [HOAN_KIEM, HOAN_KIEM]
    dry = run("places", "load", table(BOTH), "--province", "01", "--dry-run")
    assert (dry["units"], dry["rows"], dry["batch"], run("places", "tables")) == (1, 1, None, [])
    first = run("places", "load", table(BOTH), "--province", "01", "--why", "theo nghị quyết")
    assert (first["name"], first["kind"], first["province"]) == ("bang", "changes", "01")
    assert codes(run) == [None, HOAN_KIEM, CUA_NAM]
    assert {one["source"] for one in run("places", "show", BAC)["candidates"]} == {"bang"}
    assert run("places", "load", table(BOTH), "--province", "01")["batch"] is None
    second = run("places", "load", table("Phường Cửa Nam"), "--province", "01")
    assert codes(run) == [CUA_NAM, CUA_NAM]
    (loaded,) = run("places", "tables")
    assert (loaded["batch"], loaded["actor"]) == (second["batch"], "operator")

    blocked = run("undo", first["batch"], code=1)
    assert second["batch"] in blocked["error"]["findings"][0]["message"]["en"]
    undone = run("undo", second["batch"])
    assert codes(run) == [None, HOAN_KIEM, CUA_NAM]
    assert [one["why"] for one in run("places", "tables")] == ["theo nghị quyết"]
    run("undo", undone["batch"])
    assert codes(run) == [CUA_NAM, CUA_NAM]
    assert run("verify")["findings"] == []
    assert run("rebuild")
    assert run("verify")["findings"] == []


def test_who_may_load(run: Run, table: Callable[[str], Path]) -> None:
    path, why = table(BOTH), "thử"
    for actor in (
        Actor("officer", frozenset({"reviewer"})),
        Actor("of one ward", frozenset({"administrator"}), units=frozenset({CUA_NAM})),
        Actor("of relics", frozenset({"administrator"}), types=frozenset({"relic"})),
    ):
        with pytest.raises(NotAllowed):
            load_places(house(), path, actor=actor, why=why, province="01")
    assert drafting.loaded_places() == ""
    batch = run("places", "load", path, "--province", "01")["batch"]
    from khue.pipeline import undo_batch

    with pytest.raises(NotAllowed):
        undo_batch(house(), batch, actor=Actor("officer", frozenset({"reviewer"})), why=why)
    # It is no record: nobody sees it as one, and the public is told nothing of it.
    assert queries.get(OPERATOR, "places", house().pack) is None
    assert queries.history(OPERATOR, "places", house().pack) == []
    assert {one.record for one in queries.feed(0, 10, house().pack)} == {None}
    run("erase", "places", "tables", "--why", "x", code=1)
    run("edit", "places", "name=x", "--why", "x", code=1)


def test_records_that_were_open_are_resolved_again_from_what_was_stated(
    run: Run, table: Callable[[str], Path], tmp_path: Path
) -> None:
    run("places", "load", table(BOTH), "--province", "01")
    file = tmp_path / "so.csv"
    rows = f'Mã số,Tên,Địa điểm\n1,Đình A,"{BAC}"\n2,Đình B,"Hàng Bồ, Hoàn Kiếm, Hà Nội"\n'
    file.write_text(rows, encoding="utf-8")
    done = run("import", file, "--type", "relic", "--commit")
    assert [one["code"] for one in done["findings"] if one["field"] == "place"] == ["place_open"]
    first, second = (run("search", name)["results"][0]["id"] for name in ("Đình A", "Đình B"))
    assert run("show", first)["place"]["code"] is None
    before = run("show", second)

    run("places", "load", table("Phường Cửa Nam"), "--province", "01")
    dry = run("places", "resolve")
    assert {name: dry[name] for name in ("records", "open", "decided", "batch")} == {
        **{"records": 2, "open": 1, "decided": 1},
        "batch": None,
    }
    assert run("show", first)["place"]["code"] is None
    done = run("places", "resolve", "--commit", "--why", "đã nạp bảng")
    assert [one["code"] for one in done["findings"]] == ["place_decided"]
    place = run("show", first)["place"]
    assert (place["code"], place["stated"]) == (CUA_NAM, BAC)
    assert run("show", second) == before
    last = run("history", first)["changes"][0]
    assert (last["kind"], last["why"], last["batch"]) == ("edit", "đã nạp bảng", done["batch"])
    assert run("places", "resolve", "--commit")["batch"] is None

    # Nobody has edited what the source stated: a file that states another place is no conflict.
    assert run("import", file, "--type", "relic", "--commit")["unchanged"] == 2
    file.write_text(rows.replace("Hàng Bạc", "Hàng Buồm"), encoding="utf-8")
    again = run("import", file, "--type", "relic", "--commit")
    assert again["updated"] == 1
    assert "row_conflict" not in {one["code"] for one in again["findings"]}
    run("undo", again["batch"])
    run("undo", done["batch"])
    assert run("show", first)["place"]["code"] is None


def test_records_of_older_versions_learn_where_they_lie(run: Run, tmp_path: Path) -> None:
    """A bare name, as it was kept before its provinces stood in the record."""
    for name, stated, key, lies in (
        ("Đình A", "Long Biên", "possibly_within", ["01"]),
        ("Đình B", "Ba Vì", "possibly_within", ["01", "51"]),
    ):
        place = house().resolve_place(stated)
        old = {part: value for part, value in place.items() if part != key}
        document = {"id": new_ulid(), "type": "relic", "name": {"vi": name}, "place": old}
        draft = actions.Draft(document["id"], 0, None, document)
        actions.commit(actor=OPERATOR, why="x", kind="edit", drafts=[draft], pack=house().pack)
        done = run("places", "resolve", "--commit", "--why", "phiên bản mới")
        assert done["narrowed"] == 1
        assert run("show", document["id"])["place"][key] == lies
    assert run("places", "resolve", "--commit")["batch"] is None


def test_a_unit_that_is_no_longer_certain_is_told_and_left(
    run: Run, table: Callable[[str], Path], tmp_path: Path
) -> None:
    file = tmp_path / "so.csv"
    file.write_text(f'Mã số,Tên,Địa điểm\n1,Đình A,"{BAC}"\n', encoding="utf-8")
    run("import", file, "--type", "relic", "--commit")
    run("places", "load", table(BOTH), "--province", "01")
    told = run("places", "resolve", "--commit")
    assert (told["contradicted"], told["open"], told["batch"]) == (1, 0, None)
    assert [one["code"] for one in told["findings"]] == ["place_contradicted"]


def test_a_point_decides_is_told_elsewhere_and_gives_nothing_away(
    run: Run, table: Callable[[str], Path], shapes: Path, tmp_path: Path
) -> None:
    run("places", "load", table(BOTH), "--province", "01")
    loaded = run("places", "load", shapes)
    assert (loaded["kind"], loaded["units"]) == ("boundaries", 3)
    assert [one["code"] for one in loaded["findings"]] == ["places_shape_mended"]
    file = tmp_path / "so.csv"
    file.write_text(
        "Mã số,Tên,Địa điểm,Tọa độ,Vị trí nhạy cảm\n"
        f'1,Đình A,"{BAC}","21.5000, 106.5000",\n'
        f'2,Đình B,"{BAC}","21.5000, 107.2000",\n'
        f'3,Đình C,"{BAC}","21.5000, 106.5000",có\n',
        encoding="utf-8",
    )
    done = run("import", file, "--type", "relic", "--commit")
    told = [(one["row"], one["code"]) for one in done["findings"] if one["level"] != "error"]
    assert sorted(told) == [
        *((2, "place_decided_by_point"), (3, "place_open")),
        *((3, "point_outside_place"), (4, "place_open")),
    ]
    names = ("Đình A", "Đình B", "Đình C")
    records = [run("search", name)["results"][0]["id"] for name in names]
    places = [run("show", record)["place"] for record in records]
    assert [place["code"] for place in places] == [CUA_NAM, None, None]
    assert [len(place["candidates"]) for place in places] == [1, 2, 2]

    # Edited, and closed: what only the point had told is open again.
    run("edit", records[1], "point=21.5, 105.5", "--why", "đo lại")
    assert run("show", records[1])["place"]["code"] == HOAN_KIEM
    run("edit", records[0], "location_sensitive=có", "--why", "giữ kín")
    assert run("show", records[0])["place"]["code"] is None
    assert run("places", "resolve", "--commit")["decided"] == 0


def test_shapes_are_kept_ready_and_made_anew(run: Run, shapes: Path, home: Path) -> None:
    run("places", "load", shapes)
    (packed,) = (home / "cache" / PACKED).iterdir()
    whole = packed.read_bytes()
    point = {"lon": 106.5, "lat": 21.5}
    place = house().resolve_place("Phường Hoàn Kiếm, Hà Nội")
    for spoiled in (whole[:40], b"x"):
        packed.write_bytes(spoiled)
        gazetteer_of.__globals__["_gazetteer_of"].cache_clear()
        assert [*house().gazetteer.settle(place, point).elsewhere] == [CUA_NAM]
        assert packed.read_bytes() == whole


def test_a_source_that_is_gone_is_told(run: Run, table: Callable[[str], Path], home: Path) -> None:
    batch = run("places", "load", table(BOTH), "--province", "01")["batch"]
    (kept,) = (one for one in (home / "sources").rglob("*") if one.is_file())
    kept.unlink()
    gazetteer_of.__globals__["_gazetteer_of"].cache_clear()
    assert "'bang'" in run("places", "resolve", BAC, code=1)["error"]["message"]["en"]
    assert [one["code"] for one in run("verify", code=1)["findings"]] == ["source_missing"]
    run("undo", batch)
    assert codes(run) == [HOAN_KIEM, HOAN_KIEM]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b""),
        ("a.geojson", b"{"),
        ("a.geojson", collection()),
        ("a.geojson", collection(feature("99999", square(105, 21)))),
        ("a.json", b"[1]"),
        ("a.csv", "Tên,Địa điểm\nĐình So,Hà Nội\n".encode()),
        ("a.csv", TABLE.format(now="Phường Không Có").encode()),
        ("a.xlsx", b"PK\x03\x04"),
    ],
)
def test_a_file_of_nothing_is_refused(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = run("places", "load", path, "--province", "01", code=1)["error"]
    assert error["message"]["vi"] != error["message"]["en"]
    assert drafting.loaded_places() == ""


def test_wrong_use(run: Run, table: Callable[[str], Path], tmp_path: Path) -> None:
    path = table(BOTH)
    assert "99" in run("places", "load", path, "--province", "99", code=2)["error"]["message"]["en"]
    run("places", "load", path, "--date", "hôm qua", code=2)
    run("places", "load", path, "--name", " ", code=2)
    run("places", "load", tmp_path / "none.csv", code=1)
    run("places", "resolve", BAC, "--commit", code=2)
    run("places", "show", "77777", code=1)
    run("places", "load", path, "--province", "01", "--why", " ", code=2)


def test_in_words(run: Run, table: Callable[[str], Path], shapes: Path) -> None:
    assert "Chưa nạp bảng" in run("places", "tables", text="vi")
    said = run("places", "load", table(BOTH), text="vi")
    assert "hợp với Thành phố Hà Nội (mã cũ 01)" in said
    assert "bảng chuyển đổi của 1 đơn vị cũ" in said
    assert "nothing was changed" in run("places", "load", table(BOTH), text="en")
    assert "crosses itself" in run("places", "load", shapes, text="en")
    assert "2 khả năng" not in run("places", "tables", text="vi")
    assert "bang · change table · 1 units" in run("places", "tables", text="en")
    shown = run("places", "show", "00061", text="vi")
    assert "Đơn vị cũ, đến 30/6/2025: Phường Hàng Bạc (00061)" in shown
    assert "00082  Phường Cửa Nam, Thành phố Hà Nội  · bang" in shown
    assert "Made of all or part of" in run("places", "show", HOAN_KIEM, text="en")
    assert "· bang" in run("places", "show", BAC, text="en")
    assert "0 địa điểm chưa rõ" in run("places", "resolve", text="vi")
    assert "Nothing would change" in run("places", "resolve", "--commit", text="en")


def test_every_process_sees_it_and_a_backup_brings_it_back(
    zygote: Zygote, template_home: Path, tmp_path: Path, table: Callable[[str], Path], shapes: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"

    def run(home: Path, *arguments: object) -> Any:
        done = zygote.watch(home, *arguments, "--json")
        assert done.code == 0, (done.out, done.err)
        return done.json

    for folder in (old, new):
        postgres.copy_home(template_home, folder)
    run(old, "places", "load", table("Phường Cửa Nam"), "--province", "01")
    run(old, "places", "load", shapes)
    assert run(old, "places", "resolve", BAC)["code"] == CUA_NAM
    kept = tmp_path / "kept.zip"
    assert run(old, "backup", kept)["sources"] == 2
    assert run(new, "places", "resolve", BAC)["code"] == HOAN_KIEM
    run(new, "restore", kept)
    assert run(new, "verify")["findings"] == []
    assert run(new, "places", "tables") == run(old, "places", "tables")
    assert run(new, "places", "resolve", BAC)["code"] == CUA_NAM
    # The shapes are read from the source that came with the backup.
    file = tmp_path / "so.csv"
    file.write_text(
        'Tên,Địa điểm,Tọa độ\nĐình A,"Phường Hoàn Kiếm, Hà Nội","21.5000, 106.5000"\n',
        encoding="utf-8",
    )
    told = run(new, "import", file, "--type", "relic")["findings"]
    assert [one["code"] for one in told] == ["point_outside_place"]
