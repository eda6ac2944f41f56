"""The addresses of the portal: `/cong/` for everybody, `/bien-tap/` for its editors."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail.admin import urls as wagtail_admin_urls

from lantoa.portal import views
from lantoa.portal.calendar import urls as calendar_urls
from lantoa.portal.counters import urls as counter_urls
from lantoa.portal.documents import urls as document_urls
from lantoa.portal.front import urls as front_urls
from lantoa.portal.offering import urls as offering_urls
from lantoa.portal.pictures import STORED
from lantoa.portal.readers import urls as reader_urls
from lantoa.portal.reading import urls as reading_urls
from lantoa.portal.searching import urls as searching_urls
from lantoa.portal.sharing import urls as sharing_urls
from lantoa.portal.sites import urls as site_urls

_ours = (
    [
        *document_urls.urlpatterns,
        *reading_urls.urlpatterns,
        *searching_urls.urlpatterns,
        *site_urls.urlpatterns,
        *reader_urls.urlpatterns,
        *front_urls.urlpatterns,
        *calendar_urls.urlpatterns,
        *sharing_urls.urlpatterns,
        *offering_urls.urlpatterns,
        *counter_urls.urlpatterns,
        path("cong/sitemap.xml", views.sitemap, name="sitemap"),
        path("cong/sitemap-<int:number>.xml", views.sitemap_part, name="sitemap_part"),
        path("cong/mau.css", views.colours, name="colours"),
        re_path(rf"^cong/anh/(?P<name>{STORED})$", views.picture, name="picture"),
        path("cong/tep/<uuid:key>/", views.attachment, name="attachment"),
        re_path(r"^cong/((?:[\w-]+/)*)atom\.xml$", views.feed, name="feed"),
        path("robots.txt", views.robots, name="robots"),
    ],
    "portal",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(_ours)),
    path("bien-tap/jsi18n/", views.EditingWords.as_view(), name="wagtailadmin_javascript_catalog"),
    path("bien-tap/", include(wagtail_admin_urls)),
    # Wagtail asks for this name where it writes the address of a page.
    re_path(r"^cong/((?:[\w-]+/)*)$", views.page, name="wagtail_serve"),
]
