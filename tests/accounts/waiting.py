"""Knowing that another transaction has come to a lock, so that a race needs no luck."""

import pytest
from django.db import connection

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def until_somebody_waits() -> None:
    """Return as soon as another session waits for what this transaction holds."""
    with connection.cursor() as cursor:
        for _ in range(20_000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits for what this transaction holds")
