"""Plain text in no particular language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from khue.lib import vietnamese
from khue.model.findings import Finding
from khue.model.values.base import Context, Flat, Kind, Reading, as_error, say

if TYPE_CHECKING:
    from khue.model.packs import Field


def clean_lines(text: str) -> str:
    """`text` line by line as people should read it; lines stay, empty ones at the ends go."""
    return "\n".join(map(vietnamese.display, text.splitlines())).strip("\n")


class Text(Kind):
    """Text as it stands, with its line breaks; formulas and markup in it are only text."""

    name = "text"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        text = clean_lines(stated)
        findings = self._findings(text, stated, field)
        return Reading(None if findings else text, findings)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        return tuple(map(as_error, self._findings(str(value), str(value), field)))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return str(value)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(texts=(str(value),), columns={"": str(value)})

    def _findings(self, text: str, stated: str, field: Field) -> tuple[Finding, ...]:
        if field.pattern and not re.search(field.pattern, text):
            return (say("text_shape_wrong", stated, field, pattern=field.pattern),)
        return ()
