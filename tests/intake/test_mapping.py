"""Which column means which field: headings, mapping files, and what becomes of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue.intake import Mapping, Table, find_tables, load_mapping, map_columns
from khue.intake.mapping import DEFAULT_KEY
from khue.model.errors import WrongUse
from khue.model.findings import Finding
from khue.model.packs import Pack
from tests.intake.books import headings_of, sheet


def mapped(
    pack: Pack, *headings: str | tuple[str, ...], **said: Any
) -> tuple[list[Any], list[Finding]]:
    """`(path, how)` of each column, and the findings."""
    parts = tuple((one,) if isinstance(one, str) else one for one in headings)
    columns, findings = map_columns(
        Table("S", parts, [], None), pack.columns("relic"), Mapping(**said)
    )
    return [(one.path, one.how) for one in columns], findings


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("Tên di tích", "name.vi"),
        ("TÊN DI TÍCH", "name.vi"),
        ("  Tên   di tích: ", "name.vi"),
        ("name.vi", "name.vi"),
        ("name.en", "name.en"),
        ("Xếp hạng", "designations.rank"),
        ("designations.rank", "designations.rank"),
        ("Mã số", "identifiers.inventory"),
        ("Wikidata", "identifiers.wikidata"),
        (("Xếp hạng", "Số QĐ"), "designations.decision"),
        (("Địa điểm", "Quận / Huyện"), "place"),
        # Typed with the look-alike and with marks in pieces.
        ("Ðịa điểm", "place"),
        ("Te\u0302n di ti\u0301ch", "name.vi"),
    ],
)
def test_headings(pack: Pack, heading: str | tuple[str, ...], path: str) -> None:
    ((found, how),), findings = mapped(pack, heading)
    assert found == path
    assert how in ("heading", "heading_group")
    assert findings == []


def test_every_path_is_a_heading_of_its_own(pack: Pack) -> None:
    for type_name in pack.types:
        columns = pack.columns(type_name)
        table = Table("S", tuple((column.path,) for column in columns), [], None)
        found, findings = map_columns(table, columns, Mapping())
        assert [one.path for one in found] == [column.path for column in columns]
        assert findings == []


def test_folding_finds_headings_but_never_confuses_them(pack: Pack) -> None:
    # "ten di tich" without marks is not a heading; it is kept and told.
    (found,), findings = mapped(pack, "Cột hoàn toàn lạ")
    assert found == (None, "unmapped")
    assert [one.code for one in findings] == ["column_unmapped"]
    assert findings[0].value == "Cột hoàn toàn lạ"
    assert findings[0].sheet == "S"


def test_two_columns_of_one_field(pack: Pack) -> None:
    found, findings = mapped(pack, "Tên di tích", "Tên gọi", "Địa điểm", "Phường")
    assert found == [
        ("name.vi", "heading"),
        (None, "unmapped"),
        ("place", "heading"),
        ("place", "heading"),
    ]
    assert [(one.code, one.value, one.values["first"]) for one in findings] == [
        ("column_twice", "Tên gọi", "Tên di tích")
    ]


def written(folder: Path, text: str) -> Mapping:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_a_mapping_file(pack: Pack, tmp_path: Path) -> None:
    said = written(
        tmp_path,
        "columns:\n  Tên di tích: alternative_names\n  HẠNG MỤC: name.vi\n  'Cấp / Số': website\n"
        "key: [name.vi]\nskip: [Ghi chú riêng, STT]\n",
    )
    assert said.key == ("name.vi",)
    table = Table(
        "S", (("Tên di tích",), ("Hạng mục",), ("Ghi chú riêng",), ("STT",), ("Cấp", "Số")), [], 3
    )
    found, findings = map_columns(table, pack.columns("relic"), said)
    assert [(one.path, one.how) for one in found] == [
        ("alternative_names", "mapping"),
        ("name.vi", "mapping"),
        (None, "skipped"),
        (None, "skipped"),
        ("website", "mapping"),
    ]
    assert findings == []


@pytest.mark.parametrize("text", ["", "{}", "columns:\nskip:\n"])
def test_an_empty_mapping_file_is_refused_or_says_nothing(tmp_path: Path, text: str) -> None:
    if not text:
        with pytest.raises(WrongUse):
            written(tmp_path, text)
    else:
        assert written(tmp_path, text) == Mapping()
        assert written(tmp_path, text).key == DEFAULT_KEY


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b\n",
        "just words",
        "cột: {a: b}\n",
        "columns: [a]\n",
        "skip: {a: b}\n",
        "key: name.vi\n",
        "key: []\n",
        "columns: {a: b\n",
        "columns: {a: !!python/object:os.system x}\n",
    ],
)
def test_bad_mapping_files_are_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongUse) as told:
        written(tmp_path, text)
    assert "m.yaml" in told.value.message["vi"]
    assert told.value.mend["en"]


def test_a_missing_or_binary_mapping_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        load_mapping(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongUse):
        load_mapping(tmp_path / "b.yaml")


@pytest.mark.parametrize(
    "text",
    ["columns: {A: khong_co}\n", "columns: {A: name}\n", "key: [khong_co]\n", "columns: {A: 5}\n"],
)
def test_unknown_paths_are_told(pack: Pack, tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongUse) as told:
        map_columns(Table("S", (("A",),), [], None), pack.columns("relic"), written(tmp_path, text))
    assert told.value.mend["vi"]


def test_a_mapping_helps_to_find_the_header(pack: Pack, tmp_path: Path) -> None:
    said = written(tmp_path, "columns: {Hạng mục: name.vi}\n")
    text = "Báo cáo | năm 2024\nHạng mục | Cột lạ\nĐình So | x"
    tables, _ = find_tables([sheet(text)], headings_of(pack) | set(said.columns))
    assert tables[0].headings == (("Hạng mục",), ("Cột lạ",))
