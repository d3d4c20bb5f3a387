"""`khue export`: a file is there whole or not at all, and what is published is public."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import BinaryIO

import openpyxl
import pytest

from khue.cli.exporting import write_whole
from khue.model.errors import NotFound
from tests.conftest import Khue


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "ra"
    folder.mkdir()
    out = folder / "tệp.csv"
    out.write_text("trước")

    def break_off(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(out, break_off)
    assert [(one.name, one.read_text()) for one in folder.iterdir()] == [("tệp.csv", "trước")]
    with pytest.raises(NotFound):
        write_whole(out / "x.csv", lambda stream: None)


def test_what_a_search_finds_as_everyone(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "di-tich.csv"
    file.write_text(
        "Tên di tích;Xếp hạng;Mức công khai;Ghi chú nội bộ\n"
        "Đình So;Quốc gia;;zyxmat\nĐình Kín;Quốc gia;restricted;\n"
        "Chùa Thầy;;;\nChùa Mía;Quốc gia;;\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "relic", "--commit")
    assert khue("search", "dinh", "--json").json["total"] == 2
    out = tmp_path / "ra.json"
    told = khue("export", out, "--format", "json", "--query", "dinh", "--json").json
    assert (told["records"], told["type"]) == (1, None)
    (document,) = json.loads(out.read_text())
    assert document["name"]["vi"] == "Đình So"
    assert "zyxmat" not in out.read_text()
    assert (
        khue("export", out, "--format", "json", "--query", "zyxmat", "--json").json["records"] == 0
    )

    # Field words in a text mean what they mean on the page.
    ranked = {"rank:national đình": ["Đình So"], "rank:NAT": ["Chùa Mía", "Đình So"]}
    for typed, names in ranked.items():
        khue("export", out, "--format", "json", "--query", typed)
        assert sorted(one["name"]["vi"] for one in json.loads(out.read_text())) == names

    book = ("export", tmp_path / "ra.xlsx", "--format", "xlsx", "--query", "dinh")
    refused = khue(*book, check=None)
    assert refused.code != 0
    assert "--public" in refused.err
    khue(*book, "--public")
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "ra.xlsx").read_bytes())).worksheets[0]
    assert sheet.title == "Di tích"
    assert sheet.max_row == 2
    assert "zyxmat" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    unknown = khue("export", out, "--format", "csv", "--facet", "sao=5", check=None)
    assert "sao" in unknown.err
    assert not list(tmp_path.glob("*.part"))
