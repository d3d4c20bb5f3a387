"""`/graph`: from a policy to centres, spaces, events and people, one connection at a time.

`/graph/<record>?from=<record>,<record>` is a step with the way that led there; what is in the way
that nobody may know of, or that is no record, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue import search
from khue.lib.identifiers import is_ulid
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask
from khue.web.portal.finding import find_record
from khue.web.portal.kept import Kept, State
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.relations import Sentence, graph, sentences
from khue.web.portal.words import choose, current_language, spoken

START = "policy"
"""The type of records from which a walk begins."""
STARTS = 12
LOOKED_AT = 40
"""Policies among which those with the most connections are looked for."""
LONGEST_WAY = 12
"""Steps that an address remembers, the last ones."""


@dataclass(frozen=True)
class Step:
    """A record on the way: where going back to it leads."""

    title: str
    lang: str
    type_label: str
    href: str


@dataclass(frozen=True)
class Start:
    """A record to begin with: what it is about, and how many it is connected with, or if `is_least`
    at least with how many."""

    card: Heading
    lead: str
    lead_lang: str
    count: int
    is_least: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to begin."""
    reader = ask_house.reader_for(current_language())
    page = {
        "lang": reader.lang,
        "here": "graph",
        "starts": _starts(reader.lang),
        "all_policies": Ask(type=START).address(),
    }
    return render(request, "portal/walk_start.html", page)


@require_safe
def walk(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """A record with all that it is connected with, and the way so far."""
    view = find_record(record_id)
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("walk", args=[view.id]))
    reader = ask_house.reader_for(current_language())
    way = _way(request.GET.get("from") or "", view.id)
    ask_house.learn_names(reader, [view.document])
    referring = queries.referring(PUBLIC, view.id, house().pack)
    said = sentences(view.document, {}, referring, reader)
    steps = _steps(way, reader)
    onward = [_onward(one, [*way, view.id]) for one in said]
    page = {
        "lang": reader.lang,
        "here": "graph",
        "heading": heading(view.document, reader),
        "steps": steps,
        "been": {*way},
        "sentences": onward,
        "graph": graph(onward),
    }
    return render(request, "portal/walk.html", page)


def _way(text: str, here: str) -> list[str]:
    """The records of a way in an address, each once, without the one that is reached."""
    named = (name for name in text[: 27 * 2 * LONGEST_WAY].split(",") if is_ulid(name))
    return [name for name in dict.fromkeys(named) if name != here][-LONGEST_WAY:]


def _address(record: str, way: Sequence[str]) -> str:
    told = ",".join(way[-LONGEST_WAY:])
    return reverse("walk", args=[record]) + (f"?from={told}" if told else "")


def _steps(way: Sequence[str], reader: Reader) -> list[Step]:
    """The records of the way that the public may know of."""
    names = queries.labels(PUBLIC, way, house().pack, as_given=True)
    return [
        Step(
            choose(names[one], reader.lang) or reader.say("record.unnamed"),
            spoken(names[one], reader.lang),
            reader.type_label(names[one]["type"]),
            _address(one, way[:number]),
        )
        for number, one in enumerate(way)
        if one in names
    ]


def _onward(one: Sentence, way: Sequence[str]) -> Sentence:
    """The same sentence, whose names lead a step on; back to where one has been, by the way that
    led there."""
    return replace(
        one,
        records=tuple(
            replace(
                named,
                href=_address(named.id, way[: way.index(named.id)] if named.id in way else way),
            )
            for named in one.records
        ),
    )


def _busiest(state: State) -> list[Start]:
    """The policies with the most connections, of the first by name."""
    reader = ask_house.reader_for(state.lang)
    query = search.Query(type=START, sort="name", limit=LOOKED_AT, counted=())
    hits = search.find(query, house().pack).hits
    documents = [one for one in queries.public_documents([hit.id for hit in hits]).values() if one]
    ask_house.learn_names(reader, documents)
    counted = []
    for document in documents:
        referring = queries.referring(PUBLIC, document["id"], house().pack, most=1)
        own = sentences(document, {}, (), reader)
        count = sum(link.count for link in referring) + _named_in(own)
        about = document.get("subject") or document.get("description")
        lead = choose(about, reader.lang), spoken(about, reader.lang)
        is_least = any(link.is_least for link in referring)
        counted.append(Start(heading(document, reader), *lead, count, is_least))
    most = sorted(counted, key=lambda one: -one.count)[:STARTS]
    return [one for one in most if one.count]


_starts = Kept(_busiest)


def _named_in(said: Iterable[Sentence]) -> int:
    return len({record.id for one in said for record in one.records})
