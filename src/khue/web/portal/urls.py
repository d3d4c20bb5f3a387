"""Addresses of the portal. They stay: a record's address is printed on paper."""

from django.urls import URLPattern, path

from khue import publish
from khue.web.portal import (
    about,
    answers,
    contributing,
    design,
    downloads,
    events,
    mapping,
    offline,
    opening,
    outlines,
    reading,
    records,
    sources,
    suggesting,
    unit,
    views,
    walking,
)

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
    path("id/<str:record_id>/stops.json", reading.stops_json, name="stops_json"),
    path("offline", offline.offline, name="offline"),
    path("manifest.webmanifest", offline.web_manifest, name="web_manifest"),
    path("graph", walking.index, name="graph"),
    path("graph/<str:record_id>", walking.walk, name="walk"),
    path("design", design.design, name="design"),
]
