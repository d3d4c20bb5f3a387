"""Documents and actors for the registry's tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.registry import actions, append_only, drafting


class Ledger:
    """The registry as its tests write it: short calls around `actions`."""

    def __init__(self, pack: Any) -> None:
        self.pack = pack

    def create(self, name: str = "Đình So", type: str = "relic", **fields: Any) -> str:
        """A record in a batch of its own; gives its identifier."""
        record = new_ulid()
        self.commit(actions.Draft(record, 0, None, document(record, name, type, **fields)))
        return record

    def commit(self, *drafts: actions.Draft, why: str = "thử", actor: Any = OPERATOR) -> Any:
        """Several drafts as one batch."""
        return actions.commit(actor=actor, why=why, kind="import", drafts=drafts, pack=self.pack)

    def edit(
        self, record: str, base: int | None = None, actor: Any = OPERATOR, **changes: Any
    ) -> Any:
        """Set top-level paths; `name_en` stands for `name.en`."""
        version = drafting.heads([record])[record][0] if base is None else base
        return actions.edit(
            actor=actor,
            why="sửa",
            record=record,
            base=version,
            changes={path.replace("name_", "name."): value for path, value in changes.items()},
            pack=self.pack,
        )

    def undo(self, batch: str, actor: Any = OPERATOR) -> Any:
        """Undo a batch."""
        return actions.undo(actor=actor, batch=batch, why="hoàn tác", pack=self.pack)

    def head(self, record: str) -> Any:
        """The whole document as it is now."""
        return drafting.heads([record])[record][1]


def document(record: str, name: str, type: str = "relic", **fields: Any) -> dict[str, Any]:
    """A minimal record."""
    return {"id": record, "type": type, "name": {"vi": name}, **fields}


def unprotect(cursor: Any, table: str) -> None:
    """Take the protection from a table, within a transaction that will be rolled back."""
    check_references(cursor)
    for statement in append_only.dropping(table, connection.vendor):
        cursor.execute(statement)


def check_references(cursor: Any) -> None:
    """Check references now and not when the transaction ends: PostgreSQL neither alters nor
    truncates a table before."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def ledger(db: None, pack: Any) -> Ledger:
    """A registry with an empty ledger."""
    return Ledger(pack)
