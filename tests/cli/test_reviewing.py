"""Proposals, merges, withdrawals and judgements through the command line, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from khue.cli import main
from khue.lib.identifiers import new_ulid
from khue.pipeline import Report, house, report_error
from tests.conftest import Khue

Run = Callable[..., Any]

pytestmark = pytest.mark.django_db(databases="__all__")

FIRST = "Mã số,Tên,Mô tả\n1,Đình So,cổ\n2,Chùa Thầy,đẹp\n"
SECOND = "Mã số,Tên,Năm xây dựng\na,Đình So,1700\nb,Đền Và,1710\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process: `run("merge", a, b, "--why", "x")` gives its JSON, with
    `text="vi"` what it says in words; `code` is the exit code that it must have."""

    def run(*arguments: object, code: int = 0, text: str = "") -> Any:
        monkeypatch.setenv("KHUE_LANG", text)
        with pytest.raises(SystemExit) as stopped:
            main([*map(str, arguments), *([] if text else ["--json"])])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert stopped.value.code == code, (said.out, said.err)
        return said.out + said.err if text else json.loads(said.out)

    return run


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "so.csv", tmp_path / "danh-muc.csv"
    first.write_text(FIRST, encoding="utf-8")
    second.write_text(SECOND, encoding="utf-8")
    return first, second


def records(run: Run, file: Path, *names: str) -> list[str]:
    """Import a file; the identifiers of the records of these names, as search finds them."""
    assert run("import", file, "--type", "relic", "--commit")["created"]
    return [run("search", name)["results"][0]["id"] for name in names]


def message(answer: Any) -> str:
    found = answer["error"]["message"]
    assert found["vi"] != found["en"]
    return str(found["en"])


def test_a_proposal_from_the_real_command(khue: Khue, files: tuple[Path, Path]) -> None:
    proposed = khue("import", files[1], "--type", "relic", "--propose", "--json").json
    assert (proposed["batch"], proposed["created"]) == (None, 2)
    done = khue("proposals", "accept", proposed["proposal"], "--why", "đúng", "--json").json
    assert len(done["records"]) == 2
    assert khue("search", "den va", "--json").json["total"] == 1


def test_proposals_are_listed_shown_accepted_and_rejected(
    run: Run, files: tuple[Path, Path]
) -> None:
    (known,) = records(run, files[0], "dinh so")
    assert "không có đề xuất" in run("proposals", "list", text="vi").lower()
    proposal = run("import", files[1], "--type", "relic", "--propose")["proposal"]
    (listed,) = run("proposals", "list")
    assert (listed["id"], listed["waiting"], listed["source"]) == (proposal, 2, "danh-muc")
    shown = run("proposals", "show", proposal)
    first, second = shown["items"]
    assert (first["duplicates"], second["duplicates"]) == ([known], [])
    for language, words in (
        ("vi", ("Có thể trùng với", "đang chờ", "Năm xây dựng: – →", "Đình So")),
        ("en", ("May be the same as", "waiting", "1700", "Đình So")),
    ):
        told = run("proposals", "show", proposal, text=language)
        assert all(one in told for one in (*words, known, first["record"])), told
        assert proposal in run("proposals", "list", text=language)

    only = ("--record", second["record"])
    done = run("proposals", "accept", proposal, *only, "--why", "có thật")
    assert done["records"] == [second["record"]]
    assert run("proposals", "reject", proposal, "--word", "đã có")["rejected"] == 1
    assert run("proposals", "list") == []
    (listed,) = run("proposals", "list", "--all")
    assert (listed["status"], listed["accepted"], listed["rejected"]) == ("decided", 1, 1)
    assert "đã có" in run("proposals", "show", proposal, text="vi")
    told = run("history", second["record"], text="vi")
    assert f"Đề xuất của operator: {proposal}" in told
    (change,) = run("history", second["record"])["changes"]
    assert (change["proposal"], change["proposer"]) == (proposal, "operator")


