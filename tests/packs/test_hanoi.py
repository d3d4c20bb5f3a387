"""The demonstration data of Hà Nội: the manifest, its files, and a citation in every row."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from khue import intake
from khue.intake.mapping import MappedColumn
from khue.lib.dates import parse_edtf
from khue.lib.tables import parse_yaml
from khue.lib.vietnamese import name_key
from khue.model.packs import Pack, load_pack
from khue.model.values import Context, kind_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packs" / "hanoi"
MANIFEST: dict[str, Any] = parse_yaml((FOLDER / "demo.yaml").read_text(encoding="utf-8"))
BATCHES: list[dict[str, Any]] = MANIFEST["batches"]
FILES = [batch["file"] for batch in BATCHES]
FORMS = (".csv", ".json", ".xlsx", ".docx")
KNOWN = {
    "file",
    "type",
    "source",
    "title",
    "publisher",
    "licence",
    "date",
    "url",
    "why",
    "mapping",
}

TYPES = {
    "relic", "practice", "object", "museum", "person", "organisation", "creative_space",
    "public_space", "facility", "club", "centre", "zone", "event", "tour", "policy", "dish",
    "craft_village", "establishment", "ip_right", "dossier", "task", "programme", "opportunity",
    "partnership", "exchange", "standard", "observation", "target", "story",
}  # fmt: skip

TARGET = re.compile(r"\]\(<?(?:record|map):([^)>]+)>?\)")
"""What a link of a story leads to."""

Row = dict[str, str]
"""A row's cells by column path; columns that map to nothing are left out."""


@cache
def pack() -> Pack:
    """The pack that the demonstration is written for."""
    return load_pack(ROOT / "packs" / "vietnam")


def as_stated(place: str) -> dict[str, Any]:
    """A place that nobody looked up."""
    return {"stated": place, "code": None}


@cache
def read(file: str) -> tuple[list[MappedColumn], list[Row]]:
    """The columns and rows of a file, found and mapped as the intake does it."""
    batch = BATCHES[FILES.index(file)]
    type_ = pack().types[batch["type"]]
    mapping = intake.load_mapping(FOLDER / batch["mapping"]) if "mapping" in batch else None
    mapping = mapping or intake.Mapping(key=intake.default_key(type_))
    columns = pack().columns(batch["type"])
    known = {heading for column in columns for heading in column.headings} | set(mapping.columns)
    book = intake.read_book((FOLDER / file).read_bytes(), file)
    tables, _ = intake.find_tables(book.sheets, known)
    assert len(tables) == 1, f"{file} holds one table"
    context = Context(pack(), resolve_place=as_stated, label_of=lambda _: None)
    opened = intake.open_table(tables[0], type_, mapping, context)
    return opened.columns, [
        {path: text for path, text in one.stated.items() if not path.startswith("other.")}
        for one in opened.candidates()
    ]


def key_of(type_: str, row: Row) -> tuple[str, ...]:
    """What makes a row the record that it is: its name, and of a value also what it is of."""
    more = intake.default_key(pack().types[type_])[2:]
    return (type_, name_key(row["name.vi"]), *(row.get(path, "") for path in more))


def records() -> dict[tuple[str, ...], Row]:
    """All rows by source, type and name; of a record stated more than once, the last."""
    return {
        (batch["source"], *key_of(batch["type"], row)): row
        for batch in BATCHES
        for row in read(batch["file"])[1]
    }


@pytest.mark.parametrize("batch", BATCHES, ids=FILES)
def test_a_batch_says_where_it_is_from(batch: dict[str, Any]) -> None:
    assert batch.keys() <= KNOWN
    assert (FOLDER / batch["file"]).is_file()
    assert "mapping" not in batch or (FOLDER / batch["mapping"]).is_file()
    assert batch["type"] in pack().types
    assert batch["source"]
    assert batch["publisher"]
    assert batch["licence"]
    assert set(batch["title"]) == set(batch["why"]) == {"vi", "en"}
    parse_edtf(batch["date"])


