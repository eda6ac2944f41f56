"""What of the portal is counted: sites, articles, documents and downloads of their files, banners and their clicks."""

from collections.abc import Collection

from django.db.models import Model, QuerySet

from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.documents.selectors import DOWNLOAD
from lantoa.portal.front.selectors import BANNER, FOLLOWED
from lantoa.portal.models import ArticlePage, Banner, PortalSite, PublicDocument
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.visits.subjects import SITE, Existing


def _among(rows: "QuerySet[Model]") -> Existing:
    def existing(ids: Collection[int]) -> Collection[int]:
        return list(rows.filter(pk__in=ids).order_by().values_list("pk", flat=True))

    return existing


KINDS: dict[str, Existing] = {
    SITE: _among(PortalSite.objects.all()),
    ARTICLE: _among(ArticlePage.objects.live()),
    DOCUMENT: _among(PublicDocument.objects.shown()),
    DOWNLOAD: _among(PublicDocument.objects.shown()),
    BANNER: _among(Banner.objects.all()),
    FOLLOWED: _among(Banner.objects.all()),
}
