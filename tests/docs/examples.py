"""Runs the examples of a page: files are written, commands are run, their output is compared.

    ```csv di-tich.csv          a file of that name (any language, a name after it)
    ```console                  `$ khue ...` lines, each followed by what it prints

Lines of both streams stand in the order of a terminal. A line that is only `…` leaves out any
number of lines, `…` at the end of a line leaves out its rest. Identifiers are those of one run:
in another they differ, but the same one stays the same throughout a page.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import Khue

FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ULID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")
ELIDED = "…"
PROGRESS = re.compile(r"  (Reading|Comparing|Writing|Updating) .*")
"""On a terminal these lines are wiped when the run is over."""


def run_page(page: str, khue: Khue, folder: Path) -> int:
    """Run all examples of a page in order; returns how many commands there were."""
    names = _Names()
    files: dict[str, Path] = {}
    ran = 0
    for language, file, block in FENCE.findall(page):
        if file:
            files[file] = folder / file
            files[file].write_text(block, encoding="utf-8")
        elif language == "console":
            for command, shown in _steps(block):
                program, *arguments = shlex.split(names.put(command))
                assert program == "khue", command
                done = khue(*(files.get(one, one) for one in arguments), check=None)
                _compare(command, shown, [done.out.splitlines(), done.err.splitlines()], names)
                ran += 1
    return ran


def _steps(block: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, shown


def _compare(command: str, shown: list[str], streams: list[list[str]], names: _Names) -> None:
    """Every line shown was printed, in the order of its stream; the others must be left out."""
    waiting = [[line for line in lines if not PROGRESS.fullmatch(line)] for lines in streams]
    elided = False
    for line in shown:
        if line == ELIDED:
            elided = True
            continue
        found = [
            (index, lines)
            for lines in waiting
            for index, printed in enumerate(lines)
            if (elided or index == 0) and names.same(line, printed)
        ]
        assert found, f"$ {command}\nis shown to print {line!r}; it printed {waiting}"
        index, lines = min(found, key=lambda one: one[0])
        names.learn(line, lines[index])
        del lines[: index + 1]
    assert ELIDED in shown or not any(waiting), f"$ {command}\nprints more than is shown: {waiting}"


class _Names:
    """The identifiers of the page, and what each is in this run."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def put(self, text: str) -> str:
        return ULID.sub(lambda found: self.known[found[0]], text)

    def same(self, shown: str, printed: str) -> bool:
        shown, printed = _cut(shown, printed)
        pairs = list(zip(ULID.findall(shown), ULID.findall(printed), strict=False))
        return ULID.sub("ID", shown) == ULID.sub("ID", printed) and all(
            self.known.get(there, here) == here for there, here in pairs
        )

    def learn(self, shown: str, printed: str) -> None:
        shown, printed = _cut(shown, printed)
        self.known |= zip(ULID.findall(shown), ULID.findall(printed), strict=True)


def _cut(shown: str, printed: str) -> tuple[str, str]:
    if not shown.endswith(ELIDED):
        return shown, printed
    kept = len(shown) - len(ELIDED)
    return shown[:kept], printed[:kept]
