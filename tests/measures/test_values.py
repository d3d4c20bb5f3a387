"""Indicators from their files to kept values, which come out the same when computed again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from khue.lib.identifiers import new_ulid
from khue.measures import archive
from khue.measures import values as kept
from khue.measures.compute import compute
from khue.measures.indicators import load_indicators
from khue.measures.models import ComputedValue
from khue.measures.selects import check_select, translate
from khue.model.errors import Refused
from khue.model.rights import OPERATOR
from khue.pipeline import house, measure, measure_again
from khue.pipeline.measuring import columns_of, indicators_of
from khue.registry import actions, queries
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

WARDS = ("00070", "00166", None)
BASE: dict[str, Any] = {
    "name": {"vi": "Số", "en": "Number"},
    "definition": {"vi": "Số", "en": "Number"},
    "method": {"vi": "Đếm", "en": "Counted"},
    "unit": "relic",
    "direction": "up",
    "dimension": "heritage",
    "flow_stock": "stock",
    "frequency": "year",
}
COUNT = "SELECT place, count(*) AS value, array_agg(id) AS records"
BY_PLACE = "GROUP BY GROUPING SETS ((), (place)) HAVING grouping(place) = 1 OR place IS NOT NULL"
INDICATORS: dict[str, dict[str, Any]] = {
    "all": {
        "breakdowns": ["place"],
        "obtained": "computed",
        "select": f"{COUNT} FROM relic {BY_PLACE}",
    },
    "ranked": {
        "breakdowns": ["place"],
        "obtained": "computed",
        "within": "all",
        "select": f"{COUNT} FROM relic WHERE id IN"
        f" (SELECT id FROM relic__designations WHERE rank <> 'NONE') {BY_PLACE}",
    },
    "objects": {
        "breakdowns": [],
        "unit": "object",
        "obtained": "computed",
        "select": "SELECT sum(object_count) AS value, array_agg(id) AS records,"
        " array_agg(object_count) AS amounts FROM relic WHERE object_count IS NOT NULL",
    },
    "share": {
        "breakdowns": ["place"],
        "unit": "percent",
        "obtained": "derived",
        "formula": "ranked / all * 100",
    },
    "people": {
        "breakdowns": [],
        "unit": "person",
        "obtained": "computed",
        "select": "SELECT count(*) AS value, array_agg(id) AS records FROM person",
    },
    "told": {"breakdowns": [], "obtained": "reported"},
}


@pytest.fixture
def pack_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with indicators of our own, and places that take no time."""
    house()  # with the types of the real pack
    settings.KHUE_PACK = tmp_path / "pack"
    (settings.KHUE_PACK / "indicators").mkdir(parents=True)
    for key, one in INDICATORS.items():
        state(settings.KHUE_PACK, key, **one)
    monkeypatch.setattr("khue.pipeline.snapshots.gazetteer_of", lambda loaded: SimpleNamespace())
    monkeypatch.setattr("khue.snapshot.writing._places", lambda gazetteer, columns: [])
    return Path(settings.KHUE_PACK)


def state(folder: Path, name_: str, **own: Any) -> None:
    text = yaml.safe_dump({"key": name_, **BASE, **own}, allow_unicode=True, sort_keys=False)
    (folder / "indicators" / f"{name_}.yaml").write_text(text, encoding="utf-8")
    indicators_of.__globals__["_indicators_in"].cache_clear()


def load(folder: Path) -> Any:
    columns = columns_of(house().pack)
    return load_indicators(folder, tables=columns, vocabularies=house().pack.vocabularies)


def relic(random: Random, **fields: Any) -> dict[str, Any]:
    ward = random.choice(WARDS)
    candidates = [
        {"code": one, "name": "x", "source": "y"} for one in ([ward] if ward else WARDS[:2])
    ]
    rank = random.choice(("NAT", "PROV", "NONE", None))
    return {
        "id": new_ulid(),
        "type": "relic",
        "name": {"vi": f"Đình {random.random()}"},
        "place": {"stated": "x", "code": ward, "candidates": candidates, "within": "01"},
        "object_count": random.randrange(40),
        **({"designations": [{"rank": rank, "date": "1990"}]} if rank else {}),
        **fields,
    }


