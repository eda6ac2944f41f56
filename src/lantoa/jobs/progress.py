"""How far long work is, seen by its owner while the work's own transaction is still open."""

import time
from types import TracebackType
from typing import Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lantoa.jobs.errors import JobCancelled

_WRITE = """
    UPDATE jobs_job SET total = coalesce(%(total)s, total), done = least(%(done)s, coalesce(%(total)s, total))
    WHERE id = %(job)s RETURNING cancel_requested
"""


class Progress:
    """Writes figures through a connection of its own, at most every `every` seconds, as a context manager.

    The work's transaction must not lock the job's row before it is finished.
    """

    def __init__(self, job_id: int | None, *, every: float = 0.5) -> None:
        """`job_id` None: nobody watches, and nothing is written."""
        self._job_id = job_id
        self._every = every
        self._written = float("-inf")
        self._connection: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        if self._job_id is not None:
            self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def advance(self, done: int, total: int | None = None) -> None:
        """Note that `done` of `total` are done. Raises JobCancelled where the owner asked to stop."""
        moment = time.monotonic()
        if self._connection is None or moment - self._written < self._every:
            return
        self._written = moment
        with self._connection.cursor() as cursor:
            cursor.execute(_WRITE, {"job": self._job_id, "done": done, "total": total})
            row = cursor.fetchone()
        if row is not None and row[0]:
            raise JobCancelled
