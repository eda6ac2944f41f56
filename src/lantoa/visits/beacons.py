"""What the pages that are counted need of the counting."""

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from lantoa.visits.agents import agent_of
from lantoa.visits.buffer import BUFFER, Reader


def beacon_of(site_id: int, kind: str = "", object_id: int = 0) -> str:
    """The address that a page of a site asks for once it is read, for `visits/beacon.html`."""
    if not kind:
        return reverse("visits:beacon", args=[site_id])
    return reverse("visits:beacon_of", args=[site_id, kind, object_id])


def count(request: HttpRequest, *subjects: tuple[str, int], site_id: int | None = None) -> None:
    """Count a view of each of the subjects by whoever asks; with `site_id` their coming too. Nothing is read or written
    but memory."""
    said = request.META.get("HTTP_USER_AGENT", "")
    reader = Reader(site_id, address_of(request), said) if site_id is not None else None
    BUFFER.add(subjects, agent_of(request.META), reader=reader)


def address_of(request: HttpRequest) -> str:
    """Where the request came from; those who hide it are one reader for each browser."""
    try:
        return str(get_ip(request))
    except PermissionDenied:
        return ""
