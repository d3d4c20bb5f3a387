"""Anyone may suggest a record or report an error; nothing of it is public before it is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from khue import search
from khue.model.errors import NotAllowed
from khue.model.rights import OPERATOR, PUBLIC, VISITOR
from khue.pipeline import (
    accept_proposal,
    asked_columns,
    contributions,
    edit_record,
    house,
    reject_proposal,
)
from khue.pipeline.files import source_path
from khue.registry import drafting, queries
from khue.registry.models import Change, Proposal
from khue.web.portal import guard, sheets
from khue.web.portal.house import reader_for
from khue.web.portal.present.contribution import blank_fields
from khue.web.portal.words import LANGUAGES
from tests.web.conftest import SECRET, Town
from tests.web.test_hostile import HOSTILE

pytestmark = pytest.mark.django_db(databases="__all__")

FORM = "application/x-www-form-urlencoded"
CONTACT = "nguoi.gui@vidu.vn"
CHOSEN = ("kind", "sectors", "services")
SPACE = {
    "f-name.vi": "Xưởng giấy Hạ",
    "f-place": "phường Hoàn Kiếm, Hà Nội",
    "f-description.vi": "Nơi làm giấy dó.\nMở cửa cả tuần.",
    "f-sectors": ["DESIGN", "FASHION"],
    "f-opened": "khoảng 2019",
    "f-contact_email": CONTACT,
}


class Sender(Client):
    """A visitor whose browser sends forms as they stand in pages; all guards are up."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)
        self.page = ""

    def open(self, address: str) -> Any:
        """A page, with the form in it."""
        return self._keep(self.get(address))

    def give(self, address: str, fields: Mapping[str, Any], **more: Any) -> Any:
        """Send fields, with what the page has hidden in its form."""
        sent = {**self._hidden(), **fields}
        return self._keep(self.post(address, urlencode(sent, doseq=True), FORM, **more))

    def suggest(self, fields: Mapping[str, Any], type_: str = "creative_space", **more: Any) -> Any:
        """All steps of suggesting a record."""
        address = f"/suggest/{type_}"
        self.open(address)
        checked = self.give(address, {**fields, "step": "check"}, **more)
        if checked.status_code != 200:
            return checked
        return self.give(address, {"step": "send", "consent": "1"}, **more)

    def _hidden(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page))

    def _keep(self, answer: Any) -> Any:
        self.page = answer.content.decode()
        return answer


@pytest.fixture
def sender(town: Town, monkeypatch: pytest.MonkeyPatch) -> Sender:
    """One who takes as long as people do."""
    monkeypatch.setattr(guard, "SOONEST_S", 0)
    return Sender()


def waiting() -> list[Any]:
    """The proposals that wait, with their items."""
    found = queries.proposals(OPERATOR, house().pack)
    return [queries.proposal(OPERATOR, one.id, house().pack) for one in found]


def the_only() -> tuple[Any, Any]:
    """The only proposal that waits, and its only item."""
    [(view, [item])] = waiting()
    return view, item


