"""The pack loader, the Vietnam pack, and what happens with broken ones."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.lib.vietnamese import exact
from khue.model.errors import Refused
from khue.model.findings import Finding
from khue.model.packs import (
    MACHINERY,
    Concept,
    Pack,
    Type,
    Vocabulary,
    check_pack,
    compile_pack,
    load_pack,
)
from tests.model.samples import ULID, full_document

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"
TYPES = sorted(path.stem for path in (FOLDER / "types").glob("*.yaml"))
HERITAGE_AND_PEOPLE = {
    "relic", "practice", "object", "museum", "person", "organisation", "craft_village",
    "creative_space", "public_space", "facility", "club", "centre", "zone", "event", "tour", "dish",
}  # fmt: skip


@pytest.fixture(scope="module")
def vietnam() -> Pack:
    return load_pack(FOLDER)


def minimal(type_name: str, **more: Any) -> dict[str, Any]:
    return {"id": ULID, "type": type_name, "name": {"vi": "Đình So"}, **more}


# The Vietnam pack


def test_the_pack_is_complete() -> None:
    assert [found.message["en"] for found in check_pack(FOLDER)] == []


def test_the_pack_has_its_types(vietnam: Pack) -> None:
    assert set(vietnam.types) == set(TYPES) >= HERITAGE_AND_PEOPLE
    assert (vietnam.name, vietnam.title["vi"]) == ("vietnam", "Việt Nam")
    assert len(vietnam.sha256) == 64


@pytest.mark.parametrize(
    ("vocabulary", "codes"),
    [
        ("relic_kind", "HIST_EVENT HIST_PERSON ARCH_ART ARCHAEO SCENIC MIXED"),
        ("rank", "NONE PROV NAT SPEC WORLD"),
        ("practice_kind", "ORAL PERF CUSTOM FEST KNOW CRAFT"),
        ("artisan_title", "NNND NNUT"),
        ("inventory_status", "inventoried removed"),
        ("centre_state", "proposed appraised established operating suspended dissolved"),
    ],
)
def test_codes_are_contract(vietnam: Pack, vocabulary: str, codes: str) -> None:
    assert list(vietnam.vocabularies[vocabulary].concepts) == codes.split()


@pytest.mark.parametrize(
    ("vocabulary", "version", "size"),
    [("sector", "24/2025/NQ-HĐND", 13), ("sector_1755", "1755/QĐ-TTg", 12),
     ("sector_2486", "2486/QĐ-TTg", 10), ("practice_kind_former", None, 7)],
)  # fmt: skip
def test_vocabularies_have_versions(
    vietnam: Pack, vocabulary: str, version: str | None, size: int
) -> None:
    found = vietnam.vocabularies[vocabulary]
    assert len(found.concepts) == size
    assert version is None or found.version == version


ELSEWHERE = {"aat"}
"""Prefixes of vocabularies that other people keep; `pack.yaml` says where they are."""


def test_vocabularies_elsewhere_have_an_address(vietnam: Pack) -> None:
    assert set(vietnam.definitions.root["prefixes"]) >= ELSEWHERE
    assert not set(vietnam.vocabularies) & ELSEWHERE


def test_codes_that_became_types_say_so(vietnam: Pack) -> None:
    """They stay for records that have them; whoever meets one is told where such things go now."""
    found = set()
    for enum in vietnam.definitions.enums.values():
        for code, raw in enum["permissible_values"].items():
            if raw and "deprecated" in raw:
                found.add((code, raw["deprecated"].rstrip(".").rpartition(" ")[2]))
                assert raw["annotations"]["definition_vi"].startswith("Từ bản ")
    assert {target for _, target in found} <= set(vietnam.types)
    assert {("WALKING_STREET", "public_space"), ("PUBLIC_MUSEUM", "museum")} <= found


INVERSES = {
    "exact_match": "exact_match", "close_match": "close_match",
    "broad_match": "narrow_match", "narrow_match": "broad_match",
}  # fmt: skip


def test_crosswalks_go_both_ways(vietnam: Pack) -> None:
    for name, vocabulary in vietnam.vocabularies.items():
        for concept in vocabulary.concepts.values():
            for kind, inverse in INVERSES.items():
                for target in getattr(concept, kind):
                    other, _, code = target.partition(":")
                    if other in ELSEWHERE:
                        continue
                    back = getattr(vietnam.vocabularies[other].concepts[code], inverse)
                    assert f"{name}:{concept.code}" in back, (name, concept.code, target)


def test_creative_design_is_not_called_the_same_as_design(vietnam: Pack) -> None:
    concept = vietnam.vocabularies["sector_2486"].concepts["CREATIVE_DESIGN"]
    assert concept.exact_match == ()
    assert "sector:DESIGN" in concept.close_match


@pytest.mark.parametrize("name", TYPES)
def test_every_field_has_a_group(vietnam: Pack, name: str) -> None:
    groups = vietnam.vocabularies["field_group"].concepts
    assert [
        one.path for one in vietnam.types[name].fields.values() if one.group not in groups
    ] == []


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_fields_of_every_visibility(vietnam: Pack, name: str) -> None:
    leaves = [leaf for top in vietnam.types[name].fields.values() for leaf in top.leaves()]
    assert {leaf.visibility for leaf in leaves} == {"public", "staff", "restricted"}


def test_fields_say_what_they_are(vietnam: Pack) -> None:
    relic = vietnam.types["relic"]
    assert relic.fields["kind"].vocabulary == "relic_kind"
    assert relic.fields["area"].unit == "m2"
    assert relic.fields["part_of"].targets == ("relic",)
    assert set(relic.fields["related"].targets) == set(TYPES)
    assert {"organisation", "museum", "club"} <= set(relic.fields["community_records"].targets)
    assert vietnam.types["club"].fields["community_of"].targets == relic.fields["related"].targets
    assert vietnam.types["zone"].fields["surroundings_of"].targets == ("relic",)
    assert relic.fields["period"].kind == "edtf"
    assert relic.fields["period"].pattern
    rank = relic.field("designations.rank")
    assert rank is not None
    assert (rank.kind, rank.facet, rank.path) == ("code", "rank", "designations.rank")
    assert relic.field("designations.nothing") is None
    assert not set(MACHINERY) & set(relic.fields)
    assert next(iter(relic.fields)) == "name"


def test_private_things_of_people_are_restricted(vietnam: Pack) -> None:
    person = vietnam.types["person"]
    for name in ("date_of_birth", "home_address", "contact_phone", "national_id"):
        assert person.fields[name].visibility == "restricted"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("relic", ""),
        ("craft_village", ""),
        ("person", "point sex ethnic_group health date_of_birth home_address national_id"),
        ("organisation", ""),
        ("object", "donor"),
        ("museum", "collector"),
        ("club", "member_list"),
        ("policy", ""),
    ],
)
def test_personal_fields(vietnam: Pack, name: str, more: str) -> None:
    everywhere = {"internal_note", "contact_name", "contact_phone", "contact_email"}
    assert vietnam.types[name].personal == everywhere | set(more.split())


@pytest.mark.parametrize("name", TYPES)
def test_no_personal_field_is_public(vietnam: Pack, name: str) -> None:
    members = [one for top in vietnam.types[name].fields.values() for one in top.with_members()]
    assert {one.visibility for one in members if one.personal} <= {"staff", "restricted"}


def test_a_statement_is_personal_as_a_whole(vietnam: Pack) -> None:
    relic = vietnam.types["relic"]
    conditions = relic.fields["conditions"]
    assert "conditions" not in relic.personal
    marked = tuple(
        replace(member, personal=member.name == "surveyor") for member in conditions.fields
    )
    fields = {**relic.fields, "conditions": replace(conditions, fields=marked)}
    assert replace(relic, fields=fields).personal - relic.personal == {"conditions"}


def test_facets(vietnam: Pack) -> None:
    assert {"rank", "kind", "status", "sector", "tier", "period"} <= set(vietnam.facets)
    concept = vietnam.facet_concept("kind", "FEST")
    assert concept is not None
    assert concept.label == {"vi": "Lễ hội truyền thống", "en": "Traditional festivals"}
    assert vietnam.facet_concept("kind", "NOTHING") is None


# Columns


def heading_of(pack: Pack, type_name: str, heading: str) -> str | None:
    found = [one.path for one in pack.columns(type_name) if exact(heading) in one.headings]
    assert len(found) <= 1, found
    return found[0] if found else None


@pytest.mark.parametrize(
    ("type_name", "heading", "path"),
    [
        ("relic", "Tên di tích", "name.vi"),
        ("relic", "Tên (tiếng Anh)", "name.en"),
        ("relic", "name.en", "name.en"),
        ("relic", "Địa điểm", "place"),
        ("relic", "Phường / Xã", "place"),
        ("relic", "Loại hình", "kind"),
        ("relic", "Xếp hạng Cấp", "designations.rank"),
        ("relic", "Xếp hạng", "designations.rank"),
        ("relic", "Xếp hạng / Số QĐ", "designations.decision"),
        ("relic", "Ngày QĐ", "designations.date"),
        ("relic", "Niên đại", "period"),
        ("relic", "Diện tích (m2)", "area"),
        ("relic", "Toạ độ", "point"),
        ("relic", "Tình trạng", "conditions.status"),
        ("relic", "Ghi chú", "internal_note"),
        ("relic", "Mã di tích", "identifiers.inventory"),
        ("relic", "STT", None),
        ("practice", "Ngày QĐ", "listings.date"),
        ("person", "Địa chỉ", "home_address"),
        ("person", "Năm sinh", "date_of_birth"),
        ("person", "Danh hiệu", "titles.title"),
        ("centre", "Tình trạng", "states.status"),
        ("policy", "Số, ký hiệu", "citation"),
        ("object", "Tên hiện vật", "name.vi"),
        ("object", "Chất liệu", "materials"),
        ("object", "Cao (cm)", "height"),
        ("object", "Nơi lưu giữ", "held_at.name"),
        ("object", "Tác giả", "makers.name"),
        ("object", "Vật mang tin", "document.carrier"),
        ("object", "Số đăng ký hiện vật", "identifiers.accession"),
        ("museum", "Công lập / ngoài công lập", "kind"),
        ("museum", "Giám đốc", "posts.name"),
        ("museum", "Số hiện vật", "holdings.objects"),
        ("club", "Số hội viên", "figures.members"),
        ("club", "Chủ nhiệm", "posts.name"),
        ("facility", "Tình trạng", "states.status"),
        ("facility", "Đạt chuẩn", "standards.met"),
        ("public_space", "Các tuyến phố", "streets"),
        ("public_space", "Chiều dài (m)", "length"),
        ("zone", "Trạng thái", "states.status"),
        ("tour", "Điểm dừng", "stops.name"),
        ("tour", "Giá vé", "ticket_price"),
        ("practice", "Sức sống", "vitality.status"),
        ("organisation", "Cơ quan chủ quản", "part_of"),
        ("craft_village", "Số hộ", "figures.households"),
    ],
)
def test_headings(vietnam: Pack, type_name: str, heading: str, path: str | None) -> None:
    assert heading_of(vietnam, type_name, heading) == path


def test_headings_of_the_national_list(vietnam: Pack, shared_data: Path) -> None:
    rows = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    found = {key: heading_of(vietnam, "relic", key) for key in rows[0]}
    assert found == {
        "label": "name.vi",
        "aliases": "alternative_names",
        "loc": "place",
        "type": "kind",
        "date": "designations.date",
        "wikidata": "identifiers.wikidata",
        "source_id": "identifiers.inventory",
        "description": "description.vi",
    }


@pytest.mark.parametrize(
    ("stated", "code"),
    [("KTNT", "ARCH_ART"), ("khảo cổ", "ARCHAEO"), ("danh thắng", "SCENIC"),
     ("lịch sử văn hóa", None), ("lịch sử", None), ("văn hóa kiến trúc", None)],
)  # fmt: skip
def test_kinds_are_never_guessed(vietnam: Pack, stated: str, code: str | None) -> None:
    concepts = vietnam.vocabularies["relic_kind"].concepts.values()
    found = [
        one.code
        for one in concepts
        if exact(stated) in map(exact, (*one.label.values(), *one.synonyms))
    ]
    assert found == ([code] if code else [])


# Documents


@pytest.mark.parametrize("name", TYPES)
def test_full_and_minimal_documents_pass(vietnam: Pack, name: str) -> None:
    assert vietnam.validate(full_document(vietnam, name)) == []
    assert vietnam.validate(minimal(name)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"place": {"stated": "Quốc Oai", "code": None, "candidates": []}},
        {"description": None, "designations": [{"rank": "NAT", "date": None}]},
        {"other": {"Cột lạ": "x"}, "sources": [{"name": "s", "key": "1", "stated": {"a": "b"}}]},
        {"period": "16XX"},
        {"period": "1802/1945"},
        {"period": "1820~"},
        {"period": "../1945"},
        {"name": {"en": "So Communal House"}},
        {"designations": [{"date": "1962"}]},
    ],
)
def test_structures_that_pass(vietnam: Pack, more: dict[str, Any]) -> None:
    assert vietnam.validate(minimal("relic") | more) == []


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"type": "castle"}, "structure_type", "type"),
        ({"type": None}, "structure_type", "type"),
        ({"type": ["relic"]}, "structure_type", "type"),
        ({"name": None}, "structure_missing", "name"),
        ({"name": {}}, "structure_empty", "name"),
        ({"colour": "red"}, "structure_unknown", "colour"),
        ({"kind": "CASTLE"}, "structure_code", "kind"),
        ({"designations": [{"rank": "XX"}]}, "structure_code", "designations.rank"),
        ({"place": {"code": "09895"}}, "structure_missing", "place.stated"),
        ({"designations": {"rank": "NAT"}}, "structure_kind", "designations"),
        ({"period": "thế kỷ 17"}, "structure_form", "period"),
        ({"part_of": "Đình So"}, "structure_form", "part_of"),
        ({"component_count": "ba"}, "structure_kind", "component_count"),
        ({"component_count": -1}, "structure_limit", "component_count"),
        ({"point": {"lon": 205, "lat": 21}}, "structure_limit", "point.lon"),
        ({"other": {"Cột": 5}}, "structure_kind", "other.Cột"),
    ],
)
def test_findings_name_the_field(
    vietnam: Pack, more: dict[str, Any], code: str, field: str
) -> None:
    found = vietnam.validate(minimal("relic") | more)
    assert [(one.code, one.field) for one in found] == [(code, field)]
    _speaks_both_languages(found)


def test_findings_use_the_label(vietnam: Pack) -> None:
    [found] = vietnam.validate(minimal("relic", kind="CASTLE"))
    assert found.message == {
        "vi": "Loại hình: “CASTLE” không có trong bảng mã.",
        "en": "Kind: “CASTLE” is not in the vocabulary.",
    }


def _speaks_both_languages(findings: list[Finding]) -> None:
    for found in findings:
        assert all(found.message.values()), found
        assert all(found.mend.values()), found


# The minimum record


def test_every_demand_has_a_field(vietnam: Pack) -> None:
    table = yaml.safe_load((FOLDER / "minimum_record.yaml").read_text(encoding="utf-8"))
    assert list(table) == [
        "heritage_law", "intangible_identification", "relic_dossier", "minimum_record",
        "sectors", "craft", "festivals", "documents", "targets", "units",
    ]  # fmt: skip
    for part in table.values():
        assert part["basis"]
        for demand in part["demands"]:
            assert all(demand[key] for key in ("vi", "en", "paths")), demand
            for path in demand["paths"]:
                assert _exists(vietnam, path), path


def _exists(pack: Pack, path: str) -> bool:
    type_name, _, rest = path.partition(".")
    record_type: Type = pack.types[type_name]
    columns = {column.path for column in pack.columns(type_name)}
    return rest in MACHINERY or rest in columns or record_type.field(rest) is not None


# Broken packs


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "vietnam"))


SMALL = """
id: https://example.org/small
name: small
annotations: {label_vi: Nhỏ, label_en: Small}
imports: [linkml:types]
default_range: string
enums:
  Kind:
    annotations: {label_vi: Loại, label_en: Kind}
    permissible_values:
      A: {annotations: {label_vi: Một, label_en: One}}
      B: {annotations: {label_vi: Hai, label_en: Two}}
