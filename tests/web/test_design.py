"""The design system: colours that can be read in both themes, and a page of what is used."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from khue.web.portal import built
from khue.web.portal.present.tokens import COLOURS, GROUNDS, Swatch, contrast, swatches, themes
from tests.conftest import ROOT

STYLES = ROOT / "frontend" / "styles"
# What the design promises on paper, light and dark, rounded to one decimal.
PROMISED = {
    "ink": (16.2, 15.8),
    "ink-2": (7.1, 8.5),
    "son": (6.3, 7.1),
    "cham": (8.2, 8.2),
    "ngoc": (4.9, 8.7),
    "nghe": (4.7, 8.7),
    "man": (7.2, 7.2),
    "da": (6.0, 8.3),
}
TEXT = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""


# One piece each, which another stylesheet refines.
REFINED = {
    *("ask__row", "button", "hash", "opening", "search", "sorts"),
    *("figures", "figure__value", "figure__number", "figure__counts", "figure__line"),
    "figure__about",
}


def test_a_class_is_one_piece() -> None:
    """All stylesheets are on every page: a second thing of the same name would bend the first."""
    found: dict[str, set[str]] = {}
    for path in STYLES.glob("*.css"):
        plain = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{[^{}]*\}", plain):
            if path.name != "print.css":  # which only takes away
                for name in re.findall(r"(?:^|,)\s*\.([\w-]+)\s*(?=,|$)", selectors):
                    found.setdefault(name, set()).add(path.name)
    assert len(found) > 300
    assert {name for name, paths in found.items() if len(paths) > 1} == REFINED


def source() -> str:
    return (STYLES / "tokens.css").read_text(encoding="utf-8")


def one(name: str) -> Swatch:
    return next(swatch for swatch in swatches(source()) if swatch.name == name)


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_contrast_is_what_the_design_promises(name: str) -> None:
    on_paper = one(name).on_paper
    assert on_paper is not None
    for found, promised in zip(on_paper, PROMISED[name], strict=True):
        assert found >= promised - 0.11, (name, found)


@pytest.mark.parametrize("name", sorted(set(COLOURS) - GROUNDS))
@pytest.mark.parametrize("theme", [0, 1])
def test_text_can_be_read_on_every_ground(name: str, theme: int) -> None:
    colours = themes(source())[theme]
    for ground in ("paper", "surface"):
        assert contrast(colours[name], colours[ground]) >= TEXT, (name, ground)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("text", "ground"),
    [("ink", "son-wash"), ("son", "son-wash"), ("ink-2", "son-wash"), ("ink", "nghe-wash")],
)
def test_washes_carry_text(text: str, ground: str, theme: int) -> None:
    colours = themes(source())[theme]
    assert contrast(colours[text], colours[ground]) >= TEXT


def test_contrast_of_known_colours() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_styles_take_their_colours_from_the_tokens() -> None:
    for path in STYLES.glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)|\brgba?\(", css) == [], path.name


def test_nothing_moves_for_those_who_asked_for_less() -> None:
    block = re.compile(
        r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
    )
    for path in STYLES.glob("*.css"):
        still = block.sub("", path.read_text(encoding="utf-8"))
        assert re.findall(r"\b(?:transition|animation|scroll-behavior)\b", still) == [], path.name


def test_every_style_sheet_is_imported_once() -> None:
    """By the styles of all pages, or by the island that alone needs it."""
    main = (STYLES / "khue.css").read_text(encoding="utf-8")
    imported = re.findall(r'@import "\./([\w.-]+)";', main)
    for script in (STYLES.parent / "src").rglob("*.ts"):
        imported += re.findall(
            r'^import ".*/styles/(.+)";', script.read_text("utf-8"), re.MULTILINE
        )
    assert sorted(imported) == sorted(path.name for path in STYLES.glob("*.css"))


def test_the_build_has_the_tokens_of_the_source() -> None:
    assert themes(built.site_css()) == themes(source())


def test_the_page_shows_the_tokens_and_the_pieces(visit: Client) -> None:
    for prefix, ratio in (("", "16,1"), ("/en", "16.1")):
        page = visit.get(f"{prefix}/design").content.decode()
        for name in COLOURS:
            assert one(name).light in page
            assert one(name).dark in page
        assert ratio in page
        for piece in (
            "button--plain",
            "field--wrong",
            "card__line",
            "fact",
            "chip",
            "pages",
            "facet",
        ):
            assert f'class="{piece}' in page or f" {piece}" in page, piece
