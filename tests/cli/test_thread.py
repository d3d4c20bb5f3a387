"""The thread from end to end through the real command line, on real data."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Khue, Ran, khue_on, run_khue

# One worker, so that the homes are made once.
pytestmark = pytest.mark.xdist_group("thread")

Sites = list[dict[str, Any]]


@pytest.fixture(scope="module")
def sites(shared_data: Path) -> Sites:
    loaded: Sites = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Imported:
    """A home into which a file was imported, the file, and what the import said."""

    home: Path
    file: Path
    report: Any


def import_sites(template_home: Path, folder: Path, sites: Sites) -> Imported:
    shutil.copytree(template_home, folder / "home")
    file = write_sites(folder, sites)
    done = run_khue(folder / "home", "import", file, "--type", "relic", "--commit", "--json")
    return Imported(folder / "home", file, done.json)


@pytest.fixture(scope="module")
def everything(
    sites: Sites, template_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Imported:
    """All of vietnam-sites.json."""
    return import_sites(template_home, tmp_path_factory.mktemp("everything"), sites)


@pytest.fixture(scope="module")
def hundred(
    sites: Sites, template_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Imported:
    """A hundred rows of vietnam-sites.json, Đình So among them."""
    some = [one for one in sites if one["label"].startswith("Đình So")]
    some += [one for one in sites if one not in some][: 100 - len(some)]
    return import_sites(template_home, tmp_path_factory.mktemp("hundred"), some)


def copied(imported: Imported, folder: Path) -> Khue:
    """The command line on a copy of a home."""
    shutil.copytree(imported.home, folder)
    return khue_on(folder)


@pytest.fixture
def on_everything(everything: Imported, tmp_path: Path) -> Khue:
    return copied(everything, tmp_path / "sites")


@pytest.fixture
def on_hundred(hundred: Imported, tmp_path: Path) -> Khue:
    return copied(hundred, tmp_path / "sites")


def write_sites(folder: Path, sites: Sites) -> Path:
    path = folder / "vietnam-sites.json"
    path.write_text(json.dumps(sites, ensure_ascii=False), encoding="utf-8")
    return path


def read_sites(imported: Imported) -> Sites:
    loaded: Sites = json.loads(imported.file.read_text(encoding="utf-8"))
    return loaded


def first(done: Ran) -> dict[str, Any]:
    found: dict[str, Any] = done.json["results"][0]
    return found


def test_all_rows_come_in_or_are_refused_with_a_reason(everything: Imported) -> None:
    report = everything.report
    assert report["rows"] == 2653
    assert report["created"] + report["refused"] == 2653
    assert report["refused"] == 0
    assert report["source"] == "vietnam-sites"
    for one in report["findings"]:
        assert one["level"] in ("warning", "note")
        assert {"sheet", "row", "column", "value", "code"} <= one.keys()
        assert one["message"]["vi"]
        assert one["message"]["en"]
        assert one["mend"]["vi"]


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("van mieu", "Văn Miếu - Quốc Tử Giám"),
        ("văn miếu", "Văn Miếu - Quốc Tử Giám"),
        ("đình so", "Đình So"),
        ("dinh so", "Đình So"),
        ("ĐÌNH SO", "Đình So"),
    ],
)
def test_search_finds_what_is_meant_first(everything: Imported, query: str, label: str) -> None:
    done = run_khue(everything.home, "search", query, "--json").json
    assert done["results"][0]["label"]["vi"] == label
    assert done["results"][0]["type"] == "relic"
    assert done["total"] >= 1
    assert done["facets"]["type"] == [{"value": "relic", "count": done["total"]}]


def test_undo_and_import_again_gives_the_same_identifiers(
    on_everything: Khue, everything: Imported, tmp_path: Path
) -> None:
    def exported(name: str) -> dict[str, Any]:
        out = tmp_path / name
        on_everything("export", "--type", "relic", "--format", "json", out)
        return {one["id"]: one for one in json.loads(out.read_text(encoding="utf-8"))}

    def import_again() -> Any:
        file = everything.file
        return on_everything("import", file, "--type", "relic", "--commit", "--json").json

    again = import_again()
    assert (again["created"], again["updated"], again["batch"]) == (0, 0, None)
    assert again["unchanged"] == 2653

    before = exported("before.json")
    undone = on_everything("undo", everything.report["batch"], "--json").json
    assert len(undone["records"]) == 2653
    assert on_everything("search", "đình", "--json").json["total"] == 0
    assert exported("undone.json") == {}

    assert import_again()["created"] == 2653
    assert exported("after.json") == before
    assert first(on_everything("search", "van mieu", "--json"))["id"] in before
    assert on_everything("verify", "--json").json["ok"]


def test_an_edit_stands_and_a_changed_cell_conflicts_with_it(
    on_hundred: Khue, hundred: Imported, tmp_path: Path
) -> None:
    record = first(on_hundred("search", "đình so", "--json"))["id"]
    on_hundred("edit", record, "name.vi=Đình làng So", "--why", "tên đầy đủ")
    sites = read_sites(hundred)

    def import_changed(rows: Sites) -> Any:
        path = write_sites(tmp_path, rows)
        return on_hundred("import", path, "--type", "relic", "--commit", "--json").json

    # The same file again: the edit stands, nothing is told.
    again = import_changed(sites)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 100)
    assert not [one for one in again["findings"] if one["code"] == "row_conflict"]
    shown = on_hundred("show", record, "--json").json
    assert shown["name"]["vi"] == "Đình làng So"

    # That cell changed in the file: a conflict, told as often as it is imported, nothing lost.
    row = next(i for i, one in enumerate(sites) if one["source_id"] == own_number(shown))
    changed = [*sites[:row], sites[row] | {"label": "Đình So (Cộng Hòa)"}, *sites[row + 1 :]]
    for _ in range(2):
        conflict = import_changed(changed)
        told = [one for one in conflict["findings"] if one["code"] == "row_conflict"]
        assert len(told) == 1
        assert "Đình So (Cộng Hòa)" in told[0]["value"]
        assert told[0]["row"] == row + 2  # the keys are row 1
        assert (conflict["created"], conflict["updated"]) == (0, 0)
        assert on_hundred("show", record, "--json").json["name"]["vi"] == "Đình làng So"

    # Another cell of the same row changed as well: that one comes in, the edit still stands.
    changed[row] = changed[row] | {"description": "Đình cổ"}
    other = import_changed(changed)
    assert (other["updated"], other["unchanged"]) == (1, 99)
    shown = on_hundred("show", record, "--json").json
    assert (shown["name"]["vi"], shown["description"]["vi"]) == ("Đình làng So", "Đình cổ")
    on_hundred("verify")


def own_number(shown: dict[str, Any]) -> str:
    numbers = [one["value"] for one in shown["identifiers"] if one["scheme"] == "vietnam-sites"]
    return str(numbers[0])


def test_undo_names_the_later_edit_in_the_way(on_hundred: Khue, hundred: Imported) -> None:
    batch = hundred.report["batch"]
    record = first(on_hundred("search", "đình so", "--json"))["id"]
    edited = on_hundred("edit", record, "name.en=So Communal House", "--why", "dịch", "--json").json
    refused = on_hundred("undo", batch, "--json", check=1).json
    assert refused["error"]["findings"][0]["value"] == edited["batch"]
    on_hundred("undo", edited["batch"])
    assert on_hundred("undo", batch, "--json").json["undone"] == batch


def test_history_says_who_why_and_from_which_source(on_hundred: Khue) -> None:
    record = first(on_hundred("search", "đình so", "--json"))["id"]
    on_hundred("edit", record, "name.en=So Communal House", "--why", "tên trong hồ sơ UNESCO")
    changes = on_hundred("history", record, "--json").json["changes"]
    assert [one["action"] for one in changes] == ["update", "create"]
    assert changes[0]["why"] == "tên trong hồ sơ UNESCO"
    assert changes[0]["changed"] == [
        {"path": "name.en", "before": None, "after": "So Communal House"}
    ]
    assert changes[1]["source"]["name"] == "vietnam-sites"
    for before in (changes[1]["seq"], f"seq:{changes[1]['seq']}", changes[1]["at"]):
        then = on_hundred("show", record, "--at", before, "--json").json
        assert "en" not in then["name"]
    assert on_hundred("show", record, "--json").json["name"]["en"] == "So Communal House"
    assert on_hundred("show", record, "--at", "hôm qua", "--json", check=2).json["error"]
    assert on_hundred("show", record, "--at", "2000-01-01", check=1).err


def test_rebuild_and_a_lost_index_change_no_answer(on_hundred: Khue, tmp_path: Path) -> None:
    before = on_hundred("search", "chùa", "--json").json
    assert on_hundred("rebuild", "--json").json["records"] == 100
    assert on_hundred("search", "chùa", "--json").json == before
    shutil.rmtree(tmp_path / "sites" / "index")
    assert on_hundred("search", "chùa", "--json").json == before


def test_a_dry_run_writes_nothing(khue: Khue, tmp_path: Path) -> None:
    path = tmp_path / "di-tich.csv"
    path.write_text("Tên di tích;Địa điểm\nĐình So;Quốc Oai, Hà Nội\n", encoding="utf-8")
    before = khue("verify", "--json").json["head"]
    for arguments in ([], ["--dry-run"]):
        report = khue("import", path, "--type", "relic", "--json", *arguments).json
        assert (report["created"], report["batch"]) == (1, None)
    assert khue("verify", "--json").json["head"] == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "khong-co.csv", "--type", "relic"], 1),
        (["import", "{csv}", "--type", "khong-co"], 2),
        (["import", "{csv}"], 2),
        (["import", "{doc}", "--type", "relic"], 2),
        (["import", "{empty}", "--type", "relic"], 1),
        (["import", "{broken}", "--type", "relic"], 1),
        (["import", "{headless}", "--type", "relic", "--commit"], 1),
        (["import", "{csv}", "--type", "relic", "--mapping", "khong-co.yaml"], 2),
        (["undo", "khong-co"], 1),
        (["show", "khong-co"], 1),
        (["history", "khong-co"], 1),
        (["edit", "khong-co", "name=x", "--why", "x"], 1),
        (["edit", "khong-co", "name", "--why", "x"], 2),
        (["search", "x", "--facet", "khong-co=1"], 2),
        (["export", "--type", "khong-co", "--format", "csv", "x.csv"], 2),
        (["export", "--type", "relic", "--format", "khong-co", "x"], 2),
        (["khong-co"], 2),
    ],
)
def test_wrong_use_and_bad_files_end_with_words_and_a_code(
    khue: Khue, tmp_path: Path, arguments: list[str], code: int
) -> None:
    files = {
        "csv": ("a.csv", "Tên di tích\nĐình So\n".encode()),
        "doc": ("a.doc", b"x"),
        "empty": ("b.csv", b""),
        "broken": ("c.xlsx", b"PK\x03\x04 not a workbook"),
        "headless": ("d.csv", "một,hai\nba,bốn\n".encode()),
    }
    paths = {}
    for key, (name, data) in files.items():
        paths[key] = tmp_path / name
        paths[key].write_bytes(data)
    given = [text.format(**paths) for text in arguments]
    done = khue(*given, "--json", check=code)
    assert done.json.get("error") or done.json.get("findings")
    # The words for people are on standard error beside the document.
    assert done.err.strip() or "findings" in done.json or code == 2


def test_places_resolve_says_all_it_may_be(khue: Khue) -> None:
    sure = khue("places", "resolve", "Phường Hoàn Kiếm, Hà Nội", "--json").json
    assert sure["code"] == sure["candidates"][0]["code"]
    unsure = khue("places", "resolve", "Quốc Oai, Hà Nội", "--json").json
    assert unsure["code"] is None
    assert len(unsure["candidates"]) > 1
    for one in unsure["candidates"]:
        assert one.keys() == {"code", "name", "source"}
    assert unsure["stated"] == "Quốc Oai, Hà Nội"
    assert unsure["why"]["vi"]


def test_edit_refuses_what_it_cannot_understand(khue: Khue, tmp_path: Path) -> None:
    path = tmp_path / "di-tich.csv"
    path.write_text("Tên di tích;Địa điểm\nĐình So;Quốc Oai, Hà Nội\n", encoding="utf-8")
    khue("import", path, "--type", "relic", "--commit")
    record = first(khue("search", "so", "--json"))["id"]
    refused = khue("edit", record, "kind=không có loại này", "--why", "thử", "--json", check=1)
    assert refused.json["error"]["findings"][0]["code"] == "code_unknown"
    khue("edit", record, "khong_co=1", "--why", "thử", check=2)
    khue("edit", record, "name=", "--why", "thử", check=1)
    khue(
        "edit",
        record,
        "kind=Kiến trúc nghệ thuật",
        "place=Phường Hoàn Kiếm, Hà Nội",
        "--why",
        "thử",
    )
    shown = khue("show", record, "--json").json
    assert shown["kind"] == "ARCH_ART"
    assert shown["place"]["code"]
    khue("edit", record, 'designations=[{"rank": "NAT", "date": "1980-04-28"}]', "--why", "thử")
    khue("edit", record, 'designations=[{"rank": "KHONG"}]', "--why", "thử", check=1)
    assert khue("search", "", "--facet", "rank=NAT", "--json").json["total"] == 1
