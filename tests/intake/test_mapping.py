"""Which column means which field: headings, mapping files, and what becomes of the rest."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.intake import (
    Candidate,
    Mapping,
    Opened,
    Table,
    default_key,
    find_tables,
    load_mapping,
    map_columns,
    open_table,
    read_book,
    read_mapping_file,
    saved,
    write_mapping,
)
from khue.intake.mapping import How, reasons
from khue.intake.mapping_files import DEFAULT_KEY
from khue.lib.vietnamese import exact
from khue.model.errors import WrongUse
from khue.model.findings import Finding
from khue.model.packs import Pack
from khue.pipeline import house
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


def test_a_mapping_file_that_cannot_be_read_says_why_in_vietnamese(tmp_path: Path) -> None:
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"columns: {\xe1: name.vi}")
    for path, why in (
        (tmp_path / "không-có.yaml", "không có tệp"),
        (tmp_path / ("x" * 300), "tên quá dài"),
        (tmp_path, "đây là thư mục"),
        (binary, "không phải UTF-8"),
    ):
        with pytest.raises(WrongUse) as told:
            read_mapping_file(path)
        assert why in told.value.message["vi"]
        assert "Errno" not in told.value.message["en"]


def test_a_heading_that_stands_twice_is_told_by_its_columns(pack: Pack) -> None:
    table = Table("S", (("Tên",), ("Ghi chú",), ("Lạ",), ("Ghi chú",)), [], None)
    mapped, told = map_columns(table, pack.columns("relic"), Mapping())
    (one,) = [one for one in told if one.code == "column_repeated"]
    assert "cả cột B và cột D; chỉ cột B được dùng" in one.message["vi"]
    assert [column.path is None for column in mapped] == [False, False, True, True]


def test_a_column_without_a_heading_is_told_if_it_says_anything(pack: Pack) -> None:
    rows = [(3, ["Đình So", "", "", "cổ"]), (4, ["Chùa Thầy", " ", "sửa năm 2001", "cổ"])]
    table = Table("S", (("Tên",), (), (), ("Ghi chú",)), rows, None)
    _, told = map_columns(table, pack.columns("relic"), Mapping())
    (one,) = [one for one in told if one.code == "column_unnamed"]
    assert (one.value, one.values["name"], one.values["cell"]) == ("sửa năm 2001", "C", "C4")
    assert "Cột C có dữ liệu" in one.message["vi"]
    assert one.sheet == "S"


def test_a_heading_stated_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as told:
        written(tmp_path, "columns:\n  Tên: name.vi\n  Nơi: place\n  Tên: name.en\n")
    assert "m.yaml, dòng 4: «Tên» đã có ở dòng 2" in told.value.message["vi"]
    assert "m.yaml, line 4: 'Tên' is there already, in line 2" in told.value.message["en"]
    assert told.value.mend["vi"]
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


# --- reasons, guesses, units ----------------------------------------------------------------------


def opened(
    text: str, mapping: Mapping | None = None, type_name: str = "relic"
) -> tuple[Opened, list[Candidate]]:
    """A drawn sheet, opened and read."""
    pack = house().pack
    mapping = mapping or Mapping()
    known = headings_of(pack, type_name) | set(mapping.columns)
    (table,), _ = find_tables([sheet(text)], known)
    done = open_table(table, pack.types[type_name], mapping, house().context(source="so"))
    return done, list(done.candidates())


def told(done: Opened) -> list[tuple[str, str]]:
    return [(one.code, one.value) for one in done.findings]


def test_every_decision_has_its_reason_in_both_languages(pack: Pack) -> None:
    table = Table("S", (("STT",), ("Tên di tích",), ("Địa điểm", "Nơi khác")), [], 0)
    columns, _ = map_columns(table, pack.columns("relic"), Mapping(constants={"kind": "Khảo cổ"}))
    assert [one.how for one in columns] == ["ordinal", "heading", "heading_group", "constant"]
    assert "Tên di tích" in columns[1].reason["vi"]
    assert "Địa điểm" in columns[2].reason["en"]
    assert all(one.reason[lang] for one in columns for lang in ("vi", "en"))
    assert set(reasons()) == set(get_args(How))


def test_a_heading_with_marks_missing_is_understood_and_told(db: None) -> None:
    done, rows = opened("Tên di tich | Niên đại\nĐình So | 1673")
    assert [(one.path, one.how) for one in done.columns] == [
        ("name.vi", "heading_folded"), ("period", "heading"),
    ]  # fmt: skip
    assert told(done) == [("column_guessed", "Tên di tich")]
    assert "tên di tích" in done.findings[0].message["vi"].lower()
    assert rows[0].name == "Đình So"


def test_values_speak_for_a_column_whose_heading_says_nothing(db: None) -> None:
    done, rows = opened(
        "Tên di tích | Cột 5\nA | 21.03, 105.85\nB | 21.04, 105.86\nC | 21.05, 105.87"
    )
    assert [(one.path, one.how) for one in done.columns] == [
        ("name.vi", "heading"), ("point", "values"),
    ]  # fmt: skip
    assert told(done) == [("column_guessed", "Cột 5")]
    assert done.findings[0].level == "warning"
    assert "3/3" in done.findings[0].message["vi"]
    assert [one.fields["point"]["lat"] for one in rows] == [21.03, 21.04, 21.05]


def test_dates_of_no_known_meaning_are_a_suggestion_only(db: None) -> None:
    done, rows = opened("Tên di tích | Cột 5\nA | 1/2/1990\nB | 3/4/1991\nC | 5/6/1992")
    assert [code for code, _ in told(done)] == ["column_suggested", "column_unmapped"]
    assert rows[0].fields["other"] == {"Cột 5": "1/2/1990"}


@pytest.mark.parametrize(
    "values", [["5", "6", "7"], ["một", "hai", "ba"], ["21.03, 105.85", "", ""], ["x" * 500] * 3]
)
def test_values_that_could_be_anything_say_nothing(db: None, values: list[str]) -> None:
    rows = "\n".join(f"{n} | {value}" for n, value in zip("ABC", values, strict=True))
    done, _ = opened(f"Tên di tích | Cột 5\n{rows}")
    assert told(done) == [("column_unmapped", "Cột 5")]


def test_a_unit_in_the_heading_is_that_of_cells_without_one(db: None) -> None:
    _, rows = opened("Tên di tích | Diện tích (ha)\nA | 2\nB | 450 m²\nC | 1,5")
    assert [one.fields["area"]["value"] for one in rows] == [20_000, 450, 15_000]
    assert [one.stated["area"] for one in rows] == ["2", "450 m²", "1,5"]
    done, _ = opened("Tên di tích | Diện tích (cũ)\nA | 2")
    assert [one.path for one in done.columns] == ["name.vi", None]


# --- mapping files --------------------------------------------------------------------------------


def test_constants_units_and_what_is_kept(db: None, tmp_path: Path) -> None:
    said = written(
        tmp_path,
        "columns: {Loại: other}\n"
        "constants: {place: 'Huyện Ba Vì', kind: Khảo cổ}\n"
        "units: {Diện tích: ha}\n"
        "skip: [Bỏ*]\n",
    )
    done, rows = opened(
        "Tên di tích | Loại | Diện tích | Bỏ 1 | Bỏ 2 | Địa điểm\n"
        "A | lạ | 2 | x | y | Hà Nội\nB | lạ | 3 | x | y |",
        said,
    )
    assert told(done) == [("place_open", "Huyện Ba Vì")]
    assert [one.how for one in done.columns] == [
        "heading", "mapping", "heading", "skipped", "skipped", "heading", "constant", "constant",
    ]  # fmt: skip
    assert [one.stated["place"] for one in rows] == ["Hà Nội", "Huyện Ba Vì"]
    assert [one.fields["kind"] for one in rows] == ["ARCHAEO", "ARCHAEO"]
    assert rows[0].fields["other"] == {"Loại": "lạ"}
    assert rows[0].fields["area"]["value"] == 20_000


@pytest.mark.parametrize("text", ["constants: [a]\n", "units: x\n", "constants: {khong_co: x}\n"])
def test_bad_constants_and_units_are_told(pack: Pack, tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongUse):
        map_columns(Table("S", (("A",),), [], None), pack.columns("relic"), written(tmp_path, text))


NESTED = [
    {"ten": "A", "nguoi": [{"ten": "Một", "n": 1}, {"ten": "Hai"}], "o": {"dau": {"x": "Hà Nội"}}},
    {"ten": "B", "nguoi": [], "o": {}},
    {"ten": "C", "nguoi": [{"ten": "Ba; Bốn"}], "cay": [{"con": [{"t": "p"}, {"t": "q"}]}]},
]


def test_paths_into_nested_json(db: None, tmp_path: Path) -> None:
    said = written(
        tmp_path,
        "columns:\n  ten: name.vi\n  nguoi[*].ten: alternative_names\n"
        "  nguoi[0].n: component_count\n  o.dau.x: place\n"
        "  cay[*].con[*].t: description.vi\n  khong.co[0]: website\n"
        "skip: [cay, nguoi]\n",
    )
    (table,), _ = find_tables(read_book(json.dumps(NESTED).encode(), "a.json").sheets, set())
    done = open_table(table, house().pack.types["relic"], said, house().context(source="so"))
    rows = list(done.candidates())
    assert ("mapping_path_missing", "khong.co[0]") in told(done)
    assert rows[0].fields["alternative_names"] == ["Một", "Hai"]
    assert rows[0].fields["component_count"] == 1
    assert rows[0].fields["place"]["code"] == "01"
    assert rows[2].fields["alternative_names"] == ["Ba", "Bốn"]
    assert rows[2].fields["description"] == {"vi": "p\nq"}
    assert all("other" not in one.fields for one in rows)


def test_what_was_understood_is_written_and_reads_back(db: None, tmp_path: Path) -> None:
    given = written(tmp_path, "columns: {Hạng mục: name.vi}\nkey: [name.vi]\nskip: [Bỏ]\n")
    text = "Hạng mục | Số: QĐ, ngày | Cấp | Diện tích (ha) | Bỏ\nA | x | Quốc gia | 2 | y"
    first, rows = opened(text, given)
    path = tmp_path / "again.yaml"
    said = saved(first.columns, given, house().pack.types["relic"])
    path.write_text(write_mapping(**said), encoding="utf-8")
    assert "# Số: QĐ, ngày: ?" in path.read_text(encoding="utf-8")
    again, rows_again = opened(text, load_mapping(path))
    assert [one.path for one in again.columns] == [one.path for one in first.columns]
    assert [one.fields for one in rows_again] == [one.fields for one in rows]
    assert load_mapping(path).key == ("name.vi",)
    assert load_mapping(path).skip == given.skip


@given(st.text(max_size=30), st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_any_heading_can_be_written(heading: str, skipped: str, text: str) -> None:
    column = (f"x{heading}", "name.vi", f"vì {text}")
    written_ = write_mapping(
        [column], constants={"place": text}, units={}, key=(), skip=[skipped], unused=[text]
    )
    read = yaml.safe_load(written_)
    assert read["columns"] == {f"x{heading}": "name.vi"}
    assert read["constants"] == {"place": text}
    assert read["skip"] == [skipped]


def test_the_default_key_of_values_has_their_period(pack: Pack) -> None:
    assert default_key(pack.types["relic"]) == DEFAULT_KEY
    assert "period" in default_key(pack.types["observation"])


TATE = Path(__file__).with_name("mappings") / "tate.yaml"


def test_objects_of_a_museum_from_nested_json(db: None, shared_data: Path) -> None:
    """A part of the Tate's 20,000 objects; the whole file is read the same way, only longer."""
    with gzip.open(shared_data / "tate-artworks-20k.jsonl.gz") as file:
        lines = b"".join(islice(file, 0, 20_000, 100))
    (table,), _ = find_tables(read_book(lines, "tate.jsonl").sheets, set())
    type_ = house().pack.types["object"]
    done = open_table(table, type_, load_mapping(TATE), house().context(source="tate"))
    rows = list(done.candidates())
    assert len(rows) == 200
    assert not any(one.refused for one in rows)
    assert {code for code, _ in told(done)} <= {"column_unmapped", "mapping_path_missing"}
    first = rows[0]
    assert first.identifier == "A00001"
    assert first.fields["makers"] == [{"name": "Robert Blake", "role": "artist"}]
    assert first.fields["height"] == {"value": 41.9, "unit": "cm"}
    assert first.fields["acquisitions"][0]["date"] == "1922"
    assert "kneeling" in first.fields["features"]["en"]
    assert first.fields["held_at"] == [{"name": "Tate"}]
    codes = Counter(told.code for one in rows for told in one.findings)
    assert codes.keys() <= {"date_unreadable", "date_several", "date_understood", "value_missing"}


