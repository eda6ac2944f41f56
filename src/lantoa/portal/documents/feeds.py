"""The feed of the documents."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.portal.feeds import Entry, feed
from lantoa.portal.models import PortalSite, PublicDocument


def atom_of(request: HttpRequest, portal: PortalSite, documents: Iterable[PublicDocument]) -> str:
    """The documents as Atom."""
    title = _("%(portal)s: documents") % {"portal": portal.name}
    entries = map(_entry, documents)
    return feed(request, address=reverse("portal:document_list"), title=title, text="", entries=entries)


def _entry(document: PublicDocument) -> Entry:
    directive = document.directive
    return Entry(
        address=reverse("portal:document_detail", args=[document.pk]),
        title=f"{directive.number}: {directive.title}",
        text=directive.abstract,
        author=directive.body,
        published_at=dt.datetime.combine(directive.issued_on, dt.time(), tzinfo=document.published_at.tzinfo),
        updated_at=document.published_at,
    )
