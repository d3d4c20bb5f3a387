"""A small registry for reports: one policy, targets that stand differently, a task that is late."""

from __future__ import annotations

from typing import Any

from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import figures_at, house
from khue.registry import actions, queries
from khue.reports import Frozen, ask, freeze

HANOI = {"stated": "Hà Nội", "code": "01", "within": "01"}
HUE = {"stated": "Huế", "code": "46", "within": "46"}
QUOTE = "nhà văn hóa đạt 40 % «kế hoạch» <1/2>"


def record(type_: str, name: str, **fields: Any) -> dict[str, Any]:
    """A document; without a place where it is None."""
    place = fields.pop("place", HANOI)
    return {
        "id": new_ulid(),
        "type": type_,
        "name": {"vi": name},
        **({"place": {**place, "candidates": []}} if place else {}),
        **fields,
    }


def commit(*documents: dict[str, Any]) -> None:
    """Records that are made, each with the document given."""
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=house().pack)


def fill() -> dict[str, str]:
    """The registry; gives identifiers by what they are."""
    unit = record("organisation", "Sở Văn hóa và Thể thao", place=None)
    policy = record(
        "policy",
        "Nghị quyết 24/2023/NQ-HĐND",
        place=None,
        issued="2023-07-10",
        description={"vi": "về thiết chế văn hóa ễ ợ ẩ ự"},
        citations=[{"title": "Công báo", "date": "2023-07-20"}],
    )
    share = {"policy": policy["id"], "indicator": "coverage_village_houses", "unit": "percent"}
    behind = record(
        "target", "Thôn có nhà văn hóa", value=80, due="2026", responsible=unit["id"], **share
    )
    figures = [
        record(
            "observation",
            "Thôn có nhà văn hóa",
            indicator="coverage_village_houses",
            unit="percent",
            value=value,
            period=period,
            status="actual",
            citations=[{"title": f"Báo cáo {period}", "publisher": "Sở", "quote": QUOTE}],
        )
        for value, period in ((38, "2023"), (40, "2024"), (41, "2025"))
    ]
    elsewhere = record("target", "Nhà văn hóa ở Huế", place=HUE, value=9, due="2026", **share)
    closed = record("target", "Chỉ tiêu chưa công bố", value=7, due="2026", **share)
    closed["visibility"] = "staff"
    late = record(
        "task",
        "Xây nhà văn hóa",
        policy=policy["id"],
        owner=unit["id"],
        due="2025-03-01",
        serves=[behind["id"]],
        states=[{"status": "in_progress", "date": "2025-01"}, {"status": "done", "date": "2026"}],
    )
    commit(unit, policy)
    commit(behind, elsewhere, closed, *figures)
    commit(late)
    return {"policy": policy["id"], "behind": behind["id"], "late": late["id"], "unit": unit["id"]}


def frozen(period: str = "2025", at: int | None = None, place: str = "01") -> Frozen:
    """The registry of a province (Hà Nội by default) at a position, for a period."""
    home, position = house(), queries.position(at)
    unit = home.gazetteer.unit(place)
    assert position is not None
    assert unit is not None
    asked = ask(unit, period, position, home.gazetteer)
    figures = figures_at(home, position.seq, asked.day)
    return freeze(asked, figures, home.pack, home.gazetteer)
