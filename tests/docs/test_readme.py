"""The README opens with the two commands, and its example is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, Khue
from tests.docs.examples import run_page

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_one_sentence_and_the_two_commands() -> None:
    title, sentence, commands, *_ = README.split("\n\n")
    assert title == "# Khuê"
    assert sentence.startswith("Khuê is ")
    assert sentence.count(". ") == 0
    assert "make demo" in commands
    assert "make test" in commands


def test_the_example(khue: Khue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHUE_LANG", "en")
    assert run_page(README, khue, tmp_path) >= 7