def commit(documents: list[dict[str, Any]]) -> None:
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=house().pack)


def change(random: Random, record: str) -> None:
    """Something that people do to a record."""
    pack = house().pack
    view = queries.get(OPERATOR, record, pack)
    if view is None or view.id != record:
        return
    what = random.choice(("rank", "close", "count", "withdraw", "merge"))
    if what == "withdraw":
        with suppress(Refused):  # it stands for others
            actions.withdraw(actor=OPERATOR, why="thử", record=record, pack=pack)
    elif what == "merge":
        other = random.choice([*queries.ids(OPERATOR, "relic")])
        if other != record:
            actions.merge(actor=OPERATOR, why="thử", loser=record, winner=other, pack=pack)
    else:
        changes: dict[str, Any] = {
            "rank": {"designations": [{"rank": random.choice(("SPEC", "NONE"))}]},
            "close": {"visibility": random.choice(("staff", None))},
            "count": {"object_count": random.randrange(40)},
        }[what]
        actions.edit(
            actor=OPERATOR, why="thử", record=record, base=view.version, changes=changes, pack=pack
        )


def told(indicator: str, position: int) -> dict[str, float | None]:
    found = kept.values_of(indicator, position=position)
    return {one.place: one.value for one in found}


def test_values_come_out_the_same_however_the_registry_goes_on(
    pack_folder: Path, settings: Any
) -> None:
    random = Random(3)
    documents = [relic(random) for _ in range(60)]
    commit([*documents, {"id": new_ulid(), "type": "person", "name": {"vi": "Bà Hà"}}])
    run = measure(house())
    assert run.findings == ()
    assert run.new == run.values > 8
    position = run.position
    naive = {ward: sum(one["place"]["code"] == ward for one in documents) for ward in WARDS[:2]}
    assert told("all", position) == {"": 60, **naive}
    total = sum(one["object_count"] for one in documents)
    assert told("objects", position) == {"": total}
    ranked = told("ranked", position)
    share = {place: ranked[place] * 100 / all_ for place, all_ in told("all", position).items()}  # type: ignore[operator]
    assert told("share", position) == pytest.approx(share)
    for row in ComputedValue.objects.exclude(indicator__in=["share", "objects"]):
        assert row.records == row.value
    # One person is not told to everyone.
    assert told("people", position) == {"": None}
    assert [one.value for one in kept.values_of("people", position=position, whole=True)] == [1]
    for record in random.sample([one["id"] for one in documents], 40):
        change(random, record)
    state(pack_folder, "ranked", **INDICATORS["ranked"] | {"select": INDICATORS["all"]["select"]})
    later = measure(house())
    assert later.findings == ()
    assert told("all", later.position) != told("all", position)
    shutil.rmtree(Path(settings.KHUE_HOME) / "snapshots")
    count, findings = measure_again(house())
    assert findings == []
    assert count == ComputedValue.objects.count() == run.values + later.values
    again = measure(house(), at=later.position)
    assert (again.new, again.findings) == (0, ())
    # What was kept and no longer comes out is told, and stays.
    ComputedValue.objects.filter(indicator="objects", position=position).update(value=1)
    _, findings = measure_again(house())
    assert [one.code for one in findings] == ["indicator_recomputed_differs"]


def test_an_indicator_that_fails_is_told_and_keeps_no_other_back(pack_folder: Path) -> None:
    commit([relic(Random(1))])
    listed = "array_agg(id) AS records FROM"
    for key, select in (
        ("wrong", f"SELECT sum(height) AS value, {listed} relic"),
        ("thief", f"SELECT 1 AS value, {listed} '/etc/passwd'"),
    ):
        state(pack_folder, key, obtained="computed", select=select)
    run = measure(house())
    assert [one.code for one in run.findings] == ["indicator_table_unknown", "indicator_not_bound"]
    assert told("all", run.position)[""] == 1


