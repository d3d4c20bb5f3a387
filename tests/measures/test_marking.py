"""What may be told is marked by the rules of today; what was marked by others is not told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from khue.lib.identifiers import new_ulid
from khue.measures import suppression
from khue.measures import values as kept
from khue.measures.marking import is_marked, mark
from khue.measures.models import ComputedValue, Definition, Marking
from khue.measures.suppression import RULED_BY, RULES, rules_in
from khue.model.errors import NotFound
from khue.pipeline import house, measure, records_behind
from tests.measures.test_values import commit, pack_folder, state

pytestmark = pytest.mark.django_db

__all__ = ["pack_folder"]

PEOPLE: dict[str, Any] = {
    "breakdowns": [],
    "unit": "person",
    "obtained": "computed",
    "select": "SELECT count(*) AS value, array_agg(id) AS records FROM person",
}
RATE: dict[str, Any] = {
    "breakdowns": [],
    "unit": "percent",
    "obtained": "derived",
    "formula": "people / all * 100",
}


def persons(count: int) -> None:
    commit([{"id": new_ulid(), "type": "person", "name": {"vi": "Bà Hà"}} for _ in range(count)])


def relics(count: int) -> None:
    commit([{"id": new_ulid(), "type": "relic", "name": {"vi": "Đình"}} for _ in range(count)])


def told(position: int, *keys: str) -> list[float | None]:
    every = [kept.values_of(key, position=position) for key in keys]
    assert all(len(some) == 1 for some in every)
    return [some[0].value for some in every]


def test_what_was_marked_by_other_rules_is_not_told_before_it_is_marked_again(
    pack_folder: Path,
) -> None:
    state(pack_folder, "rate", **RATE)
    relics(20)
    persons(12)
    run = measure(house())
    at = run.position
    assert told(at, "people", "rate", "all") == [12, 60, 20]
    assert is_marked(at)
    before = kept.last_value()
    # As a program with other rules would have left it, and one that kept no marks.
    for leave in (lambda: Marking.objects.update(rules="older"), Marking.objects.all().delete):
        leave()
        assert not is_marked(at)
        assert told(at, "people", "rate", "all") == [None, None, 20]
        assert [one.value for one in kept.past_values("people", {})] == [None]
        (one,) = kept.values_of("people", position=at)
        assert (one.suppressed, one.unmarked, one.records, one.digest) == (True, True, None, "")
        with pytest.raises(NotFound):
            records_behind(house(), one)
        (one,) = kept.values_of("people", position=at, whole=True)
        assert (one.value, one.unmarked) == (12, True)
        again = measure(house())
        assert (again.new, again.position) == (0, at)
        assert told(at, "people", "rate", "all") == [12, 60, 20]
        assert kept.last_value() > before


def test_what_is_marked_while_it_is_read_is_not_told(pack_folder: Path) -> None:
    persons(3)
    at = measure(house()).position
    ComputedValue.objects.update(suppressed=False, of_itself=False)
    Marking.objects.all().delete()
    asked: list[str] = []

    def another(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Marks right after the values were read, as another process may."""
        asked.append(sql)
        if len(asked) == 2:
            mark(at, lambda *_: "", lambda _: "2026-01-01")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another):
        (one,) = kept.past_values("people", {})
    assert len(asked) > 2
    assert is_marked(at)
    assert (one.value, one.unmarked) == (None, True)
    assert told(at, "people") == [None]


@pytest.mark.parametrize("module", RULED_BY)
def test_the_rules_are_others_whenever_what_decides_is(module: str, tmp_path: Path) -> None:
    own = Path(suppression.__file__).parent
    for name in RULED_BY:
        shutil.copy(own / name, tmp_path)
    assert rules_in(tmp_path) == RULES
    with (tmp_path / module).open("a") as file:
        file.write("# Other rules.\n")
    assert rules_in(tmp_path) != RULES


def test_marks_of_a_program_that_told_more_are_taken_back(pack_folder: Path) -> None:
    persons(3)
    at = measure(house()).position
    persons(20)
    ComputedValue.objects.update(suppressed=False, of_itself=False)
    Marking.objects.update(rules="older")
    for row in Definition.objects.all():  # it did not keep all that is needed now
        row.document = row.document.replace('"within"', '"elsewhere"')
        row.save()
    assert told(at, "people") == [None]
    later = measure(house()).position
    assert told(at, "people") == [None]
    assert told(later, "people") == [23]
    assert [one.unmarked for one in kept.values_of("people", position=at)] == [False]


def test_what_a_run_has_hidden_a_later_one_does_not_tell_for_a_year(pack_folder: Path) -> None:
    persons(4)
    first = measure(house()).position
    persons(2)
    second = measure(house()).position
    assert told(first, "people") == told(second, "people") == [None]
    own = ComputedValue.objects.filter(indicator="people").order_by("position")
    assert [one.of_itself for one in own] == [True, False]
    persons(3)
    third = measure(house()).position
    assert told(third, "people") == [9]
    # Nobody compares with what was hidden long ago.
    Marking.objects.filter(position=first).update(day="2020-01-01")
    Marking.objects.filter(position=second).update(rules="older")
    measure(house())
    assert told(second, "people") == [6]


def test_of_two_definitions_at_one_position_only_the_newer_is_told(pack_folder: Path) -> None:
    persons(12)
    at = measure(house()).position
    fewer = f"{PEOPLE['select']} WHERE id <> (SELECT min(id) FROM person)"
    state(pack_folder, "people", **PEOPLE | {"select": fewer})
    assert measure(house()).position == at
    assert told(at, "people") == [11]
    assert [one.value for one in kept.past_values("people", {})] == [None, 11]


def test_few_of_a_part_are_not_told_by_what_it_is_within(pack_folder: Path) -> None:
    part = f"{PEOPLE['select']} WHERE id <> (SELECT min(id) FROM person)"
    state(pack_folder, "others", **PEOPLE | {"select": part, "within": "people"})
    persons(12)
    at = measure(house()).position
    assert told(at, "people", "others") == [12, None]
