"""Reading what a phone sends: bounded before and after unpacking, parsed in one go."""

import zlib
from typing import TypeVar

import msgspec
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from lantoa.rollcall.errors import TooLarge, Unreadable, WrongShape

Shape = TypeVar("Shape")
SENT, UNPACKED = 64 * 1024, 512 * 1024
"""The most bytes of a body, as sent and unpacked."""
PARCEL = 4
"""A parcel, which holds several batches, may be so many times as large."""
_GZIP = 16 + zlib.MAX_WBITS


def read_body(request: HttpRequest, decoder: "msgspec.json.Decoder[Shape]", *, times: int = 1) -> Shape:
    """The body as what `decoder` expects. Raises TooLarge, Unreadable, WrongShape."""
    try:
        sent = request.read(SENT * times + 1)
    except (RawPostDataException, UnreadablePostError) as error:
        raise Unreadable from error
    if len(sent) > SENT * times:
        raise TooLarge
    if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() == "gzip":
        sent = _unpacked(sent, UNPACKED * times)
    return parse(sent, decoder)


def parse(content: bytes | str, decoder: "msgspec.json.Decoder[Shape]") -> Shape:
    """JSON as what `decoder` expects. Raises Unreadable, WrongShape."""
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as error:
        raise WrongShape(where=str(error)[:200]) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable from error


def _unpacked(sent: bytes, limit: int) -> bytes:
    """What the gzip holds, never more than the limit in memory. Raises TooLarge, Unreadable."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(sent, limit + 1)
    except zlib.error as error:
        raise Unreadable from error
    if len(content) > limit:
        raise TooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise Unreadable
    return content
