"""Addresses of the portal. They stay: a record's address is printed on paper."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path

from khue import publish
from khue.web.portal import (
    about,
    answers,
    charting,
    comparing,
    contributing,
    counted,
    data_quality,
    design,
    downloads,
    events,
    indicator,
    mapping,
    offline,
    opening,
    outlines,
    overview,
    policies,
    reading,
    records,
    sources,
    suggesting,
    unit,
    views,
    walking,
)


def charted(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """The addresses of a chart: the picture, the specification, the rows."""
    return [
        path(f"{route}.{kind}", view, {"kind": kind}, name=f"{name}_{kind}")
        for kind in charting.KINDS
    ]


in_both_languages: list[URLPattern] = [
    path("", opening.home, name="home"),
    path("search", views.search, name="search"),
    path("explore.json", answers.explore, name="explore_json"),
    path("map.json", mapping.map_data, name="map_json"),
    path("units.json", outlines.units, name="units_json"),
    path("suggest.json", suggesting.suggest, name="suggest_json"),
    *(
        path(
            f"search.{format_.extension}",
            downloads.download,
            {"format_name": name},
            name=f"search_{name}",
        )
        for name, format_ in publish.FORMATS.items()
    ),
    path("id/<str:record_id>", records.record, name="record"),
    path("id/<str:record_id>/history", records.history, name="history"),
    path("id/<str:record_id>/report", contributing.report, name="report"),
    path("suggest", contributing.choose_type, name="suggest"),
    path("suggest/sent/<str:reference>", contributing.sent, name="contribute_sent"),
    path("suggest/<str:type_name>", contributing.suggest, name="suggest_type"),
    path("source/<str:source_id>", sources.source, name="source"),
    path("places", views.places, name="places"),
    path("place/former/<str:code>", unit.former, name="former_place"),
    path("place/<str:code>", unit.place, name="place"),
    path("about", about.about, name="about"),
    path("data", about.data, name="data"),
    path("events", events.events, name="events"),
    path("events.ics", events.events_ics, name="events_ics"),
    path("stories", reading.stories, name="stories"),
    path("tours", reading.tours, name="tours"),
    path("id/<str:record_id>/events.ics", events.event_ics, name="event_ics"),
    path("id/<str:record_id>/stops.json", reading.stops_json, name="stops_json"),
    path("policies", policies.index, name="policies"),
    path("policies/<str:record_id>", policies.show, name="policy"),
    path("offline", offline.offline, name="offline"),
    path("manifest.webmanifest", offline.web_manifest, name="web_manifest"),
    path("measures", overview.measures, name="measures"),
    path("measures/compare", comparing.compare, name="compare"),
    path("measures/compare.csv", comparing.as_csv, name="compare_csv"),
    *charted("measures/compare/chart", comparing.chart, "compare_chart"),
    path("measures/findings", data_quality.findings, name="findings"),
    path("graph", walking.index, name="graph"),
    path("graph/<str:record_id>", walking.walk, name="walk"),
    path("design", design.design, name="design"),
    *charted("design/<slug:name>", design.chart, "design_chart"),
    # After all other pages below measures/: a key is any word.
    path("measures/<slug:key>", indicator.page, name="measure"),
    path("measures/<slug:key>.json", indicator.as_json, name="measure_json"),
    path("measures/<slug:key>.csv", indicator.as_csv, name="measure_csv"),
    path("measures/<slug:key>/units.json", indicator.units, name="measure_units"),
    re_path(
        r"^measures/(?P<key>\w+)/(?P<which>time|parts)\.(?P<kind>svg|json|csv)$",
        indicator.chart,
        name="measure_chart",
    ),
    path("measures/<slug:key>/records", counted.records, name="measure_records"),
]
