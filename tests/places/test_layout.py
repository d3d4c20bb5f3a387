"""What is kept of the package's data is what would be made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue.places import layout
from khue.places.layout import Layout, lay_out, make_layout
from khue.places.source import Tables


def names_of(made: Layout) -> Any:
    """Who bears which name; other names come in no order."""
    names = made.names
    return [
        {name: sorted(map(tuple, borne)) for name, borne in by_name.items()}
        for by_name in (names.exact, names.folded, names.aliases)
    ]


def test_what_is_kept_is_what_was_made(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_layout(tables)
    monkeypatch.setattr(layout, "read_tables", lambda folder: tables)
    lay_out(tmp_path)
    monkeypatch.setattr(layout, "read_tables", None)  # nothing is made a second time
    kept = lay_out(tmp_path)
    assert kept.tables == made.tables
    assert names_of(kept) == names_of(made)
    (path,) = (tmp_path / layout.KEPT).iterdir()
    path.write_bytes(b"damaged")
    monkeypatch.setattr(layout, "read_tables", lambda folder: tables)
    assert lay_out(tmp_path).tables == made.tables
    monkeypatch.setattr(layout, "read_tables", None)
    assert lay_out(tmp_path).tables == made.tables


def test_another_program_makes_it_anew(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    monkeypatch.setattr(layout, "read_tables", lambda folder: read.append(folder) or tables)
    lay_out(tmp_path)
    monkeypatch.setattr(layout, "__version__", "another")
    lay_out(tmp_path)
    assert len(read) == 2
