"""`khue import`: a file in, a batch out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import json_option, start
from khue.cli.exporting import write_whole
from khue.cli.figures import show_figure_findings
from khue.cli.output import Progress, label, print_json, say, show_findings, tell, word
from khue.cli.sources import note_of, require_date, source_options
from khue.model.errors import WrongUse

if TYPE_CHECKING:
    from khue.model.findings import Finding
    from khue.pipeline import ImportReport


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--type", "type_name", required=True, help="Record type, see `khue types`.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Mapping file (YAML).")
@click.option(
    "--save-mapping",
    type=click.Path(path_type=Path),
    help="Write what was understood of the columns as a mapping file.",
)
@click.option("--no-mapping", is_flag=True, help="Not by the mapping saved for the source.")
@click.option("--source", help="Name of the data set; by default from the file's name.")
@source_options
@click.option("--why", help="Reason, kept in the ledger.")
@click.option(
    "--commit/--dry-run", "commit", default=False, help="Write, or only say what would be."
)
@click.option("--propose", is_flag=True, help="Ask for the batch; someone else decides.")
@click.option(
    "--findings",
    "findings_file",
    type=click.Path(path_type=Path),
    help="Write what was found: NAME.xlsx with comments in the cells, or NAME.json.",
)
@click.option("--background", is_flag=True, help="With --commit: let `khue serve` do it.")
@json_option
def import_command(
    file: Path,
    type_name: str,
    mapping: Path | None,
    save_mapping: Path | None,
    no_mapping: bool,
    source: str | None,
    why: str | None,
    commit: bool,
    propose: bool,
    findings_file: Path | None,
    background: bool,
    as_json: bool,
    **about: Any,
) -> int:
    """Import FILE as records of one type. Without --commit or --propose nothing is written."""
    for one, other, both in (
        ("--commit", "--propose", commit and propose),
        ("--mapping", "--no-mapping", mapping and no_mapping),
        ("--save-mapping", "--background", save_mapping and background),
        ("--findings", "--background", findings_file and background),
    ):
        if both:
            raise _not_both(one, other)
    if background and not commit:
        raise _commit_missing()
    if save_mapping and os.path.exists(save_mapping):
        raise _exists(save_mapping)
    if findings_file:
        _require_report(findings_file, file)
    if source is not None and not source.strip():
        raise _source_empty()
    require_date(about["date"])
    start(whole=background, writing=commit or propose)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, import_file

    note = note_of(file, source, **about)
    asked: dict[str, Any] = {
        "type_name": type_name,
        "actor": OPERATOR,
        "why": why or word("import.why", file=file.name),
        "note": note,
        "mapping": mapping,
        "use_saved_mapping": not no_mapping,
    }
    if background:
        return _queue(file, asked, as_json)
    progress = Progress(quiet=as_json)
    report = import_file(house(), file, commit=commit, propose=propose, progress=progress, **asked)
    progress.close()
    if save_mapping:
        understood = report.understood.encode()
        write_whole(save_mapping, lambda stream: stream.write(understood))
        if not as_json:
            say(word("import.mapping_saved", file=save_mapping))
    if findings_file:
        _write_findings(file, report, findings_file, quiet=as_json)
    if as_json:
        print_json(report.summary(), findings=(one.to_json() for one in report.findings))
    else:
        nothing = "import.nothing" if commit or propose else "import.dry"
        show_report(report.summary(), report.findings, nothing)
    return 1 if report.has_errors else 0


def show_report(
    report: Mapping[str, Any], findings: Iterable[Finding | SimpleNamespace], nothing: str
) -> None:
    """What an import did, from the summary of its report; the word `nothing` if it wrote
    nothing."""
    say(word("import.source", source=report["source"]))
    for column in report["columns"]:
        if column["heading"] and column["how"] not in ("ordinal", "skipped"):
            key = "import.column" if column["path"] else "import.column_kept"
            say(word(key, heading=column["heading"], path=column["path"]))
    show_findings(findings)
    if figures := report["figures"]:
        _show_figures(figures)
    say(word("import.counts", **report))
    if report["batch"]:
        say(word("import.batch", batch=report["batch"]))
    elif report["proposal"]:
        say(word("import.proposal", proposal=report["proposal"]))
    else:
        say(word(nothing))


def _show_figures(figures: Mapping[str, Any]) -> None:
    """What the figures of a file and those of the registry say of each other."""
    if not figures["checked"]:
        tell(word("import.figures_not_checked"))
    if figures["findings"]:
        say(word("import.figures"))
        show_figure_findings(figures["findings"])
    if figures["left_out"]:
        tell(word("import.figures_left_out", n=figures["left_out"]))


def _write_findings(file: Path, report: ImportReport, out: Path, *, quiet: bool) -> None:
    from khue.pipeline.reporting import report_as_json, write_report

    if out.suffix.lower() == ".json":
        text = report_as_json(file, report)
        write_whole(out, lambda stream: stream.write(text))
        written = None
    else:
        written = write_whole(out, lambda stream: write_report(file, report, stream))
    if not quiet:
        say(word("import.findings", n=len(report.findings), path=out))
        if written and not written.copied and file.suffix.lower() == ".xlsx":
            tell(word("import.findings_not_copied"))
        if written and written.lost:
            tell(word("import.findings_lost", what=", ".join(map(label, written.lost))))
        if written and written.left:
            tell(word("import.findings_left", n=written.left))


def _require_report(out: Path, file: Path) -> None:
    """Raise `WrongUse` for a report of no known kind, and for one that would take the place of the
    very file that it is about."""
    if out.suffix.lower() not in (".xlsx", ".json"):
        raise WrongUse(
            f"--findings {out}: chỉ ghi được .xlsx hoặc .json.",
            f"--findings {out}: only .xlsx and .json can be written.",
            mend_vi="Dùng TÊN.xlsx (bảng tính có chú thích trong ô) hoặc TÊN.json.",
            mend_en="Give NAME.xlsx (the spreadsheet with comments in its cells) or NAME.json.",
        )
    if os.path.exists(out) and os.path.exists(file) and os.path.samefile(out, file):
        raise WrongUse(
            f"--findings {out} sẽ ghi đè lên chính tệp được nhập.",
            f"--findings {out} would overwrite the very file that is imported.",
            mend_vi="Chọn tên khác cho tệp phát hiện.",
            mend_en="Choose another name for the findings.",
        )


def _not_both(one: str, other: str) -> WrongUse:
    return WrongUse(
        f"Không dùng cùng lúc {one} và {other}.",
        f"{one} and {other} cannot be used together.",
        mend_vi=f"Bỏ {one} hoặc {other}.",
        mend_en=f"Leave {one} or {other} out.",
    )


def _commit_missing() -> WrongUse:
    return WrongUse(
        "--background chỉ dùng khi ghi.",
        "--background is for writing only.",
        mend_vi="Thêm --commit, hoặc bỏ --background để chạy thử.",
        mend_en="Add --commit, or leave --background out for a dry run.",
    )


def _source_empty() -> WrongUse:
    return WrongUse(
        "--source không có tên.",
        "--source has no name.",
        mend_vi="Ghi tên bộ dữ liệu, hoặc bỏ --source để lấy theo tên tệp.",
        mend_en="Name the data set, or leave --source out to take the file's name.",
    )


def _exists(path: Path) -> WrongUse:
    return WrongUse(
        f"Đã có tệp {path}.",
        f"The file {path} exists already.",
        mend_vi="Chọn tên khác, hoặc xóa tệp cũ nếu không cần nữa.",
        mend_en="Choose another name, or delete the old file if it is not needed.",
    )


def _queue(file: Path, asked: Mapping[str, Any], as_json: bool) -> int:
    from khue.pipeline import house
    from khue.pipeline.tasks import queue_import

    task = queue_import(house(), file, **asked)
    if as_json:
        print_json({"task": task})
    else:
        say(word("import.queued", task=task))
    return 0
