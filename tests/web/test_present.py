"""What pages show of documents: pure, one table of cases for each piece."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from khue.pipeline import house
from khue.pipeline.gazetteers import gazetteer_of
from khue.registry.queries import BatchView, ChangeView, FieldChange, SourceView
from khue.search import FacetValue
from khue.web.portal.ask import Ask
from khue.web.portal.figures import show_date, show_moment
from khue.web.portal.present import changes, results
from khue.web.portal.present.evidence import gather
from khue.web.portal.present.heading import heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.record import record_page
from khue.web.portal.present.spot import Spot, spot
from khue.web.portal.present.values import Shown, show, show_place
from khue.web.portal.templatetags import records
from khue.web.portal.words import Lang

ID = "01J8Z3N9V5W6X7Y8Z9A0B1C2D3"
OTHER = "01J8Z3N9V5W6X7Y8Z9A0B1C2D4"
AT = dt.datetime(2025, 3, 17, 3, 0, tzinfo=dt.UTC)
LABELS = {OTHER: {"vi": "Chu Văn An", "en": "Chu Van An"}}


def reader(lang: Lang = "vi") -> Reader:
    """A reader who knows one other record."""
    return Reader(lang, replace(house().context(), label_of=LABELS.get), gazetteer_of(""))


def relic(**fields: Any) -> dict[str, Any]:
    """A relic with a name."""
    return {"id": ID, "type": "relic", "name": {"vi": "Đình So", "en": "So House"}, **fields}


def source(name: str = "danh-muc", date: str = "2025-03-17") -> SourceView:
    """A source as the public sees it."""
    return SourceView(
        OTHER, name, {"vi": "Danh mục", "en": "List"}, "Sở", "CC0", date, "javascript:x"
    )


def change(
    seq: int, *changed: FieldChange, of: SourceView | None = None, **more: Any
) -> ChangeView:
    """A change as the public sees it."""
    batch = BatchView(f"B{seq}", "import", AT, None, None, of, more.pop("undoes", None))
    return ChangeView(seq, ID, seq, more.pop("action", "update"), AT, None, batch, relic(), changed)


@pytest.mark.parametrize(
    ("designations", "expected"),
    [
        ([{"rank": "NAT"}], ("Quốc gia", False)),
        ([{"rank": "SPEC"}, {"rank": "NAT"}], ("Quốc gia đặc biệt", True)),
        ([{"rank": "SPEC", "until": "2020"}, {"rank": "NAT"}], ("Quốc gia", False)),
        ([{"rank": "NONE"}], None),
        ([{"date": "1962"}], None),
        ([{"rank": "NEVERHEARD"}], None),
    ],
)
def test_rank(designations: list[dict[str, str]], expected: tuple[str, bool] | None) -> None:
    tag = heading(relic(designations=designations), reader()).rank
    assert (tag and (tag.text, tag.special)) == expected


def test_heading_falls_back_to_the_other_language() -> None:
    shown = heading({"id": ID, "type": "relic", "name": {"vi": "Đình So"}}, reader("en"))
    assert (shown.title, shown.title_lang, shown.other) == ("Đình So", "vi", "")
    both = heading(relic(), reader("en"))
    assert (both.title, both.title_lang, both.other) == ("So House", "", "Đình So")


@pytest.mark.parametrize(
    ("rule", "vi", "en"),
    [
        (
            {"calendar": "LUNAR", "month": 1, "day": 3, "until_day": 7, "every_years": 1},
            "Mồng 3 đến 7 tháng Giêng âm lịch, hằng năm",
            "Days 3 to 7 of the 1st month of the lunar calendar, every year",
        ),
        (
            {"calendar": "LUNAR", "month": 1, "day": 6, "until_month": 3, "every_years": 3},
            "Mồng 6 tháng Giêng đến tháng Ba âm lịch, 3 năm một lần",
            "Day 6 of the 1st month to the 3rd month of the lunar calendar, every 3 years",
        ),
        ({"calendar": "SOLAR", "month": 11, "day": 23}, "23/11", "23 November"),
        ({"calendar": "SOLAR", "month": 3, "day": 5, "until_day": 7}, "5–7/3", "5–7 March"),
        ({"calendar": "SOLAR", "month": 3}, "Tháng 3", "March"),
        ({"calendar": "SOLAR"}, "", ""),
    ],
)
def test_when_an_event_comes_back(rule: dict[str, Any], vi: str, en: str) -> None:
    event = {"id": ID, "type": "event", "name": {"vi": "Hội"}, "recurrence": rule}
    assert (heading(event, reader()).when, heading(event, reader("en")).when) == (vi, en)


def test_days_in_the_wrong_order_are_shown_as_stated() -> None:
    rule = {"calendar": "LUNAR", "month": 3, "day": 10, "until_day": 5}
    event = {"id": ID, "type": "event", "name": {"vi": "Hội"}, "recurrence": rule}
    assert heading(event, reader()).when == ""
    field = house().pack.types["event"].fields["recurrence"]
    [shown] = show(field, rule, reader())
    assert [part.value.text for part in shown.parts] == ["Âm lịch", "3", "10", "5"]


def test_when_says_the_newest_state() -> None:
    states = [{"status": "proposed", "date": "2025-09"}, {"status": "appraised", "date": "2026-02"}]
    zone = {"id": ID, "type": "zone", "name": {"vi": "Khu"}, "states": states}
    assert heading(zone, reader("en")).when == "Appraised, February 2026"


@pytest.mark.parametrize(
    ("designations", "expected"),
    [
        ([{"rank": "NAT", "date": "1962"}, {"rank": "SPEC", "date": "2014"}], "Xếp hạng: 2014"),
        ([{"rank": "NAT", "date": "1962"}, {"rank": "SPEC"}], ""),
        ([{"rank": "SPEC", "date": "2014", "until": "2020"}, {"rank": "NAT", "date": "1962"}],
         "Xếp hạng: 1962"),
    ],
)  # fmt: skip
def test_when_is_never_the_date_of_another_rank_than_is_shown(
    designations: list[dict[str, str]], expected: str
) -> None:
    assert heading(relic(designations=designations), reader()).when == expected


def test_when_is_never_the_date_of_a_source() -> None:
    cited = relic(citations=[{"title": "Báo", "date": "2024"}])
    assert heading(cited, reader()).when == ""
    assert "28/4/1962" in heading(relic(designations=[{"date": "1962-04-28"}]), reader()).when


def test_an_open_place_lists_every_candidate() -> None:
    place = {
        "stated": "Cộng Hòa",
        "code": None,
        "candidates": [{"code": "00226", "name": "x"}, {"code": "99999", "name": "y"}],
    }
    shown = show_place(place, reader())
    assert shown.open
    assert [one.href for one in shown.candidates] == ["/place/00226", "/place/99999"]
    assert "2 đơn vị" in shown.note


def test_a_certain_place_leads_to_its_page() -> None:
    shown = show_place({"stated": "VM", "code": "00226", "candidates": []}, reader("en"))
    assert shown.href == "/place/00226"
    assert not shown.open
    assert "Hà Nội City" in shown.text


def test_a_record_known_to_its_commune_has_the_map_of_that() -> None:
    """Not where there are several, which one it is being open, nor where only the province is known
    or meant; and where it was, or was made, says not where it is."""

    def shown(**fields: Any) -> Spot | None:
        return spot(relic(**fields), house().pack.types["relic"], reader())

    certain = {"code": "09700", "stated": "xã Ba Vì"}
    found = shown(place=certain)
    assert found is not None
    assert found.map is not None
    assert (found.mark, found.text) == ("unit", "Xã Ba Vì, Thành phố Hà Nội")
    assert (found.map.point, found.map.outline) == ("", "/units.json?unit=09700")
    both = [{"code": code, "name": "", "source": "x"} for code in ("09700", "00070")]
    assert shown(place={"stated": "Ba Vì", "candidates": both}) is None
    assert shown(place={"code": "01", "stated": "Hà Nội"}) is None
    assert shown(place={"code": "99999", "stated": "x"}) is None
    assert shown(former_place=certain) is None


def test_references_that_the_public_may_not_know_say_nothing() -> None:
    field = house().pack.types["relic"].fields["worshipped_persons"]
    assert [one.text for one in show(field, [OTHER, ID], reader())] == ["Chu Văn An"]


def test_addresses_of_other_schemes_are_no_links() -> None:
    field = house().pack.types["relic"].fields["website"]
    assert show(field, ["javascript:alert(1)"], reader())[0].href == ""
    assert show(field, "https://a.example/", reader())[0].href == "https://a.example/"


def test_the_lead_of_a_statement_needs_no_label() -> None:
    field = house().pack.types["relic"].fields["designations"]
    (shown,) = show(field, [{"rank": "NAT", "date": "1962"}], reader())
    assert [(part.lead, part.value.text) for part in shown.parts] == [
        (True, "Quốc gia"),
        (False, "1962"),
    ]


def test_a_citation_does_not_repeat_its_label() -> None:
    field = house().pack.types["object"].fields["grades"]
    cited = {"grade": "TREASURE", "decision": {"text": "53/QĐ-TTg", "type": "QĐ"}}
    for lang, said in (("en", "53/QĐ-TTg"), ("vi", "Quyết định 53/QĐ-TTg")):
        (shown,) = show(field, [cited], reader(lang))
        assert shown.parts[1].value.text == said  # beside "Decision" and "Quyết định công nhận"


def test_evidence_numbers_sources_and_keeps_their_words() -> None:
    document = relic(
        built="16XX",
        sources=[{"name": "danh-muc", "stated": {"built": "thế kỷ 17", "name.vi": "Đình So"}}],
    )
    imported = change(1, FieldChange("built", None, "15XX"), of=source())
    edited = change(2, FieldChange("built", "15XX", "16XX"))
    found = gather(
        document,
        house().pack.types["relic"],
        {"name.vi": imported, "name.en": imported, "built": edited},
        [edited, imported],
        reader(),
    )
    edit, statement = found.notes["built"]
    assert (edit.number, edit.href, edit.stated) == (2, "", ())
    assert edit.decided == "Cán bộ của sổ đăng ký ghi trực tiếp ngày 17/3/2025."
    assert (statement.number, statement.href) == (1, f"/source/{OTHER}")
    assert [(one.text, one.lang) for one in statement.stated] == [("thế kỷ 17", "")]
    first, by_hand = found.sources
    assert first.publisher == Shown("Sở")
    assert (first.title, first.licence, first.date) == (
        "Danh mục",
        "CC0",
        "17/3/2025",
    )
    assert first.url == ""  # not a web address
    assert by_hand.href == ""
    assert first.fields == (("Tên", "f-name"), ("Năm xây dựng", "f-built"))


def test_words_of_a_source_say_their_language() -> None:
    stated = {"built": "thế kỷ 17", "description": "17th century", "kind": "chùa cổ"}
    document = relic(built="16XX", sources=[{"name": "danh-muc", "stated": stated}])
    first = change(1, FieldChange("built", None, "16XX"), of=source())
    page = record_page(document, {"built": first, "name": first}, [first], (), reader("en"))
    shown = [fact for group in page.groups for fact in group.facts]
    [built] = [fact for fact in shown if fact.name == "built"]
    assert '<span class="stated" lang="vi">thế kỷ 17</span>' in records.facts([built])
    [kind] = [fact for fact in shown if fact.name == "kind"]
    assert [(one.text, one.lang) for one in kind.values] == [("chùa cổ", "vi")]
    assert page.lead is not None
    assert [(one.text, one.lang) for one in page.lead.values] == [("17th century", "")]


def test_a_source_of_two_editions_is_one_source_wherever_it_is_told() -> None:
    """Beside a field as in the list of sources; the field says since which edition."""
    stated = {"name.vi": "Đình So", "built": "thế kỷ 17"}
    first = change(1, FieldChange("name.vi", None, "Đình So"), of=source(date="2024-12-31"))
    newer = replace(source(date="2025-12-31"), id=OTHER[:-1] + "Z")
    second = change(2, FieldChange("built", None, "16XX"), of=newer)
    found = gather(
        relic(built="16XX", sources=[{"name": "danh-muc", "stated": stated}]),
        house().pack.types["relic"],
        {"name.vi": first, "built": second},
        [second, first],
        reader("en"),
    )
    (listed,) = found.sources
    (name,), (built,) = found.notes["name"], found.notes["built"]
    assert listed.date == "31 December 2025"
    for note in (name, built):
        assert (note.number, note.href, note.date) == (listed.number, listed.href, listed.date)
    assert "since its edition of 31 December 2024" in name.decided
    assert "edition" not in built.decided


@pytest.mark.parametrize(
    ("stated", "fields", "open_texts"),
    [
        ({"built": "đời vua nọ"}, {}, ["đời vua nọ"]),
        ({"built": "thế kỷ 17"}, {"built": "16XX"}, []),
        ({"designations.date": "năm nào"}, {"designations": [{"rank": "NAT"}]}, ["năm nào"]),
        ({"designations.rank": "QG"}, {"designations": [{"rank": "NAT"}]}, []),
        ({"built": "  "}, {}, []),
    ],
)
def test_what_was_stated_but_not_understood_is_open(
    stated: dict[str, str], fields: dict[str, Any], open_texts: list[str]
) -> None:
    document = relic(sources=[{"name": "x", "stated": stated}], **fields)
    page = record_page(document, {}, [], [], reader())
    values = [value for group in page.groups for fact in group.facts for value in fact.values]
    assert [value.text for value in values if value.open] == open_texts
    assert len(page.questions) == len(open_texts)


def test_what_is_missing_at_no_field_of_the_type_is_an_open_question() -> None:
    missing: list[dict[str, str]] = [
        {"field": "Chiều cao cổng", "reason": "NOT_SURVEYED"},
        {"field": "Số gian"},
        {"field": "contact_phone", "reason": "WITHHELD"},
        {"reason": "NOT_SURVEYED"},
    ]
    page = record_page(relic(missing=missing), {}, [], [], reader())
    assert [(one.field, one.label) for one in page.questions] == [
        ("", "Chiều cao cổng"),
        ("", "Số gian"),
    ]
    assert [one.known for one in page.questions] == ["Chưa khảo sát", "chưa rõ"]


def test_fields_that_are_not_public_are_never_shown() -> None:
    document = relic(contact_name="BIMAT", internal_note="BIMAT", other={"x": "BIMAT"})
    assert "BIMAT" not in repr(record_page(document, {}, [], [], reader()))


def closed(name: str) -> Reader:
    """A reader whose pack has closed a field of relics (`designations.date`: a member) since."""
    pack = house().pack
    type_ = pack.types["relic"]
    top, _, member = name.partition(".")
    field = type_.fields[top]
    if member:
        members = tuple(
            replace(one, visibility="staff") if one.name == member else one for one in field.fields
        )
        field = replace(field, fields=members)
    else:
        field = replace(field, visibility="staff")
    type_ = replace(type_, fields={**type_.fields, top: field})
    pack = replace(pack, types={**pack.types, "relic": type_})
    return replace(reader(), context=replace(reader().context, pack=pack))


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("designations", "1962"),
        ("designations.date", "1962"),
        ("designations.rank", "Quốc gia"),
        ("place", "Quốc Oai"),
        ("built", "XVII"),
        ("description", "ngôi đình"),
    ],
)
def test_fields_closed_since_are_shown_nowhere(name: str, hidden: str) -> None:
    document = relic(
        designations=[{"rank": "NAT", "date": "1962"}],
        place={"stated": "Quốc Oai", "code": None, "candidates": []},
        built="16XX",
        description={"vi": "ngôi đình cổ"},
        sources=[
            {
                "name": "danh-muc",
                "stated": {
                    "designations.date": "năm 1962",
                    "designations.rank": "Quốc gia",
                    "place": "Quốc Oai",
                    "built": "thế kỷ XVII",
                    "description.vi": "ngôi đình cổ",
                },
            }
        ],
    )
    top = name.partition(".")[0]
    changed = change(1, FieldChange(top, None, document[top]), of=source())

    def told(of: Reader) -> str:
        shown = record_page(document, {top: changed}, [changed], [], of)
        history = changes.versions([changed], of.pack.types["relic"], of)
        return repr((heading(document, of), shown, history))

    assert hidden in told(reader())
    assert hidden not in told(closed(name))


PLACE = {"stated": "phường Văn Miếu", "code": "00226", "candidates": []}
OPEN = {"stated": "Văn Miếu", "code": None, "candidates": [{"code": "00226", "name": "x"}]}


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        (PLACE, PLACE | {"stated": "VM"}, ("Nguồn ghi: phường Văn Miếu", "Nguồn ghi: VM")),
        (OPEN, OPEN | {"stated": "VM"}, ("Văn Miếu", "VM")),
        (OPEN, OPEN | {"candidates": []}, None),  # nothing that a history shows
        (PLACE, PLACE | {"why": {"vi": "x", "en": "y"}}, None),
    ],
)
def test_history_shows_no_change_from_a_to_a(
    before: dict[str, Any], after: dict[str, Any], texts: tuple[str, str] | None
) -> None:
    type_ = house().pack.types["relic"]
    (version,) = changes.versions([change(3, FieldChange("place", before, after))], type_, reader())
    shown = [(one.before[0].value.text, one.after[0].value.text) for one in version.differences]
    assert shown == ([texts] if texts else [])


@pytest.mark.parametrize("several", [False, True])
def test_history_sets_words_of_sources_against_each_other_never_against_names_of_ours(
    several: bool,
) -> None:
    """An address that was open and is settled now by what another edition of its source says."""
    before: Any = OPEN | {"stated": "58 Quốc Tử Giám, Đống Đa"}
    after: Any = PLACE | {"stated": "58 phố Quốc Tử Giám"}
    if several:
        before, after = [before], [after]
    type_ = house().pack.types["relic"]
    one = change(3, FieldChange("place", before, after))
    (version,) = changes.versions([one], type_, reader())
    (difference,) = version.differences
    assert [item.value.text for item in difference.before] == [
        "Đơn vị hành chính hiện nay",
        "Nguồn ghi: 58 Quốc Tử Giám, Đống Đa",
    ]
    assert difference.before[0].value.open
    assert difference.before[0].pieces == ()  # so that it is told as open
    assert difference.after[0].value.text == reader().unit("00226")
    gone = [piece.text for piece in difference.before[1].pieces if piece.marked]
    assert not any("58" in text or "Quốc" in text for text in gone), gone
    assert gone
    # Said in the same words, only the unit is another.
    same = change(3, FieldChange("place", OPEN, PLACE | {"stated": OPEN["stated"]}))
    (version,) = changes.versions([same], type_, reader())
    assert len(version.differences[0].after) == 1


def test_history_in_words() -> None:
    type_ = house().pack.types["relic"]
    edited = change(
        3, FieldChange("name.en", None, "So House"), FieldChange("invented", True, None)
    )
    undone = change(4, FieldChange("built", "16XX", None), of=source(), undoes="B3")
    shown = changes.versions([undone, edited], type_, reader("en"))
    assert [one.action for one in shown] == ["Undone", "Changed"]
    assert shown[0].differences[0].before[0].value.text == "17th century"
    assert shown[0].differences[0].after == ()
    assert shown[1].differences[0].label == "Name (English)"
    assert shown[0].source == "List"


def test_facets_offer_choices_and_keep_what_is_chosen() -> None:
    counted = {
        "type": (FacetValue("relic", 5), FacetValue("person", 2)),
        "rank": (FacetValue("SPEC", 1),),
        "kind": (FacetValue("ARCH_ART", 3), FacetValue("MIXED", 1)),
        "period": (FacetValue("18XX", 4), FacetValue("10XX", 2)),
    }
    free = results.facets(counted, Ask(), reader())
    assert [facet.key for facet in free] == ["type", "period"]  # one rank is no choice
    assert [one.label for one in free[1].shown] == ["thế kỷ XI", "thế kỷ XIX"]
    chosen = results.facets(counted, Ask(type="relic", facets={"rank": ("SPEC",)}), reader())
    assert [facet.key for facet in chosen] == ["type", "rank", "kind", "period"]
    assert chosen[1].shown[0].chosen
    assert chosen[1].shown[0].href == "/search?type=relic"
    assert chosen[0].shown[1].href == "/search?type=person&rank=SPEC"


@pytest.mark.parametrize(
    ("page", "total", "expected"),
    [
        (1, 20, []),
        (1, 21, [1, 2]),
        (1, 200, [1, 2, 0, 10]),
        (5, 200, [1, 0, 4, 5, 6, 0, 10]),
        (500, 1_000_000, [1, 0, 499, 500]),
        (9, 40, [1, 2]),
    ],
)
def test_pages(page: int, total: int, expected: list[int]) -> None:
    assert [one.number for one in results.pages(Ask(page=page), total)] == expected


def test_days_and_moments() -> None:
    assert show_date(AT, "vi") == "17/3/2025"
    assert show_date(dt.date(1962, 4, 28), "en") == "28 April 1962"
    assert show_moment(AT, "vi") == "17/3/2025, 10:00"


def test_an_indicator_is_told_by_its_name_with_its_key_beneath() -> None:
    field = house().pack.types["observation"].fields["indicator"]
    knowing = replace(reader("en"), indicator_of={"relics_total": {"en": "Relics"}}.get)
    (named,) = show(field, "relics_total", knowing)
    assert (named.text, named.note) == ("Relics", "relics_total")
    assert named.href.endswith("/measures/relics_total")
    (unknown,) = show(field, "no_such", knowing)
    assert (unknown.text, unknown.href) == ("no_such", "")