def test_what_is_made_up_is_told_and_not_kept(pack_folder: Path) -> None:
    commit([relic(Random(1))])
    made_up = {
        "invented": "SELECT 3 AS value, ['NOT-A-RECORD', 'B', 'C'] AS records",
        "bare": "SELECT 5 AS value",
        "starred": "SELECT * FROM (SELECT 5 AS value)",
    }
    for key, select in made_up.items():
        state(pack_folder, key, obtained="computed", select=select)
    run = measure(house())
    assert {(one.code, one.message["en"].split("'")[1]) for one in run.findings} == {
        ("indicator_records_unknown", "B"),
        ("indicator_column_missing", "records"),
    }
    assert {one.field for one in run.findings} == made_up.keys()
    assert {one.to_json()["field"] for one in run.findings} == made_up.keys()
    kept_keys = set(ComputedValue.objects.values_list("indicator", flat=True))
    assert kept_keys.isdisjoint(made_up)
    assert "all" in kept_keys


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"colour": "red"}, "indicator_key_unknown"),
        ({"name": {"vi": "Một"}}, "indicator_language_missing"),
        ({"method": None}, "indicator_key_missing"),
        ({"key": "another"}, "indicator_key_wrong"),
        ({"direction": "sideways"}, "indicator_choice"),
        ({"unit": "parsec"}, "indicator_choice"),
        ({"breakdowns": "place"}, "indicator_list"),
        ({"breakdowns": ["a", "a"]}, "indicator_breakdowns"),
        ({"sums": ["rank"]}, "indicator_no_breakdown"),
        ({"sources": [{"url": "https://example.org"}]}, "indicator_source"),
        ({"formula": "all"}, "indicator_way_differs"),
        ({"obtained": "derived", "formula": "all / nothing"}, "indicator_terms"),
        ({"obtained": "derived", "formula": "one + 1"}, "indicator_terms"),
        ({"obtained": "derived", "formula": "open('x')"}, "indicator_formula"),
        ({"obtained": "derived"}, "indicator_key_missing"),
        ({"within": "nothing"}, "indicator_terms"),
        ({"recounts": "nothing"}, "indicator_terms"),
    ],
)
def test_every_key_of_a_file_is_checked(pack_folder: Path, own: dict[str, Any], code: str) -> None:
    state(pack_folder, "one", **{"breakdowns": [], "obtained": "reported", **own})
    found, findings = load(pack_folder)
    assert code in [one.code for one in findings]
    assert all(one.message["vi"] and one.mend["en"] for one in findings)
    assert "all" in found


def test_a_file_that_is_no_yaml_is_told(pack_folder: Path) -> None:
    (pack_folder / "indicators" / "torn.yaml").write_bytes(b"key: [\xff")
    (pack_folder / "indicators" / "list.yaml").write_text("- 1")
    codes = [one.code for one in load(pack_folder)[1]]
    assert codes == ["indicator_unreadable", "indicator_unreadable"]


def test_a_version_follows_from_the_file_and_from_what_its_formula_names(pack_folder: Path) -> None:
    before, _ = load(pack_folder)
    state(pack_folder, "ranked", **INDICATORS["ranked"] | {"asked_by": ["1/2026"]})
    after, _ = load(pack_folder)
    changed = {key for key in before if before[key].version != after[key].version}
    assert changed == {"ranked", "share"}


def test_all_indicators_of_the_pack_fit_its_tables_and_can_be_carried_to_spark() -> None:
    columns = columns_of(house().pack)
    found, findings = load(ROOT / "packs" / "vietnam")
    assert findings == []
    for one in found.values():
        if one.obtained == "computed":
            assert check_select(one.select, columns, ("value", *one.breakdowns)) == ()
            assert translate(one.select)
    assert compute(found, columns, None)[1] == []


def test_values_go_into_a_backup_and_come_back(
    pack_folder: Path,
) -> None:
    random = Random(5)
    commit([relic(random) for _ in range(3)])
    measure(house())
    rows = {name: [*archive.rows(name)] for name in archive.ORDER}
    assert rows["values"]
    assert rows["markings"]
    archive.clear()
    assert not ComputedValue.objects.exists()
    for name in archive.ORDER:
        archive.fill(name, archive.columns(name), rows[name])
    assert {name: [*archive.rows(name)] for name in archive.ORDER} == rows
    assert measure_again(house())[1] == []
