"""Figures, targets, policies and tasks in a planted registry: open ones with closed fields, and
closed ones that speak of the same, so that whatever is worked out of figures could tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khue import pipeline
from khue.lib.identifiers import new_ulid

if TYPE_CHECKING:
    from tests.pipeline.planting import World

REPORTED, COMPUTED = "cultural_industry_gdp_share", "relics_total"
"""An indicator that sources report, and one that is counted."""


def sow_figures(world: World) -> None:
    """Plant them, and compute all indicators at the position that the ledger has then."""
    policy = _record(world, "policy", "open", issued="2025-07-10")
    policy["progress_note"] = world.plants.secret("policy.progress_note of open")
    closed_policy = _record(world, "policy", "closed", issued="2025-07-11", amends=[policy["id"]])
    unit = _record(world, "organisation", "closed")
    documents = [policy, closed_policy, unit]
    for part in ("open", "closed"):
        documents += [
            _figure(world, part, REPORTED, "2024"),
            _figure(world, part, REPORTED, "2025"),
            _figure(world, part, COMPUTED, "2025"),
            _target(world, part, [policy, closed_policy][part == "closed"], unit),
            _task(world, part, policy, unit),
        ]
    world.commit(*documents)
    world.records |= {(one["type"], part_of(one)): one["id"] for one in documents}
    assert not [one for one in pipeline.measure(world.house).findings if one.level == "error"]


def part_of(document: dict[str, Any]) -> str:
    """The part that a document plays in the world."""
    return f"{'figures' if document['visibility'] == 'public' else 'staff'}:{document['id']}"


def _record(world: World, type_: str, part: str, **fields: Any) -> dict[str, Any]:
    where = f"{type_}.name of {part} figures"
    name = world.plants.open(where) if part == "open" else world.plants.secret(where)
    visibility = "public" if part == "open" else world.closed[0]
    fields = {"id": new_ulid(), "type": type_, "visibility": visibility, **fields}
    return {**fields, "name": {"vi": name, "en": name}}


def _figure(world: World, part: str, indicator: str, period: str) -> dict[str, Any]:
    """A figure of Hà Nội; a closed one contradicts the open one of its period."""
    value = 4 if part == "open" else world.plants.figure(f"value of a {part} {indicator}")
    own = world.pack.types["observation"].fields
    closed = [
        name for name, one in own.items() if one.visibility != "public" and one.kind == "text"
    ]
    return _record(
        world,
        "observation",
        part,
        indicator=indicator,
        period=period,
        value=value,
        unit="percent" if indicator == REPORTED else "relic",
        place={"code": "01", "stated": "Hà Nội"},
        **{name: world.plants.secret(f"observation.{name} of {part} figures") for name in closed},
    )


def _target(
    world: World, part: str, policy: dict[str, Any], unit: dict[str, Any]
) -> dict[str, Any]:
    return _record(
        world,
        "target",
        part,
        indicator=REPORTED,
        policy=policy["id"],
        responsible=unit["id"],
        value=7 if part == "open" else world.plants.figure("value of a closed target"),
        unit="percent",
        due="2025",
        place={"code": "01", "stated": "Hà Nội"},
        assessment=world.plants.secret(f"target.assessment of {part} figures"),
    )


def _task(world: World, part: str, policy: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    """A task that is overdue: it stands in lists of what is."""
    return _record(
        world,
        "task",
        part,
        policy=policy["id"],
        owner=unit["id"],
        due="2024",
        officer=world.plants.secret(f"task.officer of {part} figures"),
    )