def test_a_suggestion_from_the_form_to_the_page(sender: Sender) -> None:
    assert "khue-form" not in sender.open("/suggest").cookies
    assert "/suggest/creative_space" in sender.page
    cookie = sender.open("/suggest/creative_space").cookies["khue-form"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)
    answer = sender.give("/suggest/creative_space", {**SPACE, "step": "check"})
    assert answer["Cache-Control"] == "no-store"
    assert "Hiểu là: Phường Hoàn Kiếm, Thành phố Hà Nội" in sender.page
    assert "Thiết kế; Thời trang" in sender.page
    assert not waiting(), "nothing is done before it is sent"
    answer = sender.give("/suggest/creative_space", {"step": "send", "consent": "1"})
    view, item = the_only()
    assert answer["Location"] == f"/suggest/sent/{view.id}"
    assert view.id in sender.get(answer["Location"]).content.decode()
    assert (view.actor, item.action, item.type) == ("public", "create", "creative_space")
    assert item.document["sectors"] == ["DESIGN", "FASHION"]
    assert item.document["description"]["vi"] == "Nơi làm giấy dó.\nMở cửa cả tuần."
    assert item.document["contact_email"] == CONTACT
    assert CONTACT not in _bytes_of(view).read_text(), "what may be shown as a source"

    assert_nowhere(sender, item.record, "Xưởng giấy Hạ")
    accept_proposal(house(), view.id, actor=OPERATOR, why="Đã gọi điện xác minh")
    page = sender.get(f"/id/{item.record}").content.decode()
    assert "Công chúng đề xuất ngày" in page
    assert "Suggested by the public on" in sender.get(f"/en/id/{item.record}").content.decode()
    history = sender.get(f"/id/{item.record}/history").content.decode()
    for told in (page, history, sender.get(f"/id/{item.record}.json").content.decode()):
        assert "Xưởng giấy Hạ" in told
        assert CONTACT not in told
        assert "xác minh" not in told
    assert drafting.heads([item.record])[item.record][1]["contact_email"] == CONTACT  # type: ignore[index]


def assert_nowhere(visitor: Client, record: str, name: str) -> None:
    """What waits is at no address, in no search and in no list."""
    search.catch_up(house().pack)
    assert visitor.get(f"/id/{record}").status_code == 404
    for tail in ("/history", ".json", "/report"):
        assert visitor.get(f"/id/{record}{tail}").status_code == 404
    for address in ("/explore.json?q=giay", "/suggest.json?q=giay", "/search.json", "/search"):
        answer = visitor.get(address)
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert name not in body.decode(), address
        assert record not in body.decode(), address
    assert queries.get(PUBLIC, record, house().pack) is None
    assert name not in repr(queries.latest(PUBLIC, 100, house().pack))


def _bytes_of(view: Any) -> Path:
    text = Proposal.objects.get(id=view.id).source or ""
    match = re.search(r'"sha256":"(\w{64})"', text)
    assert match
    return source_path(match[1])


def test_only_staff_decide(sender: Sender) -> None:
    sender.suggest(SPACE)
    view, _ = the_only()
    for actor in (VISITOR, PUBLIC):
        assert queries.proposals(actor, house().pack) == []
        assert queries.proposal(actor, view.id, house().pack) is None
        with pytest.raises(NotAllowed):
            accept_proposal(house(), view.id, actor=actor, why="tự duyệt")
        with pytest.raises(NotAllowed):
            reject_proposal(house(), view.id, actor=actor, word="tự rút")
    kept = _bytes_of(view)
    reject_proposal(house(), view.id, actor=OPERATOR, word="Không liên hệ được")
    left = repr(list(Proposal.objects.values())) + repr(
        queries.proposal(OPERATOR, view.id, house().pack)
    )
    assert CONTACT not in left
    assert not kept.exists()


def test_who_sends_twice_is_told_the_same_number(sender: Sender) -> None:
    first = sender.suggest(SPACE)
    assert first.status_code == 302
    sender.open("/suggest/creative_space")
    sender.give("/suggest/creative_space", {**SPACE, "step": "check"})
    page = sender.page
    second = sender.give("/suggest/creative_space", {"step": "send", "consent": "1"})
    sender.page = page
    third = sender.give("/suggest/creative_space", {"step": "send", "consent": "1"})
    assert second["Location"] == third["Location"] != first["Location"]
    assert len(waiting()) == 2


WRONG = [
    ("f-name.vi", " ", "Ô này cần được ghi"),
    ("f-opened", "ngày xưa lắm", "Không đọc được"),
    ("f-capacity", "rất đông", "Không đọc được"),
    ("f-website", "javascript:alert(1)", "không phải địa chỉ web"),
    ("f-contact_email", "a b", "chưa đúng"),
    ("f-contact_phone", "12", "chưa đúng"),
    ("f-name.vi", "x" * 301, "nhiều nhất là 300"),
    ("f-description.vi", "x" * 4_001, "nhiều nhất là 4.000"),
    ("f-name.vi", "a\x00b", "không hiển thị được"),
    ("f-name.vi", "a\u202eb", "không hiển thị được"),
    ("f-place", "\ud7ff\ue000", "không hiển thị được"),
]


