"""Errors that a user can cause and mend. Problems with values are findings, not errors.

KhueError
├── WrongUse        the request itself cannot be carried out as written (exit 2)
├── NotFound        what was named does not exist
├── NotAllowed      the actor lacks the right
├── UnreadableFile  a file that no reader can open
├── Refused         findings or later edits stand in the way
│   └── Busy        someone else was writing for too long
└── Damaged         stored data does not agree with itself

Anything else that is raised is a broken assumption and may crash.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from typing import Any

from khue.model.findings import Finding


class KhueError(Exception):
    """What happened and how to mend it, in both languages. `exit_code` is for the command line."""

    exit_code = 1

    def __init__(
        self,
        vi: str,
        en: str,
        *,
        mend_vi: str = "",
        mend_en: str = "",
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(en)
        self.message = {"vi": vi, "en": en}
        self.mend = {"vi": mend_vi, "en": mend_en}
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[Any, ...]:
        """So that one that was raised in another process is raised here as it was there."""
        return _again, (type(self), self.message, self.mend, self.findings)


_REASONS = {
    errno.ENOENT: ("không có tệp hay thư mục này", "there is no such file or folder"),
    errno.EACCES: ("không có quyền", "it is not permitted"),
    errno.EPERM: ("không có quyền", "it is not permitted"),
    errno.EISDIR: ("đây là thư mục", "it is a folder"),
    errno.ENOTDIR: ("đường dẫn đi qua một tệp", "its path leads through a file"),
    errno.ENOSPC: ("ổ đĩa đã hết chỗ", "the disk is full"),
    errno.EDQUOT: ("đã hết phần đĩa được dùng", "the quota of the disk is used up"),
    errno.EROFS: ("ổ đĩa chỉ cho đọc", "the disk can only be read"),
    errno.ENAMETOOLONG: ("tên quá dài", "its name is too long"),
    errno.EIO: ("ổ đĩa bị lỗi", "the disk is faulty"),
}


def reason_of(error: OSError) -> dict[str, str]:
    """Why a file could not be read or written, in both languages: `{"vi": ..., "en": ...}`; what is
    rare stands as the system says it."""
    said = error.strerror or str(error)
    vi, en = _REASONS.get(error.errno or 0, (said, said))
    return {"vi": vi, "en": en}


def _again(
    kind: type[KhueError],
    message: Mapping[str, str],
    mend: Mapping[str, str],
    findings: Sequence[Finding],
) -> KhueError:
    return kind(
        *(message["vi"], message["en"]),
        mend_vi=mend["vi"],
        mend_en=mend["en"],
        findings=findings,
    )


class WrongUse(KhueError):
    """The request cannot be carried out as written: a bad option, an unknown type."""

    exit_code = 2


class NotFound(KhueError):
    """A record, batch or place that does not exist, or that the actor may not know of."""


def no_record(record: str) -> NotFound:
    """What to raise for a record that is not there, or that the actor may not know of."""
    return NotFound(
        f"Không có hồ sơ {record}.",
        f"There is no record {record}.",
        mend_vi="Tìm mã hồ sơ bằng `khue search`.",
        mend_en="`khue search` finds identifiers.",
    )


def no_proposal(proposal: str) -> NotFound:
    """What to raise for a proposal that is not there, or that the actor may not know of."""
    return NotFound(
        f"Không có đề xuất {proposal}.",
        f"There is no proposal {proposal}.",
        mend_vi="Xem mã đề xuất bằng `khue proposals list --all`.",
        mend_en="`khue proposals list --all` shows identifiers.",
    )


class NotAllowed(KhueError):
    """The actor lacks the right for this action on this record."""


class UnreadableFile(KhueError):
    """The file is empty, damaged, encrypted or of another kind than its name says."""


class Refused(KhueError):
    """The change would lose or break something; nothing was changed."""


class Busy(Refused):
    """Someone else was writing for too long; the same request may go through a little later."""


class Damaged(KhueError):
    """What is stored does not agree with itself; `khue verify` says where."""
