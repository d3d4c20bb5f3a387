"""Files and edits that are proposed, decided later, and how a source's columns are settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from khue import search
from khue.lib.identifiers import new_ulid
from khue.lib.vietnamese import name_key
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.pipeline import (
    ImportReport,
    SourceNote,
    accept_proposal,
    edit_record,
    house,
    import_file,
    judge_records,
    propose_edit,
    reject_proposal,
    verify,
)
from khue.pipeline.files import source_path
from khue.registry import actions, drafting, queries

pytestmark = pytest.mark.django_db

CONTRIBUTOR = Actor("cong-tac-vien", frozenset({"contributor"}))
REVIEWER = Actor("nguoi-duyet", frozenset({"reviewer"}))

COMMUNE = "xã Cộng Hòa, huyện Quốc Oai, Hà Nội"


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


def bring(home: Path, text: str, way: str = "propose", **more: Any) -> ImportReport:
    """A CSV text of the data set `so`: to "try", "propose" or "commit"."""
    path = home / "so.csv"
    path.write_text(text, encoding="utf-8")
    options = {
        "type_name": "relic",
        "actor": CONTRIBUTOR if way == "propose" else OPERATOR,
        "why": "thử",
        "note": SourceNote("so"),
        "commit": way == "commit",
        "propose": way == "propose",
    }
    return import_file(house(), path, **(options | more))


def items(proposal: str | None) -> list[Any]:
    assert proposal is not None
    found = queries.proposal(REVIEWER, proposal, house().pack)
    assert found is not None
    return found[1]


def codes(report: ImportReport) -> list[str]:
    return [one.code for one in report.findings]


def mapping(home: Path, text: str) -> Path:
    path = home / "so.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_proposed_file_waits_with_all_that_was_found(home: Path) -> None:
    text = "Mã số,Tên,Năm xây dựng,Cấp\n1,Đình So,cuối thế kỷ XVII,QG\n2,,,\n3,Chùa Thầy,,lạ\n"
    report = bring(home, text)
    assert (report.created, report.refused, report.batch) == (2, 1, None)
    assert queries.head() == 0
    first, second = items(report.proposal)
    assert first.document["built"]
    assert [one["code"] for one in first.findings] == ["date_understood"]
    assert [(one["code"], one["row"]) for one in second.findings] == [("code_unknown", 4)]
    assert {path.path for path in first.changed} >= {"name.vi", "built", "designations"}

    with pytest.raises(NotAllowed):
        accept_proposal(house(), str(report.proposal), actor=CONTRIBUTOR, why="x")
    done = accept_proposal(house(), str(report.proposal), actor=REVIEWER, why="đúng")
    assert done.records == (first.record, second.record)
    source = queries.history(OPERATOR, first.record, house().pack)[0].batch.source
    assert source is not None
    assert source.name == "so"
    (digest,) = drafting.source_digests()
    assert source_path(digest).read_text(encoding="utf-8") == text
    assert verify(house()).findings == ()
    # The file again: its rows are these records.
    again = bring(home, text)
    assert (again.unchanged, again.refused, again.proposal) == (2, 1, None)


def test_who_may_only_read_cannot_propose(home: Path) -> None:
    for actor in (PUBLIC, Actor("xem", frozenset({"viewer"}))):
        with pytest.raises(NotAllowed):
            bring(home, "Tên\nĐình So\n", actor=actor)
    assert queries.proposals(OPERATOR, house().pack, waiting=False) == []


def test_rows_that_change_records_are_proposed_as_changes(home: Path) -> None:
    text = "Mã số,Tên,Mô tả\n1,Đình So,{}\n2,Chùa Thầy,đẹp\n"
    first, second = bring(home, text.format("cổ"), "commit").records
    report = bring(home, text.format("rất cổ"))
    assert (report.updated, report.unchanged) == (1, 1)
    (item,) = items(report.proposal)
    assert (item.record, item.action) == (first, "update")
    assert [(one.path, one.before, one.after) for one in item.changed] == [
        ("description.vi", "cổ", "rất cổ")
    ]
    # Meanwhile someone edits another field of it, and the same field of nothing.
    edit_record(house(), first, {"name.en": "So"}, actor=OPERATOR, why="dịch")
    accept_proposal(house(), str(report.proposal), actor=REVIEWER, why="đúng")
    now = drafting.heads([first])[first][1]
    assert now is not None
    assert (now["description"], now["name"]["en"]) == ({"vi": "rất cổ"}, "So")
    assert bring(home, text.format("rất cổ")).unchanged == 2
    assert drafting.heads([second])[second][0] == 1


def test_likely_duplicates_share_name_and_unit_or_have_none(
    home: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    known = f"""Mã số,Tên,Địa điểm