def test_what_is_wrong_is_told_beside_its_field(sender: Sender) -> None:
    for name, value, said in WRONG:
        answer = sender.suggest({**SPACE, name: value})
        assert answer.status_code == 422, (name, value)
        assert said in told_at(sender.page, name), (name, value)
        assert 'aria-invalid="true"' in sender.page
        if name != "f-description.vi":
            assert "Nơi làm giấy dó." in sender.page, "what was written is kept"
    sender.suggest({**SPACE, "f-contact_email": ""})
    assert "Cần ghi ít nhất một trong các ô" in told_at(sender.page, "f-contact_phone")
    assert not waiting()


def test_what_is_needed_is_told_before_the_mistake(sender: Sender) -> None:
    sender.open("/suggest/creative_space")
    phone, mail = (
        sender.page.partition(f'<label for="f-contact_{one}">')[2].partition("</label>")[0]
        for one in ("phone", "email")
    )
    assert "cần ô này hoặc thư điện tử liên hệ" in phone
    assert "cần ô này hoặc điện thoại liên hệ" in mail
    assert (
        "bắt buộc" in sender.page.partition('<label for="f-name-vi">')[2].partition("</label>")[0]
    )
    sender.open("/en/suggest/creative_space")
    assert "is required</span></label>" in sender.page


def test_a_field_of_two_groups_is_needed_where_one_is_of_it_alone() -> None:
    reader, type_ = reader_for("vi"), house().pack.types["creative_space"]
    columns = asked_columns(house(), type_)
    alone, other = columns[0].path, columns[1].path
    for needed in (((alone,), (alone, other)), ((alone, other), (alone,))):
        first, second, *_ = blank_fields(columns, needed, reader)
        assert (first.needed, first.instead) == (True, "")
        assert (second.needed, second.instead) == (False, first.label.lower())


def test_a_number_may_stand_with_what_it_counts(sender: Sender) -> None:
    """As who describes himself writes it: *30 năm*."""
    person = {
        "f-name.vi": "Nguyễn Văn Mẫu",
        "f-fields": "gốm",
        "f-place": "xã Quốc Oai, Hà Nội",
        "f-years_in_practice": "30 năm",
        "f-contact_phone": "0912 345 678",
    }
    assert sender.suggest(person, "person").status_code < 400
    assert the_only()[1].document["years_in_practice"] == 30


def told_at(page: str, name: str) -> str:
    """What a page says between the label of a field and the field."""
    return page.partition(f'id="{name.replace(".", "-")}-told"')[2].partition("</div>")[0]


