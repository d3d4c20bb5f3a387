"""What was found in a file, as a file: the same spreadsheet with comments, or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from khue import intake
from khue.pipeline.imports import ImportReport, read_rows
from khue.publish.findings import Written, write_findings
from khue.publish.locating import locate


def write_report(file: Path, report: ImportReport, stream: BinaryIO) -> Written:
    """Write the findings of an import as the workbook that was imported, with comments."""
    data = bytes(read_rows(file))
    book = intake.read_book(data, file.name)
    return write_findings(data, book, locate(report.findings, report.mapped, book), stream)


def report_as_json(file: Path, report: ImportReport) -> bytes:
    """The report of an import with the cell of each finding, as a JSON document."""
    book = intake.read_book(read_rows(file), file.name)
    located = locate(report.findings, report.mapped, book)
    found = [one.finding.to_json() | {"cell": one.cell} for one in located]
    whole: dict[str, Any] = report.summary() | {"findings": found}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()