1,Đình So,"{COMMUNE}"
2,Đình So,
3,Đình So,"phường Văn Miếu - Quốc Tử Giám, Hà Nội"
4,Đình Sổ,"{COMMUNE}"
5,Đình So,Hà Nội
6,Đình So,Ninh Bình
"""
    same, nowhere, elsewhere, _, city, far = bring(home, known, "commit").records
    bring(home, "Tên\nĐình So\n", "commit", type_name="practice", note=SourceNote("le-hoi"))
    report = bring(
        home,
        f"""Mã số,Tên,Địa điểm
a,đình  so,"{COMMUNE}"
b,Đình So,
c,Đền Và,
d,Chùa Bà,
e,Chùa Bà,
f,Đình So,Hà Nội
""",
        note=SourceNote("danh-muc"),
    )
    found = {one.document["name"]["vi"] + one.record: one for one in items(report.proposal)}
    first, second, third, fourth, fifth, sixth = found.values()
    assert set(first.duplicates) == {same, nowhere, city, second.record, sixth.record}
    everywhere = {same, nowhere, elsewhere, city, far}
    assert set(second.duplicates) == everywhere | {first.record, sixth.record}
    assert set(sixth.duplicates) == everywhere - {far} | {first.record, second.record}
    assert third.duplicates == ()
    assert (fourth.duplicates, fifth.duplicates) == ((fifth.record,), (fourth.record,))
    # However many rows there are, the registry is asked no more often.
    many = "Mã số,Tên\n" + "".join(f"x{n},Đình số {n}\n" for n in range(400))
    with django_assert_max_num_queries(60):
        report = bring(home, many + "y,Đình So\n" * 400, note=SourceNote("nhieu"))
    assert max(len(one.duplicates) for one in items(report.proposal)) == 10


def test_likely_duplicates_are_told_of_a_file_and_of_the_registry(home: Path) -> None:
    known = f"Tên,Địa điểm\nĐình làng Thượng Mẫu,{COMMUNE!r}\nChùa Hạ Mẫu,{COMMUNE!r}\n"
    known = known.replace("'", '"')
    first, second = bring(home, known, "commit", note=SourceNote("cu")).records
    text = f"""Tên,Địa điểm
