"""The figures of the five articles and of what was published beside them, by FACTS.md section 1."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

from khue.measures.figures import IndicatorInfo, Observation

HANOI, HAI_PHONG, HUE = "01", "31", "46"

INFOS = {
    "relics_total": IndicatorInfo("relics_total", sums=frozenset({"rank"})),
    "medals": IndicatorInfo("medals", sums=frozenset({"medal_colour"})),
    "medals_international": IndicatorInfo(
        "medals_international", sums=frozenset({"medal_colour"}), within="medals"
    ),
}

FLOWS = frozenset(
    {"medals", "medals_international", "training", "visits", "visit_revenue", "revenue"}
)
"""What goes on over a period; of all else there is so much at a moment."""

_numbers = count(1)


def figure(indicator: str, value: float | None, unit: str = "", **more: Any) -> Observation:
    """A figure, by default of Hà Nội; `terms` are numerator and denominator."""
    numerator, denominator = more.pop("terms", (None, None))
    text = str(value)
    return Observation(
        id=f"{next(_numbers):04d}",
        indicator=indicator,
        name={"vi": indicator},
        value=None if value is None else Fraction(text),
        decimals=len(text.partition(".")[2]),
        unit=unit,
        numerator=None if numerator is None else Fraction(numerator),
        denominator=None if denominator is None else Fraction(denominator),
        **({"place": HANOI, "is_stock": indicator not in FLOWS} | more),
    )


def articles() -> list[Observation]:
    """All figures, as their sources have them."""
    return [*_meeting(), *_hai_phong(), *_symposium(), *_published()]


def _meeting() -> list[Observation]:
    told = {"period": "2024-12", "source": "000", "method": "speech", "status": "actual"}
    ranks = [("SPEC", 21, "complex"), ("NAT", 1163, "complex"), ("PROV", 1512, "complex")]
    hue = told | {"place": HUE, "period": "2024"}
    colours = {"medals": (157, 152, 273), "medals_international": (14, 11, 10)}
    return [
        figure("relics_total", 5922, "relic", **told),
        *(
            figure("relics_total", value, unit, breakdowns=(("rank", rank),), **told)
            for rank, value, unit in ranks
        ),
        *(
            figure(
                *("relics_total", value, "relic"),
                breakdowns=(("counting", "từng di tích"), ("rank", rank)),
                **told,
            )
            for rank, value in (("SPEC", 93), ("NAT", 1174))
        ),
        figure(
            *("relics_total", 3000, "relic"),
            **told | {"precision": "over", "breakdowns": (("rank", "NONE"),)},
        ),
        figure("intangible_total", 1793, "element", **told),
        figure("intangible_national", 41, "element", **told),
        figure("intangible_unesco", 4, "element", **told),
        figure("museums_non_public", 22, "museum", **told),
        figure("partner_capitals", 100, "city", precision="over", **told),
        figure("dishes_promoted", 200, "dish", precision="nearly", **told),
        figure("training", 3400, "person", breakdowns=(("audience", "lãnh đạo"),), **told),
        figure("training", 600, "person", breakdowns=(("audience", "thiết kế"),), **told),
        figure("visit_revenue", 9, "ty", **told | {"period": "2008"}),
        figure("visit_revenue", 90, "ty", **told | {"period": "2023"}),
        figure("medals", 582, "medal", **hue),
        figure("medals_international", 35, "medal", **hue),
        *(
            figure(key, value, "medal", breakdowns=(("medal_colour", colour),), **hue)
            for key, values in colours.items()
            for colour, value in zip(("vàng", "bạc", "đồng"), values, strict=True)
        ),
    ]


def _hai_phong() -> list[Observation]:
    told = {"period": "2024-11~", "source": "003", "method": "report", "place": HAI_PHONG}
    return [
        figure("district_centres", 100, "percent", terms=(15, 15), **told),
        figure("commune_centres", 87.5, "percent", terms=(190, 217), **told),
        figure("village_houses", 63.7, "percent", terms=(1186, 1761), **told),
        figure("culture_clubs", 1739, "club", **told),
    ]


def _symposium() -> list[Observation]:
    told = {"period": "2026-01", "source": "004", "method": "speech", "status": "actual"}
    return [
        figure("relics_total", 6489, "relic", **told),
        figure("intangible_total", 1793, "element", precision="nearly", **told),
        figure("national_treasures", 351, "treasure", **told),
        figure("museums_non_public", 22, "museum", **told),
        figure("craft_villages", 1350, "village", **told),
        figure("grdp_share", 3.7, "percent", **told | {"period": "2024", "precision": "about"}),
    ]


def _published() -> list[Observation]:
    listed = {"method": "register", "status": "actual"}
    return [
        figure(
            *("relics_total", 6489, "relic"),
            **listed,
            period="2025-03-17",
            source="Quyết định 1559/QĐ-UBND",
            basis="decision",
            scope="danh mục kiểm kê được phê duyệt",
        ),
        figure(
            *("national_treasures", 34, "treasure"),
            **listed,
            period="2025-04-29",
            source="Nghị quyết 24/NQ-HĐND",
            scope="danh mục được bảo vệ",
        ),
        figure("craft_villages_recognised", 321, "village"),
    ]


def renamed(one: Observation, suffix: str) -> Observation:
    """The same figure as another record, and another source's."""
    return replace(one, id=one.id + suffix, source=one.source + suffix)
