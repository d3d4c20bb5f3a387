"""What a policy rests on and what follows from it: a tree each, with dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.measures.findings import shown_period
from khue.web.portal.present.progress import name_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, spoken

RELATIONS = ("implements", "based_on", "guides", "amends", "replaces")
"""Fields by which a policy names others that came before it."""

CARRY_OUT = ("implements", "guides")
"""Those of them by which a policy carries out another."""

Edges = Mapping[str, Sequence[tuple[str, str]]]
"""Of a policy, those beside it: the field that names it or them, and the other policy."""


@dataclass(frozen=True)
class Branch:
    """A policy in a tree: by which relation it is there, and those beyond it."""

    relation: str
    title: str
    lang: str
    href: str
    about: str
    about_lang: str
    date: str
    branches: tuple[Branch, ...]


def branches(
    root: str,
    edges: Edges,
    documents: Mapping[str, Mapping[str, Any]],
    reader: Reader,
    *,
    back: bool,
) -> tuple[Branch, ...]:
    """The policies beyond `root`, each where it is met first; `back` to those that came before."""
    seen = {root}
    queue: list[str] = [root]
    beyond: dict[str, list[tuple[str, str]]] = {}
    while queue:
        here = queue.pop(0)
        for relation, other in edges.get(here, ()):
            if other not in seen and other in documents:
                seen.add(other)
                queue.append(other)
                beyond.setdefault(here, []).append((relation, other))
    return _branches(root, beyond, documents, reader, back=back)


def carried_out(root: str, edges: Edges) -> tuple[str, ...]:
    """The policies that carry out this one, directly or through others."""
    found: dict[str, None] = {}
    queue = [root]
    while queue:
        for relation, other in edges.get(queue.pop(0), ()):
            if relation in CARRY_OUT and other != root and other not in found:
                found[other] = None
                queue.append(other)
    return tuple(found)


def _branches(
    here: str,
    beyond: Edges,
    documents: Mapping[str, Mapping[str, Any]],
    reader: Reader,
    *,
    back: bool,
) -> tuple[Branch, ...]:
    told = []
    for relation, other in beyond.get(here, ()):
        document = documents[other]
        name, issued = name_of(document, reader), str(document.get("issued") or "")
        about: Mapping[str, str] = document.get("subject") or {}
        branch = Branch(
            relation=_phrase(relation, reader, back=back),
            title=name.title,
            lang=name.lang,
            href=reverse("policy", args=[document["id"]]),
            about=choose(about, reader.lang),
            about_lang=spoken(about, reader.lang),
            date=shown_period(issued)[reader.lang] if issued else "",
            branches=_branches(other, beyond, documents, reader, back=back),
        )
        told.append((issued, branch))
    return tuple(branch for _, branch in sorted(told, key=lambda one: one[0], reverse=back))


def _phrase(relation: str, reader: Reader, *, back: bool) -> str:
    field = reader.pack.types["policy"].fields.get(relation)
    if field is None:
        return ""
    return choose(field.sentence if back else field.inverse, reader.lang) or reader.label(field)
