"""The registry at a position of the ledger as Parquet files: what analysis reads.

Flat tables, one per record type, with side tables for what a record has several of; the public one
is the open-data download. A snapshot is a copy that can be deleted and made again: the same
position, pack and program give the same bytes. `writing` writes it; what is
here needs no database.
"""

from khue.snapshot.layout import Table, layout
from khue.snapshot.manifest import MANIFEST, Manifest, is_snapshot, read_manifest

__all__ = [
    "MANIFEST",
    "Manifest",
    "Table",
    "is_snapshot",
    "layout",
    "read_manifest",
]
