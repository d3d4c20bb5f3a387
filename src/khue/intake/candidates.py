"""What a row of a table says, as far as it is understood."""

from __future__ import annotations

from typing import Any, NamedTuple

from khue.model.findings import Finding
from khue.model.packs import Column


class Pending(NamedTuple):
    """A reference that is stated by name, or (`row`) by standing under another row of the sheet,
    whose name the text then is; of several statements it belongs to the one that `entry` counts."""

    column: Column
    heading: str
    text: str
    row: int | None = None
    entry: int = 0


class Candidate(NamedTuple):
    """What one row says: `stated` cells by column path, `fields` of the record as understood.

    `columns` are the paths of all columns of the table, filled in this row or not. `pending` are
    references stated by name, which `Reader.complete` fills in. `identifier` is the source's own
    number for the row, if it has one.
    """

    sheet: str
    row: int
    stated: dict[str, str]
    fields: dict[str, Any]
    findings: tuple[Finding, ...]
    columns: frozenset[str] = frozenset()
    identifier: str = ""
    pending: tuple[Pending, ...] = ()

    @property
    def name(self) -> str:
        """The name in Vietnamese, or in English, or nothing."""
        name = self.fields.get("name") or {}
        return str(name.get("vi") or name.get("en") or "")

    @property
    def refused(self) -> bool:
        """Whether an error keeps the row from becoming a record."""
        return any(one.level == "error" for one in self.findings)