def test_whatever_stands_in_a_field_is_answered(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    monkeypatch.setattr(guard, "CHECKS_AN_HOUR", 10_000)
    sender.open("/suggest/creative_space")
    written = [one for one in house().pack.types["creative_space"].asked if one not in CHOSEN]
    page = sender.page
    for number, value in enumerate(HOSTILE):
        text = value.encode(errors="replace").decode()
        given = {f"f-{path}": text for path in written}
        sender.page = page
        answer = sender.give("/suggest/creative_space", {**given, "step": "check"})
        assert answer.status_code in (200, 413, 422), value
        if number % 3:
            continue
        report = {"f-field": "built", "f-right": text, "f-how": text, "step": "check"}
        sender.page = page
        answer = sender.give(f"/id/{town.dinh_so}/report", report)
        assert answer.status_code in (200, 413, 422), value
        assert "<script>alert(1)" not in sender.page
    assert not waiting()


def test_what_is_not_a_form_is_answered_and_does_nothing(sender: Sender) -> None:
    address = "/suggest/creative_space"
    sender.open(address)
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        assert sender.post(address, "{}", kind).status_code == 415
    assert sender.post(address, "a=" + "x" * 1_000_000, FORM).status_code == 413
    for many in (500, 5_000):
        assert sender.post(address, "&".join("a=1" for _ in range(many)), FORM).status_code == 413
    assert sender.post(address, b"\xff\xfe=%ff%00", FORM).status_code == 403
    for wrong in (
        {"step": "check", "f-visibility": "public"},
        {"step": "check", "f-owner": "x"},
        {"step": "check", "anything": "x"},
        {"step": "check", "f-kind": "NO_SUCH"},
        {"step": "check", "f-sectors": ["DESIGN", "../.."]},
        {"step": "check", "f-name.vi": ["one", "two"]},
        {"step": "publish"},
        {},
    ):
        sender.open(address)
        assert sender.give(address, {**SPACE, **wrong}).status_code == 400, wrong
    for where in ("/suggest/relic", "/suggest/nosuch", "/suggest/%00", "/suggest/sent/1"):
        assert sender.get(where).status_code == 404
    assert sender.put(address).status_code == 405
    assert not waiting()


def test_a_form_from_elsewhere_is_not_taken(sender: Sender) -> None:
    address = "/suggest/creative_space"
    bare = Sender()
    answer = bare.give(address, {**SPACE, "step": "send", "consent": "1"})
    assert answer.status_code == 403
    assert "cookie" in bare.page
    sender.open(address)
    other = sender.give(
        address, {**SPACE, "step": "check"}, HTTP_ORIGIN="https://elsewhere.example"
    )
    assert other.status_code == 403
    assert not waiting()


def test_a_forged_token_sends_nothing(sender: Sender) -> None:
    sender.open("/suggest/creative_space")
    sender.give("/suggest/creative_space", {**SPACE, "step": "check"})
    fields = {"step": "send", "consent": "1"}
    for token in ("", "x", "a:b:c", "\u202e", guard.make_token("suggest:person")):
        answer = sender.give("/suggest/creative_space", {**fields, "token": token})
        assert answer.status_code == 400, token
    assert not waiting()
    # What was written is kept, with a token of ours.
    assert sender.give("/suggest/creative_space", fields).status_code == 302


def test_without_consent_nothing_is_sent(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sender.open("/suggest/creative_space")
    sender.give("/suggest/creative_space", {**SPACE, "step": "check"})
    assert sender.give("/suggest/creative_space", {"step": "send"}).status_code == 422
    assert "Cần sự đồng ý" in sender.page
    assert not waiting()
    monkeypatch.setattr(guard, "make_token", None)
    answer = sender.give("/suggest/creative_space", {"step": "send", "consent": "1"})
    assert answer.status_code == 302, "the same form will do, however fast it comes"


def test_who_may_be_a_robot_is_asked_a_question(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, send = "/suggest/creative_space", {"step": "send", "consent": "1"}
    monkeypatch.setattr(guard, "SOONEST_S", 3)
    monkeypatch.setattr(guard, "pick_question", lambda: 0)
    assert sender.suggest(SPACE).status_code == 200, "too fast for a person"
    assert "Một tuần có mấy ngày?" in sender.page
    assert sender.give(address, {**send, "answer": "tám"}).status_code == 200
    assert not waiting()
    assert sender.give(address, {"step": "send", "answer": "7"}).status_code == 422
    assert "Một tuần có mấy ngày?" in sender.page, "consent does not answer it"
    assert sender.give(address, {**send, "answer": " BAY "}).status_code == 302
    monkeypatch.setattr(guard, "SOONEST_S", 0)
    sender.open(address)
    sender.give(address, {**SPACE, "step": "check"})
    assert sender.give(address, {**send, guard.TRAP: "x"}).status_code == 200
    assert "Một tuần có mấy ngày?" in sender.page
    assert sender.give(address, {**send, "answer": "seven"}).status_code == 302


def test_an_old_form_is_looked_at_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/suggest/creative_space"
    sender.open(address)
    sender.give(address, {**SPACE, "step": "check"})
    monkeypatch.setattr(guard, "LATEST_S", -1)
    assert sender.give(address, {"step": "send", "consent": "1"}).status_code == 409
    assert "Xưởng giấy Hạ" in sender.page
    monkeypatch.undo()
    monkeypatch.setattr(guard, "SOONEST_S", 0)
    assert sender.give(address, {"step": "send", "consent": "1"}).status_code == 302


def test_one_address_sends_now_and_then(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(guard, "SENT_AN_HOUR", 1)
    assert sender.suggest(SPACE).status_code == 302
    assert sender.suggest(SPACE).status_code == 429
    assert "Xưởng giấy Hạ" in sender.page, "what was written is kept"
    behind = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert sender.suggest(SPACE, **behind).status_code == 429, "nobody is believed"
    settings.KHUE_PROXIES = ["127.0.0.1"]
    assert sender.suggest(SPACE, **behind).status_code == 302
    monkeypatch.setattr(guard, "ALL_AN_HOUR", 2)
    another = {"HTTP_X_FORWARDED_FOR": "203.0.113.10"}
    assert sender.suggest(SPACE, **another).status_code == 429
    monkeypatch.setattr(guard, "CHECKS_AN_HOUR", 0)
    assert sender.suggest(SPACE, **another).status_code == 429
    assert len(waiting()) == 2


def test_so_many_may_wait_and_no_more(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "MOST_WAITING", 1)
    assert sender.suggest(SPACE).status_code == 302
    assert sender.suggest(SPACE).status_code == 503
    assert "quá nhiều đề xuất" in sender.page
    [(view, _)] = waiting()
    assert [one for one in source_path("0" * 64).parent.parent.rglob("*") if one.is_file()] == [
        _bytes_of(view)
    ], "nothing is left of what was not taken"
    reject_proposal(house(), view.id, actor=OPERATOR, word="thử")
    answer = sender.give("/suggest/creative_space", {"step": "send", "consent": "1"})
    assert answer.status_code == 302, "and the form is still good"


def test_while_the_database_is_busy_nothing_is_lost(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> str:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(sheets, "suggest_record", busy)
        sender.open("/suggest/creative_space")
        sender.give("/suggest/creative_space", {**SPACE, "step": "check"})
        page = sender.page
        fields = {"step": "send", "consent": "1"}
        assert sender.give("/suggest/creative_space", fields).status_code == 503
    sender.page = page
    assert sender.give("/suggest/creative_space", fields).status_code == 302


def test_likely_doubles_are_shown_if_everyone_may_know_them(sender: Sender, town: Town) -> None:
    sender.suggest({**SPACE, "f-name.vi": "Lễ hội thử"})
    event = {
        "f-name.vi": "Lễ hội thử",
        "f-happened": "2025",
        "f-place": "Hà Nội",
        "f-description.vi": "Lễ hội.",
        "f-contact_email": CONTACT,
    }
    sender.open("/suggest/event")
    sender.give("/suggest/event", {**event, "step": "check"})
    assert f"/id/{town.event}" in sender.page
    edit_record(house(), town.event, {"visibility": "restricted"}, actor=OPERATOR, why="kín")
    sender.open("/suggest/event")
    sender.give("/suggest/event", {**event, "step": "check"})
    assert f"/id/{town.event}" not in sender.page
    assert "Có thể đã có trong sổ" not in sender.page
    sender.give("/suggest/event", {"step": "send", "consent": "1"})
    item = next(items[0] for view, items in waiting() if items[0].type == "event")
    assert item.duplicates == (town.event,), "staff are told"


def report(sender: Sender, record: str, **fields: str) -> Any:
    """All steps of reporting an error."""
    address = f"/id/{record}/report"
    sender.open(address)
    given = {f"f-{name}": value for name, value in fields.items()}
    answer = sender.give(address, {**given, "step": "check"})
    if answer.status_code != 200:
        return answer
    return sender.give(address, {"step": "send", "consent": "1"})


def test_a_report_becomes_an_edit_that_waits(sender: Sender, town: Town) -> None:
    assert (
        f'href="/id/{town.dinh_so}/report"' in sender.open(f"/id/{town.dinh_so}").content.decode()
    )
    changes = Change.objects.count()
    answer = report(
        sender, town.dinh_so, field="built", right="thế kỷ 17", how="Bia ở đình", contact=CONTACT
    )
    assert answer.status_code == 302
    view, item = the_only()
    thanks = sender.get(answer["Location"]).content.decode()
    assert view.id in thanks
    assert f'<a class="button" href="/id/{town.dinh_so}">Về hồ sơ</a>' in thanks
    assert "Đề xuất thêm" not in thanks
    assert [(one.path, one.after) for one in item.changed] == [("built", "16XX")]
    assert (view.contact, "Bia ở đình" in view.why) == (CONTACT, True)
    assert Change.objects.count() == changes
    assert "thế kỷ XVII" not in sender.open(f"/id/{town.dinh_so}").content.decode()
    accept_proposal(house(), view.id, actor=OPERATOR, why="Đúng như bia")
    for tail in ("", "/history"):
        page = sender.open(f"/id/{town.dinh_so}{tail}").content.decode()
        assert "Công chúng báo sai sót ngày" in page
        assert CONTACT not in page
        assert "Bia ở đình" not in page
    assert Proposal.objects.get(id=view.id).contact is None, "nobody needs it any more"


def test_a_report_that_sets_nothing_is_a_note_for_staff(sender: Sender, town: Town) -> None:
    for field, right in (
        ("-", "Trùng với đình khác"),
        ("designations", "Hạng sai"),
        ("built", "?"),
    ):
        assert (
            report(sender, town.dinh_so, field=field, right=right, how="Tôi ở đó").status_code
            == 302
        )
    for view, [item] in waiting():
        assert [one.path for one in item.changed] == ["internal_note"]
        assert item.changed[0].before == SECRET
        assert item.changed[0].after.startswith(SECRET + "\n[")
        assert view.kind == "edit"
        assert view.source is None
        assert "Tôi ở đó" not in view.why, "it can be erased from the note"
    view, _ = waiting()[0]
    accept_proposal(house(), view.id, actor=OPERATOR, why="Sẽ xem")
    page = sender.open(f"/id/{town.dinh_so}").content.decode()
    assert "Tôi ở đó" not in page
    assert SECRET not in page


def test_only_what_is_public_can_be_reported(sender: Sender, town: Town) -> None:
    assert sender.open(f"/id/{town.hidden}/report").status_code == 404
    sender.open(f"/id/{town.dinh_so}/report")
    assert SECRET not in sender.page
    assert "internal_note" not in sender.page
    for field in ("internal_note", "contact_name", "visibility", "location_sensitive", "nosuch"):
        given = {"f-field": field, "f-right": "x", "f-how": "x", "step": "check"}
        sender.open(f"/id/{town.dinh_so}/report")
        assert sender.give(f"/id/{town.dinh_so}/report", given).status_code == 400, field
    assert report(sender, town.dinh_so, field="-", right="", how="").status_code == 422


def test_no_report_tells_whose_place_is_kept_vague(sender: Sender, town: Town) -> None:
    address = f"/id/{town.dinh_so}/report"
    given = {"f-field": "place", "f-right": "phường Hoàn Kiếm", "f-how": "x", "step": "check"}

    def said() -> str:
        sender.open(address)
        sender.give(address, given)
        (line,) = re.findall(r'<p class="review__line">(.*?)</p>', sender.page, re.DOTALL)
        return str(line)

    free = said()
    edit_record(house(), town.dinh_so, {"location_sensitive": "true"}, actor=OPERATOR, why="kín")
    assert said() == free
    assert sender.give(address, {"step": "send", "consent": "1"}).status_code == 302
    _, item = the_only()
    assert [one.path for one in item.changed] == ["internal_note"]


def test_a_report_opens_with_the_field_that_was_followed(sender: Sender, town: Town) -> None:
    for field, path in (("built", "built"), ("name", "name.vi"), ("name.en", "name.en")):
        sender.open(f"/id/{town.dinh_so}/report?field={field}")
        assert f'<option value="{path}" selected>' in sender.page
    for field in ("nosuch", "internal_note", "%00", ""):
        sender.open(f"/id/{town.dinh_so}/report?field={field}")
        assert " selected>" not in sender.page


def test_forms_speak_both_languages(sender: Sender, town: Town) -> None:
    for address in ("/suggest", "/suggest/person", "/suggest/event", f"/id/{town.dinh_so}/report"):
        for prefix, lang in (("", "vi"), ("/en", "en")):
            assert sender.open(prefix + address).status_code == 200
            assert f'<html lang="{lang}">' in sender.page
            for name in re.findall(r'<label for="([^"]+)"', sender.page):
                assert f'id="{name}"' in sender.page, (address, name)
    page = sender.open("/en/suggest/creative_space").content.decode()
    assert "Name (English)" in page


def test_every_question_has_answers_in_both_languages() -> None:
    for number, one in enumerate(guard.questions()):
        for lang in LANGUAGES:
            assert guard.question_text(number, lang).endswith("?")
            assert all(guard.is_answer(number, text) for text in one["answers"][lang])
        assert not guard.is_answer(number, "")
        assert not guard.is_answer(number, "gì cũng được")


def test_what_is_counted_as_one_address(settings: Any) -> None:
    make = RequestFactory()

    def come(said: str) -> str:
        return guard.visitor_address(
            make.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=said)
        )

    assert come("203.0.113.9") == "10.0.0.1"
    settings.KHUE_PROXIES = ["10.0.0.1", "10.0.0.2"]
    assert come("1.1.1.1, 203.0.113.9") == "203.0.113.9"
    assert come("203.0.113.9, 10.0.0.2") == "203.0.113.9"
    assert come("") == "10.0.0.1"
    settings.KHUE_PROXIES = ["::ffff:10.0.0.1", "2001:DB8:0::2", "nonsense"]
    assert come("203.0.113.9, [2001:db8::2]:443") == "203.0.113.9"
    assert come("203.0.113.9, unknown") == "unknown"
    for same in ("203.0.113.9", "203.0.113.9:5678", "::ffff:203.0.113.9", "[::ffff:cb00:7109]:1"):
        assert guard.network_of(same) == "203.0.113.9"
    assert guard.network_of("2001:db8:1:2:3::4") == guard.network_of("2001:db8:1:2:ffff::")
    assert guard.network_of("[2001:db8:1:2::5]:5678") == guard.network_of("2001:db8:1:2::")
    for wrong in ("nonsense", "", "1.2.3.4:", "1.2.3.4:x", "[]", "[1.2.3", "999.1.1.1:5"):
        assert guard.network_of(wrong) == "?"


def _asked() -> Iterator[str]:
    yield from (type_.name for type_ in house().pack.types.values() if type_.asked)


def test_the_pack_says_what_the_public_is_asked_for(sender: Sender) -> None:
    sender.open("/suggest")
    assert {f"/suggest/{name}" for name in _asked()} == set(
        re.findall(r'href="(/suggest/\w+)"', sender.page)
    )
    for name in _asked():
        type_ = house().pack.types[name]
        assert 10 <= len(type_.asked) <= 18
        assert ("contact_phone", "contact_email") in type_.needed
        sender.open(f"/suggest/{name}")
        for path in type_.asked:
            assert f'name="f-{path}"' in sender.page
