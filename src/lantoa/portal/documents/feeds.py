"""The feed of the documents."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from lantoa.portal.models import PortalSite, PublicDocument


def atom_of(request: HttpRequest, portal: PortalSite, documents: Iterable[PublicDocument]) -> str:
    """The documents as Atom (RFC 4287)."""
    feed = Atom1Feed(
        title=_("%(portal)s: documents") % {"portal": portal.name},
        link=request.build_absolute_uri(reverse("portal:document_list")),
        description="",
        language="vi",
        feed_url=request.build_absolute_uri(request.get_full_path()),
    )
    for document in documents:
        directive = document.directive
        address = request.build_absolute_uri(reverse("portal:document_detail", args=[document.pk]))
        feed.add_item(
            title=f"{directive.number}: {directive.title}",
            link=address,
            description=directive.abstract,
            author_name=directive.body,
            pubdate=dt.datetime.combine(directive.issued_on, dt.time(), tzinfo=document.published_at.tzinfo),
            updateddate=document.published_at,
            unique_id=address,
        )
    text: str = feed.writeString("utf-8")
    return text
