"""What a snapshot says of itself: `manifest.json` in its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from khue.model.errors import Damaged, NotFound

MANIFEST = "manifest.json"

FORMAT = 1
"""Counted up when the same registry would give other tables or other bytes."""


@dataclass(frozen=True)
class Manifest:
    """Where in the ledger a snapshot was taken and what it consists of.

    `hash` is the link of the chain at `position`: of the public chain in a public snapshot. `rules`
    says by which rules the past was made public (see `queries.Rules`). `files` are, by name, the
    `rows`, `bytes` and `sha256` of each.
    """

    position: int
    hash: str
    sight: str
    rules: str
    pack: Mapping[str, str]
    files: Mapping[str, Mapping[str, Any]]
    format: int = FORMAT

    def text(self) -> str:
        """The file as it is written; the same manifest gives the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def is_snapshot(folder: Path) -> bool:
    """Whether a folder holds a snapshot, of whatever format."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot. Raises `NotFound` where there is none, `Damaged` for one that
    cannot be read."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except OSError as error:
        raise NotFound(
            f"Không có bản chụp dữ liệu trong {folder}.",
            f"There is no snapshot in {folder}.",
            mend_vi="Tạo bằng `khue snapshot`.",
            mend_en="`khue snapshot` makes one.",
        ) from error
    except (ValueError, TypeError) as error:
        raise Damaged(
            f"Không đọc được {MANIFEST} trong {folder}.",
            f"{MANIFEST} in {folder} cannot be read.",
            mend_vi="Xóa thư mục này rồi tạo lại bằng `khue snapshot`.",
            mend_en="Delete the folder and make it again with `khue snapshot`.",
        ) from error
