"""`/policies`: policies with their targets and tasks, what is overdue, and one policy in full.

Only policies of which there is a target or a task are listed; the search has all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue.model.rights import PUBLIC
from khue.pipeline import Figures, house
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask
from khue.web.portal.finding import find_record
from khue.web.portal.kept import Kept, State
from khue.web.portal.measured import public_figures
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import lineage, policies, policy
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.progress import links, records_of, state_of
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.words import choose, current_language, spoken

POLICY = "policy"
PER_PAGE = 20
LISTED = 100
"""Targets, and tasks, of one policy and of those that carry it out."""
LOOSE = 20
"""Targets and tasks of no policy that the page names; it says how many there are."""
RESULTS = 8
"""Indicators whose figures stand open; the others are folded away."""
PROOFS = 12
"""Records that a page shows of those that prove something; it says how many there are."""
FAR = 3
"""Steps from a policy to those that it rests on, and to those that follow from it."""
MOST = 40
"""Policies in each of the two trees."""
ASKED = 12
"""Policies of which those that follow are looked for."""

Document = Mapping[str, Any]


class Index(NamedTuple):
    """Targets and tasks by their policy, observations by their indicator and by the document that
    sets them."""

    targets: Mapping[str, tuple[str, ...]]
    tasks: Mapping[str, tuple[str, ...]]
    figures: Mapping[str, tuple[str, ...]]
    set_by: Mapping[str, tuple[str, ...]]


def _make(_: State) -> Index:
    figures = public_figures()
    return Index(
        _grouped((str(figures.documents[one].get("policy") or ""), one) for one in figures.targets),
        _grouped((one.policy, one.id) for one in figures.tasks.values()),
        _grouped((one.indicator, one.id) for one in figures.observations.values()),
        _grouped((one.basis, one.id) for one in figures.observations.values()),
    )


_index = Kept(_make, indexed=False, daily=True, measured=True)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, name in pairs:
        if key:
            found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is overdue by unit (`?unit=`: all of one), and how each policy stands."""
    lang = current_language()
    reader = ask_house.reader_for(lang)
    figures, unit = public_figures(), request.GET.get("unit", "")
    if unit and unit not in {one.unit or one.unit_name for one in figures.overdue}:
        raise Http404
    listed, loose = _listed(lang)
    number = read_page(request.GET.get("page") or "")
    address = reverse("policies")
    turn = paging(number, len(listed), PER_PAGE, lambda other: f"{address}?page={other}")
    _learn(reader, figures, [one.id for one in figures.overdue])
    page = {
        "lang": lang,
        "here": "measures",
        "units": policies.units_told(figures.overdue, figures, reader, unit),
        "unit": unit,
        "overdue": len(figures.overdue),
        "targets": policies.tally(state_of(one, lang) for one in figures.trajectories.values()),
        "tasks": policies.tally(state_of(one, lang) for one in figures.standings.values()),
        "policies": listed[(number - 1) * PER_PAGE : number * PER_PAGE],
        "loose": loose[:LOOSE],
        "loose_count": len(loose),
        "turn": turn,
        "all_policies": Ask(type=POLICY).address(),
    }
    return render(request, "portal/policies.html", page)


class Listed(NamedTuple):
    """The policies that have targets or tasks, the worst first, and the targets and tasks of none
    of them, so that all together are what is counted."""

    policies: tuple[policies.PolicyTold, ...]
    loose: tuple[policies.Loose, ...]


def _list(state: State) -> Listed:
    reader, figures, known = ask_house.reader_for(state.lang), public_figures(), _index(state.lang)
    named = [*dict.fromkeys((*known.targets, *known.tasks))]
    views = queries.get_many(PUBLIC, named, house().pack)
    merged: dict[str, list[str]] = {}
    for name, view in views.items():
        merged.setdefault(view.id, []).append(name)
    told = [
        policies.policy_told(
            views[names[0]].document,
            _of(known.targets, names),
            _of(known.tasks, names),
            figures,
            reader,
        )
        for names in merged.values()
    ]
    bound = {*_of(known.targets, views), *_of(known.tasks, views)}
    loose = [one for one in (*figures.targets, *figures.tasks) if one not in bound]
    return Listed(
        tuple(sorted(told, key=policies.worst_first)), policies.loose_told(loose, figures, reader)
    )


_listed = Kept(_list, indexed=False, daily=True, measured=True)


def _of(groups: Mapping[str, Sequence[str]], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for name in names for one in groups.get(name, ()))


