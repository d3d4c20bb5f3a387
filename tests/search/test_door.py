"""The door over the real registry: what is committed is found, what is closed is not, and each
finds what the registry lets them read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from khue import search
from khue.cli import reading as commands
from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import OPERATOR, PUBLIC, Actor, Scope
from khue.pipeline import house
from khue.registry import actions, drafting, queries
from khue.search import Query, door, generations, reading
from khue.search.results import results_of
from tests.search.conftest import told


@pytest.fixture
def pack(db: None, home: Path) -> Iterator[Pack]:
    """The real pack, over an empty ledger and an empty home."""
    yield house().pack
    for sight in ("public", "staff"):
        reading.forget(home / "index" / sight)


def commit(pack: Pack, type: str = "relic", **fields: object) -> str:
    record = new_ulid()
    document = {"id": record, "type": type, **fields}
    draft = actions.Draft(record, 0, None, document)
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=[draft], pack=pack)
    return record


def close(pack: Pack, record: str) -> None:
    version = drafting.heads([record])[record][0]
    changes = {"visibility": "restricted"}
    actions.edit(actor=OPERATOR, why="thử", record=record, base=version, changes=changes, pack=pack)


class SameConnection(threading.Thread):
    """Runs at once: a test's transaction can be seen through its own connection only."""

    def start(self) -> None:
        self.run()


def follow_to_end() -> None:
    """Wait for the thread that follows, if there is one."""
    for one in threading.enumerate():
        if one.name == "khue-search":
            one.join(20)


