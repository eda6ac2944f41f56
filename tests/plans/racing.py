"""Acts that race each other in real transactions."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection

from lantoa.kernel.refusals import Refusal

WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
LOOKS = 100_000
"""Some tens of seconds, by which whoever comes to a lock is there."""


def wait_for_a_waiter() -> None:
    """Come back as soon as a connection to this database waits for a lock; a race that nobody runs is a failure."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as watching:
        for _ in range(LOOKS):
            if watching.execute(WAITERS).fetchone() != (0,):
                return
    pytest.fail("nobody waits for a lock")


def run_at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Each act in a thread and a connection of its own, all released together; what each of them raised."""
    gate = threading.Barrier(len(acts))
    outcomes: list[BaseException | None] = [None] * len(acts)

    def run(position: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except Refusal as refusal:
            outcomes[position] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