@pytest.mark.parametrize(
    ("type_", "heading"),
    [
        ("creative_space", "Không gian sáng tạo"),
        ("target", "Chỉ tiêu phấn đấu"),
        ("club", "Câu lạc bộ, đội"),
        ("dish", "Dish"),
    ],
)
def test_what_a_type_is_called_heads_its_names(pack: Pack, type_: str, heading: str) -> None:
    by_heading = {form: one.path for one in pack.columns(type_) for form in one.stated}
    assert by_heading[heading] == "name.vi"


def test_what_a_type_is_called_takes_no_heading_from_a_field(pack: Pack) -> None:
    for name, type_ in pack.types.items():
        seen = Counter(form for one in pack.columns(name) for form in one.headings)
        own = {exact(label) for label in type_.label.values()}
        assert {form for form in own if seen[form] > 1} == set()
    values = {form: one.path for one in pack.columns("observation") for form in one.headings}
    assert values[exact("số liệu")] == "value"


def test_a_title_that_is_a_heading_is_no_header(pack: Pack) -> None:
    known = {form for one in pack.columns("club") for form in one.headings}
    page = sheet("Câu lạc bộ, đội\nTên|Cột lạ\nĐội A|1\nĐội B|2")
    (table,), _ = find_tables([page], known)
    assert [parts[-1] for parts in table.headings] == ["Tên", "Cột lạ"]


