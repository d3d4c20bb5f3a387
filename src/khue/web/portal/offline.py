"""Reading without a network: the service worker, the page it falls back to, the app manifest."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from khue.web.portal import built
from khue.web.portal.present import tokens
from khue.web.portal.words import LANGUAGES, current_language, say


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script at the root, for the whole site, headed by what belongs to this build. A browser
    asks for it anew at each visit, and takes another one over where a byte differs."""
    site = built.island(built.SITE)
    page = built.island("offline")
    files = (site.script, *site.imports, *site.styles, page.script, *page.imports)
    build = {
        "version": built.version(),
        "offline": {lang: _offline_page(lang) for lang in LANGUAGES},
        "files": [*dict.fromkeys((*files, *built.first_fonts()))],
    }
    script = f"self.khue = {json.dumps(build)};\n{built.worker()}"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that was not visited and cannot be fetched."""
    return render(request, "portal/offline.html", {"lang": current_language()})


@require_safe
def web_manifest(request: HttpRequest) -> JsonResponse:
    """Name, colours and mark, for those who put the portal on their home screen
    (https://www.w3.org/TR/appmanifest/)."""
    lang = current_language()
    light, _ = tokens.themes(built.site_css())
    described = {
        "name": say("offline.app_name", lang),
        "short_name": say("site.name", lang),
        "description": say("site.description", lang),
        "lang": lang,
        "id": "/",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": light["paper"],
        "theme_color": light["paper"],
        "icons": [{"src": static("portal/mark.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(
        described,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _offline_page(lang: str) -> str:
    with override(lang):
        return reverse("offline")