@require_safe
def show(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """One policy down to its tasks, targets, results and the records that prove them."""
    view = find_record(record_id)
    if view.type != POLICY:
        raise Http404
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("policy", args=[view.id]))
    lang = current_language()
    reader, figures, known = ask_house.reader_for(lang), public_figures(), _index(lang)
    document, type_ = view.document, house().pack.types[POLICY]
    onward, after = _after(document)
    family = [view.id, *lineage.carried_out(view.id, onward)]
    aliases = queries.aliases(family)
    names = [name for one in family for name in (one, *aliases.get(one, ()))]
    targets, tasks = _of(known.targets, names), _of(known.tasks, names)
    _learn(reader, figures, [*targets, *tasks])
    about: Mapping[str, str] = document.get("subject") or {}
    proofs = _proofs(document, [figures.tasks[one].evidence for one in tasks])
    page = {
        "lang": lang,
        "here": "measures",
        "heading": heading(document, reader),
        "about": choose(about, lang),
        "about_lang": spoken(about, lang),
        "facts": policy.facts(document, type_, reader),
        "goals": policy.goals(document, reader),
        "aims": (aims := policy.aims(targets[:LISTED], tasks, figures, reader)),
        "tasks": (told := policy.tasks_told(tasks[:LISTED], figures, reader)),
        "target_tally": policies.tally(one.target.state for one in aims),
        "task_tally": policies.tally(one.state for one in told),
        "results": (found := _results(document, targets, names, known, figures, reader))[:RESULTS],
        "more_results": found[RESULTS:],
        "proofs": _headings(proofs[:PROOFS], reader),
        "more_proofs": max(0, len(proofs) - PROOFS),
        "rests_on": _rests_on(document, reader),
        "followed_by": lineage.branches(view.id, onward, after, reader, back=False),
    }
    return render(request, "portal/policy.html", page)


def _learn(reader: Reader, figures: Figures, names: Iterable[str]) -> None:
    """Look up together the names of what targets and tasks name."""
    listed = list(names)
    ask_house.learn_names(reader, [figures.documents[one] for one in listed])
    links(records_of(figures.tasks[one] for one in listed if one in figures.tasks), reader)


def _results(
    document: Document,
    targets: Iterable[str],
    names: Iterable[str],
    known: Index,
    figures: Figures,
    reader: Reader,
) -> tuple[policy.Result, ...]:
    """Of the indicators of its targets, of those that it sets, and of those that ask for it."""
    cited = (document.get("citation") or {}).get("text")
    keys = [figures.targets[one].indicator for one in targets]
    keys += [figures.observations[one].indicator for one in _of(known.set_by, names)]
    keys += [one.key for one in figures.indicators.values() if cited and cited in one.asked_by]
    place = str((document.get("place") or {}).get("code") or "")
    place = place or next((figures.targets[one].place for one in targets), "")
    return policy.results(keys, known.figures, place, figures, reader)


def _proofs(document: Document, evidence: Iterable[Iterable[str]]) -> list[str]:
    """The records that show that tasks were done, then those that the policy is of."""
    field = house().pack.types[POLICY].fields.get("applies_to")
    of = document.get("applies_to") or () if field and is_public(field) else ()
    return list(dict.fromkeys([*(name for some in evidence for name in some), *of]))


def _headings(names: Sequence[str], reader: Reader) -> list[Heading]:
    found = queries.get_many(PUBLIC, names, house().pack)
    return [heading(one.document, reader) for one in found.values()]


def _rests_on(document: Document, reader: Reader) -> tuple[lineage.Branch, ...]:
    edges, known = _before(document)
    return lineage.branches(str(document["id"]), edges, known, reader, back=True)


def _before(document: Document) -> tuple[lineage.Edges, dict[str, Document]]:
    edges: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, Document] = {}
    newest = {str(document["id"]): document}
    for _ in range(FAR):
        edges |= {name: _named(one) for name, one in newest.items()}
        wanted = [other for name in newest for _, other in edges[name] if other not in known]
        views = queries.get_many(PUBLIC, wanted[: max(0, MOST - len(known))], house().pack)
        newest = {name: view.document for name, view in views.items()}
        known |= newest
    return edges, known


def _named(document: Document) -> list[tuple[str, str]]:
    fields = house().pack.types[POLICY].fields
    public = [name for name in lineage.RELATIONS if name in fields and is_public(fields[name])]
    return [(name, str(other)) for name in public for other in document.get(name) or ()]


def _after(document: Document) -> tuple[lineage.Edges, dict[str, Document]]:
    edges: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, Document] = {}
    newest, asked = [str(document["id"])], 0
    for _ in range(FAR):
        found: list[str] = []
        for name in newest[: ASKED - asked]:
            asked += 1
            for link in queries.referring(PUBLIC, name, house().pack, most=MOST):
                if link.type == POLICY and link.field in lineage.RELATIONS:
                    for view in link.records[: max(0, MOST - len(known))]:
                        edges.setdefault(name, []).append((link.field, view.id))
                        if view.id not in known:
                            known[view.id] = view.document
                            found.append(view.id)
        newest = found
    return edges, known
