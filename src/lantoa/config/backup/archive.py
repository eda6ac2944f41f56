"""The members of an archive: a tar in a sealed stream, so that common tools read it once it is opened."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.hashing import Readable
from lantoa.config.backup.sealing import CHUNK, SealedReader, SealedWriter

FILES = "files/"
DATABASE = "database/"
MANIFEST = "manifest.json"
"""The members, in this order: the stored files, the dump of the database in parts, and the manifest."""


def part_name(number: int) -> str:
    """The member that holds the part of the dump with that number, from 1 on."""
    return f"{DATABASE}{number:08}"


class Archive:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add_stream(name, len(content), io.BytesIO(content))

    def add_stream(self, name: str, size: int, content: Readable) -> None:
        """Add a member of `size` bytes, read as it is written."""
        member = tarfile.TarInfo(name)
        member.size = size
        member.mode = 0o600
        self._tar.addfile(member, cast("IO[bytes]", content))
        self._tar.members.clear()  # type: ignore[attr-defined]  # else each costs memory


@contextmanager
def written(stream: BinaryIO, passphrase: str) -> Iterator[Archive]:
    """An archive in `stream`, which has its end only when the block ends without an error."""
    sealed = SealedWriter(stream, passphrase)
    with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="w|", bufsize=CHUNK, format=tarfile.PAX_FORMAT) as tar:
        yield Archive(tar)
    sealed.finish()


def members(stream: BinaryIO, passphrase: str) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each member, in order; the content is read before the next one is asked for.

    Raises BackupError where the archive is damaged, behind the last member too.
    """
    sealed = SealedReader(stream, passphrase)
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="r|", bufsize=CHUNK) as tar:
            while (member := tar.next()) is not None:
                content = tar.extractfile(member)
                if content is None:
                    message = f"The archive holds {member.name}, which is no file."
                    raise BackupError(message)
                yield member.name, member.size, content
                tar.members.clear()  # type: ignore[attr-defined]
    except tarfile.TarError as error:
        message = f"What the archive holds cannot be read: {error}."
        raise BackupError(message) from error
    while sealed.read(CHUNK):
        pass
