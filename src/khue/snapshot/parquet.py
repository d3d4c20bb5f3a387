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


class Writer:
    """A Parquet file that grows. Row groups begin after the same rows, in whatever blocks these
    came, so that the same rows give the same bytes."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._path, self._waiting, self._rows = path, list[pa.RecordBatch](), 0
        self.total = 0
        self._schema = pa.schema([pa.field(name, TYPES[one]) for name, one in columns.items()])
        self._file = pq.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=1, store_schema=False
        )

    def add(self, block: Block) -> None:
        """Rows behind those that are there."""
        rows, lists = block
        if not rows:
            return
        self._waiting.append(
            pa.record_batch(
                [self._array(lists.get(one.name), one.type, rows) for one in self._schema],
                schema=self._schema,
            )
        )
        self._rows += rows
        self.total += rows
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

    def _array(self, cells: Any, type_: pa.DataType, rows: int) -> pa.Array:
        return pa.nulls(rows, type_) if cells is None else pa.array(cells, type_)

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
