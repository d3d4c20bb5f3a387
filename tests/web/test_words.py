"""Every word of the interface is in `words/`, in both languages, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from khue.web import portal
from khue.web.portal.words import catalogue, say

FOLDER = Path(portal.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
MODULES = sorted(FOLDER.rglob("*.py"))
WORDS = sorted(
    path for path in FOLDER.parents[1].rglob("*.yaml") if "{position}" in path.read_text("utf-8")
)
"""All files with texts that name a position of the ledger."""
BUILT = (
    "action.",
    "calendar.",
    "column.",
    "design.",
    "error.",
    "facet.",
    "findings.kind.",
    "findings.severity.",
    "indicator.frequency.",
    "indicator.from.",
    "indicator.line.",
    "language.",
    "measures.dimension.",
    "measures.explained.",
    "measures.obtained.",
    "measures.state.",
    "policies.kind.",
    "sort.",
    "stories.",
    "take.",
    "tongue.",
    "tours.",
    "view.",
)
"""Keys that are put together from a code."""

TAG = re.compile(r"{[%#].*?[%#]}|{{.*?}}", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:title|alt|placeholder|aria-label|content)="([^"]*)"')
WIRING = re.compile(
    r"width=device-width, initial-scale=1|light dark|noindex|#[0-9A-F]{6}|[a-z-]+:"
    r"|includeIndicatorCSS:false"
)
LETTER = re.compile(r"[^\W\d_]{2,}")


def used() -> set[str]:
    """Keys that templates and modules name outright."""
    found: set[str] = set()
    for path in TEMPLATES:
        found |= set(re.findall(r'{% word "([^"]+)"', path.read_text(encoding="utf-8")))
    for path in MODULES:
        found |= set(re.findall(r'\bsay\(\s*"([^"{]+)"', path.read_text(encoding="utf-8")))
    return found


def test_every_key_that_is_used_exists() -> None:
    assert used() - set(catalogue()) == set()


def test_every_key_that_exists_is_used() -> None:
    unused = {key for key in set(catalogue()) - used() if not key.startswith(BUILT)}
    assert unused <= {"value.yes", "value.no", "group.other"}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_every_key_has_both_languages(key: str) -> None:
    entry = catalogue()[key]
    assert set(entry) == {"vi", "en"}
    general = []
    for told in entry.values():
        forms = told if isinstance(told, dict) else {"other": told}
        assert set(forms) in ({"other"}, {"one", "other"})
        assert all(text.strip() for text in forms.values())
        general.append(set(re.findall(r"{(\w+)}", forms["other"])))
    assert general[0] == general[1]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path: Path) -> None:
    plain = TAG.sub("", path.read_text(encoding="utf-8"))
    for attribute in SPOKEN_ATTRIBUTE.findall(plain):
        assert not LETTER.search(WIRING.sub("", attribute)), attribute
    assert LETTER.findall(MARKUP.sub(" ", plain)) == []


@pytest.mark.parametrize("path", WORDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_place_in_the_ledger_is_called_a_position_everywhere(path: Path) -> None:
    """Pages, reports, findings and the command line name it alike, so that one can be looked up
    where the other was read."""
    text = path.read_text(encoding="utf-8").lower()
    assert re.findall(r"(?:mục|entry) {(?:position|seq)}", text) == []
    assert re.findall(r"{(?:position|seq)} trong sổ cái|vị trí (?:trong )?sổ cái", text) == []


def test_numbers_and_plurals() -> None:
    assert say("search.found", "vi", count=1234) == "1.234 hồ sơ"
    assert say("search.found", "en", count=1234) == "1,234 records"
    assert say("search.found", "en", count=1) == "1 record"
    assert say("place.candidates", "vi", count=1) == "Có thể thuộc đơn vị hành chính hiện nay:"


def test_no_text_of_ours_parts_a_number_from_the_sign_of_per_cent() -> None:
    """One way in both languages: 10%. What sources wrote is left as it is."""
    folders = (FOLDER.parents[1], FOLDER.parents[3] / "packs" / "vietnam")
    texts = [path for folder in folders for path in folder.rglob("*.yaml")]
    assert len(texts) > 50
    parted = re.compile(r"[0-9}]\s%(?!\w)")
    assert [
        (path.name, found[0]) for path in texts if (found := parted.search(path.read_text("utf-8")))
    ] == []
