"""Notices live and die with their process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from khue.model.rights import OPERATOR
from khue.pipeline import house, import_file
from khue.registry import actions
from khue.tasks import notices
from khue.tasks.notices import current_notices, maintenance


def test_a_small_batch_gives_no_notice(home: Path) -> None:
    with maintenance(50_000):
        assert current_notices() == []


def test_a_large_batch_gives_notice_while_it_lasts(home: Path) -> None:
    def fail() -> None:
        with maintenance(50_001):
            (notice,) = current_notices()
            assert (notice.kind, notice.rows) == ("maintenance", 50_001)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert current_notices() == []


def test_nobody_waits_on_postgresql(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with maintenance(1_000_000):
        assert current_notices() == []


@pytest.mark.django_db
def test_an_import_gives_notice_before_it_commits(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "MAINTENANCE_ROWS", 1)
    committing, seen = actions.commit, []

    def commit(**asked: Any) -> Any:
        seen.extend(current_notices())
        return committing(**asked)

    monkeypatch.setattr(actions, "commit", commit)
    path = tmp_path / "di-tich.csv"
    path.write_text("Tên di tích\nĐình So\nChùa Thầy\n", encoding="utf-8")
    import_file(house(), path, type_name="relic", actor=OPERATOR, why="thử", commit=True)
    assert [one.rows for one in seen] == [2]
    assert current_notices() == []
