"""Files to candidates and findings: reading, finding the table, mapping columns, normalising.

Pure: nothing here knows what the registry holds already, except through values that are handed in
(`identity.plan_row`). Committing is the registry's, composing a run the pipeline's.
"""

from khue.intake.book import Book, Sheet
from khue.intake.candidates import Candidate, Pending
from khue.intake.cells import split
from khue.intake.identity import (
    Conflict,
    Outcome,
    Plan,
    RowKeys,
    base_key,
    occurrence,
    plan_row,
    shown_key,
    stated_by,
)
from khue.intake.mapping import MappedColumn, known_headings, map_columns, saved
from khue.intake.mapping_files import (
    Mapping,
    default_key,
    load_mapping,
    mapping_of,
    read_mapping_file,
    write_mapping,
)
from khue.intake.opening import Opened, open_table, open_tables
from khue.intake.readers import read_book
from khue.intake.rows import Reader, Resolver
from khue.intake.tables import Table, find_tables

__all__ = [
    "Book",
    "Candidate",
    "Conflict",
    "MappedColumn",
    "Mapping",
    "Opened",
    "Outcome",
    "Pending",
    "Plan",
    "Reader",
    "Resolver",
    "RowKeys",
    "Sheet",
    "Table",
    "base_key",
    "default_key",
    "find_tables",
    "known_headings",
    "load_mapping",
    "map_columns",
    "mapping_of",
    "occurrence",
    "open_table",
    "open_tables",
    "plan_row",
    "read_book",
    "read_mapping_file",
    "saved",
    "shown_key",
    "split",
    "stated_by",
    "write_mapping",
]
