"""Writing a table as a Parquet file, block by block."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from khue.snapshot.flattening import Block
from khue.snapshot.layout import Columns

GROUP = 50_000
"""Rows of a row group: what DuckDB and Spark read at once, and what memory holds of one here."""

TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def schema_of(columns: Columns) -> pa.Schema:
    """The columns of a table as Arrow has them."""
    return pa.schema([pa.field(name, TYPES[one]) for name, one in columns.items()])


def batch_of(block: Block, schema: pa.Schema) -> pa.RecordBatch:
    """Rows of a table as Arrow has them: what travels between processes in no time."""
    rows, lists = block
    cells = ((lists.get(one.name), one.type) for one in schema)
    arrays = [pa.nulls(rows, kind) if own is None else pa.array(own, kind) for own, kind in cells]
    return pa.record_batch(arrays, schema=schema)


class Writer:
    """A Parquet file that grows. Row groups begin after the same rows, in whatever batches these
    came, so that the same rows give the same bytes."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._waiting, self._rows = path, list[pa.RecordBatch](), 0
        self.total = 0
        self._schema = schema
        self._file = pq.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=1, store_schema=False
        )

    def add(self, batch: pa.RecordBatch) -> None:
        """Rows behind those that are there."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self.total += batch.num_rows
        if self._rows >= GROUP:
            self._flush(GROUP)

    def close(self) -> Mapping[str, Any]:
        """End the file; what the manifest says of it."""
        self._flush(1)
        self._file.close()
        digest = hashlib.sha256()
        with self._path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        size = self._path.stat().st_size
        return {"rows": self.total, "bytes": size, "sha256": digest.hexdigest()}

    def _flush(self, least: int) -> None:
        """Write row groups while at least so many rows wait."""
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._waiting, self._schema)
        while table.num_rows >= least:
            # In one piece, or the bounds of blocks would become bounds of pages.
            self._file.write_table(table.slice(0, GROUP).combine_chunks(), row_group_size=GROUP)
            table = table.slice(GROUP)
        self._waiting, self._rows = table.to_batches(), table.num_rows
