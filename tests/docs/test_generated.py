"""The reference is what the code and the pack say today, and nothing is left out of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from khue.cli.app import khue as program
from khue.model.findings import catalogue
from khue.model.packs import Pack
from khue.model.rights import ACTIONS, GRANTS, Actor, Subject, may
from tests.conftest import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
# A fence, or a span between as many backticks at both ends (CommonMark 0.31, 4.5 and 6.1).
CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)


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
    shutil.copytree(ROOT / "docs" / "pages", docs / "pages")
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


def test_every_personal_field_is_marked(pack: Pack) -> None:
    """Section by section, so that a mark in one type does not stand for another."""
    sections = dict(re.findall(r"^## (\w+)$(.*?)(?=^## |\Z)", read("types.md"), re.M | re.S))
    assert list(sections) == list(pack.types)
    for name, one in pack.types.items():
        marked = set(re.findall(r"^\| `([^`]+)` .*\*personal\*", sections[name], re.M))
        members = [field for top in one.fields.values() for field in top.with_members()]
        assert marked == {field.path for field in members if field.personal}
        (listed,) = re.findall(r"^Personal: (.+)\.$", sections[name], re.M)
        assert set(re.findall(r"`([^`]+)`", listed)) == one.personal


def test_the_tables_of_rights_say_what_the_rule_does() -> None:
    """Every cell is compared with `may`, by what its words mean as said here once more."""
    roles, actions, granted, limits = tables(read("rights.md"))
    assert [row["role"] for row in roles] == [f"`{role}`" for role in GRANTS]
    names = [f"`{action}`" for action in ACTIONS]
    assert [row["action"] for row in actions] == [row["action"] for row in granted] == names
    closed, public = (Subject("relic", frozenset(), public) for public in (False, True))
    for action, row in zip(ACTIONS, granted, strict=True):
        for who in ("everyone", *GRANTS):
            actor = Actor("ai đó", frozenset({who}))
            said = set(row[who].split(", ")) - {"no"}
            assert ("within limits" in said) == may(actor, action, closed)
            assert bool(said) == may(actor, action, public)
    for row in limits:
        for limit, cell in list(row.items())[1:]:
            assert cell == ("yes" if may(limited(limit), "read", described(row)) else "no")
    assert len(limits) == 6


def tables(text: str) -> list[list[dict[str, str]]]:
    """The tables of a page as rows by heading."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        head, _, *rows = (
            [cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines()
        )
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def limited(said: str) -> Actor:
    """The actor that a heading of the table of limits speaks of."""
    units = frozenset({"inside"}) if said in ("limited to units", "limited to both") else None
    types = frozenset({"relic"}) if said in ("limited to types", "limited to both") else None
    assert units or types or said == "no limit"
    return Actor("ai đó", frozenset({"viewer"}), units=units, types=types)


def described(row: Mapping[str, str]) -> Subject:
    """The record that a row of the table of limits speaks of."""
    kind, _, where = row["record"].partition(", ")
    units = {
        "within the units": {"inside"},
        "one of several candidate units within": {"inside", "outside"},
        "in other units": {"outside"},
        "without a place": set(),
    }
    type_ = {"of the types": "relic", "of another type": "dish"}[kind]
    return Subject(type_, frozenset[str](units[where]), public=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def links(text: str) -> list[str]:
    """Where the links of a text lead; what stands in code only shows how a link is written."""
    return LINK.findall(CODE.sub("", text))


def test_links_in_code_are_examples() -> None:
    text = "[a](a.md) `[b](b)` ``x ` [c](c)`` [`d`](d.md)\n\n```\n[e](e)\n```\n[f](f.md)"
    assert links(text) == ["a.md", "d.md", "f.md"]


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
