"""How tasks stand: done is what is recorded as done; overdue what is past its date and is not."""

from __future__ import annotations

from typing import Any

import pytest

from khue.lib.dates import Day
from khue.measures.standings import standing, task_of

TODAY: Day = (2026, 2, 1)


def task(**fields: Any) -> dict[str, Any]:
    return {"id": "T", "type": "task", "name": {"vi": "Lập kế hoạch"}, **fields}


@pytest.mark.parametrize(
    ("fields", "state", "days"),
    [
        ({"due": "2025-12-31"}, "overdue", 32),
        ({"due": "2025"}, "overdue", 32),
        ({"due": "2026-01-31"}, "overdue", 1),
        ({"due": "2026-02-01"}, "unknown", None),
        ({"due": "2030", "states": [{"status": "in_progress"}]}, "in_progress", None),
        ({"due": "2025", "states": [{"status": "in_progress", "date": "2024-12"}]}, "overdue", 32),
        ({"states": [{"status": "late"}]}, "overdue", None),
        ({"due": "2030", "states": [{"status": "not_started"}]}, "not_started", None),
        ({"due": "2025", "done": "2026-01"}, "done", None),
        ({"due": "2025", "states": [{"status": "done", "date": "2026-01"}]}, "done", None),
        ({"due": "2025", "states": [{"status": "cancelled"}]}, "cancelled", None),
        ({}, "unknown", None),
        ({"due": "bao giờ xong thì thôi"}, "unknown", None),
    ],
)
def test_a_task_stands(fields: dict[str, Any], state: str, days: int | None) -> None:
    told = standing(task_of(task(**fields)), TODAY)
    assert (told.state, told.days) == (state, days)
    assert set(told.why) == set(told.label) == {"vi", "en"}


def test_the_newest_report_counts() -> None:
    states = [
        {"status": "done", "date": "2026-01"},
        {"status": "in_progress", "date": "2025-06"},
        {"status": "not_started"},
    ]
    assert task_of(task(states=states)).status == "done"
    same_day = [{"status": one, "date": "2025"} for one in ("in_progress", "late")]
    assert task_of(task(states=same_day)).status == "late"


def test_it_says_why_with_the_dates() -> None:
    states = [{"status": "in_progress", "date": "2024-12"}]
    told = standing(task_of(task(due="2025-12-31", states=states)), TODAY)
    assert told.why["en"] == (
        "Due 31 December 2025, 32 days ago; not recorded as done. "
        "Last update December 2024: in progress."
    )
    assert told.why["vi"].startswith("Hạn 31/12/2025 đã qua 32 ngày, chưa ghi nhận hoàn thành.")
