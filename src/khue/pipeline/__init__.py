"""Runs from end to end: a file in, a batch out; an edit; a review; a merge; a rebuild.

The only caller of `registry.actions`: it commits, then lets search catch up. Doors parse and show;
what a run does is decided on the floors below and put together here.
"""

from khue.pipeline.attachments import (
    Attached,
    FileNote,
    attach_file,
    detach_file,
    discard_thumbnails,
    find_document,
    find_picture,
)
from khue.pipeline.behind import records_behind
from khue.pipeline.checks import Verification, rebuild, verify
from khue.pipeline.contributions import (
    Filled,
    Report,
    asked_columns,
    fill_in,
    likely_public,
    report_error,
    reportable,
    suggest_record,
    understand_report,
)
from khue.pipeline.demonstration import (
    attach_demonstration,
    is_demonstration,
    load_demonstration,
)
from khue.pipeline.edits import edit_record, undo_batch
from khue.pipeline.erasures import ErasureReport, erase_field
from khue.pipeline.exporting import export_records
from khue.pipeline.figures import Figures, check_registry, figures_at, figures_of, reported
from khue.pipeline.house import House, house, prepare_home
from khue.pipeline.identities import (
    merge_records,
    restore_record,
    split_record,
    withdraw_record,
)
from khue.pipeline.imports import ImportReport, import_file
from khue.pipeline.measuring import (
    Measured,
    check_indicators,
    indicators_of,
    measure,
    measure_again,
    require_indicator,
)
from khue.pipeline.places import (
    LoadReport,
    ResolveReport,
    load_places,
    loaded_tables,
    resolve_again,
)
from khue.pipeline.presence import not_there
from khue.pipeline.publishing import Publication
from khue.pipeline.reviews import (
    accept_proposal,
    judge_records,
    propose_edit,
    reject_proposal,
)
from khue.pipeline.snapshots import Taken, forget_snapshots, take_snapshot
from khue.pipeline.sources import SourceNote, data_set_name

__all__ = [
    "Attached",
    "ErasureReport",
    "Figures",
    "FileNote",
    "Filled",
    "House",
    "ImportReport",
    "LoadReport",
    "Measured",
    "Publication",
    "Report",
    "ResolveReport",
    "SourceNote",
    "Taken",
    "Verification",
    "accept_proposal",
    "asked_columns",
    "attach_demonstration",
    "attach_file",
    "check_indicators",
    "check_registry",
    "data_set_name",
    "detach_file",
    "discard_thumbnails",
    "edit_record",
    "erase_field",
    "export_records",
    "figures_at",
    "figures_of",
    "fill_in",
    "find_document",
    "find_picture",
    "forget_snapshots",
    "house",
    "import_file",
    "indicators_of",
    "is_demonstration",
    "judge_records",
    "likely_public",
    "load_demonstration",
    "load_places",
    "loaded_tables",
    "measure",
    "measure_again",
    "merge_records",
    "not_there",
    "prepare_home",
    "propose_edit",
    "rebuild",
    "records_behind",
    "reject_proposal",
    "report_error",
    "reportable",
    "reported",
    "require_indicator",
    "resolve_again",
    "restore_record",
    "split_record",
    "suggest_record",
    "take_snapshot",
    "understand_report",
    "undo_batch",
    "verify",
    "withdraw_record",
]
