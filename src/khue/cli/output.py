"""Printing: JSON for programs, words in the reader's language for people."""

from __future__ import annotations

import heapq
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import click

from khue.lib.numbers import show_number
from khue.lib.tables import read_table
from khue.model.errors import KhueError
from khue.model.findings import Finding

TOLD = 20
"""Findings that are printed one by one; the rest are counted."""

BRIEF = 80
"""Characters of a value in a list of changes."""

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Unicode's C0 and C1 controls (category Cc) less tab and newline, and the controls that override
the direction of text (UAX #9)."""


def language() -> str:
    """`vi`, or `en` if KHUE_LANG says so."""
    return "en" if os.environ.get("KHUE_LANG", "vi").lower().startswith("en") else "vi"


def word(key: str, **values: Any) -> str:
    """A text of `words.yaml` in the reader's language. Raises `KeyError` for an unknown key."""
    return str(_words()[key][language()]).format_map(values)


def print_json(value: Any, **many: Iterable[Any]) -> None:
    """One JSON document on standard output; `many` are members of it that may be too large for
    memory, as lists."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if not many:
        click.echo(text)
        return
    click.echo(text[:-2], nl=False)
    for name, items in many.items():
        separator = ""
        click.echo(f',\n  "{name}": [', nl=False)
        for item in items:
            one = json.dumps(item, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            click.echo(f"{separator}\n    {one}", nl=False)
            separator = ","
        click.echo("\n  ]" if separator else "]", nl=False)
    click.echo("\n}")


def say(text: str = "") -> None:
    """A line for people on standard output."""
    click.echo(printable(text))


def tell(text: str) -> None:
    """A line about progress or trouble, on standard error."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """The text without control characters, but with its line breaks and tabs.

    A stated value could move the cursor or recolour the terminal (ESC, and U+009B, which is the
    same in one character), or turn the rest of the line around (the bidirectional controls).
    """
    return CONTROLS.sub("", text)


def show_findings(findings: Iterable[Finding | SimpleNamespace]) -> None:
    """Errors first, then warnings and notes: where, what and how to mend; long lists are cut.

    Findings that were stored as JSON come with their texts as attributes.
    """
    order = {"error": 0, "warning": 1, "note": 2}
    counts = Counter[str]()

    def counted() -> Iterator[Finding | SimpleNamespace]:
        for one in findings:
            counts[one.level] += 1
            yield one

    for one in heapq.nsmallest(TOLD, counted(), key=lambda one: order[one.level]):
        counts[one.level] -= 1
        where = " ".join(filter(None, [one.sheet, f"#{one.row}" if one.row else "", one.column]))
        message, mend = one.message[language()], one.mend[language()]
        tell(f"{word('level.' + one.level)} {where}: {message}".replace(" :", ":"))
        tell(f"    {mend}")
    if left := {level: counts[level] for level in order if counts[level]}:
        told = ", ".join(f"{word('level.' + level)} {n}" for level, n in left.items())
        tell(word("findings.more", counts=told))


def show_error(error: KhueError, *, as_json: bool) -> None:
    """An error in words on standard error; with `--json` also as the one document."""
    if as_json:
        findings = [one.to_json() for one in error.findings]
        print_json({"error": {"message": error.message, "mend": error.mend, "findings": findings}})
    tell(error.message[language()])
    if error.mend[language()]:
        tell(f"    {error.mend[language()]}")
    show_findings(error.findings)


def tell_notices() -> None:
    """Say what goes on that a command may have to wait for, if anything does."""
    from khue.tasks.notices import current_notices

    for one in current_notices():
        since = moment(datetime.fromisoformat(one.at))
        tell(word(f"notice.{one.kind}", rows=number(one.rows), since=since))


def label(name: Mapping[str, Any]) -> str:
    """A name in the reader's language, else in the other."""
    return str(name.get(language()) or name.get("vi") or name.get("en") or "")


def number(value: int | float) -> str:
    """A number as it is written in the language of the terminal: 1.250,5 or 1,250.5."""
    return show_number(value, "en" if language() == "en" else "vi")


def size(octets: int) -> str:
    """A size in bytes as people say it: *48 kB*, *1,5 MB*. Nothing is too small."""
    if octets < 1_000_000:
        return f"{number(-(-octets // 1000))} kB"
    return f"{number(round(octets / 1_000_000, 1))} MB"


def moment(at: datetime) -> str:
    """A time on the clock of this machine, as one writes it here: day first."""
    return at.astimezone().strftime("%d/%m/%Y %H:%M")


def brief(text: str) -> str:
    """A value as a line of a list has room for it."""
    return text if len(text) <= BRIEF else text[: BRIEF - 1] + "…"


class Progress:
    """Shows on a terminal what a run is doing; a log has no use for it."""

    def __init__(self, *, quiet: bool) -> None:
        self._live = not quiet and sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """The interface of `pipeline.imports.Progress`."""
        if self._live:
            part = f" {number(done)}/{number(total)}" if total and done else ""
            click.echo(f"\r\x1b[K  {word(f'progress.{what}')}{part}", err=True, nl=False)

    def close(self) -> None:
        """Clear the line of the last step."""
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = read_table(__file__, "words.yaml")
    return loaded
