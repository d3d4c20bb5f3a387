"""Nothing that the public may not see shows anywhere, for every type and field of the pack.

The world is made from the pack (`planting`): whatever field a pack adds is planted here by itself,
and a kind of value that cannot be planted yet fails the test. That open words of the same records
are found everywhere shows that the walk looks where it should.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from khue import media, search
from khue.cli import main as khue_command
from khue.lib.identifiers import new_ulid
from khue.lib.vietnamese import exact, fold
from khue.model.rights import OPERATOR, PUBLIC
from khue.pipeline import house
from khue.publish import FORMATS
from khue.registry import queries
from khue.registry.models import Source
from khue.search.layout import tile_field
from khue.search.reading import reader_of
from khue.search.tiles import LEVELS
from khue.web.portal import agenda, charting, reading
from tests.pipeline.figures_sown import COMPUTED, REPORTED
from tests.pipeline.planting import World, is_public, sow

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.xdist_group("leaks"),
]

LANGUAGES = ("", "/en")
DOWNLOADS = tuple(f"search_{name}" for name in FORMATS)
NEVER_OPEN = ("staff", "restricted", "hidden", "referrer", "withdrawn while closed")
"""Parts of records that the public could never see."""

BEYOND = "/search?page=9"
"""A page after the last one."""
IN_ONE_LANGUAGE = re.compile(
    r"/robots\.txt|/sitemap.*|/favicon\.ico|/sw\.js|/id/\w+\.json|/files/.*"
)
SOMETIMES = re.compile(r"\?at=|/events\.ics")
MEASURED = (REPORTED, COMPUTED, "relics_with_decision_share")
COMPARED = tuple(f"indicator={one}&places=01,00070" for one in MEASURED)
ONCE: Mapping[str, tuple[str, ...]] = {
    "home": ("/",),
    **{
        name: (f"/{name}",)
        for name in ("places", "about", "data", "design", "offline", "stories", "tours", "graph")
    },
    "events": ("/events", "/events?view=list", "/events?month=2025-03", "/events?place=01"),
    "events_ics": ("/events.ics", "/events.ics?month=2025-03"),
    "web_manifest": ("/manifest.webmanifest",),
    "service_worker": ("/sw.js",),
    "suggest": ("/suggest",),
    "contribute_sent": (f"/suggest/sent/{new_ulid()}",),
    "units_json": ("/units.json", "/units.json?in=01", "/units.json?unit=00226"),
    "former_place": ("/place/former/00226", "/place/former/00004"),
    "measures": ("/measures", "/measures?set=culture2030", "/measures?q=zqx"),
    "findings": ("/measures/findings", f"/measures/findings?indicator={REPORTED}"),
    "compare": ("/measures/compare", *(f"/measures/compare?indicator={one}" for one in MEASURED)),
    "compare_csv": tuple(f"/measures/compare.csv?{one}" for one in COMPARED),
    **{
        f"compare_chart_{kind}": tuple(f"/measures/compare/chart.{kind}?{one}" for one in COMPARED)
        for kind in charting.KINDS
    },
    **{f"design_chart_{kind}": (f"/design/lines.{kind}",) for kind in charting.KINDS},
    "measure": tuple(f"/measures/{one}{ask}" for one in MEASURED for ask in ("", "?place=01")),
    "measure_json": tuple(f"/measures/{one}.json" for one in MEASURED),
    "measure_csv": tuple(f"/measures/{one}.csv" for one in MEASURED),
    "measure_units": tuple(f"/measures/{one}/units.json" for one in MEASURED),
    "measure_chart": tuple(
        f"/measures/{one}/{which}.{kind}"
        for one in MEASURED
        for which in ("time", "parts")
        for kind in charting.KINDS
    ),
    "measure_records": (f"/measures/{COMPUTED}/records", f"/measures/{COMPUTED}/records?place=01"),
    "policies": ("/policies",),
    "robots": ("/robots.txt",),
    "favicon": ("/favicon.ico",),
    "sitemap": ("/sitemap.xml",),
    "sitemap_part": ("/sitemap-0.xml", "/sitemap-1.xml"),
}
FIELDS = (
    "name_folded", "name_exact", "text_folded", "text_exact", "whole_folded", "whole_exact",
    "id", "label_vi", "label_en", "type", "order", "unit", "facet", "reference",
    *map(tile_field, LEVELS),
)  # fmt: skip
"""Fields of the index that hold text."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The planted registry, made once for all tests of this file, which only read."""
    home = tmp_path_factory.mktemp("leaks") / "home"
    home.mkdir()
    with django_db_blocker.unblock(), override_settings(KHUE_HOME=home), transaction.atomic():
        yield sow(house().pack, home)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def home(world: World, settings: Any, caplog: pytest.LogCaptureFixture) -> Path:
    """The home of the planted registry, instead of one for each test."""
    caplog.set_level("ERROR", "django.request")  # hundreds of pages are not there, and meant so
    settings.KHUE_HOME = world.home
    return world.home