def test_every_file_of_the_folder_is_listed() -> None:
    data = {path.name for path in FOLDER.iterdir() if path.suffix in FORMS}
    assert data == set(FILES)
    mappings = {f"mappings/{path.name}" for path in (FOLDER / "mappings").glob("*.yaml")}
    assert mappings == {batch["mapping"] for batch in BATCHES if "mapping" in batch}


def test_there_is_enough_to_show() -> None:
    found = records()
    assert len(found) >= 300
    assert {type_ for _, type_, *_ in found} >= TYPES
    assert len(BATCHES) >= 5
    assert len({batch["date"][:4] for batch in BATCHES}) >= 4, "sources of several years"


def test_some_sources_state_their_rows_again() -> None:
    stated = [(batch["source"], batch["type"]) for batch in BATCHES]
    again = {one for one in stated if stated.count(one) > 1}
    assert len(again) >= 3
    for source, type_ in again:
        files = [b["file"] for b in BATCHES if (b["source"], b["type"]) == (source, type_)]
        first, last = (
            {name_key(row["name.vi"]): row for row in read(file)[1]}
            for file in files[:: len(files) - 1]
        )
        assert last.keys() - first.keys(), f"{source}: rows are added"
        assert any(first[name] != last[name] for name in first.keys() & last.keys())


@pytest.mark.parametrize("file", FILES)
def test_every_row_has_a_name_and_a_citation(file: str) -> None:
    _, rows = read(file)
    assert rows
    for row in rows:
        assert row.get("name.vi"), row
        assert row.get("citations.title"), row["name.vi"]


def test_what_is_to_be_verified_stands_beside_the_title_of_the_source() -> None:
    found = records().values()
    assert [row["citations.title"] for row in found if "kiểm chứng" in row["citations.title"]] == []
    open_ = [row for row in found if row.get("citations.unverified.vi")]
    assert len(open_) > 100
    unsourced = [row for row in found if row["citations.title"] == "kiến thức chung"]
    assert unsourced
    assert all(row.get("citations.unverified.vi") for row in unsourced)


@pytest.mark.parametrize("file", FILES)
def test_every_column_is_understood(file: str) -> None:
    mapped, _ = read(file)
    assert [column.heading for column in mapped if column.how == "unmapped"] == []


@pytest.mark.parametrize("file", FILES)
def test_names_are_told_apart(file: str) -> None:
    type_ = BATCHES[FILES.index(file)]["type"]
    keys = [key_of(type_, row) for row in read(file)[1]]
    assert len(keys) == len(set(keys))


def test_what_is_invented_says_so() -> None:
    found = records()
    marked = {key for key, row in found.items() if row.get("invented")}
    assert marked == {key for key in found if name_key("minh họa") in key[2]}
    assert marked == {key for key, row in found.items() if "minh họa" in row["citations.title"]}
    assert len(marked) < len(found) / 10


def test_relations_name_records_that_come_before_or_with_them() -> None:
    seen: set[tuple[str, str]] = set()
    relations = 0
    for batch in BATCHES:
        mapped, rows = read(batch["file"])
        seen |= {(batch["type"], name_key(row["name.vi"])) for row in rows}
        references = {
            column.path: column.column.field
            for column in mapped
            if column.column and column.path and column.column.field.kind == "reference"
        }
        for row in rows:
            for path in references.keys() & row.keys():
                targets = references[path].targets or tuple(pack().types)
                for name in intake.split(row[path]):
                    relations += 1
                    found = [one for one in targets if (one, name_key(name)) in seen]
                    assert len(found) == 1, f"{batch['file']}: {row['name.vi']} {path} {name}"
    assert relations >= 60


def test_the_forms_of_departments_are_there() -> None:
    """Dirt is of form: the intake has to read through it."""
    relics = (FOLDER / "di-tich-2024.xlsx").read_bytes()
    sheet = intake.read_book(relics, "di-tich-2024.xlsx").sheets[0]
    cells = [cell for row in sheet.rows for cell in row if cell]
    assert any(unicodedata.normalize("NFC", cell) != cell for cell in cells), "NFD"
    assert any("\u00d0" in cell for cell in cells), "Ð for Đ"
    assert any("\u00a0" in cell for cell in cells), "non-breaking space"
    assert any(cell == "Tổng cộng" for cell in cells)
    assert {name.rpartition(".")[2] for name in FILES} == {form[1:] for form in FORMS}
    guilds = intake.read_book((FOLDER / "phuong-roi-nuoc.xlsx").read_bytes(), "a.xlsx")
    fonts = [one.value for one in guilds.findings if one.code == "encoding_font"]
    assert fonts == [".VnTimeH", ".VnTime"], "TCVN3"
    assert (FOLDER / "van-ban-2022.csv").read_bytes().startswith(b"\xef\xbb\xbf")


