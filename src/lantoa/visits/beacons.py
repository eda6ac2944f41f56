"""What the pages that are counted need of the counting."""

from collections.abc import Iterable
from urllib.parse import urlencode

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from lantoa.visits.agents import agent_of
from lantoa.visits.buffer import BUFFER, Reader
from lantoa.visits.subjects import is_known

BESIDE, MOST_BESIDE, LONGEST = "beside", 12, 18
"""The parameter of the beacon that names what else is seen on a page, how much of it is counted, and the digits of a
number."""


def beacon_of(site_id: int, kind: str = "", object_id: int = 0, *, beside: Iterable[tuple[str, int]] = ()) -> str:
    """The address that a page of a site asks for once it is read, for `visits/beacon.html`; `beside` is what else is
    seen on it."""
    if kind:
        address = reverse("visits:beacon_of", args=[site_id, kind, object_id])
    else:
        address = reverse("visits:beacon", args=[site_id])
    shown = ",".join(f"{each}-{number}" for each, number in beside)
    return f"{address}?{urlencode({BESIDE: shown}, safe=',')}" if shown else address


def beside_in(request: HttpRequest) -> list[tuple[str, int]]:
    """What else the page showed that asks for the beacon, as far as it is counted at all."""
    parts = (part.rpartition("-") for part in request.GET.get(BESIDE, "").split(",")[:MOST_BESIDE])
    return [
        (kind, int(number))
        for kind, _dash, number in parts
        if is_known(kind) and number.isascii() and number.isdigit() and len(number) <= LONGEST
    ]


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
