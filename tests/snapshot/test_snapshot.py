"""Snapshots: what stands in the tables, that the public one shows nothing closed, that the same
position gives the same bytes however the registry goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from khue import snapshot
from khue.lib.identifiers import new_ulid
from khue.model.errors import NotFound, WrongUse
from khue.model.rights import OPERATOR, PUBLIC
from khue.pipeline import house, take_snapshot
from khue.registry import actions, queries
from khue.snapshot.layout import layout
from tests.pipeline.records import sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gazetteer is the same in every snapshot: here it is small, or each takes a second."""
    small = SimpleNamespace(
        provinces=lambda: (), communes=lambda code: (), predecessors=lambda code: ()
    )
    monkeypatch.setattr("khue.pipeline.snapshots.gazetteer_of", lambda loaded: small)
    monkeypatch.setattr("khue.snapshot.writing._places", lambda gazetteer, columns: [])


def commit(*documents: Mapping[str, Any]) -> list[str]:
    drafts = [actions.Draft(one["id"], 0, None, dict(one)) for one in documents]
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=house().pack)
    return [one["id"] for one in documents]


def edit(record: str, **changes: Any) -> None:
    view = queries.get(OPERATOR, record, house().pack)
    assert view is not None
    actions.edit(
        actor=OPERATOR,
        why="thử",
        record=record,
        base=view.version,
        changes=changes,
        pack=house().pack,
    )


def relic(name: str = "Đình So", **fields: Any) -> dict[str, Any]:
    return {"id": new_ulid(), "type": "relic", "name": {"vi": name}, **fields}


def rows(taken: Any, table: str) -> list[dict[str, Any]]:
    path = taken.folder / f"{table}.parquet"
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.exists() else []
    return found


def digests(taken: Any) -> dict[str, str]:
    return {name: one["sha256"] for name, one in taken.manifest.files.items()}


def test_each_kind_of_value_has_its_columns() -> None:
    complex_ = relic("Quần thể")
    place = {
        "stated": "Xã Bát Tràng",
        "code": None,
        "candidates": [
            {"code": "00565", "name": "a", "source": "x"},
            {"code": "00004", "name": "b", "source": "x"},
            {"code": "00565", "name": "a", "source": "y"},
        ],
        "within": "01",
        "why": {"vi": "", "en": ""},
    }
    one = relic(
        place=place,
        point={"lon": 105.8, "lat": 21.0, "precision_m": 11, "datum": "WGS84"},
        period="16XX",
        built="1890/..",
        area={"value": 1250.5, "unit": "m2"},
        component_count=3,
        worshipped=["Thành hoàng", "Phật"],
        part_of=complex_["id"],
        designations=[
            {"rank": "PROV", "date": "1990"},
            {
                "rank": "NAT",
                "date": "2012-04-28",
                "decision": {"text": "1272/QĐ-TTg", "year": 2009, "date": "2009-08-12"},
            },
        ],
    )
    commit(complex_, one)
    taken = take_snapshot(house(), sight="staff")
    (row,) = [row for row in rows(taken, "relic") if row["id"] == one["id"]]
    days = {name: str(row[name]) for name in ("period_from", "period_to", "built_from")}
    assert days == {
        "period_from": "1600-01-01",
        "period_to": "1699-12-31",
        "built_from": "1890-01-01",
    }
    wanted = {
        "id": one["id"],
        "version": 1,
        "invented": False,
        "name_vi": "Đình So",
        "name_en": None,
        "place": None,
        "place_province": "01",
        "place_stated": "Xã Bát Tràng",
        "place_candidates": ["00565", "00004"],
        "point_lon": 105.8,
        "point_lat": 21.0,
        "point_precision_m": 11.0,
        "period": "16XX",
        "built": "1890/..",
        "built_to": None,
        "area": 1250.5,
        "component_count": 3,
        "part_of": complex_["id"],
        "kind": None,
    }
    assert {name: row[name] for name in wanted} == wanted
    worshipped = [(one["position"], one["worshipped"]) for one in rows(taken, "relic__worshipped")]
    assert worshipped == [(1, "Thành hoàng"), (2, "Phật")]
    first, second = rows(taken, "relic__designations")
    assert (first["rank"], first["date"], str(first["date_to"])) == ("PROV", "1990", "1990-12-31")
    assert first["decision"] is None
    told = {name: second[f"decision{name}"] for name in ("", "_year", "_dated")}
    assert told == {"": "1272/QĐ-TTg", "_year": 2009, "_dated": "2009-08-12"}
    assert rows(taken, "relation") == [
        {"subject": one["id"], "field": "part_of", "object": complex_["id"]}
    ]


