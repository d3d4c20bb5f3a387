"""Charts of figures: series in, a Vega-Lite specification out, drawn as SVG where no browser does.

What a chart shows (its title that says the finding, its rows as a table) comes with it. Where the
figures come from, and pages and reports around charts, live above.
"""

from khue.charts.drawing import Busy, draw_png, draw_svg
from khue.charts.model import (
    MOST_BARS,
    NARROW,
    WIDE,
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
    Role,
    Rule,
    Status,
    Subject,
    status_of,
    statuses_of,
)
from khue.charts.outlines import sentence
from khue.charts.specs import size_of, spec_of
from khue.charts.tables import Column, Mark, Table, marks_of, table_of

__all__ = [
    "MOST_BARS",
    "NARROW",
    "WIDE",
    "Bar",
    "Bars",
    "Bullet",
    "Bullets",
    "Busy",
    "Chart",
    "Column",
    "Figure",
    "Frame",
    "Line",
    "Lines",
    "Mark",
    "Panel",
    "Panels",
    "Role",
    "Rule",
    "Status",
    "Subject",
    "Table",
    "draw_png",
    "draw_svg",
    "marks_of",
    "sentence",
    "size_of",
    "spec_of",
    "status_of",
    "statuses_of",
    "table_of",
]
