"""The page of the design system: type, spaces, colours, and every piece in its states."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue.web.portal import built, charting
from khue.web.portal.present import design as samples
from khue.web.portal.present import tokens
from khue.web.portal.present.chart import piece_of
from khue.web.portal.present.design_charts import SAMPLES, sample
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
        "charts": [
            piece_of(make(lang), f"{reverse('design')}/{name}", {}, f"chart-{name}")
            for name, make in SAMPLES.items()
        ],
        **samples.samples(lang),
    }
    return render(request, "portal/design.html", page)


@require_safe
@condition(etag_func=charting.state)
def chart(request: HttpRequest, name: str, kind: charting.Kind) -> HttpResponse:
    """A sample chart as picture, specification or rows."""
    drawn = sample(name, current_language())
    if drawn is None:
        raise Http404
    return charting.answer(request, kind, drawn, f"khue-{name}")
