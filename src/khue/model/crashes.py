"""A broken assumption: its details go to a file, people get one sentence."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path

from khue.model.errors import KhueError, reason_of


def keep_crash(home: Path) -> KhueError:
    """Write the exception that is being handled below `home`; gives the error to tell instead."""
    folder = home / "crashes"
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
        mend_vi = f"Gửi tệp {path} cho người bảo trì."
        mend_en = f"Send the file {path} to the maintainers."
    except OSError as error:
        why = reason_of(error)
        mend_vi = f"Không ghi được chi tiết vào {folder}: {why['vi']}."
        mend_en = f"The details could not be written to {folder}: {why['en']}."
    return KhueError(
        "Khuê gặp lỗi bất ngờ và đã dừng; không có gì dở dang được ghi lại.",
        "Khuê met an unexpected error and stopped; nothing half done was written.",
        mend_vi=mend_vi,
        mend_en=mend_en,
    )
