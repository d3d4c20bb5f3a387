"""The text of a story: Markdown with records, maps and quotations in it, made safe to show.

CommonMark without HTML and without pictures from elsewhere. Beside it:

- `[text](record:ID)` leads to a record; alone in a paragraph it is the record's card.
- `[text](map:ID)` alone in a paragraph is a map with a list, of a unit (by its code) or a record.
- A quotation whose last paragraph begins with a dash ends with that as its source.

ID is a record's identifier, one of its numbers, or its name (`<record:Đền Ngọc Sơn>`, in pointed
brackets because of the spaces). What is not known, or not public, stays as its text alone. Whatever
comes out has gone through nh3, with nothing allowed but the few elements named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 200_000
"""Characters of a text that are read."""
MOST_TARGETS = 60
"""Records, units and names that one text may lead to."""
LONGEST_TARGET = 200

_LINES = ("p", "br", "h2", "h3", "h4", "hr", "ul", "ol", "li", "blockquote", "footer", "pre")
TAGS = frozenset((*_LINES, "a", "em", "strong", "code"))
ATTRIBUTES: Mapping[str, set[str]] = {"a": {"href", "rel"}, "ol": {"start"}}
ELSEWHERE = ("https://", "http://")
DASHES = ("— ", "– ", "-- ")
_DEEPEST = 4

Kind = Literal["prose", "record", "map"]


@dataclass(frozen=True)
class Block:
    """A part of a story: prose as safe HTML, or the `target` of a card or map with its text."""

    kind: Kind
    html: str = ""
    target: str = ""
    text: str = ""


@dataclass(frozen=True)
class Parsed:
    """A text as it was read: its tokens, and what its links mean."""

    tokens: tuple[Token, ...]
    targets: tuple[str, ...]


def parse(text: str) -> Parsed:
    """Read a text. Any text is accepted."""
    tokens = tuple(_reader().parse(text[:LONGEST]))
    found = dict.fromkeys(target for link in _links(tokens) if (target := _target(_href(link))[1]))
    return Parsed(tokens, tuple(found)[:MOST_TARGETS])


def blocks(parsed: Parsed, hrefs: Mapping[str, str]) -> tuple[Block, ...]:
    """The parts of a text in order. `hrefs` are the addresses of those targets that may be told;
    the tokens are used up by it."""
    _level_headings(parsed.tokens)
    found: list[Block] = []
    prose: list[Token] = []
    for group in _groups(parsed.tokens):
        embedded = _embedded(group)
        if embedded is None or embedded.target not in hrefs:
            _make_plain(group, hrefs)
            prose += group
            continue
        if prose:
            found.append(Block("prose", _html(prose)))
            prose = []
        found.append(embedded)
    return (*found, Block("prose", _html(prose))) if prose else tuple(found)


def plain(text: str) -> str:
    """The text without the marks of Markdown and without maps: what one reads of it."""
    groups = _groups(_reader().parse(text[:LONGEST]))
    told = (group for group in groups if (one := _embedded(group)) is None or one.kind != "map")
    return " ".join(_words(token) for group in told for token in group if token.type == "inline")


def paragraphs(parsed: Parsed) -> Iterator[str]:
    """The words of the paragraphs of a text: not those of headings, lists and quotations, and not
    those that are a card or a map."""
    groups = (group for group in _groups(parsed.tokens) if group[0].type == "paragraph_open")
    told = (" ".join(_words(group[1]).split()) for group in groups if _embedded(group) is None)
    yield from filter(None, told)


def _words(inline: Token) -> str:
    children = inline.children or ()
    return "".join([" " if one.type.endswith("break") else one.content for one in children])


def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})


def _links(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (one for one in token.children or () if one.type == "link_open")


def _href(link: Token) -> str:
    return str(link.attrs.get("href") or "")


def _target(href: str) -> tuple[Kind, str]:
    """What a link means: a record or map with its target; prose for any other address."""
    scheme, _, rest = href.partition(":")
    target = unquote(rest).strip()
    if scheme not in ("record", "map") or not target or len(target) > LONGEST_TARGET:
        return "prose", ""
    return ("record" if scheme == "record" else "map"), target


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The elements of the first level, each with all that is in it."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _embedded(group: Sequence[Token]) -> Block | None:
    """The card or map that a paragraph is which holds nothing but a link to it."""
    if len(group) != 3 or group[0].type != "paragraph_open":
        return None
    children = [one for one in group[1].children or () if one.type != "text" or one.content.strip()]
    if len(children) < 2 or children[0].type != "link_open" or children[-1].type != "link_close":
        return None
    if sum(one.type == "link_open" for one in children) != 1:
        return None
    kind, target = _target(_href(children[0]))
    text = "".join(one.content for one in children)
    return Block(kind, target=target, text=text) if target else None


def _level_headings(tokens: Iterable[Token]) -> None:
    """Let the headings stand below the title of the page with no level left out, so that whoever
    listens to them misses none, however the text was written."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    open_: list[str] = []
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        open_ = [*(tag for tag in open_ if tag < opening.tag), opening.tag]
        opening.tag = closing.tag = f"h{min(1 + len(open_), _DEEPEST)}"


def _make_plain(group: Sequence[Token], hrefs: Mapping[str, str]) -> None:
    """Give links the addresses that they may have; pictures, and other links, become their text."""
    for number, token in enumerate(group):
        if token.type == "inline":
            token.children = list(_cleaned(token.children or [], hrefs))
        if token.type == "blockquote_close":
            _name_source(group[:number])


def _cleaned(children: Sequence[Token], hrefs: Mapping[str, str]) -> Iterator[Token]:
    opened: list[bool] = []
    for child in children:
        if child.type == "image":
            yield Token("text", "", 0, content=child.content)
        elif child.type == "link_open":
            href = _href(child)
            known = hrefs.get(_target(href)[1], "")
            outside = href if href.startswith(ELSEWHERE) else ""
            opened.append(bool(known or outside))
            if known or outside:
                child.attrs = {"href": known or outside}
                if not known:
                    child.attrs["rel"] = "noopener"
                yield child
        elif child.type == "link_close":
            if opened.pop():
                yield child
        else:
            yield child


def _name_source(before: Sequence[Token]) -> None:
    """The last paragraph of a quotation is its source where it begins with a dash."""
    if len(before) < 3 or before[-1].type != "paragraph_close":
        return
    opening, inline = before[-3], before[-2]
    if inline.content.startswith(DASHES):
        opening.tag = before[-1].tag = "footer"


def _html(tokens: Sequence[Token]) -> str:
    reader = _reader()
    made = reader.renderer.render(tokens, reader.options, {})
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={name: set(known) for name, known in ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel=None,
    )
