"""Search: two Tantivy indexes that follow the ledger, of what is public and of the whole records.

Everyone searches the first; the second is for those whose roles let them read more, each within
their types and units. `words`, `understanding` and `queries` say what was asked; `clauses`,
`matching` and `ranking` make it a Tantivy query; `offering` says what a text may mean as
filters, `typos` for what words may be mistyped,
`spelling` what was meant, `suggestions` which names are being typed. `entries` and `layout` turn a
document into an index document, `generations` keeps the folders, `following` and `writing` write,
`ahead` keeps what was made before its batch was written. `reading`, `results` and `enumeration`
read; `areas`, `clusters` and `nearest` answer maps, by the `tiles` of points; `highlights` marks
words in texts; `status` tells how the indexes are. Only `door` knows Django and the registry.
Nothing here owns anything: delete an index and it is rebuilt. Formats and pages are not made here;
hits carry an identifier and a label.
"""

from khue.search.ahead import Ahead, Block, make_ahead
from khue.search.areas import Area, Box, Position
from khue.search.clusters import AtUnit, Cell, Clusters, Placed
from khue.search.door import (
    catch_up,
    clusters,
    find,
    identifiers,
    position,
    rebuild,
    status,
    suggest,
)
from khue.search.offering import as_filters
from khue.search.queries import DEPTH, Limit, Query, Sort
from khue.search.results import FacetValue, Hit, Results
from khue.search.status import IndexStatus
from khue.search.suggestions import Suggestion, Suggestions
from khue.search.understanding import understand
from khue.search.writing import Maker

__all__ = [
    "DEPTH",
    "Ahead",
    "Area",
    "AtUnit",
    "Block",
    "Box",
    "Cell",
    "Clusters",
    "FacetValue",
    "Hit",
    "IndexStatus",
    "Limit",
    "Maker",
    "Placed",
    "Position",
    "Query",
    "Results",
    "Sort",
    "Suggestion",
    "Suggestions",
    "as_filters",
    "catch_up",
    "clusters",
    "find",
    "identifiers",
    "make_ahead",
    "position",
    "rebuild",
    "status",
    "suggest",
    "understand",
]
