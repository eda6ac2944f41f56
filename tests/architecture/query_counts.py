"""The reviewed snapshot of how many queries each page costs.

Set LANTOA_UPDATE_QUERY_COUNTS=1 to write the counts that the tests meet into query_counts.json, then review the change.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

SNAPSHOT = Path(__file__).with_name("query_counts.json")
BUDGET = 15
UPDATE = "LANTOA_UPDATE_QUERY_COUNTS"
# Opening and closing the transaction are no queries of the page.
_UNCOUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


def counts() -> dict[str, int]:
    """Queries by page, as reviewed."""
    stored: dict[str, int] = json.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}
    return stored


@contextmanager
def assert_query_count(page: str) -> Iterator[None]:
    """The block costs as many queries as the snapshot says for `page`, and never more than the budget."""
    with CaptureQueriesContext(connection) as captured:
        yield
    statements = [query["sql"] for query in captured.captured_queries]
    counted = [statement for statement in statements if not statement.startswith(_UNCOUNTED)]
    if os.environ.get(UPDATE):
        _store(page, len(counted))
    shown = "\n".join(counted)
    assert len(counted) <= BUDGET, f"{page} costs {len(counted)} queries, more than {BUDGET}:\n{shown}"
    known = counts().get(page)
    assert known is not None, f"{page} is not in the snapshot: run the test with {UPDATE}=1 and review the file"
    assert len(counted) == known, f"{page} costs {len(counted)} queries instead of {known}:\n{shown}"


def _store(page: str, count: int) -> None:
    with SNAPSHOT.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        stored = json.loads(file.read() or "{}")
        stored[page] = count
        file.truncate(0)
        file.write(json.dumps(stored, indent=2, sort_keys=True) + "\n")
