"""Runs from end to end: a file in, a batch out; an edit; an undo; a rebuild; the demonstration.

The only caller of `registry.actions`: it commits, then lets search catch up. Doors parse and show;
what a run does is decided on the floors below and put together here.
"""

from khue.pipeline.checks import Verification, rebuild, verify
from khue.pipeline.demonstration import load_demonstration
from khue.pipeline.edits import edit_record, undo_batch
from khue.pipeline.house import House, house, prepare_home
from khue.pipeline.imports import ImportReport, SourceNote, data_set_name, import_file

__all__ = [
    "House",
    "ImportReport",
    "SourceNote",
    "Verification",
    "data_set_name",
    "edit_record",
    "house",
    "import_file",
    "load_demonstration",
    "prepare_home",
    "rebuild",
    "undo_batch",
    "verify",
]
