"""Reports: indicators, targets and records as they stood at one snapshot, frozen into a document.

One template for each report and format, in both languages. What the numbers are is decided below
(`measures`); this room only sets them, each with its source.
"""

from khue.reports.freezing import Asked, Frozen, ask, freeze
from khue.reports.model import Lang, Report
from khue.reports.progress import NAME as POLICY_PROGRESS
from khue.reports.progress import policy_progress

__all__ = [
    "POLICY_PROGRESS",
    "Asked",
    "Frozen",
    "Lang",
    "Report",
    "ask",
    "freeze",
    "policy_progress",
]
