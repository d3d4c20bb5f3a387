"""The examples of the guides and of CONTRIBUTING are true."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml

from khue.cli import main
from khue.measures.findings import catalogue as figure_texts
from khue.measures.indicators import load_indicators
from khue.model import findings
from khue.model.fields import Type
from khue.model.packs import Pack, load_pack
from tests.conftest import ROOT, Khue, Ran
from tests.docs.examples import FENCE, run_page
from tests.media.samples import photograph

GUIDE = ROOT / "docs" / "guide"
CONTRIBUTING = {
    file: block
    for _, file, block in FENCE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    if file
}


def run_example(name: str, folder: Path) -> dict[str, Any]:
    """The names of a Python file that CONTRIBUTING shows."""
    path = folder / name
    path.write_text(CONTRIBUTING[name], encoding="utf-8")
    return runpy.run_path(str(path))


def test_importing(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    page = (GUIDE / "import.md").read_text(encoding="utf-8")
    assert run_page(page, khue, tmp_path) >= 7


def test_spreadsheets(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    page = (GUIDE / "spreadsheets.md").read_text(encoding="utf-8")
    for name in ("mau-di-tich.xlsx", "so-di-tich-sua.xlsx", " di-tich.xlsx"):
        page = page.replace(name, f"{' ' * name.startswith(' ')}{tmp_path / name.strip()}")
    assert run_page(page, khue, tmp_path) == 5


def test_measures(khue: Khue, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    page = (GUIDE / "measures.md").read_text(encoding="utf-8")
    assert run_page(page, khue, tmp_path) == 2
    # The indicator that is shown is one.
    text = page.split("```yaml\n")[1].split("```")[0]
    folder = tmp_path / "pack" / "indicators"
    folder.mkdir(parents=True)
    (folder / "relics_ranked.yaml").write_text(text, encoding="utf-8")
    tables = ("relic", "relic__designations")
    found, wrong = load_indicators(folder.parent, tables=tables, vocabularies=pack.vocabularies)
    assert ([*found], wrong) == (["relics_ranked"], [])


def test_figures(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    page = (GUIDE / "figures.md").read_text(encoding="utf-8")
    assert run_page(page, khue, tmp_path) == 2
    kinds = {code: one["severity"] for code, one in figure_texts().items() if "severity" in one}
    assert {
        code: kind for code, kind in re.findall(r"^\| `(\w+)` \|.*\| (\w+) \|$", page, re.M)
    } == kinds


def test_downloads(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    page = (GUIDE / "downloads.md").read_text(encoding="utf-8")
    for name in ("chua.geojson", "quoc-gia.csv"):
        page = page.replace(name, str(tmp_path / name))
    assert run_page(page, khue, tmp_path) == 3
    feature = json.loads((tmp_path / "chua.geojson").read_text())["features"][0]
    assert feature["geometry"]["coordinates"] == [105.645, 21.022]
    assert feature["properties"]["address"].startswith("https://khue.example.org/id/")
    (row,) = (tmp_path / "quoc-gia.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert "Đình So" in row


def test_attaching(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    picture = tmp_path / "tam-quan.jpg"
    picture.write_bytes(photograph(width=64, height=48))
    page = (GUIDE / "files.md").read_text(encoding="utf-8")
    assert run_page(page.replace(picture.name, str(picture)), khue, tmp_path) == 4


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], db: None) -> Khue:
    """The command line in this process, in English."""
    monkeypatch.setenv("KHUE_LANG", "en")

    def khue(*arguments: object, check: int | None = 0) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        told = capsys.readouterr()
        assert "unexpected error" not in told.err, told
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return khue


@pytest.mark.django_db(databases="__all__")
def test_reviewing(tmp_path: Path, here: Khue) -> None:
    page = (GUIDE / "reviewing.md").read_text(encoding="utf-8")
    assert run_page(page, here, tmp_path) == 13


@pytest.mark.django_db(databases="__all__")
def test_places(tmp_path: Path, here: Khue) -> None:
    page = (GUIDE / "places.md").read_text(encoding="utf-8")
    assert run_page(page, here, tmp_path) == 7


def test_a_record_type_is_one_file(khue: Khue, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "packs" / "vietnam", folder)
    name = "heritage_tree.yaml"
    (folder / "types" / name).write_text(CONTRIBUTING[name], encoding="utf-8")
    pack_file = folder / "pack.yaml"
    text = pack_file.read_text(encoding="utf-8")
    pack_file.write_text(text.replace("imports:\n", "imports:\n  - types/heritage_tree\n", 1))
    done = khue("pack", "check", folder, "--json")
    assert done.json["findings"] == []
    tree = load_pack(folder).types["heritage_tree"]
    assert {"species", "planted", "condition", "name", "place"} <= set(tree.fields)


def test_a_reader_is_one_file(tmp_path: Path) -> None:
    from khue.model.errors import UnreadableFile

    read = run_example("lines.py", tmp_path)["read"]
    (sheet,) = read('{"tên": "Đình So"}\n{"tên": "Chùa Thầy", "mã": 2}\n'.encode()).sheets
    assert sheet.rows == [["tên", "mã"], ["Đình So", ""], ["Chùa Thầy", "2"]]
    for damaged in (b"\xff", b"{", b"[1]"):
        with pytest.raises(UnreadableFile):
            read(damaged)


def test_a_format_is_one_file(tmp_path: Path, pack: Pack) -> None:
    made = run_example("lines_format.py", tmp_path)["FORMAT"]
    relic: Type = pack.types["relic"]
    stream = io.BytesIO()
    made.write([{"id": "1"}, {"id": "2"}], relic, pack, None, stream)
    assert stream.getvalue() == b'{"id": "1"}\n{"id": "2"}\n'


def test_a_finding_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = yaml.safe_load(CONTRIBUTING["finding.yaml"])
    monkeypatch.setattr(findings, "catalogue", lambda: entry)
    made = findings.finding("tree_too_young", value="2020", years=100)
    assert made.message["en"] == "A tree planted in “2020” is not 100 years old yet."
    assert set(entry["tree_too_young"]) == {"level", "vi", "en", "mend_vi", "mend_en"}


def test_the_head_is_found_by_its_position(khue: Khue, tmp_path: Path) -> None:
    path = tmp_path / "di-tich.csv"
    path.write_text("Tên di tích\nĐình So\nChùa Thầy\n", encoding="utf-8")
    khue("import", path, "--type", "relic", "--commit")
    done = khue("verify", "--json").json
    page = (GUIDE / "ledger.md").read_text(encoding="utf-8")
    query = next(block for language, _, block in FENCE.findall(page) if language == "sql")
    with sqlite3.connect(khue.home / "khue.sqlite3") as database:  # type: ignore[attr-defined]
        found = database.execute(query.replace("1000", str(done["changes"]))).fetchone()
    assert found == (done["head"],)
