"""Why a record was found, where what its card says does not show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.model.values import kind_of
from khue.publish.summary import values_at
from khue.search.highlights import LOOKED_AT, Passage, Piece, find_passage, missing_in
from khue.search.words import Words
from khue.web.portal.present.heading import Heading
from khue.web.portal.present.markdown import plain
from khue.web.portal.present.reader import Reader, public_fields, public_leaves

EDITED = ("story", "body")
"""The type and the field whose texts are Markdown."""


@dataclass(frozen=True)
class Why:
    """A public text that has words that were asked for: what it is, and a passage of it."""

    label: str
    pieces: tuple[Piece, ...]


def with_why(card: Heading, document: Mapping[str, Any], words: Words, reader: Reader) -> Heading:
    """The card of a hit, with a passage that has those words which the rest of it lacks: of all
    texts that everyone may see the one with most of them, names before descriptions."""
    left = missing_in(_said_by(card), words)
    best: tuple[str, Passage] | None = None
    most = 0
    for label, text in _texts(document, reader) if left else ():
        passage = find_passage(text, words)
        told = len(passage.words & left) if passage else 0
        if passage and told > most:
            best, most = (label, passage), told
            if told == len(left):
                break
    return card if best is None else replace(card, why=Why(best[0], best[1].pieces))


def _said_by(card: Heading) -> list[str]:
    unit = [card.unit.text] if card.unit else []
    rank = [card.rank.text] if card.rank else []
    listed = [one.line for one in card.listed]
    below = [card.below.text] if card.below else []
    return [card.title, card.other, card.type_label, card.when, *unit, *rank, *listed, *below]


def _texts(document: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    """What the public fields of a record say, in their order, as search reads it; at last what its
    type is called."""
    type_ = reader.pack.types.get(str(document["type"]))
    for field in public_fields(type_):
        if field.name not in document:
            continue
        for leaf in public_leaves(field):
            for value in values_at(document, leaf.path):
                for text in kind_of(leaf).flatten(value, leaf, reader.context).texts:
                    edited = (document["type"], field.name) == EDITED
                    told = plain(text[:LOOKED_AT]) if edited else text
                    yield reader.label(field), told
    for text in (*type_.label.values(), *type_.plural.values()) if type_ else ():
        yield reader.say("facet.type"), text