đình thượng mẫu,"{COMMUNE}"
Chùa Hà Mẫu,"{COMMUNE}"
Chùa Hoè,"{COMMUNE}"
Chùa Hòe,"{COMMUNE}"
dinh thuong mau,"{COMMUNE}"
"""
    for way in ("try", "propose", "commit"):
        report = bring(home, text, way)
        told = {one.row: one for one in report.findings if one.code.startswith("duplicate")}
        levels = {row: one.code for row, one in told.items()}
        likely, possible = "duplicate_likely", "duplicate_possible"
        assert levels == {2: likely, 4: likely, 5: likely, 6: possible}
        assert first in told[2].message["vi"]
        assert "record" in told[2].message["en"]
        assert "dòng 5 «Chùa Hòe»" in told[4].message["vi"]
        assert "row 4 'Chùa Hoè'" in told[5].message["en"]
        assert all("khue judge" in one.mend["vi"] for one in told.values())
        if way == "propose":
            proposed = {one.document["name"]["vi"]: one for one in items(report.proposal)}
            a, b = proposed["đình thượng mẫu"], proposed["dinh thuong mau"]
            assert a.duplicates == (first, b.record)
            assert a.findings[-1]["code"] == likely
            assert proposed["Chùa Hà Mẫu"].duplicates == ()
    # What was told when it came in is not told again.
    assert [one.code for one in bring(home, text, "commit").findings] == []
    assert second not in {name for one in told.values() for name in one.message["vi"].split()}


def test_a_new_name_is_compared_with_what_people_judged(home: Path) -> None:
    row = 'Mã số,Tên,Địa điểm\n1,{},"' + COMMUNE + '"\n'
    (known,) = bring(home, row.format("Đình So"), "commit", note=SourceNote("cu")).records
    (record,) = bring(home, row.format("Chùa Thầy"), "commit").records
    renamed = row.format("Đình So")
    assert codes(bring(home, renamed, "try")) == ["duplicate_likely"]
    for verdict, expected in (("different", []), ("same", ["duplicate_likely"])):
        judge_records(house(), record, known, verdict, actor=REVIEWER, why="đã đến xem")  # type: ignore[arg-type]
        assert codes(bring(home, renamed, "try")) == expected
    # Also where the names say nothing.
    assert codes(bring(home, row.format("Đền Và"), "try")) == ["duplicate_likely"]


def test_an_edit_is_proposed_and_decided(home: Path) -> None:
    (record,) = bring(home, "Tên,Mô tả\nĐình So,cổ\n", "commit").records

    def propose(stated: dict[str, str], actor: Actor = CONTRIBUTOR, on: str = record) -> str | None:
        return propose_edit(house(), on, stated, actor=actor, why="xin sửa")

    proposal = propose({"name.en": "So", "built": "thế kỷ 17"})
    assert drafting.heads([record])[record][0] == 1
    (item,) = items(proposal)
    assert {one.path for one in item.changed} == {"name.en", "built"}
    done = accept_proposal(house(), str(proposal), actor=REVIEWER, why="đúng")
    history = queries.history(OPERATOR, record, house().pack)
    assert history[0].batch.id == done.batch
    assert (history[0].batch.kind, history[0].batch.proposer) == ("edit", "cong-tac-vien")

    assert propose({"name.en": "So"}) is None
    for stated, error in (
        ({"built": "không rõ gì cả"}, Refused),
        ({"khong_co": "x"}, WrongUse),
        ({"part_of": "không có"}, Refused),
    ):
        with pytest.raises(error):
            propose(stated)
    with pytest.raises(NotFound):
        propose({"name.en": "x"}, on=new_ulid())
    for actor in (PUBLIC, Actor("xem", frozenset({"viewer"}))):
        with pytest.raises(NotAllowed):
            propose({"name.en": "x"}, actor=actor)
    with pytest.raises(WrongUse):
        propose_edit(house(), record, {"name.en": "x"}, actor=CONTRIBUTOR, why=" ")
    taken_back = propose({"name.en": "Su"})
    assert reject_proposal(house(), str(taken_back), actor=CONTRIBUTOR, word="nhầm") == 1


def test_judgements_stand_beside_each_other(home: Path) -> None:
    one, other = bring(home, "Mã số,Tên\n1,Đình So\n2,Đình Sô\n", "commit").records
    head = queries.head()
    for actor, verdict in ((CONTRIBUTOR, "same"), (REVIEWER, "different"), (REVIEWER, "unsure")):
        judge_records(house(), other, one, verdict, actor=actor, why="đã đến xem")  # type: ignore[arg-type]
    found = queries.judgements(REVIEWER, one, house().pack)
    assert [(view.actor, view.verdict) for view in found] == [
        ("cong-tac-vien", "same"),
        ("nguoi-duyet", "different"),
        ("nguoi-duyet", "unsure"),
    ]
    assert queries.judgements(PUBLIC, one, house().pack) == []
    assert queries.head() == head
    for pair, why, actor, error in (
        ((one, one), "x", REVIEWER, WrongUse),
        ((one, other), "", REVIEWER, WrongUse),
        ((one, new_ulid()), "x", REVIEWER, NotFound),
        ((one, other), "x", PUBLIC, NotAllowed),
    ):
        with pytest.raises(error):
            judge_records(house(), *pair, "same", actor=actor, why=why)
    assert len(queries.judgements(REVIEWER, one, house().pack)) == 3


ODD = "Ký hiệu,Gọi là,Ghi\n1,Đình So,x\n2,Chùa Thầy,\n"
MAPPING = (
    "columns: {Ký hiệu: identifiers.inventory, Gọi là: name.vi}\nkey: [name.vi]\nskip: [Ghi]\n"
)


@pytest.mark.parametrize("way", ["commit", "propose"])
def test_a_mapping_is_saved_for_the_next_file_of_its_source(home: Path, way: str) -> None:
    file, officer = mapping(home, MAPPING), Actor("can-bo", frozenset({"officer"}))
    assert bring(home, ODD, "try", mapping=file).created == 2
    assert drafting.saved_mapping("so", "relic") is None
    first = bring(home, ODD, way, mapping=file, actor=officer)
    assert codes(first) == []
    if way == "propose":
        accept_proposal(house(), str(first.proposal), actor=REVIEWER, why="đúng")
    again = bring(home, ODD, "commit")
    assert (again.unchanged, codes(again)) == (2, ["mapping_saved_used"])
    assert [one.how for one in again.columns] == ["mapping", "mapping", "skipped"]
    # Another source or type is another matter, and one may do without.
    assert "name_missing" in codes(bring(home, ODD, "try", note=SourceNote("khac")))
    assert "name_missing" in codes(bring(home, ODD, "try", type_name="dish"))
    assert "name_missing" in codes(bring(home, ODD, "try", use_saved_mapping=False))
    # A new one takes its place.
    other = mapping(home, MAPPING.replace("skip: [Ghi]", ""))
    assert codes(bring(home, ODD, "commit", mapping=other)) == ["column_unmapped"]
    assert codes(bring(home, ODD, "try")) == ["mapping_saved_used", "column_unmapped"]


def test_who_may_not_commit_does_not_settle_how_others_files_are_read(home: Path) -> None:
    report = bring(home, ODD, mapping=mapping(home, MAPPING))
    assert report.proposal is not None
    assert "mapping_not_saved" in codes(report)
    assert drafting.saved_mapping("so", "relic") is None


@pytest.mark.parametrize("key", ["[contact_phone]", "[name.vi, internal_note]"])
def test_rows_are_not_identified_by_personal_data(home: Path, key: str) -> None:
    file = mapping(home, f"key: {key}\n")
    text = "Tên,Điện thoại liên hệ\nĐình So,0912345678\n"
    for way in ("try", "propose", "commit"):
        with pytest.raises(Refused) as refused:
            bring(home, text, way, mapping=file)
        assert [one.code for one in refused.value.findings] == ["mapping_key_personal"]
    assert queries.head() == 0
    assert drafting.saved_mapping("so", "relic") is None
    assert bring(home, text, "commit", mapping=mapping(home, "key: [name.vi]\n")).created == 1


PHONE = "0912345678"


def test_nothing_is_left_of_what_was_rejected(home: Path) -> None:
    text = f"Tên,Điện thoại liên hệ,Lạ\nĐình So,{PHONE},{PHONE}\nChùa Thầy,,\n"
    first, second = bring(home, text), bring(home, text)
    digest = next(iter(drafting.proposed_sources()))
    one = items(first.proposal)[0].record
    reject_proposal(house(), str(first.proposal), records=[one], actor=REVIEWER, word="không")
    assert source_path(digest).exists()  # the rest of it waits
    reject_proposal(house(), str(first.proposal), actor=REVIEWER, word="không")
    assert source_path(digest).exists()  # the other proposal was read from it too
    reject_proposal(house(), str(second.proposal), actor=REVIEWER, word="không")
    assert not source_path(digest).exists()
    assert drafting.proposed_sources() == {}
    for proposal in (first.proposal, second.proposal):
        assert PHONE not in str(items(proposal))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_proposalitem")
        assert PHONE not in str(cursor.fetchall())


def test_the_file_of_a_rejected_proposal_stays_if_others_came_from_it(home: Path) -> None:
    proposal = bring(home, ODD.replace("Gọi là", "Tên")).proposal
    assert bring(home, ODD.replace("Gọi là", "Tên"), "commit").batch
    reject_proposal(house(), str(proposal), actor=REVIEWER, word="có rồi")
    assert [one for one in drafting.source_digests() if not source_path(one).exists()] == []
    assert verify(house()).findings == ()


def test_a_dry_run_asks_what_a_proposal_asks(home: Path) -> None:
    text = "Tên,Địa chỉ\nĐình So,\n"
    officer = frozenset({"officer"})
    for actor in (
        PUBLIC,
        Actor("xem", frozenset({"viewer"})),
        Actor("món ăn", officer, types=frozenset({"dish"})),
        Actor("phường", officer, units=frozenset({"00070"})),
    ):
        for way in ("try", "propose"):
            with pytest.raises(NotAllowed):
                bring(home, text, way, actor=actor)
    assert bring(home, text, "try", actor=CONTRIBUTOR).created == 1


def test_mappings_and_forms_are_kept_of_the_types_that_one_may_write() -> None:
    actor = Actor("món ăn", frozenset({"officer"}), types=frozenset({"dish"}))
    with pytest.raises(NotAllowed):
        actions.save_mapping(actor=actor, why="x", source="so", type_name="relic", mapping={})
    with pytest.raises(NotAllowed):
        actions.save_draft(actor=actor, type_name="relic", stated={})
    assert drafting.saved_mapping("so", "relic") is None
    actions.save_mapping(actor=actor, why="x", source="so", type_name="dish", mapping={})
    assert actions.save_draft(actor=actor, type_name="dish", stated={})


def test_a_file_learns_nothing_of_a_record_that_its_bringer_may_not_write(home: Path) -> None:
    text = f'Mã số,Tên,Mô tả,Địa điểm\nK1,Đình So,cũ,"{COMMUNE}"\n'
    (record,) = bring(home, text, "commit").records
    stated = {"description": "kín đáo", "visibility": "staff"}
    edit_record(house(), record, stated, actor=OPERATOR, why="sửa")
    (told,) = bring(home, text.replace("cũ", "khác"), "try").findings
    assert "kín đáo" in told.message["vi"]
    ward = Actor("phường", frozenset({"officer"}), units=frozenset({"00070"}))
    assert queries.get(ward, record, house().pack) is None
    for way in ("try", "propose", "commit"):
        # What stays as it was is nobody's secret; what differs needs the right to write it.
        assert bring(home, text, way, actor=ward).unchanged == 1
        for changed in (text.replace("cũ", "khác"), text.replace("Đình So", "Đình Sơ")):
            with pytest.raises(NotAllowed) as refused:
                bring(home, changed, way, actor=ward)
            assert "kín đáo" not in str(refused.value.message)


def test_rows_that_are_gone_are_told_to_who_may_read_their_records(home: Path) -> None:
    head, here = "Tên,Địa điểm\n", "Phường Hoàn Kiếm, Hà Nội"
    rows = f'Đình So,"{here}"\nChùa Kín,"{COMMUNE}"\nĐền Không Chỗ,\n'
    bring(home, head + rows, "commit")
    (unit,) = {one["code"] for one in candidates_of("Đình So")}
    ward = Actor("phường", frozenset({"contributor"}), units=frozenset({unit}))
    for actor, told in ((OPERATOR, 3), (ward, 1)):
        report = bring(home, f'{head}Đình Mới,"{here}"\n', "try", actor=actor)
        assert codes(report).count("row_gone") == told
    assert "Kín" not in str([one.message for one in report.findings])


def candidates_of(name: str) -> list[dict[str, Any]]:
    """The units that a relic of this name may be in."""
    (record,) = drafting.named((), [name_key(name)])[name_key(name)]
    document = drafting.heads([record])[record][1]
    assert document is not None
    return list(document["place"]["candidates"])
