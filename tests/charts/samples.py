"""Charts of every kind, with all that they can show."""

from __future__ import annotations

from khue.charts import (
    Bar,
    Bars,
    Bullet,
    Bullets,
    Chart,
    Figure,
    Frame,
    Line,
    Lines,
    Panel,
    Panels,
    Rule,
    Status,
)
from khue.lib.dates import Day

FRAME = Frame("Lễ hội tăng, ễ ợ ẩ ự", "Số lễ hội, lễ hội", "Nguồn: Sở Văn hóa và Thể thao", "vi")
GOAL = Rule(3000, "Mục tiêu 3.000 (Nghị quyết 09-NQ/TU)", "3.000", Day(2030, 12, 31))


def figure(
    year: int, value: float, told: str, status: Status = "actual", source: str = ""
) -> Figure:
    return Figure(
        value,
        told,
        str(year),
        Day(year, 1, 1),
        Day(year, 12, 31),
        status,
        source,
        href=f"/id/{year}",
    )


LINES = Lines(
    FRAME,
    (
        Line(
            "Hà Nội",
            (
                figure(2021, 1800, "1.800"),
                figure(2022, 2100, "2.100", source="Sở"),
                figure(2022, 2310, "gần 2.310", source="Báo"),
                figure(2023, 2250, "2.250"),
                figure(2025, 2450, "2.450", "unstated"),
                figure(2024, 2400, "2.400", "estimate"),
                figure(2026, 2800, "2.800", "plan"),
            ),
        ),
    ),
    (GOAL,),
)
BARS = Bars(
    FRAME,
    "Cấp xếp hạng",
    (
        Bar("Quốc gia đặc biệt", 21, "21", "actual", href="/id/2001"),
        Bar("Cấp thành phố, gồm cả di tích cách mạng đã gắn biển", 1600, "gần 1.600", "estimate"),
        Bar("Chưa xếp hạng", 2300, "2.300", "plan", subject=False),
        Bar("Chưa rõ", 40, "40"),
    ),
    (Rule(2000, "Mục tiêu 2.000"),),
)
PANELS = Panels(
    FRAME,
    "Địa phương",
    (
        Panel("Phường Văn Miếu - Quốc Tử Giám", LINES.lines[0].figures),
        Panel("Xã Quốc Oai", (figure(2023, 8, "8"), figure(2024, 9, "9")), subject=False),
        Panel("Xã Sóc Sơn", ()),
    ),
    (GOAL,),
)
BULLETS = Bullets(
    FRAME,
    (
        Bullet(
            "Công nghiệp văn hóa trong GRDP",
            6,
            "6%",
            8,
            "8%",
            "behind",
            "chậm tiến độ",
            href="/id/2002",
        ),
        Bullet("Huy chương", 582, "582", 400, "400", "achieved", "đã đạt", "hạn 2024"),
        Bullet("Trung tâm", None, "", 15, "15", "unknown", "chưa rõ", "hạn 2030"),
    ),
)
ALL: dict[str, Chart] = {"lines": LINES, "bars": BARS, "panels": PANELS, "bullets": BULLETS}
