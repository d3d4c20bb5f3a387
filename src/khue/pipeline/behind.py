"""The records behind a computed value: its select run again on the snapshot of its position."""

from __future__ import annotations

import threading
from collections import OrderedDict

from khue.measures.compute import Counted, counted
from khue.measures.definitions import definition
from khue.measures.indicators import former
from khue.measures.values import ValueView
from khue.model.errors import Busy, Damaged, NotFound, Refused
from khue.model.findings import Finding, finding
from khue.pipeline.house import House
from khue.pipeline.measuring import columns_of
from khue.pipeline.snapshots import kept_snapshot, take_snapshot

PATIENCE_S = 10.0
HURRY_S = 2.0
"""How long one waits for an engine that another is using, and how long a visitor does: while he
waits, nobody else is served by that thread."""

MOST_KEPT = 1_000_000
"""Identifiers that a process keeps of answers, 75 MB; one answer is always kept."""

Key = tuple[str, int, str]


def records_behind(house: House, value: ValueView, *, hurry: bool = False) -> Counted:
    """What a kept value was counted from: by the definition and at the position that it has.

    One engine runs at a time, and answers are kept, since they cannot change. In a `hurry`, no
    snapshot is made for it, which takes a minute for a million records. Raises `NotFound` for a
    value that was not counted from records or that may not be told, `Busy` while others ask for too
    long, `Refused` where the select cannot be run or the snapshot is gone, `Damaged` where it gives
    another value now.
    """
    if value.value is None or value.records is None:
        raise NotFound(
            "Giá trị này không đếm từ hồ sơ, hoặc không được nêu.",
            "This value was not counted from records, or may not be told.",
        )
    key = (value.version, value.position, value.name)
    if (known := _known.get(key)) is not None:
        return known
    if not _engine.acquire(timeout=HURRY_S if hurry else PATIENCE_S):
        raise Busy(
            "Đang đếm hồ sơ cho người khác.",
            "Records are being counted for someone else.",
            mend_vi="Thử lại sau ít phút.",
            mend_en="Try again in a few minutes.",
        )
    try:
        return _known.get(key) or _known.add(key, _count(house, value, hurry))
    finally:
        _engine.release()


class _Known:
    """The answers that were asked for last, and together are not too many identifiers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Key, Counted] = OrderedDict()

    def get(self, key: Key) -> Counted | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def add(self, key: Key, answer: Counted) -> Counted:
        with self._lock:
            self._answers[key] = answer
            held = sum(len(one.records) for one in self._answers.values())
            while held > MOST_KEPT and len(self._answers) > 1:
                held -= len(self._answers.popitem(last=False)[1].records)
        return answer


_engine = threading.Lock()
_known = _Known()


def _count(house: House, value: ValueView, hurry: bool) -> Counted:
    one = former(definition(value.version))
    take = kept_snapshot if hurry else take_snapshot
    taken = take(house, sight="public", rules="then", at=value.position)
    if taken is None:
        raise Refused(
            "Bản chụp mà giá trị này được đếm trên đó không còn. Lần tính tới sẽ chụp lại.",
            "The snapshot that this value was counted on is gone. The next run makes another.",
            mend_vi="Tính lại bằng `khue measure run`.",
            mend_en="Run `khue measure run`.",
        )
    found = counted(one, value.part, columns_of(house.pack), taken.folder)
    if isinstance(found, Finding):
        raise Refused(
            f"Không đếm lại được hồ sơ của chỉ tiêu «{value.indicator}».",
            f"The records of the indicator '{value.indicator}' cannot be counted again.",
            findings=[found],
        )
    if found is None or (found.value, found.digest) != (value.value, value.digest):
        differs = finding(
            "indicator_recomputed_differs",
            file=f"{value.indicator} {value.name}",
            position=value.position,
            now="–" if found is None else found.value,
            before=value.value,
        )
        raise Damaged(
            f"Chỉ tiêu «{value.indicator}» tính lại cho kết quả khác.",
            f"The indicator '{value.indicator}' gives another value now.",
            mend_vi="Xem bằng `khue measure run --again`.",
            mend_en="`khue measure run --again` tells more.",
            findings=[differs],
        )
    return found
