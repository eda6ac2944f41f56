"""Reading an archive back whole, and comparing each member with what the manifest says."""

from collections.abc import Callable
from pathlib import Path

from lantoa.config.backup.archive import FILES, MANIFEST, members, part_name
from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.hashing import Measured, Readable, blocks
from lantoa.config.backup.manifest import Copied, Manifest

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


def check(archive: Path, passphrase: str, progress: Progress) -> Manifest:
    """The manifest of an archive that is whole. Raises BackupError where it is not, whatever is wrong with it."""
    whole = archive.stat().st_size
    seen = _Seen()
    with archive.open("rb") as stream:
        for name, _size, content in members(stream, passphrase):
            progress("check of the archive", stream.tell(), whole)
            seen.take(name, content)
    return seen.compared()


class _Seen:
    """What was met on the way through an archive."""

    def __init__(self) -> None:
        self.files: list[Copied] = []
        self.parts = 0
        self.dump = Measured()
        self.manifest: Manifest | None = None

    def take(self, name: str, content: Readable) -> None:
        """Measure one member. Raises BackupError for one that does not belong there."""
        if self.manifest is not None:
            message = f"The archive holds {name} behind its manifest."
            raise BackupError(message)
        if name == MANIFEST:
            self.manifest = Manifest.from_bytes(content.read(-1))
        elif name.startswith(FILES):
            file = Measured()
            for block in blocks(content):
                file.take(block)
            self.files.append(Copied(name.removeprefix(FILES), file.size, file.sha256))
        elif name == part_name(self.parts + 1):
            self.parts += 1
            for block in blocks(content):
                self.dump.take(block)
        else:
            message = f"The archive holds {name}, which is none of its parts, or not in its place."
            raise BackupError(message)

    def compared(self) -> Manifest:
        """The manifest. Raises BackupError where it says something else, or there is none."""
        if self.manifest is None:
            message = "The archive has no manifest."
            raise BackupError(message)
        if self.files != self.manifest.files:
            message = "The stored files in the archive are not those of its manifest."
            raise BackupError(message)
        told = self.manifest.dump
        if (self.parts, self.dump.size, self.dump.sha256) != (told.parts, told.size, told.sha256):
            message = "The dump of the database in the archive is not what its manifest says."
            raise BackupError(message)
        return self.manifest
