"""Policies: what is overdue and who answers for it, one policy down to what proves it, and the way
from a target that is behind to the records; never what is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.measures.values import ValueView
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.web.portal import house as ask_house
from khue.web.portal.measured import public_figures
from khue.web.portal.present.dragging import places_told
from tests.web.conftest import SECRET, Town, _commit, _source
from tests.web.test_pages import text

HANOI = {"code": "01", "stated": "Hà Nội"}
RATIO = {"value": 63.7, "unit": "percent", "numerator": 1186, "denominator": 1761}


@dataclass(frozen=True)
class Plans:
    """The records: a law, a resolution that implements it, a plan that implements that."""

    law: str
    resolution: str
    plan: str
    unit: str
    target: str
    late: str
    done: str
    figure: str
    town: Town


def _named(type_: str, vi: str, **fields: Any) -> dict[str, Any]:
    return {"id": new_ulid(), "type": type_, "name": {"vi": vi}, **fields}


@pytest.fixture
def plans(visit: Client, town: Town) -> Plans:
    unit = _named("organisation", "Ban Di tích")
    law = _named("policy", "Luật Di sản", issued="2024-11-23")
    resolution = _named(
        "policy",
        "Nghị quyết <b>thử</b>",
        issued="2025-07-10",
        implements=[law["id"]],
        subject={"vi": "Nghị quyết về di tích", "en": "Resolution on relics"},
        goals=[{"text": {"vi": "Giữ gìn di tích"}, "due": "2030"}],
        applies_to=[town.dinh_so, town.hidden],
    )
    plan = _named("policy", "Kế hoạch thử", issued="2025-10-01", implements=[resolution["id"]])
    closed = _named(
        "policy", f"{SECRET} kín", implements=[resolution["id"]], visibility="restricted"
    )
    target = _named(
        "target",
        "Nhà văn hóa thôn đến 2020",
        policy=plan["id"],
        indicator="coverage_village_houses",
        place=HANOI,
        due="2020",
        value=80,
        unit="percent",
        kind="level",
        responsible=unit["id"],
    )
    late = _named(
        "task",
        "Sửa đình",
        policy=resolution["id"],
        owner=unit["id"],
        due="2020-06-30",
        states=[{"status": "in_progress", "date": "2020-01"}],
        serves=[target["id"]],
    )
    done = _named(
        "task",
        "Lập danh mục",
        policy=resolution["id"],
        owner_name="Phòng Văn hóa",
        due="2020",
        done="2019-12",
        evidence=[town.van_mieu, town.hidden],
    )
    loose = _named("task", "Kiểm kê sắc phong", states=[{"status": "planned", "date": "2025-01"}])
    hidden_task = _named("task", f"{SECRET} việc kín", due="2019", visibility="restricted")
    figure = _named(
        "observation",
        "Nhà văn hóa thôn",
        indicator="coverage_village_houses",
        place=HANOI,
        period="2021",
        status="actual",
        citations=[{"title": "Báo cáo thử", "quote": "1.186/1.761 (63,7 %)"}],
        **RATIO,
    )
    _commit(unit, law, source=_source("van-ban"))
    _commit(resolution, plan, closed, target, late, done, loose, hidden_task, figure)
    search.catch_up(house().pack)
    ids = (one["id"] for one in (law, resolution, plan, unit, target, late, done, figure))
    return Plans(*ids, town)


def section(page: str, name: str) -> str:
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>\n", start)]


def test_what_is_overdue_stands_under_who_answers_for_it(visit: Client, plans: Plans) -> None:
    page = text(visit, "/policies")
    owed = page[page.index('id="overdue"') : page.index('id="list"')]
    assert f'href="/id/{plans.unit}">Ban Di tích</a> <span class="quiet">2 việc quá hạn' in owed
    assert owed.index("Sửa đình") < owed.index("Nhà văn hóa thôn đến 2020"), "the longest first"
    assert "Lập danh mục" not in owed, "it is done"
    assert "Chưa ghi nhận không có nghĩa là chưa làm" in owed
    assert "1 mục tiêu, nhiệm vụ từ các buổi làm việc" in page, "what is counted is listed"
    assert "Kiểm kê sắc phong" in page[page.index("Chưa gắn với văn bản nào") :]
    assert SECRET not in page
    english = text(visit, "/en/policies")
    assert "1 target or task that comes from" in english
    assert "2 overdue" in english
    assert "Behind" in english
    of_unit = text(visit, f"/policies?unit={plans.unit}")
    assert "Sửa đình" in of_unit
    assert 'content="noindex"' in of_unit
    assert visit.get(f"/policies?unit={plans.law}").status_code == 404


def test_a_law_known_by_its_subject_is_told_once(visit: Client, town: Town) -> None:
    law = _named("policy", "Luật Thủ đô", subject={"vi": "Luật Thủ đô"})
    task = _named("task", "Lập quy chế", policy=law["id"], due="2020")
    _commit(law, task, source=_source("van-ban"))
    search.catch_up(house().pack)
    page = section(text(visit, "/policies"), "list")
    row = page[page.index(f'href="/policies/{law["id"]}"') :]
    assert row[: row.index("</li>")].count("Luật Thủ đô") == 1


def test_a_resolution_leads_down_to_what_proves_it(visit: Client, plans: Plans) -> None:
    page = text(visit, f"/policies/{plans.resolution}")
    assert "Nghị quyết &lt;b&gt;thử&lt;/b&gt;" in page
    assert SECRET not in page
    assert plans.town.hidden not in page
    assert "Giữ gìn di tích" in section(page, "goals")
    targets = section(page, "targets")
    assert "Nhà văn hóa thôn đến 2020" in targets, "of the plan that implements it"
    assert f'href="/policies/{plans.plan}"' in targets
    assert "Phải đạt 80%" in targets
    assert "state--behind" in targets
    assert "63,7 &lt; 80" in targets
    assert f'href="/id/{plans.figure}"><span>63,7</span><span class="unit">%</span>' in targets
    assert 'href="/measures/coverage_village_houses"' in targets
    tasks = section(page, "tasks")
    assert tasks.index("Sửa đình") < tasks.index("Lập danh mục"), "what is overdue first"
    assert "Hạn 30/6/2020 đã qua" in tasks
    assert "Phòng Văn hóa" in tasks
    assert f'href="/id/{plans.town.van_mieu}"' in tasks
    results = section(page, "results")
    for said in ("<span>63,7</span><span", "2021", "Thực hiện", "Báo cáo thử"):
        assert said in results
    proofs = section(page, "proofs")
    for name in (plans.town.van_mieu, plans.town.dinh_so):
        assert f'href="/id/{name}"' in proofs


def test_the_tree_shows_what_came_before_and_after_with_dates(visit: Client, plans: Plans) -> None:
    tree = section(text(visit, f"/policies/{plans.resolution}"), "lineage")
    before, after = tree.split("Có sau văn bản này")
    assert f'href="/policies/{plans.law}"' in before
    assert "Thực hiện" in before
    assert "23/11/2024" in before
    assert f'href="/policies/{plans.plan}"' in after
    assert "Được thực hiện bằng văn bản" in after
    assert "1/10/2025" in after
    below = section(text(visit, f"/en/policies/{plans.law}"), "lineage")
    assert below.index(plans.resolution) < below.index(plans.plan), "through the resolution"
    assert "Is implemented by" in below


def test_record_pages_lead_there_and_say_how_things_stand(visit: Client, plans: Plans) -> None:
    assert f'href="/policies/{plans.resolution}"' in text(visit, f"/id/{plans.resolution}")
    assert f'href="/id/{plans.resolution}"' in text(visit, f"/policies/{plans.resolution}")
    target = text(visit, f"/en/id/{plans.target}")
    assert "has not reached 80%" in target
    assert f'href="/en/policies/{plans.plan}"' in target
    assert f'href="/en/id/{plans.late}"' in target, "a task that serves it"
    task = text(visit, f"/id/{plans.late}")
    assert "Quá hạn" in task
    assert f'href="/policies/{plans.resolution}"' in task
    figure = text(visit, f"/id/{plans.figure}")
    assert "1.186 / 1.761 × 100 = 67,348 ≠ 63,7" in figure
    past = text(visit, f"/id/{plans.target}?at=9999")
    assert "state--behind" not in past, "how it stood then is not known"


def test_addresses_of_policies(visit: Client, plans: Plans) -> None:
    assert visit.get(f"/policies/{plans.unit}").status_code == 404
    assert visit.get("/policies/khong-co").status_code == 404
    actions.merge(
        actor=OPERATOR,
        why="một văn bản",
        loser=plans.plan,
        winner=plans.resolution,
        pack=house().pack,
    )
    moved = visit.get(f"/policies/{plans.plan}")
    assert (moved.status_code, moved["Location"]) == (301, f"/policies/{plans.resolution}")
    page = text(visit, f"/policies/{plans.resolution}")
    assert "Nhà văn hóa thôn đến 2020" in section(page, "targets"), "what it asked for goes along"
    listed = text(visit, "/policies").partition('id="list"')[2]
    assert plans.plan not in listed, "one document, not two"


def test_places_that_hold_a_share_back_come_first(plans: Plans) -> None:
    figures, reader = public_figures(), ask_house.reader_for("vi")
    computed = {
        "relics_with_decision": {"01": 3, "00070": 2, "00004": 1},
        "relics_ranked": {"01": 9, "00070": 2, "00004": 3, "10126": 4},
    }
    figures = replace(
        figures,
        computed={
            key: tuple(_value(key, place, number) for place, number in parts.items())
            for key, parts in computed.items()
        },
    )
    target = replace(
        figures.targets[plans.target], indicator="relics_with_decision_share", due="2025"
    )
    told = places_told(target, figures, reader)
    assert told is not None
    assert [(one.counts, one.lacks) for one in told.rows] == [
        ("0 trong 4 di tích", "3,2 di tích"),
        ("1 trong 3 di tích", "1,4 di tích"),
    ]
    assert (told.all, told.reached, told.more) == (3, 1, 0)
    assert told.rows[0].share.href == "/measures/relics_with_decision_share/records?place=10126"
    assert places_told(replace(target, unit="relic"), figures, reader) is None


def _value(indicator: str, place: str, number: float) -> ValueView:
    part = {"place": place}
    return ValueView(
        indicator, "v", 1, "2026-01-01", place, part, number, "actual", "", 1, False, "2026-01-01"
    )
