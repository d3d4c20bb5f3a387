"""The only writer of the registry. Every action says who and why, and is all or nothing.

Reading, checking and serialising happen before the ledger is locked; inside the lock there is only
numbering, chaining and inserting. Commits are serialised by the database, so `seq` has no holes and
every follower can tail it.
"""

from khue.registry.actions.committing import (
    Accepted,
    Committed,
    SourceDescription,
    Stale,
    commit,
)
from khue.registry.actions.editing import edit, undo
from khue.registry.actions.erasing import (
    Erased,
    erase,
    erase_again,
    finish_purge,
    scrub_database,
)
from khue.registry.actions.keeping import (
    Verdict,
    discard_draft,
    judge,
    keep_file,
    require_scope,
    save_draft,
    save_mapping,
)
from khue.registry.actions.loading import load_pack, rebuild
from khue.registry.actions.merging import merge, split
from khue.registry.actions.placing import load_places
from khue.registry.actions.preparing import Draft, Kind, Lot, prepare, require, subject_of
from khue.registry.actions.proposing import ProposedItem, accept, drop_source, propose, reject
from khue.registry.actions.withdrawing import restore, withdraw
from khue.registry.tables import known_commitments

__all__ = [
    "Accepted",
    "Committed",
    "Draft",
    "Erased",
    "Kind",
    "Lot",
    "ProposedItem",
    "SourceDescription",
    "Stale",
    "Verdict",
    "accept",
    "commit",
    "discard_draft",
    "drop_source",
    "edit",
    "erase",
    "erase_again",
    "finish_purge",
    "judge",
    "keep_file",
    "known_commitments",
    "load_pack",
    "load_places",
    "merge",
    "prepare",
    "propose",
    "rebuild",
    "reject",
    "require",
    "require_scope",
    "restore",
    "save_draft",
    "save_mapping",
    "scrub_database",
    "split",
    "subject_of",
    "undo",
    "withdraw",
]