def test_bad_requests_about_proposals(run: Run, files: tuple[Path, Path]) -> None:
    (record,) = records(run, files[0], "dinh so")
    unknown = new_ulid()
    proposal = run("edit", record, "name.en=So", "--why", "dịch", "--propose")["proposal"]
    for command in (
        ("show", unknown),
        ("accept", unknown, "--why", "x"),
        ("reject", unknown, "--word", "x"),
    ):
        assert unknown in message(run("proposals", *command, code=1))
    message(run("proposals", "accept", proposal, "--record", unknown, "--why", "x", code=1))
    message(run("proposals", "accept", proposal, "--why", " ", code=2))
    message(run("proposals", "reject", proposal, "--word", "", code=2))
    run("proposals", "accept", proposal, code=2)
    run("import", files[1], "--type", "relic", "--propose", "--commit", code=2)
    run("import", files[1], "--type", "relic", "--mapping", files[1], "--no-mapping", code=2)

    run("edit", record, "name.en=So House", "--why", "dịch")
    refused = run("proposals", "accept", proposal, "--why", "x", code=1)
    (finding,) = refused["error"]["findings"]
    assert (finding["code"], finding["value"]) == ("proposal_conflict", record)
    assert "So House" in run("proposals", "accept", proposal, "--why", "x", code=1, text="vi")
    run("proposals", "reject", proposal, "--word", "đã có tên")
    for decide in (("accept", "--why"), ("reject", "--word")):
        message(run("proposals", decide[0], proposal, decide[1], "x", code=1))
    assert run("edit", record, "name.en=So House", "--why", "x", "--propose")["proposal"] is None


def test_a_merge_and_a_split(run: Run, files: tuple[Path, Path]) -> None:
    (winner,) = records(run, files[0], "dinh so")
    other, loser = (
        one["id"]
        for one in run("search", "dinh so")["results"]
        + [{"id": records(run, files[1], "den va")[0]}]
    )
    assert other == winner
    before = run("show", loser)["seq"]
    done = run("merge", winner, loser, "--take", "name", "--why", "trùng")
    assert (done["winner"], done["loser"]) == (winner, loser)

    shown = run("show", loser)
    assert (shown["id"], shown["redirected_from"]) == (winner, loser)
    assert (shown["name"]["vi"], shown["built"]) == ("Đền Và", "1710")
    assert f"{loser} đã được gộp vào hồ sơ {winner}" in run("show", loser, text="vi")
    assert "redirected_from" not in run("show", winner)
    # As it stood: itself before, the other one since, nothing before both.
    then = run("show", loser, "--at", f"seq:{before}")
    assert (then["id"], then["name"]["vi"]) == (loser, "Đền Và")
    since = run("show", loser, "--at", "2999")
    assert (since["id"], since["redirected_from"]) == (winner, loser)
    assert loser in message(run("show", loser, "--at", "seq:0", code=1))

    gone, first = run("history", loser)["changes"]
    assert (gone["action"], gone["other"], first["other"]) == ("merge", winner, None)
    assert run("history", winner)["changes"][0]["other"] == loser
    for language, words in (("vi", "gộp · operator"), ("en", "merged · operator")):
        for record, other in ((winner, loser), (loser, winner)):
            told = run("history", record, text=language)
            assert words in told
            assert other in told
    edited = run("edit", loser, "name.en=So", "--why", "dịch")
    assert edited["id"] == winner

    assert run("split", loser, "--why", "nhầm")["records"] == [loser, winner]
    assert run("show", loser)["name"]["vi"] == "Đền Và"
    assert run("show", winner)["name"]["vi"] == "Đình So"
    assert "tách · operator" in run("history", loser, text="vi")
    assert run("search", "den va")["total"] == 1
    assert run("verify")["ok"]


def test_a_withdrawal_and_its_end(run: Run, files: tuple[Path, Path]) -> None:
    (record,) = records(run, files[0], "dinh so")
    run("withdraw", record, "--why", "lập nhầm")
    assert run("search", "dinh so")["total"] == 0
    for command in (("show", record), ("edit", record, "name.en=x", "--why", "x")):
        assert message(run(*command, code=1)).endswith("withdrawn: lập nhầm")
        told = run(*command, code=1, text="vi")
        assert f"khue withdraw {record} --restore" in told
    assert "rút · operator" in run("history", record, text="vi")
    assert run("show", record, "--at", "seq:2")["name"]["vi"] == "Đình So"
    assert record in message(run("show", record, "--at", "2999", code=1))
    again = run("import", files[0], "--type", "relic", "--commit")
    assert (again["unchanged"], again["batch"]) == (2, None)
    assert [one["code"] for one in again["findings"]] == ["row_withdrawn"]
    message(run("withdraw", record, "--why", "x", code=1))

    run("withdraw", record, "--restore", "--why", "có thật")
    assert run("search", "dinh so")["total"] == 1
    assert "đưa trở lại · operator" in run("history", record, text="vi")
    message(run("withdraw", record, "--restore", "--why", "x", code=1))
    assert run("verify")["ok"]