# Figures

HA_NOI, HAI_PHONG = ("TP. Hà Nội", "Hà Nội"), ("TP Hải Phòng",)


def figures(name: str, *places: str) -> list[Row]:
    """The observations of an indicator, in the order of the files."""
    return [
        row
        for (_, type_, *_), row in records().items()
        if type_ == "observation"
        and name_key(row["name.vi"]) == name_key(name)
        and row.get("place") in places
    ]


def test_contradicting_figures_stand_side_by_side() -> None:
    relics = figures("Tổng số di tích", *HA_NOI)
    assert [row["value"] for row in relics] == ["5.922", "6.489"]
    special = "Di tích quốc gia đặc biệt"
    counted = [*figures(special, *HA_NOI), *figures(f"{special}, đếm từng di tích", *HA_NOI)]
    assert [(row["value"], row["unit"], row["indicator"]) for row in counted] == [
        ("21", "cụm di tích", "relics_total"),
        ("93", "di tích", "relics_individual"),
    ]
    shares = [one for one in records() if name_key("công nghiệp văn hóa vào") in one[2]]
    assert len({one for one in shares if "2018" in one}) == 2, "two shares for one year"


def test_a_ratio_is_kept_as_it_was_stated() -> None:
    (houses,) = figures("Nhà văn hóa, khu thể thao thôn, tổ dân phố", *HAI_PHONG)
    assert (houses["value"], houses["unit"]) == ("63,7", "%")
    assert (houses["numerator"], houses["denominator"]) == ("1.186", "1.761")
    assert round(1186 / 1761 * 100, 2) == 67.35, "the arithmetic is not ours to mend"
    assert "67,35" in houses["method_note.vi"]


def test_medals_add_up() -> None:
    hue = ("tỉnh Thừa Thiên Huế",)
    for name, total in (("", 582), (" quốc tế", 35)):
        rows = figures(f"Huy chương{name} thể thao thành tích cao", *hue)
        whole = [int(row["value"]) for row in rows if "breakdowns.part" not in row]
        parts = [int(row["value"]) for row in rows if "breakdowns.part" in row]
        assert whole == [total]
        assert (len(parts), sum(parts)) == (3, total)


def test_targets_name_their_policy() -> None:
    targets = [row for (_, type_, *_), row in records().items() if type_ == "target"]
    assert len(targets) >= 15
    assert all(row["policy"] and row["due"] for row in targets)
    ranges = {(row["due"], row["value"], row["value_to"]) for row in targets if "value_to" in row}
    assert ranges == {("2025", "1", "2"), ("2026", "2", "3"), ("2030", "5", "6")}


# What the pages of the portal are made of


def rows_of(type_: str) -> list[Row]:
    """The rows of a type, of a record stated more than once the last."""
    return [row for (_, kind, *_), row in records().items() if kind == type_]


def codes(type_: str, path: str, text: str) -> set[str]:
    """The codes that a cell of a column states."""
    field = next(one for one in pack().columns(type_) if one.path == path).field
    context = Context(pack(), resolve_place=as_stated, label_of=lambda _: None)
    return {kind_of(field).read(part, field, context).value for part in intake.split(text)}


def test_relics_of_every_rank_are_there() -> None:
    stated = [row.get("designations.rank", "") for row in rows_of("relic")]
    ranks = {code for text in stated for code in codes("relic", "designations.rank", text)}
    assert ranks == {"NONE", "PROV", "NAT", "SPEC", "WORLD"}
    assert any("\n" in text for text in stated), "a relic of two ranks"
    assert sum("part_of" in row for row in rows_of("relic")) >= 20


