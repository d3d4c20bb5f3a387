"""What commands that take in a file ask of where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import Command
from khue.lib.dates import parse_edtf
from khue.model.errors import WrongUse

if TYPE_CHECKING:
    from khue.pipeline import SourceNote

OPTIONS = (
    click.option("--title", help="Public title of the data set."),
    click.option("--publisher", default="", help="Who published it."),
    click.option("--licence", default="", help="Under which licence."),
    click.option("--date", default="", help="Date of the source (EDTF)."),
    click.option("--url", default="", help="Where it is published."),
)


def source_options(command: Command) -> Command:
    """`--title` to `--url`, whose values `note_of` takes."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def note_of(file: Path, name: str | None, title: str | None, **known: Any) -> SourceNote:
    """What was said of a file; its data set is named after it unless it has another `name`."""
    from khue.pipeline import SourceNote, data_set_name

    titles = {"vi": title, "en": title} if title else {}
    return SourceNote(name=name or data_set_name(file), title=titles, **known)


def require_date(text: str) -> None:
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
