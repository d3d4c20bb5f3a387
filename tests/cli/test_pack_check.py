"""`khue pack check`: what is wrong with a pack is told without a registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Khue

WRONG = {
    "art_teams": ("COPY relic TO '/tmp/khue-stolen.csv'", "indicator_select_other"),
    "artisans_titled": ("ATTACH '/tmp/khue-stolen.db' AS x", "indicator_select_other"),
    "communes_total": ("SELEC 1", "indicator_select_unreadable"),
    "creative_events": (
        "SELECT sum(nothing) AS value, array_agg(id) AS records, place, sector"
        " FROM event GROUP BY place, sector",
        "indicator_not_bound",
    ),
    "relics_total": (
        "SELECT 3 AS value, NULL AS place, NULL AS rank, ['NOT-A-RECORD', 'B', 'C'] AS records",
        "indicator_records_unknown",
    ),
}


@pytest.fixture
def pack_folder(tmp_path: Path) -> Path:
    """A copy of the pack, of which some selects are wrong."""
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "packs" / "vietnam", folder)
    for key, (select, code) in WRONG.items():
        path = folder / "indicators" / f"{key}.yaml"
        own = yaml.safe_load(path.read_text(encoding="utf-8")) | {"select": select}
        if code in ("indicator_not_bound", "indicator_records_unknown"):
            own["breakdowns"] = ["place", "sector" if key == "creative_events" else "rank"]
            own.pop("vocabularies", None)
            own.pop("sums", None)
        path.write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    return folder


def test_selects_are_told_by_the_key_of_their_indicator(khue: Khue, pack_folder: Path) -> None:
    done = khue("pack", "check", pack_folder, "--json", check=1)
    found = {one["field"]: one for one in done.json["findings"] if one["field"] in WRONG}
    assert {key: one["code"] for key, one in found.items()} == {
        key: code for key, (_, code) in WRONG.items()
    }
    for key, one in found.items():
        assert one["level"] == "error"
        assert key in one["message"]["vi"]
        assert key in one["message"]["en"]
        assert one["mend"]["vi"]
        assert one["mend"]["en"]
    # What parses SQL says nothing of its own.
    assert done.err == ""
    assert "ATTACH" in found["artisans_titled"]["message"]["en"]


def test_a_pack_is_checked_without_a_registry(khue: Khue, pack_folder: Path) -> None:
    home: Path = khue.home  # type: ignore[attr-defined]
    shutil.rmtree(home)
    assert khue("pack", "check", "--json").json["findings"] == []
    # Over types with errors nothing can be run; the first thing is to mend these.
    (pack_folder / "pack.yaml").write_text("imports: [types/nothing]\n", encoding="utf-8")
    codes = {
        one["code"]
        for one in khue("pack", "check", pack_folder, "--json", check=1).json["findings"]
    }
    assert not {code for code in codes if code.startswith("indicator")}
    assert not (home / "khue.sqlite3").exists()


def state(folder: Path, key: str, **own: object) -> None:
    """Say something else in the file of an indicator; None takes it out."""
    path = folder / "indicators" / f"{key}.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8")) | own
    said = {name: value for name, value in said.items() if value is not None}
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def test_codes_outside_their_vocabulary_are_told(khue: Khue, tmp_path: Path) -> None:
    """What indicators are broken down by, the vocabularies of their parts, and the parts."""
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "packs" / "vietnam", folder)
    state(folder, "medals_national", breakdowns=["type"], sums=None, vocabularies=None)
    state(folder, "visits", vocabularies={"origin": "origins"})
    state(folder, "culture_clubs", vocabularies=["kind"])
    state(
        folder,
        "communes_total",
        breakdowns=["rank"],
        select="SELECT count(*) AS value, 'XYZ' AS rank, coalesce(array_agg(code), []) AS records"
        " FROM unit",
    )
    told = khue("pack", "check", folder, "--json", check=1).json["findings"]
    found = {(one["field"], one["code"]): one for one in told}
    assert set(found) == {
        ("medals_national", "indicator_choice"),
        ("visits", "indicator_choice"),
        ("culture_clubs", "indicator_mapping"),
        ("communes_total", "indicator_part_unknown"),
    }
    said = {
        ("medals_national", "indicator_choice"): ("breakdowns", "type", "medal_colour"),
        ("visits", "indicator_choice"): ("vocabularies", "origins", "ownership"),
        ("communes_total", "indicator_part_unknown"): ("rank=XYZ",),
    }
    for name, texts in said.items():
        for lang in ("vi", "en"):
            assert all(text in found[name]["message"][lang] for text in texts), name
    assert {one["level"] for one in told} == {"error"}


def test_an_indicator_says_whether_it_is_a_flow_or_a_stock(khue: Khue, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "packs" / "vietnam", folder)
    state(folder, "visits", flow_stock=None)
    state(folder, "culture_clubs", flow_stock="both")
    told = khue("pack", "check", folder, "--json", check=1).json["findings"]
    assert {(one["field"], one["code"]) for one in told} == {
        ("visits", "indicator_key_missing"),
        ("culture_clubs", "indicator_choice"),
    }
