"""The reference is what the code and the pack say today, and nothing is left out of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from khue.cli.app import khue as program
from khue.model.findings import catalogue
from khue.model.packs import Pack
from tests.conftest import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def commands(command: click.Command, name: str = "khue") -> list[str]:
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    below = [(one, command.get_command(context, one)) for one in command.list_commands(context)]
    deeper = [commands(found, f"{name} {one}") for one, found in below if found]
    return [name, *(one for names in deeper for one in names)]


def read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_every_page_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_names_stale_missing_and_extra_pages(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "generate.py").write_text((ROOT / "docs" / "generate.py").read_text())
    (tmp_path / "packs").symlink_to(ROOT / "packs")
    reference = docs / "reference"

    def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "docs/generate.py", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
        )

    assert generate().returncode == 0
    assert generate("--check").returncode == 0
    (reference / "rights.md").write_text("old")
    (reference / "cli.md").unlink()
    (reference / "more.md").write_text("nobody makes this")
    done = generate("--check")
    assert done.returncode == 1
    assert re.findall(r"reference/(\S+) is stale", done.stderr) == [
        "cli.md",
        "more.md",
        "rights.md",
    ]
    generate()
    assert generate("--check").returncode == 0
    assert not (reference / "more.md").exists()


def test_every_command_is_documented() -> None:
    page = read("cli.md")
    for name in commands(program):
        assert f"\n## {name}\n" in page
        assert f"\nUsage: {name} " in page


def test_every_finding_is_documented() -> None:
    page = read("findings.md")
    for code, entry in catalogue().items():
        assert f"\n## {code}\n\n*{entry['level']}*\n" in page


def test_every_type_vocabulary_and_column_is_documented(pack: Pack) -> None:
    types, columns, vocabularies = read("types.md"), read("columns.md"), read("vocabularies.md")
    for name in pack.types:
        assert f"\n## {name}\n" in types
        for column in pack.columns(name):
            assert f"| `{column.path}` |" in columns
    for name in pack.vocabularies:
        assert f"\n## {name}\n" in vocabularies


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(folder.glob("0*.md"))
    assert len(pages) >= 7
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        assert page.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number:04d} ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]
        assert f"[{text.splitlines()[0][2:]}]({page.name})" in listed
