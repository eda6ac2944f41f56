"""What a portal site may be called in addresses, and which colours it may have."""

import re

from django.conf import settings
from django.http.request import validate_host
from wagtail.models import Page, Site

from lantoa.portal import errors
from lantoa.portal.colours import carries_white

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LONGEST = 253
"""Of a name in the DNS (RFC 1035, 2.3.4), written out."""


def checked_host(host: str) -> str:
    """The name of a host in small letters. Raises HostInvalid."""
    found = host.strip().lower()
    if len(found) > _LONGEST or not _HOST.fullmatch(found):
        raise errors.HostInvalid(field="host")
    return found


def claim_host(host: str, *, site_id: int | None = None) -> None:
    """Take the name of a host for a site, or for one that is to come: whoever else takes one waits until the end of the
    transaction. Raises HostTaken where another site answers at it."""
    Page.objects.select_for_update(of=("self",), no_key=True).get(depth=1)
    if Site.objects.filter(hostname=host).exclude(pk=site_id).exists():
        raise errors.HostTaken(field="host", host=host)


def is_served(host: str) -> bool:
    """Whether this installation answers at that name (setting `LANTOA_HOSTS`)."""
    return validate_host(host, settings.ALLOWED_HOSTS)


def checked_colour(colour: str) -> str:
    """A colour like #9b1c1f on which white letters can be read. Raises ColourTooPale."""
    found = colour.strip().lower()
    if not carries_white(found):
        raise errors.ColourTooPale(field="colour")
    return found
