"""Which door answers which address. Vietnamese stands at the root, English below `/en/`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from khue.web.portal import attached, offline, records, robots
from khue.web.portal.urls import in_both_languages

urlpatterns = [
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap_index, name="sitemap"),
    path("sitemap-<int:number>.xml", robots.sitemap, name="sitemap_part"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("favicon.ico", robots.favicon, name="favicon"),
    path("id/<str:record_id>.json", records.record_json, name="record_json"),
    re_path(
        r"^files/(?P<sha256>[0-9a-f]{64})/(?P<at>[0-9]{3,4})\.webp$",
        attached.picture,
        name="picture",
    ),
    re_path(r"^files/(?P<sha256>[0-9a-f]{64})\.pdf$", attached.paper, name="paper"),
    *i18n_patterns(path("", include(in_both_languages)), prefix_default_language=False),
]

handler400 = "khue.web.portal.errors.bad_request"
handler403 = "khue.web.portal.errors.forbidden"
handler404 = "khue.web.portal.errors.not_found"
handler500 = "khue.web.portal.errors.server_error"
