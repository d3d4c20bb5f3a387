"""Every finding can be said: whoever makes one gives its texts all that they name."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

from khue.model.findings import catalogue

KHUE = Path(__file__).parents[2] / "src" / "khue"
SOURCES = sorted({*KHUE.rglob("*.py")} - {*(KHUE / "measures").rglob("*.py")})
"""Findings about figures have texts of their own, which the tests of `khue.measures` look at."""
OWN = {"value", "field", "column"}
"""What a finding fills in itself."""


def named(code: str) -> set[str]:
    """The placeholders of all texts of a finding."""
    texts = [text for key, text in catalogue()[code].items() if key != "level"]
    parts = (part for text in texts for _, part, _, _ in Formatter().parse(str(text)))
    return {part.partition("[")[0].partition(".")[0] for part in parts if part}


def calls(tree: ast.AST) -> list[tuple[str, set[str] | None]]:
    """The findings that a module makes by their code, with the values that it gives: None where
    they are not written at the call."""
    found: list[tuple[str, set[str] | None]] = []
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args):
            continue
        code = call.args[0]
        if call.func.id == "finding" and isinstance(code, ast.Constant):
            given = [one.arg for one in call.keywords]
            known = None if None in given else {one for one in given if one}
            found.append((str(code.value), known))
    return found


def test_every_text_gets_what_it_names() -> None:
    made = [
        (path.name, *one)
        for path in SOURCES
        for one in calls(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(made) > 100
    assert {code for _, code, _ in made} <= catalogue().keys()
    lacking = {
        (name, code): named(code) - given - OWN
        for name, code, given in made
        if given is not None and named(code) - given - OWN
    }
    assert lacking == {}
