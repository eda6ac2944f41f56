"""Acts that race each other in real transactions."""

import threading
from collections.abc import Callable

import psycopg
from django.db import connection

from lantoa.kernel.refusals import Refusal

WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_for_a_waiter() -> None:
    """Come back as soon as another connection to this database waits for a lock."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as watching:
        while watching.execute(WAITERS).fetchone() == (0,):
            continue


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
