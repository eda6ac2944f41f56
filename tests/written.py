"""Rows that a module's tests share: written once, and as they were for each test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def written_once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written inside stands until the end of the block, for a fixture of a module: each test takes back what
    it wrote itself. No test of the module may need real transactions, and a test changes no object that another one
    gets: give each a deep copy."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
