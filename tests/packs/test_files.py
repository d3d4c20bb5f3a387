"""The files of the demonstration: drawn for it, said to be so, and attached once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue import media
from tests import postgres
from tests.conftest import run_khue
from tests.packs.test_hanoi import FOLDER, MANIFEST

FILES = MANIFEST["files"]
TYPES = {"relic", "craft_village", "dish", "event", "policy"}


def test_every_file_is_listed_and_small() -> None:
    kept = {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "files").iterdir()}
    assert kept == {entry["file"] for entry in FILES}
    assert sum((FOLDER / name).stat().st_size for name in kept) < 400_000
    assert len(kept) >= 8
    assert {entry["type"] for entry in FILES} >= TYPES


@pytest.mark.parametrize("entry", FILES, ids=[entry["file"] for entry in FILES])
def test_a_file_says_that_it_was_drawn(entry: dict[str, Any]) -> None:
    title = entry["title"]
    assert entry["licence"] == "CC0"
    assert "Khuê" in entry["creator"]
    assert "không phải" in title["vi"]
    assert "not a" in title["en"]
    assert entry["kind"] == ("document" if entry["type"] == "policy" else "drawing")
    facts = media.inspect((FOLDER / entry["file"]).read_bytes(), entry["file"])
    assert facts.findings == ()
    assert facts.is_picture == (entry["kind"] == "drawing")


def test_files_are_on_their_records_and_stay_off_when_taken_off(
    demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "again"
    postgres.copy_home(demo_home, home)
    entry = FILES[0]
    hits = run_khue(home, "search", entry["record"], "--json").json["results"]
    record = next(one["id"] for one in hits if one["label"]["vi"] == entry["record"])
    (shown,) = run_khue(home, "show", record, "--json").json["files"]
    assert (shown["visibility"], shown["licence"]) == ("public", "CC0_1_0")
    assert shown["kind"] == "drawing"
    assert shown["title"] == entry["title"]
    run_khue(home, "detach", record, shown["sha256"], "--why", "thử")
    again = run_khue(home, "demo", "--no-serve", "--json").json
    assert (again["batches"], again["files"]) == ([], [])
    assert "files" not in run_khue(home, "show", record, "--json").json
