"""Letting search catch up after a commit."""

from __future__ import annotations

import logging

from khue import search
from khue.model.findings import Finding, finding
from khue.pipeline.house import House

log = logging.getLogger(__name__)


def catch_up(house: House, ahead: search.Ahead | None = None) -> list[Finding]:
    """Bring both indexes to the head of the ledger, by the entries that were made `ahead` of it.

    The batch is committed by now, so whatever goes wrong here (a full disk, a damaged index) must
    not look as if it were not: it is logged and told, and the next command catches up.
    """
    try:
        search.catch_up(house.pack, ahead)
    except Exception:
        log.exception("The search indexes could not catch up with the ledger.")
        return [finding("index_behind")]
    return []
