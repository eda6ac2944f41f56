"""Measuring what streams through."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

BLOCK = 1 << 20


class Readable(Protocol):
    """Whatever gives bytes, in order."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, all that is left where it is negative, none at the end."""
        ...


class Measured:
    """The length and the SHA-256 of what was taken so far."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def take(self, content: bytes) -> None:
        """Add these bytes."""
        self._hash.update(content)
        self.size += len(content)

    @property
    def sha256(self) -> str:
        """Hex."""
        return self._hash.hexdigest()


def blocks(content: Readable) -> Iterator[bytes]:
    """All that is left of it, in blocks."""
    while block := content.read(BLOCK):
        yield block


def sha256_of(content: Readable) -> str:
    """SHA-256 of all that is left of it, hex."""
    measured = Measured()
    for block in blocks(content):
        measured.take(block)
    return measured.sha256
