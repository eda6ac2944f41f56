"""A stream sealed to a passphrase: AES-256-GCM in chunks whose order and end are authenticated, the key by scrypt.

Neither side holds more than a few chunks. Whatever is flipped, moved, left out or cut off is refused before a byte of
that chunk is handed on.
"""

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lantoa.config.backup.errors import BackupError

MAGIC = b"LANTOA BACKUP 1\n"
CHUNK = 1 << 20
"""Bytes of content in each chunk but the last one."""
TAG = 16
SALT = 16
COST, BLOCK, LANES = 17, 8, 1
"""Of scrypt: N = 2^17, r = 8, p = 1, which takes 128 MB for a moment (OWASP's password storage cheat sheet)."""
COSTS_READ = range(14, 21)
HEADER = len(MAGIC) + 3 + SALT


class SealedWriter:
    """Seals what is written to it; the stream below has its end only after `finish`."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        self._stream = stream
        self._header = MAGIC + bytes((COST, BLOCK, LANES)) + os.urandom(SALT)
        self._cipher = _cipher(self._header, passphrase)
        self._waiting = bytearray()
        self._chunks = 0
        stream.write(self._header)

    def write(self, content: bytes) -> int:
        """Take `content`; it reaches the stream below in whole chunks."""
        self._waiting += content
        # A chunk that is just full waits: it may turn out to be the last one.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        """Write the last chunk, which says that it is the last."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._chunks, last=last), content, self._header))
        self._chunks += 1


class SealedReader:
    """Reads what a SealedWriter wrote.

    Raises BackupError where it is nothing of the kind, the passphrase is wrong, or it is damaged.
    """

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        self._stream = stream
        self._header = stream.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            message = "This is no backup of Lan Tỏa, or one of a later format, or its beginning is damaged."
            raise BackupError(message)
        self._cipher = _cipher(self._header, passphrase)
        self._ahead = stream.read(CHUNK + TAG)
        self._content = memoryview(b"")
        self._chunks = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer only at the end, which is authenticated too."""
        parts: list[bytes] = []
        while size > 0 and (self._content or self._open_next()):
            part, self._content = self._content[:size], self._content[size:]
            parts.append(bytes(part))
            size -= len(part)
        return b"".join(parts)

    def _open_next(self) -> bool:
        """Open the next chunk; False behind the last one."""
        if self._ended:
            return False
        sealed, self._ahead = self._ahead, self._stream.read(CHUNK + TAG)
        self._ended = not self._ahead
        try:
            content = self._cipher.decrypt(_nonce(self._chunks, last=self._ended), sealed, self._header)
        except InvalidTag as error:
            raise BackupError(self._reason()) from error
        self._content = memoryview(content)
        self._chunks += 1
        return bool(content)

    def _reason(self) -> str:
        if self._chunks == 0:
            return "The passphrase is wrong, or the beginning of the archive is damaged. Nothing of it was read."
        sound = self._chunks * CHUNK // 1_000_000
        return (
            f"The archive is damaged or cut off behind its first {sound} MB. Take another copy of it, or an older one."
        )


def _cipher(header: bytes, passphrase: str) -> AESGCM:
    """The cipher for one archive: its salt is its own, so that a nonce is never used twice with a key."""
    cost, block, lanes = header[len(MAGIC) : len(MAGIC) + 3]
    if cost not in COSTS_READ or (block, lanes) != (BLOCK, LANES):
        message = "The beginning of the archive is damaged: it asks for a key that Lan Tỏa never makes."
        raise BackupError(message)
    salt = header[len(MAGIC) + 3 :]
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << cost, r=block, p=lanes).derive(passphrase.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))