classes:
  Record:
    abstract: true
    attributes:
      id: {required: true}
      type: {required: true}
      note:
        annotations: {label_vi: Ghi chú, label_en: Note, help_vi: h, help_en: h, visibility: staff}
      phone:
        annotations:
          {label_vi: Máy, label_en: Phone, help_vi: h, help_en: h, visibility: restricted}
  Thing:
    is_a: Record
    annotations:
      {label_vi: Vật, label_en: Thing, plural_vi: Vật, plural_en: Things, help_vi: h, help_en: h}
    attributes:
      kind:
        range: Kind
        annotations: {label_vi: Loại, label_en: Kind, help_vi: h, help_en: h, facet: kind}
"""


def small(folder: Path, *changes: tuple[str, str]) -> list[Finding]:
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    return check_pack(folder)


def test_a_small_pack_is_enough(tmp_path: Path) -> None:
    assert small(tmp_path) == []
    pack = load_pack(tmp_path)
    assert pack.validate({"id": "1", "type": "thing", "kind": "A"}) == []


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("label_vi: Nhỏ, ", "", "pack_text_missing"),
        ("help_en: h, facet: kind", "facet: kind", "pack_text_missing"),
        ("plural_vi: Vật, ", "", "pack_text_missing"),
        ("label_vi: Một, ", "", "pack_text_missing"),
        ("range: Kind", "range: Colour", "pack_range_unknown"),
        ("range: Kind", "range: Thing", "nothing"),
        ("facet: kind", "facet: kind, visibility: staff", "pack_facet_hidden"),
        ("visibility: staff", "facet: note, visibility: staff", "pack_facet_kind"),
        ("plural_vi: Vật, ", "plural_vi: Vật, suggest: kind, ", "nothing"),
        ("plural_vi: Vật, ", "plural_vi: Vật, suggest: kind | nosuch, ", "pack_suggest_unknown"),
        ("plural_vi: Vật, ", "plural_vi: Vật, suggest_needed: kind, ", "pack_suggest_unknown"),
        ("plural_vi: Vật, ", "plural_vi: Vật, suggest: kind | note, ", "pack_suggest_closed"),
        ("visibility: staff", "visibility: secret", "pack_visibility_unknown"),
        ("facet: kind", "facet: kind, tells_apart: never", "pack_tells_apart_unknown"),
        ("facet: kind", "facet: kind, listed: value", "nothing"),
        ("facet: kind", "facet: kind, listed: labelled", "nothing"),
        ("facet: kind", "facet: kind, listed: below", "nothing"),
        ("facet: kind", "facet: kind, listed: true", "pack_listed_unknown"),
        ("visibility: staff", "listed: value, visibility: staff", "pack_listed_hidden"),
        (", visibility: staff", "", "pack_all_public"),
        ("visibility: staff", "personal: true", "pack_personal_public"),
        ("facet: kind", "personal: true", "pack_personal_public"),
        ("visibility: staff", "personal: true, visibility: public", "pack_personal_public"),
        ("visibility: staff", "personal: false, visibility: staff", "nothing"),
        ("visibility: staff", "personal: True, visibility: staff", "nothing"),
        ("visibility: staff", "personal: maybe, visibility: staff", "pack_personal_unknown"),
        ("label_vi: Ghi chú", "label_vi: Máy", "pack_heading_twice"),
        ("label_vi: Hai, label_en: Two", "label_vi: Một, label_en: Two", "pack_synonym_twice"),
        ("range: Kind", "range: Quantity", "pack_unit_missing"),
        ("range: Kind", "range: Kind\n        pattern: '('", "pack_schema"),
        ("imports: [linkml:types]", "imports: [missing]", "pack_file_missing"),
        ("name: small", "name: [small", "pack_yaml"),
        (
            "label_vi: Hai, label_en: Two",
            "label_vi: Hai, label_en: Two, supersedes: A | Z",
            "pack_crosswalk_unknown",
        ),
        (
            "A: {annotations",
            "A: {exact_mappings: ['kind:Z'], annotations",
            "pack_crosswalk_unknown",
        ),
        ("    attributes:\n      kind:", "    attributes: 5\n    x:\n      kind:", "pack_shape"),
        ("is_a: Record", "is_a: Nothing", "pack_empty"),
    ],
)
def test_mistakes_are_found(tmp_path: Path, before: str, after: str, code: str) -> None:
    found = small(tmp_path, (before, after))
    _speaks_both_languages(found)
    if code == "nothing":
        assert found == []
    else:
        assert code in {one.code for one in found}


def test_what_is_not_understood_is_taken_for_personal(tmp_path: Path) -> None:
    small(tmp_path, ("visibility: staff", "personal: maybe, visibility: staff"))
    pack, _ = compile_pack(tmp_path)
    assert pack.types["thing"].personal == {"note"}


def test_bad_yaml_names_file_and_line(copied: Path) -> None:
    (copied / "types" / "dish.yaml").write_text("classes:\n  Dish: [\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_pack(copied)
    assert "types/dish.yaml" in caught.value.message["vi"]
    assert "line 3" in caught.value.message["en"]
    assert caught.value.findings


def test_a_key_stated_twice_names_both_lines(copied: Path) -> None:
    text = (
        "classes:\n  Dish:\n    is_a: Record\n    attributes:\n"
        "      taste: {range: string}\n      price: {}\n      taste: {range: Quantity}\n"
    )
    (copied / "types" / "dish.yaml").write_text(text, encoding="utf-8")
    told = [one for one in check_pack(copied) if one.code == "pack_key_twice"]
    assert [one.value for one in told] == ["taste"]
    for lang, line, first in (("vi", "dòng 7", "dòng 5"), ("en", "line 7", "line 5")):
        assert "types/dish.yaml" in told[0].message[lang]
        assert line in told[0].message[lang]
        assert first in told[0].message[lang]
        assert told[0].mend[lang]
    with pytest.raises(Refused):
        load_pack(copied)


def test_not_utf8_and_no_pack_at_all(copied: Path, tmp_path: Path) -> None:
    (copied / "common.yaml").write_bytes("tên: Đình".encode("utf-16"))
    assert "pack_not_utf8" in {one.code for one in check_pack(copied)}
    assert "pack_file_missing" in {one.code for one in check_pack(tmp_path / "nowhere")}


def test_twice_the_same_class(copied: Path) -> None:
    shutil.copy(copied / "types" / "dish.yaml", copied / "types" / "dish_2.yaml")
    root = copied / "pack.yaml"
    text = root.read_text(encoding="utf-8")
    root.write_text(text.replace("- types/dish\n", "- types/dish\n  - types/dish_2\n"), "utf-8")
    assert "pack_twice" in {one.code for one in check_pack(copied)}


def test_the_sha256_follows_every_file(copied: Path) -> None:
    before = load_pack(copied).sha256
    with (copied / "vocabularies" / "rank.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# a comment\n")
    assert load_pack(copied).sha256 != before


def test_what_is_kept_of_the_files_changes_nothing(copied: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    made = load_pack(copied)
    for _ in range(2):
        kept = load_pack(copied, cache)
        assert (kept.types.keys(), kept.vocabularies) == (made.types.keys(), made.vocabularies)
        assert [one.fields for one in kept.types.values()] == [
            one.fields for one in made.types.values()
        ]
        assert kept.sha256 == made.sha256
    relic = copied / "types" / "relic.yaml"
    relic.write_text(relic.read_text("utf-8").replace("label_vi: Di tích\n", "label_vi: Mới\n", 1))
    assert load_pack(copied, cache).types["relic"].label["vi"] == "Mới"
    relic.write_text("classes: [", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(Refused):
            load_pack(copied, cache)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x", "Record", "Thing"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["range", "annotations", "x", "is_a"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        inner = []
    return [above] * bool(above) + [
        path for key, item in inner for path in _places(item, (*above, key))
    ]


PLACES = _places(yaml.safe_load(SMALL))


@settings(max_examples=150)
@given(st.sampled_from(PLACES), JUNK)
def test_no_mistake_is_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[Any, ...], junk: Any
) -> None:
    schema = yaml.safe_load(SMALL)
    target = schema
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = junk
    folder = tmp_path_factory.mktemp("junk")
    (folder / "pack.yaml").write_text(yaml.safe_dump(schema, allow_unicode=True), "utf-8")
    _speaks_both_languages(check_pack(folder))
    try:
        pack = load_pack(folder)
    except Refused:
        return
    for name in pack.types:
        pack.columns(name)
        pack.schema(name)


def test_a_label_is_that_of_the_one_concept_that_is_stated() -> None:
    moon = Concept("MOON", {"vi": "Trăng", "en": "Moon"}, synonyms=("white",))
    white = Concept("WHITE", {"vi": "Trắng", "en": "White"})
    held = Vocabulary("colour", "", {}, {one.code: one for one in (moon, white)})
    assert held.label_of("WHITE") == white.label
    assert held.label_of("moon") == moon.label
    assert held.label_of("Trăng") == moon.label
    assert held.label_of("trang") is None  # either
    assert held.label_of("đỏ") is None
