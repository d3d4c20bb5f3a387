"""What an import understood of the columns, written as a file that the next import reads."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Khue

TEXT = "Tên di tich,Nơi,Ghi lạ\nĐình So,Hà Nội,x\nChùa Thầy,Hà Nội,y\n"


def test_what_was_understood_is_saved_and_mended(khue: Khue, tmp_path: Path) -> None:
    path, saved = tmp_path / "so.csv", tmp_path / "so.yaml"
    path.write_text(TEXT, encoding="utf-8")
    first = khue("import", path, "--type", "relic", "--save-mapping", saved, "--json").json
    assert [one["how"] for one in first["columns"]] == ["heading_folded", "heading", "unmapped"]
    assert all(one["reason"]["vi"] and one["reason"]["en"] for one in first["columns"])
    assert "column_guessed" in {one["code"] for one in first["findings"]}
    text = saved.read_text(encoding="utf-8")
    assert "  Tên di tich: name.vi  # " in text
    assert "# Ghi lạ: ?" in text
    # Taken as it is, or mended by hand, it decides.
    saved.write_text(text.replace("# Ghi lạ: ?", "Ghi lạ: internal_note"), encoding="utf-8")
    again = khue("import", path, "--type", "relic", "--mapping", saved, "--json").json
    assert [one["path"] for one in again["columns"]] == ["name.vi", "place", "internal_note"]
    assert "column_guessed" not in {one["code"] for one in again["findings"]}
    refused = khue("import", path, "--type", "relic", "--save-mapping", saved, check=2)
    assert str(saved) in refused.err