def test_who_died_before_indexing_is_caught_up_with(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(door, "threading", SimpleNamespace(Thread=SameConnection))
    closed, _ = commit(pack, name={"vi": "Đình zyxwkin"}), commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    close(pack, closed)  # and no word to the index
    assert search.position() == 2
    assert search.find(Query("dinh"), pack).total == 1
    assert search.position() == 3
    (hit,) = search.find(Query("dinh"), pack).hits
    assert hit.label["vi"] == "Đình So"
    files = [path for path in (home / "index" / "public").rglob("*") if path.is_file()]
    assert not any(b"zyxwkin" in path.read_bytes() for path in files)
    assert door.keep_up(pack) is None  # up to date


def test_it_looks_only_now_and_then_and_with_one_thread(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    commit(pack, name={"vi": "Đình Chèm"})
    may_end, calls = threading.Event(), list[object]()

    def slow(folders: object, *_: object) -> int:
        calls.append(folders)
        may_end.wait(20)
        raise OSError("no space left")  # is logged, and tried again

    monkeypatch.setattr("khue.search.following.catch_up", slow)
    monkeypatch.setattr(door, "LOOK_EVERY", 3600.0)
    monkeypatch.setattr(door, "_looked", -3600.0)
    for _ in range(3):
        assert search.find(Query(), pack).total == 1
    monkeypatch.setattr(door, "LOOK_EVERY", 0.0)
    assert search.find(Query(), pack).total == 1
    assert calls == [{sight: home / "index" / sight for sight in ("public", "staff")}]
    may_end.set()
    follow_to_end()
    again = door.keep_up(pack)
    assert again is not None
    again.join(20)
    assert len(calls) == 2


def test_committed_records_are_found(pack: Pack) -> None:
    assert search.find(Query(), pack).total == 0
    commit(pack, name={"vi": "Đình So"}, designations=[{"rank": "NAT"}])
    assert search.position() == 0
    assert search.catch_up(pack) == 1
    results = search.find(Query("đình so"), pack)
    assert [hit.label["vi"] for hit in results.hits] == ["Đình So"]
    assert [(value.value, value.count) for value in results.facets["rank"]] == [("NAT", 1)]
    assert set(results.facets) == {"type", "place", "present", "source", *pack.facets}
    assert search.position() == 1


def test_what_is_not_public_is_not_found(pack: Pack) -> None:
    commit(pack, name={"vi": "Đình kín"}, visibility="restricted")
    commit(pack, name={"vi": "Đình mở"}, contact_name="bimat1", internal_note="bimat2")
    search.catch_up(pack)
    assert [hit.label["vi"] for hit in search.find(Query("đình"), pack).hits] == ["Đình mở"]
    for text in ("kín", "bimat1", "bimat2", "bimat"):
        assert search.find(Query(text), pack).total == 0


def test_names_of_others_are_found_only_if_they_are_public(pack: Pack) -> None:
    closed = commit(pack, name={"vi": "Gióng kín"}, visibility="restricted")
    opened = commit(pack, name={"vi": "Gióng mở"})
    commit(pack, name={"vi": "Đền Hạ"}, related=[closed, opened])
    search.catch_up(pack)
    assert {hit.label["vi"] for hit in search.find(Query("gióng mở"), pack).hits} == {
        "Gióng mở",
        "Đền Hạ",
    }
    assert search.find(Query("kín"), pack).total == 0


PLACES = (
    "Phường Hoàn Kiếm, Hà Nội",
    "Xã Bát Tràng, Gia Lâm, Hà Nội",
    "Quốc Oai, Hà Nội",
    "Không có nơi này",
)


def readers(units: list[str]) -> Iterator[Actor]:
    """Who may ask: everyone, and those with roles, without limits and with."""
    yield PUBLIC
    yield OPERATOR
    yield Actor("a", frozenset({"nobody knows"}))
    viewer = frozenset({"viewer"})
    for types in (None, frozenset({"person"})):
        for some in (None, frozenset[str](), *(frozenset({unit}) for unit in units)):
            yield Actor("a", viewer, some, types)


def test_each_finds_what_the_registry_lets_them_read(pack: Pack) -> None:
    for number, stated in enumerate(PLACES):
        place = house().resolve_place(stated)
        for visibility in ("public", "staff", "restricted"):
            commit(
                pack, ("relic", "person")[number % 2], name={"vi": "Tên"}, place=place,
                visibility=visibility, location_sensitive=True, internal_note="bimat",
            )  # fmt: skip
    gone = commit(pack, name={"vi": "Tên"})
    actions.withdraw(actor=OPERATOR, why="thử", record=gone, pack=pack)
    search.catch_up(pack)
    counted = search.find(Query(), pack, OPERATOR).facets["place"]
    units = [value.value for value in counted]
    assert len(units) > 4
    for actor in readers(units):
        visible = queries.visible_ids(actor, "read_public")
        found = {hit.id for hit in search.find(Query("tên", limit=100), pack, actor).hits}
        assert found == visible == set(queries.ids(actor))
        whole = queries.visible_ids(actor, "read")
        noted = search.find(Query("bimat", limit=100), pack, actor)
        assert {hit.id for hit in noted.hits} == whole
    assert len(queries.visible_ids(OPERATOR, "read")) == 12


def test_a_merge_and_a_split(pack: Pack) -> None:
    winner = commit(pack, "person", name={"vi": "Phùng Hưng"})
    loser = commit(pack, "person", name={"vi": "Bố Cái Đại Vương"})
    commit(pack, name={"vi": "Đình Cao"}, worshipped_persons=[loser])
    search.catch_up(pack)

    def temples(text: str) -> list[str]:
        query = Query(text, type="relic")
        each = [search.find(query, pack, actor).hits for actor in (PUBLIC, OPERATOR)]
        assert each[0] == each[1]
        return [hit.label["vi"] for hit in each[0]]

    assert temples("bố cái") == ["Đình Cao"]
    actions.merge(actor=OPERATOR, why="một người", winner=winner, loser=loser, pack=pack)
    search.catch_up(pack)
    assert search.find(Query(type="person"), pack, OPERATOR).total == 1
    assert (temples("bố cái"), temples("phùng hưng")) == ([], ["Đình Cao"])
    version = drafting.heads([winner])[winner][0]
    changes = {"name.vi": "Phùng Đại Vương"}
    actions.edit(actor=OPERATOR, why="sửa", record=winner, base=version, changes=changes, pack=pack)
    search.catch_up(pack)
    assert (temples('"phùng hưng"'), temples("phùng đại")) == ([], ["Đình Cao"])
    actions.split(actor=OPERATOR, why="hai người", record=loser, pack=pack)
    search.catch_up(pack)
    assert (temples("phùng đại"), temples("bố cái")) == ([], ["Đình Cao"])
    assert search.find(Query(type="person"), pack).total == 2


def test_what_is_erased_is_in_no_file(pack: Pack, home: Path) -> None:
    source = {"name": "so", "key": "person/1", "stated": {"home_address": "Ngõ Zyxwkin"}}
    record = commit(
        pack, "person", name={"vi": "Bà Năm"}, home_address="Ngõ Zyxwkin", sources=[source]
    )  # fmt: skip
    search.catch_up(pack)
    assert search.find(Query("zyxwkin"), pack, OPERATOR).total == 1
    assert told(home / "index" / "staff", "zyxwkin") == ["closed"]
    assert told(home / "index" / "public", "zyxwkin") == []
    actions.erase(
        actor=OPERATOR, why="theo yêu cầu", record=record, field="home_address", pack=pack
    )
    search.catch_up(pack)
    assert [told(home / "index" / sight, "zyxwkin") for sight in ("public", "staff")] == [[], []]
    assert search.find(Query("zyxwkin"), pack, OPERATOR).total == 0
    assert search.find(Query("bà năm"), pack, OPERATOR).total == 1


def test_a_missing_index_is_built_by_the_first_search(pack: Pack) -> None:
    commit(pack, name={"vi": "Đình So"})
    assert search.find(Query("dinh so"), pack).total == 1
    assert search.find(Query("dinh so"), pack, OPERATOR).total == 1


def test_an_index_found_corrupt_while_searching_is_rebuilt(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    calls: list[Path] = []

    def fails_once(reader: reading.Reader, query: Query, seen: Scope) -> search.Results:
        calls.append(reader.generation)
        if len(calls) == 1:
            raise ValueError("Data corrupted: 'x.store'")
        return results_of(reader, query, seen)

    monkeypatch.setattr("khue.search.door.results_of", fails_once)
    assert search.find(Query("dinh so"), pack).total == 1
    assert calls[0] != calls[1] == generations.current(home / "index" / "public")


def test_rebuild_gives_the_same(pack: Pack) -> None:
    for name in ("Đình So", "Đình Chèm", "Chùa Láng"):
        commit(pack, name={"vi": name})
    search.catch_up(pack)
    before = search.find(Query("dinh"), pack)
    assert search.rebuild(pack) == 3
    after = search.find(Query("dinh"), pack)
    assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
    assert after.facets == before.facets


def test_the_command_finds_all_and_says_what_is_not_public(
    pack: Pack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "start", lambda: None)  # the home is prepared
    commit(pack, name={"vi": "Đình Kín"}, visibility="restricted")
    commit(pack, name={"vi": "Đình So"}, internal_note="bimat")
    for asked, lines in (
        ("dinh", ["Đình Kín · Di tích · không công khai", "Đình So · Di tích"]),
        ("bimat", ["Đình So · Di tích"]),
    ):
        commands.search_command.main([asked], standalone_mode=False)
        told = capsys.readouterr().out.splitlines()
        assert sorted(line.split(maxsplit=1)[1] for line in told[1:]) == lines


def test_the_command_tells_what_it_understood_and_what_may_be_meant(
    pack: Pack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "start", lambda: None)  # the home is prepared
    commit(pack, name={"vi": "Đình So"}, designations=[{"rank": "NAT"}])
    commit(pack, name={"vi": "Đình Chèm"})
    for language, asked, lines in (
        ("vi", "rank:national dinh", ["Lọc theo rank:national: Quốc gia", "Kết quả: 1"]),
        ("en", "rank:national dinh", ["Filtered by rank:national: National", "Results: 1"]),
        ("vi", "dinh chemm", ["Kết quả: 1", "Có phải bạn muốn tìm: Đình Chèm"]),
        ("en", "dinh chemm", ["Results: 1", "Did you mean: Đình Chèm"]),
    ):
        monkeypatch.setenv("KHUE_LANG", language)
        commands.search_command.main([asked], standalone_mode=False)
        assert capsys.readouterr().out.splitlines()[: len(lines)] == lines
    commands.search_command.main(["hạng:nat so", "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["text"], told["spelling"]) == (1, "so", None)
    assert told["understood"] == [{"typed": "hạng:nat", "values": [["rank", "NAT"]]}]


def test_suggestions_are_what_each_may_find(pack: Pack) -> None:
    commit(pack, name={"vi": "Đình Zyxwkin"}, visibility="restricted")
    record = commit(pack, name={"vi": "Đình Zyxwmo"})

    def told(actor: Actor) -> list[str]:
        return [one.label["vi"] for one in search.suggest(search.Query("zyxw"), pack, actor).names]

    assert told(PUBLIC) == ["Đình Zyxwmo"]
    assert told(OPERATOR) == ["Đình Zyxwkin", "Đình Zyxwmo"]
    actions.withdraw(actor=OPERATOR, why="thôi", record=record, pack=pack)
    search.catch_up(pack)
    assert told(PUBLIC) == []
    assert search.find(Query("zyxwmu"), pack).spelling is None