def body_of(answer: Any) -> str:
    """All that an answer carries, headers too."""
    whole = b"".join(answer) if answer.streaming else answer.content
    if whole.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(whole)) as parts:
            whole = b"".join(parts.read(name) for name in parts.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{whole.decode(errors='replace')}"


def test_every_field_is_planted(world: World) -> None:
    planted = {one.where.partition(" ")[0] for one in world.plants.secrets}
    deep = {one.where.replace(" of deep, no. 2", "") for one in world.plants.secrets}
    for type_ in world.types.values():
        for top in type_.fields.values():
            for leaf in top.leaves():
                path = f"{type_.name}.{leaf.path}"
                if is_public(type_, leaf.path) or leaf.kind in ("code", "boolean"):
                    continue  # codes and booleans are looked at in the twins
                assert path in planted or f"{path}.vi" in planted, path
                if leaf is not top:
                    assert path in deep, path


def every_address(world: World) -> Iterator[str]:
    """Every public address that there is, from the addresses that the portal declares.

    Closed records are asked for too, by people who know where they were.
    """
    public = set(world.public())
    left_out = left_out_of(world)
    seqs = {record: world.passed(record) for record in world.records.values()}
    for name in sorted(declared(get_resolver())):
        if name in ONCE:
            yield from ONCE[name]
        elif name == "search":
            yield from (f"/search{query}" for query in every_question(world))
        elif name == "explore_json":
            yield from (f"/explore.json{query}" for query in [*every_question(world)][::9])
        elif name == "map_json":
            yield from (f"/map.json?{query}" for query in every_map(world))
        elif name == "suggest_json":
            yield from (f"/suggest.json?q={quote(text)}" for text in typed_beginnings(world))
        elif name in DOWNLOADS:
            extension = name.rpartition("_")[2]
            yield f"/search.{extension}"
            # GeoJSON tells the same of all types; a workbook, which takes ten times as long to
            # make, has the cells of CSV.
            some = {"geojson": [], "xlsx": [*world.types][::5]}.get(extension, world.types)
            yield from (f"/search.{extension}?type={type_}" for type_ in some)
            yield f"/search.{extension}?place=01"
            yield from (f"/search.{extension}?q={quote(text)}" for text in open_words(world))
        elif name == "place":
            facets = search.find(search.Query(), world.pack).facets
            units = {"01", *(one.value for one in facets["place"])}
            yield from (f"/place/{unit}" for unit in sorted(units))
        elif name == "picture":
            yield from (f"/files/{sha256}/{media.WIDTHS[0]}.webp" for sha256 in world.files)
        elif name == "paper":
            yield from (f"/files/{sha256}.pdf" for sha256 in world.files)
        elif name == "source":
            yield from (f"/source/{source}" for source in sources())
        elif name == "suggest_type":
            asked = (type_ for type_ in world.types.values() if type_.asked)
            yield from (f"/suggest/{type_.name}" for type_ in asked)
        elif name == "policy":
            for (type_, _), record in world.records.items():
                if type_ == "policy":
                    yield f"/policies/{record}"
        elif name == "walk":
            yield from (f"/graph/{record}" for record in world.records.values())
        elif name == "stops_json":
            for (type_, _), record in world.records.items():
                if type_ == reading.TOUR:
                    yield f"/id/{record}/stops.json"
        elif name == "event_ics":
            for (type_, _), record in world.records.items():
                if type_ == agenda.EVENT:
                    yield f"/id/{record}/events.ics"
        elif name in ("record", "record_json", "history", "report"):
            tail = {"record": "", "record_json": ".json"}.get(name, f"/{name}")
            yield from (f"/id/{record}{tail}" for record in world.records.values())
            for (type_, _), record in world.records.items():
                if name == "record" and type_ in reading.PAGES:
                    yield f"/id/{record}?view=record"
            if name == "record":
                for record, passed in seqs.items():
                    if len(passed) > 1 or record in public:  # what was never open is not there
                        some = some_of(passed)[:: 4 if record in left_out else 1]
                        yield from (f"/id/{record}?at={seq}" for seq in some)
                    if len(passed) > 1:
                        yield from (
                            f"/id/{record}?at={at}" for at in (passed[-1] - 1, "2999-12-31")
                        )
        else:
            raise AssertionError(f"say how the address {name} is walked")


def typed_beginnings(world: World) -> list[str]:
    """What people type before they have typed a word that is open, or a secret."""
    secrets = {one.value[: max(2, len(one.value) // 2)] for one in world.plants.secrets}
    return [*open_words(world), *sorted(secrets)[::40], *"abđ", "khue"]


def sources() -> list[str]:
    """Every source there is, whoever may know of it."""
    return list(Source.objects.values_list("id", flat=True))


def some_of(passed: list[int]) -> list[int]:
    """Of the positions of a record, newest first, the last and the first and one in between: the
    registry is asked for all of them below."""
    return sorted({passed[0], passed[len(passed) // 2], passed[-1]})


def declared(resolver: URLResolver) -> set[str]:
    """The names of all addresses."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found |= declared(one)
        elif isinstance(one, URLPattern):
            found.add(str(one.name))
    return found


def open_words(world: World) -> Iterator[str]:
    """Some of the open words that were planted: beside them, their records have secrets."""
    yield from (fold(one.value) for one in world.plants.openly[::199])


def every_question(world: World) -> Iterator[str]:
    """Searches: all, by each type, by every value of every facet, by name, and page by page."""
    yield from ("", "?sort=name", "?q=", "?page=2", "?page=9", "?q=Hoàn+Kiếm&sort=name")
    yield from (f"?q={quote(text)}" for text in open_words(world))
    yield from (f"?type={type_}" for type_ in world.types)
    for key, values in search.find(search.Query(), world.pack).facets.items():
        yield from (f"?{key}={quote(one.value)}" for one in values)
    for type_ in world.types:
        for key, values in search.find(search.Query(type=type_), world.pack).facets.items():
            if key in world.pack.facets:
                yield from (f"?type={type_}&{key}={quote(one.value)}" for one in values[:2])


def every_map(world: World) -> Iterator[str]:
    """Maps: of everything, as far away and as near as they go, of each type and of parts around
    each point, true or coarse, that records were given."""
    yield from (f"zoom={zoom}" for zoom in range(0, 19, 3))
    yield from (f"zoom={zoom}&box=105,20.9,106,21.2" for zoom in range(5, 19))
    yield from (f"zoom=12&type={type_}&box=105,20.9,106,21.2" for type_ in world.types)
    yield from ("within=01&zoom=9", "near=105.05,21.05&sort=distance", "q=Hoàn+Kiếm&zoom=9")
    yield from (f"zoom=18&box={box}" for box in around_true_points(world)[::20])


def around_true_points(world: World) -> list[str]:
    """Boxes of ten metres around each point that nobody may know."""
    boxes = []
    for one in world.plants.secrets:
        if match := re.fullmatch(r"(21\.\d+), (105\.\d+)", one.value):
            lat, lon = float(match[1]), float(match[2])
            boxes.append(f"{lon - 5e-5:.7f},{lat - 5e-5:.7f},{lon + 5e-5:.7f},{lat + 5e-5:.7f}")
    assert len(boxes) > 20
    return boxes


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_no_page_tells_a_secret(world: World, prefix: str) -> None:
    client = Client()
    walked = 0
    left_out = left_out_of(world)
    for address in every_address(world):
        # Records are told in one language as in the other: a third of the types do for English.
        if prefix and not left_out.isdisjoint(re.findall(r"\w{26}", address)):
            continue
        if IN_ONE_LANGUAGE.fullmatch(address):
            if prefix:
                continue
            answer = client.get(address)
        else:
            answer = client.get(prefix + address)
        assert world.plants.told_in(body_of(answer)) == [], prefix + address
        assert answer.status_code in expected(world, address), prefix + address
        walked += answer.status_code == 200
    assert walked > 25 * len(world.types)


def left_out_of(world: World) -> set[str]:
    """The records of two thirds of the types, at which one need not look from every side."""
    chosen = [*world.types][::3]
    return {record for (type_, _), record in world.records.items() if type_ not in chosen}


def expected(world: World, address: str) -> set[int]:
    """What an address may answer."""
    if match := re.match(r"/files/(\w{64})[./](.*)", address):
        is_paper = world.papers[match[1]]
        fits = is_paper == (match[2] == "pdf")
        return {200 if world.files[match[1]] and fits else 404}
    if address.startswith("/source/"):
        return {200, 404}  # a source of which nothing may be seen is not there
    if address.startswith("/measures/"):
        return {200, 404}  # not every indicator has values to draw, or records
    match = re.match(r"/(?:id|graph|policies)/(\w{26})", address)
    if match is None:
        return {404} if address == BEYOND else {200, 301}
    answer = world.answer(match[1])
    # Before a record came in, and while it was closed, there was nothing to see; nor is there where
    # no day of an event is known.
    return {200, 404} if answer == 200 and SOMETIMES.search(address) else {answer}


def test_the_registry_tells_the_public_no_secret(world: World) -> None:
    """Also what no page shows yet: reasons, actors, every version at every position."""
    told = [repr(queries.latest(PUBLIC, 1_000, world.pack))]
    public = {None, *world.public()}
    for record in world.records.values():
        told.append(repr(queries.referring(PUBLIC, record, world.pack)))
        told.append(repr(queries.blame(PUBLIC, record, world.pack)))
        for change in queries.history(PUBLIC, record, world.pack):
            told.append(repr(change))
            assert change.erased is None
            assert change.other in public
        for seq in world.passed(record):
            told.append(repr(queries.as_of(PUBLIC, record, seq, world.pack)))
    for source in sources():
        told.append(repr(queries.source(PUBLIC, source, world.pack)))
        told.append(repr(queries.changes_of_source(PUBLIC, source, world.pack, offset=0, limit=9)))
    assert world.plants.shown_in("".join(told))
    assert [where for text in told for where in world.plants.told_in(text)] == []


def test_who_follows_the_public_chain_is_told_no_secret(world: World) -> None:
    """Nor of any record that was never open."""
    told: list[queries.FeedEntry] = []
    while entries := queries.feed(told[-1].seq if told else 0, 500, world.pack):
        told += entries
    assert told[-1].seq == queries.head()
    assert world.plants.told_in(repr(told)) == []
    assert len(world.plants.shown_in(repr(told))) > 100
    known = {one.record for one in told}
    for (type_, part), record in world.records.items():
        was_closed = part.partition(":")[0] in NEVER_OPEN
        assert (record in known) != was_closed, (type_, part)


def test_nothing_that_waits_or_was_judged_is_for_the_public(world: World) -> None:
    proposals = queries.proposals(OPERATOR, world.pack, waiting=False)
    assert len(proposals) == 4 * len(world.types)
    assert queries.proposals(PUBLIC, world.pack, waiting=False) == []
    for one in proposals:
        assert queries.proposal(PUBLIC, one.id, world.pack) is None
    assert queries.drafts(PUBLIC) == []
    judged = world.records["relic", "open"]
    assert queries.judgements(OPERATOR, judged, world.pack)
    assert queries.judgements(PUBLIC, judged, world.pack) == []


def test_files_are_for_those_who_may_see_a_record_that_shows_them(world: World) -> None:
    for sha256, is_open in world.files.items():
        found = queries.file(PUBLIC, sha256, world.pack)
        assert (found is not None) == is_open
        assert world.plants.told_in(repr(found)) == []


def test_no_error_tells_a_secret(world: World) -> None:
    client = Client(raise_request_exception=False)
    closed = [
        world.records["relic", part] for part in ("closing", "withdrawn", "closed loser", "undone")
    ]
    hidden = next(sha256 for sha256, is_open in world.files.items() if not is_open)
    for prefix in LANGUAGES:
        answers = [
            client.get(f"{prefix}/khong-co"),
            client.get(f"{prefix}/", headers={"host": "evil.example"}),
            client.get(f"/files/{hidden}/999.webp"),
            client.head(f"/files/{hidden}.pdf"),
        ]
        for record in closed:
            answers += [
                client.post(f"{prefix}/id/{record}"),
                client.get(f"{prefix}/id/{record}?at=1"),
                client.get(f"{prefix}/id/{record}?at=x"),
                client.get(f"{prefix}/id/{record}/", follow=True),
            ]
        for answer in answers:
            assert answer.status_code >= 400
            assert world.plants.told_in(body_of(answer)) == []


def test_search_finds_no_secret(world: World) -> None:
    """Each secret as typed and, of every third, without marks and begun."""
    for number, one in enumerate(world.plants.secrets):
        typed = one.value if one.texts[0] in one.value else one.texts[0]
        forms = (typed, fold(typed), exact(typed), typed[:-1]) if number % 3 == 0 else (typed,)
        for text in dict.fromkeys(forms):
            # Facets are looked at below: counting all of them takes longer than to find nothing.
            results = search.find(search.Query(text=text, counted=()), world.pack)
            if one.texts[0].startswith("zqx") or text == typed:
                assert results.total == 0, (one.where, text)
    results = search.find(search.Query(limit=10_000), world.pack)
    assert {hit.id for hit in results.hits} == set(world.public())
    told = json.dumps([hit.label for hit in results.hits], ensure_ascii=False)
    assert world.plants.told_in(told) == []


def test_asking_the_portal_for_a_secret_finds_nothing(world: World) -> None:
    client = Client()
    for one in world.plants.secrets[::9]:
        answer = client.get("/search.json", {"q": one.value})
        assert json.loads(b"".join(answer)) == [], one.where
    for one in world.plants.secrets[::99]:
        for name in FORMATS:
            told = body_of(client.get(f"/search.{name}", {"q": one.value}))
            assert world.plants.told_in(told) == [], one.where
    for one in world.plants.secrets[::199]:
        for prefix in LANGUAGES:
            body = body_of(client.get(f"{prefix}/search", {"q": one.value}))
            assert 'href="/id/' not in body.replace("/en/", "/"), one.where
            assert "<mark>" not in body, one.where


def test_no_map_tells_where_something_is_that_nobody_may_know(world: World) -> None:
    """Neither by what it shows nor by what a box, a position or an area finds."""
    everything = search.clusters(search.Query(), world.pack, 18)
    shown = [one for cell in everything.cells for one in cell.records]
    assert sum(cell.count for cell in everything.cells) > len(world.types)
    assert {one.hit.id for one in shown} <= set(world.public())
    coarse = 0
    for box in around_true_points(world):
        query = search.Query(box=search.Box(*map(float, box.split(","))))
        found = search.clusters(query, world.pack, 18)
        assert found.cells == (), box
        assert search.find(query, world.pack).total == 0, box
    sensitive = [
        record for (_, part), record in world.records.items() if part in ("sensitive", "turned")
    ]
    for query in (search.Query(), search.Query(box=search.Box(105, 20.9, 106, 21.2))):
        near = replace(query, near=search.Position(105.0487, 21.0487), sort="distance", limit=200)
        distances = {hit.id: hit.distance_m for hit in search.find(near, world.pack).hits}
        for record in sensitive:
            # From the coarse point, which is further away than any true one.
            if (distance := distances.get(record)) is not None:
                assert distance > 150
                coarse += 1
    assert coarse


def test_facets_tell_no_secret(world: World) -> None:
    for type_ in (None, *world.types):
        facets = search.find(search.Query(type=type_), world.pack).facets
        assert world.plants.told_in(repr(facets)) == []


def test_the_index_holds_no_secret(world: World) -> None:
    """Neither as a word nor stored; what was public once may be there until a rebuild."""
    once = {text for one in world.plants.secrets if one.once for text in one.texts}
    never = [one for one in world.plants.secrets if not one.once]
    assert {where for where in told_by_index(world)} <= {
        one.where for one in world.plants.secrets if one.once
    }
    search.rebuild(world.pack)
    assert told_by_index(world) == []
    assert never
    assert once


def told_by_index(world: World) -> list[str]:
    """Where the secrets were planted that the index holds, in its terms, documents or bytes."""
    folder = world.home / "index" / "public"
    reader = reader_of(folder)
    assert reader is not None
    told: list[str] = []
    terms = 0
    for name in FIELDS:
        for found in reader.searcher.terms_with_prefix(name, ""):
            term = found[0] if isinstance(found, tuple) else found
            terms += 1
            told += world.plants.told_in(str(term))
    assert terms > 1_000
    everything = reader.searcher.search(search_all(), 100_000).hits
    assert len(everything) == len(world.public()) + 1  # and the marker
    for _, address in everything:
        told += world.plants.told_in(repr(reader.searcher.doc(address).to_dict()))
    for path in folder.rglob("*"):
        if path.is_file():
            told += world.plants.told_in(path.read_bytes().decode("latin-1"))
    return told


def search_all() -> Any:
    """The query for every document of the index."""
    import tantivy

    return tantivy.Query.all_query()


def test_exports_tell_no_secret(world: World, tmp_path: Path) -> None:
    shown: set[str] = set()
    for type_ in world.types:
        for format_name in ("csv", "json", "geojson"):
            out = tmp_path / f"{type_}.{format_name}"
            command("export", out, "--type", type_, "--format", format_name, "--json")
            text = out.read_text(encoding="utf-8-sig")
            assert world.plants.told_in(text) == [], (type_, format_name)
            shown |= world.plants.shown_in(text)
    assert len(shown) > 100


def test_only_staff_find_what_is_closed(world: World) -> None:
    """In an index of their own, which nothing of the portal asks."""
    closed = [one for one in world.plants.secrets if " of closed as " in one.where][::9]
    questions = [search.Query(text=one.value) for one in closed]
    found = [one for one in questions if search.find(one, world.pack, OPERATOR).total]
    assert len(found) > 60
    assert not any(search.find(one, world.pack).total for one in questions)


def command(*arguments: object) -> None:
    """Run the real command in this process, which must end well."""
    with pytest.raises(SystemExit) as ended:
        khue_command([str(one) for one in arguments])
    assert ended.value.code == 0


def test_open_words_are_found_everywhere(world: World, tmp_path: Path) -> None:
    """The proof that the tests above look at something: what is public is told by each of them."""
    client = Client()
    for type_ in world.types.values():
        record = world.records[type_.name, "open"]
        of_record = {
            one.where: one
            for one in world.plants.openly
            if one.where.endswith(" of open") and one.where.startswith(f"{type_.name}.")
        }
        assert len(of_record) > 8
        page = "".join(body_of(client.get(f"{prefix}/id/{record}")) for prefix in LANGUAGES)
        past = "".join(body_of(client.get(f"{prefix}/id/{record}/history")) for prefix in LANGUAGES)
        document = body_of(client.get(f"/id/{record}.json"))
        out = tmp_path / f"{type_.name}.json"
        command("export", out, "--type", type_.name, "--format", "json")
        for place, text in (
            ("page", page), ("history", past), ("document", document), ("export", out.read_text())
        ):  # fmt: skip
            missing = set(of_record) - world.plants.shown_in(text)
            if place == "history":
                missing = {where for where in missing if not is_told_otherwise(world, where)}
            assert not missing, (place, missing)
        for one in of_record.values():
            field = type_.field(one.where.partition(" ")[0].partition(".")[2])
            if field is not None and field.kind == "url":
                continue  # an address is not made of words
            hits = search.find(search.Query(text=fold(one.value)), world.pack).hits
            assert [hit.id for hit in hits] == [record], one.where


def is_told_otherwise(world: World, where: str) -> bool:
    """Whether a history leaves a field out: it tells units rather than words for places, and
    nothing of how a record is handled."""
    type_name, _, path = where.partition(" ")[0].partition(".")
    field = world.pack.types[type_name].field(path)
    return path.startswith("missing.") or (field is not None and field.kind == "place")


TWINS = ("twin", "bare twin", "erased twin")


def test_twins_look_the_same(world: World) -> None:
    """A record with every non-public field, one with none, and one from which something has been
    erased: no answer tells them apart."""
    client = Client()
    for type_ in world.types:
        twins = [world.records[type_, part] for part in TWINS]
        seqs = [queries.history(PUBLIC, twin, world.pack)[0].seq for twin in twins]
        for prefix in LANGUAGES:
            for tail in ("", "/history", "?at={seq}"):
                pages = [
                    body_of(client.get(f"{prefix}/id/{twin}{tail.format(seq=seq)}"))
                    .replace(twin, "ID")
                    .replace(f"at={seq}", "at=SEQ")
                    for twin, seq in zip(twins, seqs, strict=True)
                ]
                assert len({without_length(page) for page in pages}) == 1, (type_, tail)
        documents = [body_of(client.get(f"/id/{twin}.json")).replace(twin, "ID") for twin in twins]
        assert len(set(documents)) == 1
        name = queries.get_many(PUBLIC, twins, world.pack)[twins[0]].document["name"]["vi"]
        found = search.find(search.Query(text=name), world.pack)
        assert {hit.id for hit in found.hits} == set(twins)
        assert {one.count for values in found.facets.values() for one in values} == {len(TWINS)}


def without_length(page: str) -> str:
    """The page without the header that says how long it is."""
    return "\n".join(line for line in page.split("\n") if not line.startswith("Content-Length"))
