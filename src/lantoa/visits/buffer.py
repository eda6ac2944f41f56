"""What a server process has counted and not written yet.

A page view is a few additions in memory. A thread of the process writes what came together every few seconds as one
row, which the worker folds: a process that dies loses no more than those seconds. Addresses and browsers never leave
the memory; what is written of them is a hash with the salt of the day.
"""

import atexit
import datetime as dt
import hashlib
import json
import logging
import secrets
import threading
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import DatabaseError, InterfaceError, connection

from lantoa.kernel import clock
from lantoa.visits.enums import Agent
from lantoa.visits.models import DaySalt

EVERY = 3.0
"""Seconds between two writings."""
MOST_READERS = 50_000
"""So many readers are remembered until the next writing; the views of more of them are counted, their presence not."""
_WRITE = """
INSERT INTO visits_visitbatch (id, written_at, content) VALUES (%(id)s, %(written_at)s, %(content)s)
ON CONFLICT (id) DO NOTHING
"""
_log = logging.getLogger(__name__)


class _Counted(NamedTuple):
    day: dt.date
    kind: str
    object_id: int
    agent: Agent


class Reader(NamedTuple):
    """Whoever reads a site, as far as they can be told from others for a day."""

    site_id: int
    address: str
    browser: str


class Buffer:
    """The counts of one process. Any thread may add and write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: Counter[_Counted] = Counter()
        self._seen: dict[tuple[dt.date, Reader], dt.datetime] = {}
        self._unsure: dict[str, Any] | None = None
        self._writer: threading.Thread | None = None
        self._stop = threading.Event()

    def add(self, subjects: Iterable[tuple[str, int]], agent: Agent, *, reader: Reader | None = None) -> None:
        """Count a view of each of some subjects, and that `reader` came, who is forgotten unless `agent` is one."""
        now, day = clock.now(), clock.today()
        with self._lock:
            for kind, object_id in subjects:
                self._counts[_Counted(day, kind, object_id, agent)] += 1
            if reader is None or agent != Agent.READER:
                return
            if (day, reader) in self._seen or len(self._seen) < MOST_READERS:
                self._seen[day, reader] = now

    def write(self) -> bool:
        """Write what was counted since; False where the database did not take it, so that it waits for the next time.

        What may have been written goes again under the same number, which counts once.
        """
        with self._writing:
            try:
                if self._unsure is None:
                    self._unsure = self._batch()
                if self._unsure is not None:
                    with connection.cursor() as cursor:
                        cursor.execute(_WRITE, self._unsure)
                self._unsure = None
            except (DatabaseError, InterfaceError):
                _log.warning("visits wait to be written: the database does not take them")
                return False
            return True

    def keep_writing(self) -> None:
        """Let a thread of this process write from now on, and once more when the process ends; called once."""
        self._writer = threading.Thread(target=self._write_in_turn, name="visits", daemon=True)
        self._writer.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """End the thread, which writes what is left."""
        self._stop.set()
        if self._writer is not None:
            self._writer.join(timeout=EVERY)

    def _write_in_turn(self) -> None:
        ended = False
        while not ended:
            ended = self._stop.wait(EVERY)
            self.write()
            connection.close()

    def _batch(self) -> dict[str, Any] | None:
        """What was counted, as a row. It is given back where the salt cannot be had."""
        with self._lock:
            counts, seen = self._counts, self._seen
            self._counts, self._seen = Counter(), {}
        if not counts:
            return None
        try:
            salts = {day: _salt_of(day) for day in {day for day, _reader in seen}}
        except (DatabaseError, InterfaceError):
            with self._lock:
                self._counts.update(counts)
                self._seen = seen | self._seen
            raise
        content = {
            "counts": [[each.day.isoformat(), each.kind, each.object_id, each.agent, n] for each, n in counts.items()],
            "seen": [
                [day.isoformat(), reader.site_id, _mark(reader, salts[day]), moment.isoformat()]
                for (day, reader), moment in seen.items()
            ],
        }
        return {"id": uuid.uuid4(), "written_at": clock.now(), "content": json.dumps(content)}


BUFFER = Buffer()


def _salt_of(day: dt.date) -> bytes:
    DaySalt.objects.bulk_create([DaySalt(day=day, salt=secrets.token_bytes(32))], ignore_conflicts=True)
    return bytes(DaySalt.objects.get(day=day).salt)


def _mark(reader: Reader, salt: bytes) -> int:
    said = f"{reader.address}\n{reader.browser}".encode()
    return int.from_bytes(hashlib.blake2b(said, key=salt, digest_size=8).digest(), signed=True)
