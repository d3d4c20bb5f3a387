"""`khue import`: a file in, a batch out."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, start
from khue.cli.output import Progress, print_json, say, show_findings, word
from khue.lib.dates import parse_edtf
from khue.model.errors import WrongUse


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--type", "type_name", required=True, help="Record type, see `khue types`.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Mapping file (YAML).")
@click.option("--source", help="Name of the data set; by default from the file's name.")
@click.option("--title", help="Public title of the data set.")
@click.option("--publisher", default="", help="Who published it.")
@click.option("--licence", default="", help="Under which licence.")
@click.option("--date", default="", help="Date of the source (EDTF).")
@click.option("--url", default="", help="Where it is published.")
@click.option("--why", help="Reason, kept in the ledger.")
@click.option(
    "--commit/--dry-run", "commit", default=False, help="Write, or only say what would be."
)
@json_option
def import_command(
    file: Path,
    type_name: str,
    mapping: Path | None,
    source: str | None,
    title: str | None,
    publisher: str,
    licence: str,
    date: str,
    url: str,
    why: str | None,
    commit: bool,
    as_json: bool,
) -> int:
    """Import FILE as records of one type. Without --commit nothing is written."""
    if source is not None and not source.strip():
        raise click.UsageError("--source: ''")
    _require_date(date)
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import SourceNote, data_set_name, house, import_file

    progress = Progress(quiet=as_json)
    report = import_file(
        house(),
        file,
        type_name=type_name,
        actor=OPERATOR,
        why=why or word("import.why", file=file.name),
        commit=commit,
        note=SourceNote(
            name=source or data_set_name(file),
            title={"vi": title, "en": title} if title else {},
            publisher=publisher,
            licence=licence,
            date=date,
            url=url,
        ),
        mapping=mapping,
        progress=progress,
    )
    progress.close()
    if as_json:
        print_json(report.to_json())
    else:
        say(word("import.source", source=report.source))
        for column in report.columns:
            if column.heading and column.how not in ("ordinal", "skipped"):
                key = "import.column" if column.path else "import.column_kept"
                say(word(key, heading=column.heading, path=column.path))
        show_findings(report.findings)
        counts = {
            name: getattr(report, name)
            for name in ("rows", "created", "updated", "unchanged", "refused")
        }
        say(word("import.counts", **counts))
        if report.batch:
            say(word("import.batch", batch=report.batch))
        else:
            say(word("import.nothing" if commit else "import.dry"))
    return 1 if any(one.level == "error" for one in report.findings) else 0


def _require_date(text: str) -> None:
    """The date of a source is kept for ever, so it must be one."""
    try:
        if text:
            parse_edtf(text)
    except ValueError as error:
        raise WrongUse(
            f"«{text}» không phải ngày theo EDTF.",
            f"'{text}' is not a date in EDTF.",
            mend_vi="Ghi như 2024, 2024-12 hoặc 2024-12-31.",
            mend_en="Write it like 2024, 2024-12 or 2024-12-31.",
        ) from error
