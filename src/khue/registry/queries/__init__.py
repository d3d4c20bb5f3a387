"""The only reader's door of the registry. Every answer is redacted for the actor who asks.

Searching is not here: `search` finds identifiers, this room gives what they stand for.
"""

from khue.registry.queries.files import FileView, file
from khue.registry.queries.following import (
    FeedEntry,
    changed,
    changes_since,
    count_records,
    feed,
    has_erased,
    head,
    head_hash,
    public_head_hash,
    texts,
)
from khue.registry.queries.keeping import JudgementView, WorkingDraftView, drafts, judgements
from khue.registry.queries.proposals import ItemView, ProposalView, proposal, proposals
from khue.registry.queries.provenance import (
    MOST_OF_SOURCE,
    SourceDetail,
    changes_of_source,
    source,
)
from khue.registry.queries.publishing import first_stated, public_documents
from khue.registry.queries.records import (
    RecordView,
    aliases,
    counts,
    get,
    get_many,
    ids,
    labels,
    visible_ids,
    was_withdrawn,
)
from khue.registry.queries.referring import ReferringView, referring
from khue.registry.queries.standing import (
    Position,
    Rules,
    Sight,
    ever,
    position,
    redirects,
    standing,
)
from khue.registry.queries.versions import (
    BatchView,
    ChangeView,
    FieldChange,
    SourceView,
    as_of,
    blame,
    history,
    latest,
    setters,
)

__all__ = [
    "MOST_OF_SOURCE",
    "BatchView",
    "ChangeView",
    "FeedEntry",
    "FieldChange",
    "FileView",
    "ItemView",
    "JudgementView",
    "Position",
    "ProposalView",
    "RecordView",
    "ReferringView",
    "Rules",
    "Sight",
    "SourceDetail",
    "SourceView",
    "WorkingDraftView",
    "aliases",
    "as_of",
    "blame",
    "changed",
    "changes_of_source",
    "changes_since",
    "count_records",
    "counts",
    "drafts",
    "ever",
    "feed",
    "file",
    "first_stated",
    "get",
    "get_many",
    "has_erased",
    "head",
    "head_hash",
    "history",
    "ids",
    "judgements",
    "labels",
    "latest",
    "position",
    "proposal",
    "proposals",
    "public_documents",
    "public_head_hash",
    "redirects",
    "referring",
    "setters",
    "source",
    "standing",
    "texts",
    "visible_ids",
    "was_withdrawn",
]
