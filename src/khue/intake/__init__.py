"""Files to candidates and findings: reading, finding the table, mapping columns, normalising.

Pure: nothing here knows what the registry holds already, except through values that are handed in
(`identity.plan_row`). Committing is the registry's, composing a run the pipeline's.
"""

from khue.intake.book import Book, Sheet
from khue.intake.identity import Conflict, Outcome, Plan, occurrence, plan_row, row_keys, stated_by
from khue.intake.mapping import (
    Mapping,
    known_headings,
    load_mapping,
    map_columns,
    mapping_of,
    read_mapping_file,
)
from khue.intake.readers import read_book
from khue.intake.rows import Candidate, Reader, Resolver, split
from khue.intake.tables import Table, find_tables

__all__ = [
    "Book",
    "Candidate",
    "Conflict",
    "Mapping",
    "Outcome",
    "Plan",
    "Reader",
    "Resolver",
    "Sheet",
    "Table",
    "find_tables",
    "known_headings",
    "load_mapping",
    "map_columns",
    "mapping_of",
    "occurrence",
    "plan_row",
    "read_book",
    "read_mapping_file",
    "row_keys",
    "split",
    "stated_by",
]
