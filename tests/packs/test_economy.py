"""The types of the economy and of policy, the crosswalks of sectors, and what the law asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from khue.lib.vietnamese import exact
from khue.model.packs import Pack
from khue.model.values import Context, kind_of
from tests.model.samples import ULID

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"
TYPES = {
    "establishment", "ip_right", "dossier", "policy", "task", "programme", "opportunity",
    "partnership", "exchange", "standard", "observation", "target", "story",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_type_says_what_it_counts_and_hides_what_is_personal(pack: Pack, name: str) -> None:
    one = pack.types[name]
    assert one.counting_unit
    assert all(one.counting_unit.values())
    assert one.class_uri
    members = [member for top in one.fields.values() for member in top.with_members()]
    assert {member.visibility for member in members} == {"public", "staff", "restricted"}
    assert all(
        top.group in pack.vocabularies["field_group"].concepts for top in one.fields.values()
    )
    assert any(member.facet for member in members)


@pytest.mark.parametrize(
    ("path", "targets"),
    [
        ("task.policy", {"policy"}),
        ("task.exchange", {"exchange"}),
        ("task.serves", {"target"}),
        ("exchange.follow_ups", {"task"}),
        ("exchange.partnership", {"partnership"}),
        ("partnership.programmes", {"programme"}),
        ("programme.implements", {"policy"}),
        ("policy.amends", {"policy"}),
        ("policy.implements", {"policy"}),
        ("target.policy", {"policy"}),
        ("target.replaces", {"target"}),
        ("standard.extends", {"standard"}),
        ("dossier.part_of", {"dossier"}),
        ("establishment.craft_village", {"craft_village"}),
    ],
)
def test_relations_have_their_targets(pack: Pack, path: str, targets: set[str]) -> None:
    type_name, _, field = path.partition(".")
    assert set(pack.types[type_name].fields[field].targets) == targets


@pytest.mark.parametrize(
    "path",
    ["task.owner", "target.responsible", "ip_right.holder", "opportunity.offered_by",
     "observation.reported_by", "dossier.prepared_by", "exchange.parties"],
)  # fmt: skip
def test_a_body_is_any_kind_of_body(pack: Pack, path: str) -> None:
    type_name, _, field = path.partition(".")
    found = set(pack.types[type_name].fields[field].targets)
    assert {"organisation", "establishment", "museum", "club"} <= found
    assert not found & {"relic", "policy", "person"}


def test_a_figure_is_of_any_record(pack: Pack) -> None:
    for path in ("observation", "target"):
        assert set(pack.types[path].fields["subject"].targets) == set(pack.types)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("establishment", {"owner_name"}),
        ("ip_right", {"holder_person", "creators"}),
        ("task", {"officer"}),
        ("opportunity", {"interest"}),
        ("partnership", {"partner_contact"}),
        ("exchange", {"delegates"}),
        ("story", {"consent"}),
        ("observation", set()),
        ("target", set()),
    ],
)
def test_personal_fields(pack: Pack, name: str, more: set[str]) -> None:
    everywhere = {"internal_note", "contact_name", "contact_phone", "contact_email"}
    assert pack.types[name].personal == everywhere | more


def test_what_an_establishment_earns_is_not_public(pack: Pack) -> None:
    figures = pack.types["establishment"].fields["figures"]
    hidden = {one.name for one in figures.fields if one.visibility == "restricted"}
    assert hidden == {"revenue", "exports", "tax"}
    assert {one.name for one in figures.fields} - hidden >= {"year", "workers", "status"}


@pytest.mark.parametrize(
    ("name", "heading", "path"),
    [
        ("establishment", "Mã ngành", "activities_by_sector.code"),
        ("establishment", "Quy mô", "sizes.size"),
        ("establishment", "MST", "identifiers.tax_code"),
        ("establishment", "Ngành", "sectors"),
        ("establishment", "Chủ hộ", "owner_name"),
        ("observation", "Chỉ tiêu", "name.vi"),
        ("observation", "ĐVT", "unit"),
        ("observation", "Năm", "period"),
        ("observation", "Số liệu", "value"),
        ("target", "Đến năm", "due"),
        ("target", "Đơn vị chịu trách nhiệm", "responsible_name"),
        ("task", "Đơn vị chủ trì", "owner_name"),
        ("task", "Tiến độ", "states.status"),
        ("dossier", "Tiến độ", "stages.stage"),
        ("ip_right", "Số văn bằng", "certificate"),
        ("exchange", "Bài học kinh nghiệm", "lessons.vi"),
        ("opportunity", "Tổng mức đầu tư", "value"),
        ("story", "Tiêu đề", "name.vi"),
    ],
)
def test_headings(pack: Pack, name: str, heading: str, path: str) -> None:
    assert [one.path for one in pack.columns(name) if exact(heading) in one.headings] == [path]


@pytest.mark.parametrize(
    ("vocabulary", "codes"),
    [
        ("figure_status", "actual estimate plan"),
        ("target_kind", "level yearly_growth total_growth"),
        ("establishment_size", "MICRO SMALL MEDIUM LARGE"),
    ],
)
def test_codes(pack: Pack, vocabulary: str, codes: str) -> None:
    assert list(pack.vocabularies[vocabulary].concepts) == codes.split()


def test_a_document_of_figures_passes_and_an_unknown_nature_does_not(pack: Pack) -> None:
    document: dict[str, Any] = {
        "id": ULID,
        "type": "observation",
        "name": {"vi": "Tỷ lệ nhà văn hóa thôn"},
        "place": {"stated": "Hải Phòng", "code": "31"},
        "period": "2024-11~",
        "value": 63.7,
        "unit": "percent",
        "numerator": 1186,
        "denominator": 1761,
        "breakdowns": [{"dimension": "level", "part": "thôn"}],
    }
    assert pack.validate(document) == []
    (wrong,) = pack.validate(document | {"status": "guess"})
    assert (wrong.code, wrong.field) == ("structure_code", "status")


@pytest.mark.parametrize(
    ("name", "stated", "code"),
    [("unit", "%", "percent"), ("unit", " tỷ đồng ", "ty"), ("unit", "‰", None),
     ("precision", " ≥ ", "at_least"), ("precision", "hơn", "over"), ("precision", "≠", None)],
)  # fmt: skip
def test_signs_are_codes_too(pack: Pack, name: str, stated: str, code: str | None) -> None:
    field = pack.types["observation"].fields[name]
    context = Context(pack, resolve_place=lambda _: {}, label_of=lambda _: None)
    assert kind_of(field).read(stated, field, context).value == code


# Crosswalks

SIZES = {"sector": 13, "sector_1755": 12, "sector_2486": 10}


def crosswalk(pack: Pack, here: str, there: str, kind: str) -> dict[str, set[str]]:
    return {
        code: {
            one.partition(":")[2] for one in getattr(concept, kind) if one.startswith(there + ":")
        }
        for code, concept in pack.vocabularies[here].concepts.items()
    }


def test_each_scheme_of_sectors_is_mapped_to_each_other(pack: Pack) -> None:
    unmapped = {
        (here, there): {
            code
            for code, concept in pack.vocabularies[here].concepts.items()
            if not any(one.startswith(there + ":") for one in concept.matches)
        }
        for here in SIZES
        for there in SIZES
        if here != there
    }
    only_2025 = {"CULINARY"}
    gone = {"ARCHITECTURE", "FASHION"}
    assert unmapped == {
        ("sector", "sector_1755"): only_2025,
        ("sector", "sector_2486"): only_2025 | gone,
        ("sector_1755", "sector"): set(),
        ("sector_1755", "sector_2486"): gone,
        ("sector_2486", "sector"): set(),
        ("sector_2486", "sector_1755"): set(),
    }
    exactly = crosswalk(pack, "sector_2486", "sector_1755", "exact_match")
    assert sum(map(len, exactly.values())) == 9
    assert exactly["CREATIVE_DESIGN"] == set(), "creative design is not called the same as design"


def test_the_seven_older_kinds_are_all_within_the_six(pack: Pack) -> None:
    """Law 45/2024/QH15, Article 10: speech, script and folk literature are oral expressions now."""
    former, six = "practice_kind_former", "practice_kind"
    exactly = crosswalk(pack, former, six, "exact_match")
    wider = crosswalk(pack, former, six, "broad_match")
    assert {code for code, found in wider.items() if found} == {"LANGUAGE", "FOLK_LITERATURE"}
    assert all(len(exactly[code]) + len(wider[code]) == 1 for code in exactly)
    assert set().union(*exactly.values(), *wider.values()) == set(pack.vocabularies[six].concepts)


# What laws and standards ask for

ASKED = {
    "intangible_identification": {
        "Name", "Kind", "Holders", "Space", "Time", "Vitality", "Current state", "Features",
        "Values", "Impact factors",
    },
    "relic_dossier": {
        "Names and origin", "Present location", "Old location", "Access", "Classification",
        "Events and persons", "Related practices", "Description", "Objects", "Values",
        "Protection status", "Proposals", "Inventory revised every five years",
        "Yearly change summary",
    },
    "minimum_record": {
        "Identifier never reused", "The source's own inventory number",
        "Vietnamese and English names", "Kind with scheme version",
        "Unit code and the unit as stated", "Geometry with accuracy",
        "Period (EDTF)", "Rank with decision number",
        "Date of the decision", "Issuer of the decision", "Parent and components", "Manager",
        "Condition with survey date", "Digitisation status", "Rights", "Access", "Source",
        "Counting unit", "Explicit missing-value code",
    },
}  # fmt: skip
"""Decree 215/2025/NĐ-CP for the first two; the law and the core data standards for the third."""


@pytest.mark.parametrize("name", ASKED)
def test_every_field_that_is_asked_for_is_answered(pack: Pack, name: str) -> None:
    """That the answers exist is held where the page is made; here, that no question is missing."""
    text = (FOLDER / "minimum_record.yaml").read_text(encoding="utf-8")
    demands = yaml.safe_load(text)[name]["demands"]
    assert {one["en"] for one in demands} == ASKED[name]
    page = (FOLDER.parents[1] / "docs/reference/minimum-record.md").read_text(encoding="utf-8")
    _, _, section = page.partition(f"\n## {name.replace('_', ' ').capitalize()}\n")
    rows = section.partition("\n## ")[0].splitlines()
    for one in demands:
        (row,) = (line for line in rows if line.startswith(f"| {one['vi']} | {one['en']} |"))
        assert all(f"`{path}`" in row for path in one["paths"])


def test_every_list_of_the_law_has_its_demands_answered_by_public_fields(pack: Pack) -> None:
    """But for the rights of access, and for what is proposed and not decided."""
    table = yaml.safe_load((FOLDER / "minimum_record.yaml").read_text(encoding="utf-8"))
    hidden = {
        path
        for part in table.values()
        for demand in part["demands"]
        for path in demand["paths"]
        if (field := pack.types[path.partition(".")[0]].field(path.partition(".")[2]))
        and field.visibility != "public"
    }
    assert hidden == {"relic.visibility", "relic.location_sensitive", "relic.proposals"}


def test_every_relation_is_a_sentence_both_ways(pack: Pack) -> None:
    """The names follow the words, and a count is all that may be put into them."""
    relations = {
        (field.path, side): texts
        for type_ in pack.types.values()
        for top in type_.fields.values()
        for field in top.with_members()
        if field.kind == "reference" and field.visibility == "public"
        for side, texts in (("sentence", field.sentence), ("inverse", field.inverse))
    }
    assert len(relations) > 100
    for where, texts in relations.items():
        assert set(texts) == {"vi", "en"}, where
        for text in texts.values():
            assert text == text.strip(), where
            assert not text.endswith("."), where
            assert "{" not in text.replace("{count}", ""), where
