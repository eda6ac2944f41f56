"""Copies of pages in the memory of a process, under the number of the edition that they belong to."""

import hashlib
from typing import NamedTuple

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from lantoa.portal.serving import editions

SECONDS = 60
"""So old a copy may become: the figures on it, and what changes with the hour, are no older."""
LARGEST = 200_000
"""Bytes of a page that is kept; with as many as `CACHES` allows a process keeps 80 MB at most, commonly a tenth."""
_UNKEPT = frozenset({"Date", "Expires", "Set-Cookie", "Vary"})


class Copy(NamedTuple):
    """An answer as it was made."""

    headers: tuple[tuple[str, str], ...]
    content: bytes

    def response(self) -> HttpResponse:
        """The answer once more."""
        return HttpResponse(self.content, headers=dict(self.headers))


def name_of(request: HttpRequest) -> str:
    """Under what the copy of an address is kept (one query). Raises DisallowedHost."""
    said = f"{request.scheme} {request.get_host()} {request.get_full_path()}"
    return f"{editions.of_request(request)}.{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"


def copy_of(name: str) -> HttpResponse | None:
    """The answer that is kept under a name."""
    found: Copy | None = caches["pages"].get(name)
    return found.response() if found else None


def keep(name: str, response: HttpResponse) -> None:
    """Keep an answer, unless it is too large."""
    if len(response.content) <= LARGEST:
        headers = tuple((header, value) for header, value in response.items() if header not in _UNKEPT)
        caches["pages"].set(name, Copy(headers, response.content), SECONDS)