def test_an_undo_and_an_erasure_in_the_history(
    run: Run, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import actions

    (record,) = records(run, files[0], "dinh so")
    batch = run("edit", record, "contact_phone=0912345678", "--why", "gọi")["batch"]
    run("undo", batch)
    run("edit", record, "contact_phone=0912345679", "--why", "gọi")
    erased = {"record": record, "field": "contact_phone", "pack": house().pack}
    actions.erase(actor=OPERATOR, why="theo yêu cầu", **erased)
    # What lies in files is not this test's matter, and a test's transaction locks the database.
    monkeypatch.setattr("khue.pipeline.prepare_home", lambda: None)
    change = run("history", record)["changes"][0]
    assert (change["action"], change["erased"], change["why"]) == (
        "erase",
        "contact_phone",
        "theo yêu cầu",
    )
    for language, words in (
        ("vi", ("xóa vĩnh viễn", "Điện thoại", "theo yêu cầu", "hoàn tác")),
        ("en", ("erased for good", "elephone", "theo yêu cầu", "undone")),
    ):
        told = run("history", record, text=language)
        assert all(one in told for one in words), told
        assert "09123456" not in told


def test_judgements_and_identities_that_make_no_sense(run: Run, files: tuple[Path, Path]) -> None:
    one, other = records(run, files[0], "dinh so", "chua thay")
    dish = files[0].with_name("mon-an.csv")
    dish.write_text("Tên\nPhở\n", encoding="utf-8")
    run("import", dish, "--type", "dish", "--commit")
    food = run("search", "pho", "--type", "dish")["results"][0]["id"]
    judged = run("judge", one, other, "different", "--why", "hai làng")
    assert (judged["one"], judged["verdict"]) == (one, "different")
    assert "hai đối tượng khác nhau" in run(
        "judge", one, other, "different", "--why", "x", text="vi"
    )
    unknown = new_ulid()
    for arguments, code in (
        (("judge", one, one, "same", "--why", "x"), 2),
        (("judge", one, other, "maybe", "--why", "x"), 2),
        (("judge", one, unknown, "same", "--why", "x"), 1),
        (("judge", one, other, "same", "--why", ""), 2),
        (("merge", one, one, "--why", "x"), 2),
        (("merge", one, food, "--why", "x"), 2),
        (("merge", one, unknown, "--why", "x"), 1),
        (("merge", one, other, "--why", " "), 2),
        (("merge", one, other, "--take", "khong_co", "--why", "x"), 2),
        (("split", one, "--why", "x"), 1),
        (("split", unknown, "--why", "x"), 1),
        (("withdraw", unknown, "--why", "x"), 1),
        (("withdraw", one, "--why", ""), 2),
        (("withdraw", one), 2),
        (("verify", "--head", "abc"), 1),
    ):
        answer = run(*arguments, code=code)
        assert answer.get("error") or answer["findings"][0]["code"] == "head_not_in_ledger"
    assert run("verify")["changes"] == 4


ODD = ("", "x", "pack", "places", "%", "'", "0" * 26, "9" * 40, "ế" * 3000, "../../x", "\u202e")
"""What is no identifier of anything; `pack` and `places` are in the ledger, but are no records."""

UNEXPECTED = "Khuê met an unexpected error and stopped; nothing half done was written."


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_identifier_is_told(run: Run, files: tuple[Path, Path], odd: str) -> None:
    (record,) = records(run, files[0], "dinh so")
    proposal = run("edit", record, "name.en=So", "--why", "x", "--propose")["proposal"]
    changes = run("verify")["changes"]
    for command in (
        ("proposals", "show", odd),
        ("proposals", "accept", odd, "--why", "x"),
        ("proposals", "accept", proposal, "--record", odd, "--why", "x"),
        ("proposals", "reject", odd, "--word", "x"),
        ("proposals", "reject", proposal, "--record", odd, "--word", "x"),
        ("merge", record, odd, "--why", "x"),
        ("merge", odd, record, "--why", "x"),
        ("split", odd, "--why", "x"),
        ("withdraw", odd, "--why", "x"),
        ("withdraw", odd, "--restore", "--why", "x"),
        ("judge", odd, record, "same", "--why", "x"),
        ("edit", odd, "name.en=x", "--why", "x"),
        ("undo", odd),
        ("show", odd),
        ("history", odd),
    ):
        assert message(run(*command, code=1)) != UNEXPECTED, command
    assert run("verify")["changes"] == changes


@pytest.mark.parametrize(
    "command",
    [
        ("show", "{odd}"),
        ("import", "{odd}.csv", "--type", "relic", "--commit"),
        ("restore", "{odd}"),
        ("backup", "{odd}"),
        ("verify", "--head", "{odd}"),
        ("user", "add", "{odd}", "--role", "officer"),
        ("proposals", "show", "{odd}"),
        ("{odd}",),
    ],
)
def test_what_is_no_utf_8_is_told(run: Run, command: tuple[str, ...]) -> None:
    odd = b"danh-s\xe1ch".decode(errors="surrogateescape")  # as Python gives an argument
    given = [one.format(odd=odd) for one in command]
    assert "UTF-8" in message(run(*given, code=2))
    assert "UTF-8" in run(*given, code=2, text="vi")


def test_a_path_that_cannot_be_is_told(run: Run, tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (tmp_path / ("x" * 300), loop / "x", loop):
        for command, code in (
            (("import", path, "--type", "relic"), 1),
            (("import", path, "--type", "relic", "--save-mapping", path), 1),
            (("import", path, "--type", "relic", "--findings", f"{path}.xlsx"), 1),
            (("restore", path), 1),
            (("backup", path / "x"), 2),
            (("export", "--type", "relic", "--format", "csv", path / "x"), 1),
        ):
            assert message(run(*command, code=code)) != UNEXPECTED, (command, path.name[:4])


def test_a_head_printed_earlier_is_found_again(run: Run, files: tuple[Path, Path]) -> None:
    (record,) = records(run, files[0], "dinh so")
    head = run("verify")["head"]
    run("edit", record, "name.en=So", "--why", "dịch")
    assert run("verify", "--head", f" {head.upper()} ")["ok"]
    for empty in ("", " "):
        assert message(run("verify", "--head", empty, code=2)) == "--head has no hash."
    assert run("verify", "--head", "0" * 64, code=1)["findings"][0]["value"] == "0" * 64
    assert "KHÔNG" in run("verify", "--head", "0" * 64, code=1, text="vi")


def test_a_saved_mapping(run: Run, tmp_path: Path) -> None:
    file, mapping = tmp_path / "la.csv", tmp_path / "la.yaml"
    file.write_text("Gọi là\nĐình So\n", encoding="utf-8")
    mapping.write_text("columns: {Gọi là: name.vi}\nkey: [name.vi]\n", encoding="utf-8")
    run("import", file, "--type", "relic", "--mapping", mapping, "--commit")
    again = run("import", file, "--type", "relic", "--commit")
    assert (again["unchanged"], [one["code"] for one in again["findings"]]) == (
        1,
        ["mapping_saved_used"],
    )
    assert "ánh xạ đã lưu" in run("import", file, "--type", "relic", text="vi")
    run("import", file, "--type", "relic", "--no-mapping", code=1)
    mapping.write_text("columns: {Gọi là: name.vi}\nkey: [contact_phone]\n", encoding="utf-8")
    refused = run("import", file, "--type", "relic", "--mapping", mapping, code=1)
    assert refused["error"]["findings"][0]["code"] == "mapping_key_personal"


def test_what_the_public_sends_is_shown_with_its_contact(
    run: Run, files: tuple[Path, Path]
) -> None:
    [record] = records(run, files[0], "Đình So")
    sent = Report(record, "built", "thế kỷ 17", "bia", "nguoi.gui@vidu.vn")
    proposal = report_error(house(), sent, day=date(2026, 11, 22))
    for lang, actor in (("vi", "công chúng"), ("en", "the public")):
        for told in (
            run("proposals", "list", text=lang),
            run("proposals", "show", proposal, text=lang),
        ):
            assert f"· {actor} ·" in told
            assert "nguoi.gui@vidu.vn" in told
    assert run("proposals", "show", proposal)["contact"] == "nguoi.gui@vidu.vn"
    run("proposals", "accept", proposal, "--why", "đúng")
    assert run("proposals", "show", proposal)["contact"] is None
    run("proposals", "reject", proposal, "--word", "x", code=1)
