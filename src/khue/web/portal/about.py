"""What Khuê is, and the data to take away."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.addresses import absolute
from khue.web.portal.city import city
from khue.web.portal.figures import show_date
from khue.web.portal.present import files
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, current_language
from khue.web.security import origins


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What Khuê is, how figures are known, on what terms, who keeps it."""
    lang = current_language()
    keeper = choose(city().keeper, lang)
    hosts = ", ".join(origin.partition("://")[2] for origin in origins(settings.KHUE_BASEMAP))
    page = {"lang": lang, "here": "about", "keeper": keeper, "maps_from": hosts}
    return render(request, "portal/about.html", page)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All public data as files, the head of the ledger, the addresses for programs, how to cite."""
    lang = current_language()
    reader = ask_house.reader_for(lang)
    counted, _ = ask_house.contents()
    page = {
        "lang": lang,
        "here": "data",
        "downloads": files.downloads(counted, reader),
        "everything": files.everything(reader),
        "total": sum(counted.values()),
        "position": queries.head(),
        "hash": queries.public_head_hash(),
        "programs": _programs(reader),
        "site": absolute(request, "/"),
        "today": show_date(timezone.localdate(), lang),
    }
    return render(request, "portal/data.html", page)


def _programs(reader: Reader) -> list[tuple[str, str]]:
    """Addresses for programs, each with what it answers (`docs/guide/programs.md`)."""
    prefix = reverse("home").removesuffix("/")
    return [
        (f"{prefix}/explore.json?q=van+mieu&count=type", reader.say("data.program_explore")),
        (f"{prefix}/map.json?type=relic&zoom=12", reader.say("data.program_map")),
        (f"{prefix}/suggest.json?q=van+m", reader.say("data.program_suggest")),
        ("/id/….json", reader.say("data.program_record")),
        ("/sitemap.xml", reader.say("data.program_sitemap")),
    ]