UNITS_OF_PLACES = "Phường Hoàn Kiếm, Hà Nội|Phường Ba Đình, Hà Nội|Xã Bát Tràng, Hà Nội"


@pytest.mark.parametrize(
    ("cells", "more", "path"),
    [
        (UNITS_OF_PLACES, "", "place"),
        ("lượt|người|câu lạc bộ", "", "unit"),
        ("Phường Hoàn Kiếm, Hà Nội|người|Xã Bát Tràng, Hà Nội", "", "unit"),  # one is a unit
        (UNITS_OF_PLACES, "Địa phương", "unit"),  # another column has the places
        ("gì đó|cái kia|thế này", "", "unit"),  # neither
        ("Phường Hoàn Kiếm, Hà Nội|Phường Ba Đình, Hà Nội", "", "unit"),  # too few to say
    ],
)
def test_a_heading_that_all_values_deny_gives_way_to_places(
    db: None, cells: str, more: str, path: str
) -> None:
    rows = "\n".join(f"A{n}|{cell}|5|x" for n, cell in enumerate(cells.split("|")))
    page = sheet(f"Chỉ tiêu|Đơn vị|Giá trị|{more or 'Khác'}\n{rows}")
    context = house().context(source="so")
    columns = context.pack.columns("observation")
    (table,), _ = find_tables([page], {form for one in columns for form in one.headings})
    mapped, told = map_columns(table, columns, Mapping(), context)
    assert mapped[1].path == path
    guessed = [one.value for one in told if one.code == "column_guessed"]
    assert guessed == (["Đơn vị"] if path == "place" else [])


def test_a_column_called_like_a_name_has_the_names_and_not_its_group(pack: Pack) -> None:
    columns = pack.columns("craft_village")
    known = {form for one in columns for form in one.headings}
    page = sheet("Làng nghề||Nghề|Xã\nMã lạ|Tên làng||\nL1|Bát Tràng|gốm|A\nL2|Vạn Phúc|lụa|B")
    page = replace(page, merged=((0, 0, 0, 1), (0, 2, 1, 2), (0, 3, 1, 3)))
    (table,), _ = find_tables([page], known)
    assert table.headings[:2] == (("Làng nghề", "Mã lạ"), ("Làng nghề", "Tên làng"))
    mapped, _ = map_columns(table, columns, Mapping())
    assert [one.path for one in mapped][:2] == [None, "name.vi"]
