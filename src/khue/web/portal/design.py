"""The page of the design system: type, spaces, colours, and every piece in its states."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.web.portal import built
from khue.web.portal.present import design as samples
from khue.web.portal.present import tokens
from khue.web.portal.words import current_language


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """The tokens as the built styles have them, and the pieces as the pages include them."""
    lang = current_language()
    page = {
        "lang": lang,
        "sizes": tokens.SIZES,
        "spaces": tokens.SPACES,
        "swatches": tokens.swatches(built.site_css()),
        **samples.samples(lang),
    }
    return render(request, "portal/design.html", page)