def test_every_table_has_the_columns_that_the_layout_says() -> None:
    """Of a registry with records of all types, each field of each filled more often than not."""
    pack, random = house().pack, Random(7)
    documents = [sample(pack, type_, random, {}) for type_ in pack.types.values() for _ in "ab"]
    commit(*documents)
    for sight in ("public", "staff"):
        taken = take_snapshot(house(), sight=sight)  # type: ignore[arg-type]
        for name, table in layout(pack, sight).items():  # type: ignore[arg-type]
            path = taken.folder / f"{name}.parquet"
            # A table without rows has no file.
            if path.exists():
                assert pq.read_schema(path).names == list(table.columns), name
        shown = {one["id"] for name in pack.types for one in rows(taken, name)}
        assert shown == set(queries.ids(OPERATOR if sight == "staff" else PUBLIC))
        assert len([*taken.folder.glob("*__*.parquet")]) > 100


def test_nothing_closed_is_in_a_public_one() -> None:
    closed, partly = commit(
        relic("Đền kín", visibility="staff", dossier="mật một"),
        relic("Chùa mở", dossier="mật hai", object_list="mật ba"),
    )
    taken = take_snapshot(house(), sight="public")
    assert [(one["id"], one["version"]) for one in rows(taken, "relic")] == [(partly, None)]
    assert "dossier" not in pq.read_schema(taken.folder / "relic.parquet").names
    for path in taken.folder.iterdir():
        table = "" if path.suffix == ".json" else str(pq.read_table(path).to_pylist())
        assert "mật" not in table
        assert "Đền kín" not in table
        assert closed not in table
    whole = take_snapshot(house(), sight="staff")
    assert {one["dossier"] for one in rows(whole, "relic")} == {"mật một", "mật hai"}


def test_the_same_position_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after the registry has gone on, in blocks and row groups that begin elsewhere, and made
    by as many processes as there are cores."""
    names = commit(*(relic(f"Chùa {number}", worshipped=["Phật"]) for number in range(40)))
    loser, winner = names[0], names[1]
    other = commit(relic("Lăng", part_of=loser), relic("Miếu", surroundings_of=loser))[0]
    actions.merge(actor=OPERATOR, why="thử", loser=loser, winner=winner, pack=house().pack)
    monkeypatch.setattr("khue.snapshot.parquet.GROUP", 15)
    position = queries.head()
    before = [
        take_snapshot(house(), sight=sight, folder=tmp_path / sight)  # type: ignore[arg-type]
        for sight in ("public", "staff")
    ]
    assert {one["part_of"] for one in rows(before[1], "relic")} >= {winner}
    edit(other, **{"name.vi": "Tên mới"})
    edit(names[5], visibility="staff")
    actions.withdraw(actor=OPERATOR, why="thử", record=names[7], pack=house().pack)
    actions.split(actor=OPERATOR, why="thử", record=loser, pack=house().pack)
    commit(*(relic(f"Mới {number}") for number in range(9)))
    monkeypatch.setattr("khue.snapshot.writing.BLOCK", 7)
    again = take_snapshot(house(), sight="staff", at=position, folder=tmp_path / "staff again")
    assert digests(again) == digests(before[1])
    assert again.manifest == before[1].manifest
    then = take_snapshot(
        house(), sight="public", at=position, rules="then", folder=tmp_path / "then"
    )
    assert digests(then) == digests(before[0])
    # By today's rules what has been closed or withdrawn since is closed in the past too.
    now = take_snapshot(house(), sight="public", at=position, folder=tmp_path / "now")
    gone = {one["id"] for one in rows(before[0], "relic")} - {
        one["id"] for one in rows(now, "relic")
    }
    assert gone == {names[5], names[7]}


def test_it_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(relic())
    folder = tmp_path / "out"
    first = take_snapshot(house(), sight="public", folder=folder)
    commit(relic("Chùa Hai"))

    def fail(*_: Any) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr("khue.snapshot.writing._put", fail)
        with pytest.raises(NotFound):
            take_snapshot(house(), sight="public", folder=folder)
    assert snapshot.read_manifest(folder) == first.manifest
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []
    second = take_snapshot(house(), sight="public", folder=folder)
    assert len(rows(second, "relic")) == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(WrongUse):
        take_snapshot(house(), sight="public", folder=tmp_path / "mine")
    with pytest.raises(NotFound):
        take_snapshot(house(), sight="public", at=queries.head() + 1)


def test_a_kept_one_is_used_again_and_one_of_the_past_is_not() -> None:
    (record,) = commit(relic())
    taken = take_snapshot(house(), sight="public")
    stamp = (taken.folder / snapshot.MANIFEST).stat().st_mtime_ns
    take_snapshot(house(), sight="public")
    assert (taken.folder / snapshot.MANIFEST).stat().st_mtime_ns == stamp
    edit(record, visibility="staff")
    past = take_snapshot(house(), sight="public", at=taken.manifest.position)
    assert past.folder == taken.folder
    assert rows(past, "relic") == []