def test_what_is_best_known_is_described() -> None:
    relics = [
        row
        for row in rows_of("relic")
        if codes("relic", "designations.rank", row.get("designations.rank", ""))
        & {"NAT", "SPEC", "WORLD"}
    ]
    known = [*relics, *rows_of("dish"), *rows_of("club"), *rows_of("facility")]
    known += [row for row in rows_of("event") if row.get("scale") in ("vùng", "quốc gia")]
    assert len(relics) >= 40
    assert [row["name.vi"] for row in known if "description.vi" not in row] == []


def test_descriptions_by_common_knowledge_say_so() -> None:
    def is_marked(row: Row) -> bool:
        return "mô tả" in row.get("citations.unverified.vi", "").split(", ")

    found = records().values()
    by_it = [row for row in found if "kiến thức chung (mô tả)" in row["citations.title"]]
    assert len(by_it) > 40
    assert [row["name.vi"] for row in by_it if not is_marked(row)] == []
    marked = [row for row in found if is_marked(row)]
    assert all("kiến thức chung" in row["citations.title"] for row in marked)


def test_records_tell_their_sectors() -> None:
    found: dict[str, set[str]] = {}
    for (_, type_, *_), row in records().items():
        for code in codes(type_, "sectors", row["sectors"]) if "sectors" in row else ():
            found.setdefault(code, set()).add(type_)
    assert len(found) >= 10, "of 13"
    assert found["DESIGN"] >= {"event", "programme", "partnership"}
    assert found["HANDICRAFT"] >= {"craft_village", "creative_space"}
    assert found["CULINARY"] >= {"dish", "public_space"}


def test_festivals_say_when_they_come_back() -> None:
    yearly = [row for row in rows_of("event") if "recurrence.calendar" in row]
    lunar = [row for row in yearly if row["recurrence.calendar"] == "ÂL"]
    assert len(rows_of("event")) >= 40
    assert len(lunar) >= 25
    assert len(yearly) > len(lunar), "some follow the solar calendar"
    assert all(1 <= int(row["recurrence.month"]) <= 12 for row in yearly)
    assert all(1 <= int(row["recurrence.day"]) <= 31 for row in yearly)
    assert sum("held_at" in row for row in yearly) >= 20


def test_every_lunar_month_has_a_festival() -> None:
    lunar = {row["recurrence.month"] for row in rows_of("event") if is_lunar(row)}
    assert lunar == {str(month) for month in range(1, 13)}


def is_lunar(row: Row) -> bool:
    """Whether an event comes back by the lunar calendar."""
    return row.get("recurrence.calendar") == "ÂL"


def test_routes_go_from_stop_to_stop() -> None:
    routes = [row for row in rows_of("tour") if "stops.stop" in row]
    assert len(routes) >= 5
    for row in routes:
        stops = row["stops.stop"].split("\n")
        assert row["stops.number"].split("\n") == [str(n) for n in range(1, len(stops) + 1)]
        assert len(stops) == len(set(stops)) >= 2


def test_treasures_name_their_decision_and_decisions_their_records() -> None:
    treasures = [row for row in rows_of("object") if "grades.decision" in row]
    policies = [row for row in rows_of("policy") if "invented" not in row]
    decisions = {row["citation"]: row.get("applies_to", "") for row in policies}
    assert len(treasures) >= 30
    for row in treasures:
        listed = row["name.vi"] in decisions[row["grades.decision"]].split("\n")
        assert listed or row["governed_by"] == f"Quyết định {row['grades.decision']}"


def test_stories_lead_to_records() -> None:
    names = {name_key(row["name.vi"]) for row in records().values()}
    numbers = {row.get("identifiers.inventory") for row in records().values()}
    stories = rows_of("story")
    long = [row for row in stories if len(row["body.vi"].split()) >= 300]
    assert len(long) >= 4
    assert all(300 <= len(row["body.en"].split()) <= 600 for row in long)
    for row in stories:
        vi, en = (TARGET.findall(row[f"body.{lang}"]) for lang in ("vi", "en"))
        assert vi == en, "both languages lead to the same records"
        for target in vi:
            assert target in numbers or name_key(target) in names, f"{row['name.vi']}: {target}"
    assert sum("\n> — " in row["body.vi"] for row in long) >= 3, "quotations with their source"
