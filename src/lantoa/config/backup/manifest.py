"""What an archive says of itself: the last member, against which all others are checked."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from lantoa.config.backup.errors import BackupError

FORMAT = "lantoa-backup-1"


@dataclass(frozen=True)
class Figures:
    """What is compared after a restore: rows by table, the number of marks, and the digest of their log.

    `events_sha256` is SHA-256, hex, over a line `event_id payload_sha256` for each mark, in the order of arrival.
    """

    tables: dict[str, int]
    events: int
    events_sha256: str


@dataclass(frozen=True)
class Copied:
    """A stored file in the archive; `sha256` (hex) is of the bytes that were copied."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Problem:
    """A file that the database names and that is `missing`, or `damaged`: other bytes than those that were stored."""

    name: str
    kind: str


@dataclass(frozen=True)
class Dump:
    """The dump of the database: in how many members, how many bytes, their SHA-256 (hex), and by which pg_dump."""

    parts: int
    size: int
    sha256: str
    program: int


@dataclass(frozen=True)
class Manifest:
    """The whole of it.

    `made_at` is the moment of the snapshot (ISO 8601, UTC), `server` the major version of PostgreSQL.
    `secret` is a MAC over `archive_id` by the server's secret: it tells whether a restored server has the same one.
    """

    archive_id: str
    made_at: str
    version: str
    server: int
    epoch: str
    migrations: list[tuple[str, str]]
    figures: Figures
    files: list[Copied]
    problems: list[Problem]
    dump: Dump
    secret: str

    def to_bytes(self) -> bytes:
        """As JSON, UTF-8."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """What `to_bytes` wrote. Raises BackupError for another format."""
        found: dict[str, Any] = json.loads(content)
        if found.pop("format", "") != FORMAT:
            message = "The archive has a format that this version of Lan Tỏa does not know. Install a later version."
            raise BackupError(message)
        return cls(
            **{
                **found,
                "migrations": [(app, name) for app, name in found["migrations"]],
                "figures": Figures(**found["figures"]),
                "files": [Copied(**file) for file in found["files"]],
                "problems": [Problem(**problem) for problem in found["problems"]],
                "dump": Dump(**found["dump"]),
            }
        )

    @property
    def summary(self) -> dict[str, Any]:
        """What a command answers of it."""
        return {
            "archive": self.archive_id,
            "made_at": self.made_at,
            "version": self.version,
            "tables": len(self.figures.tables),
            "rows": sum(self.figures.tables.values()),
            "marks": self.figures.events,
            "marks_sha256": self.figures.events_sha256,
            "files": len(self.files),
            "problems": [asdict(problem) for problem in self.problems],
        }
