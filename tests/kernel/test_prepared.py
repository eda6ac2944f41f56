"""Statements whose plans the database keeps."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.kernel.prepared import fetch

pytestmark = pytest.mark.django_db


def test_the_plan_is_kept_and_the_answer_follows_the_parameters() -> None:
    asked = "SELECT %s::int + 1, %s::date"
    answers = [fetch(asked, [number, dt.date(2026, 1, 1)]) for number in range(4)]
    assert answers == [[(number + 1, dt.date(2026, 1, 1))] for number in range(4)]
    kept = "SELECT generic_plans > 0, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
    assert fetch(kept, ["SELECT $1::int + 1, %"]) == [(True, 0)]


def test_it_is_counted_as_every_other_query() -> None:
    with CaptureQueriesContext(connection) as asking:
        fetch("SELECT %s::text", ["núi"])
    assert [query["sql"] for query in asking.captured_queries] == ["SELECT 'núi'::text"]
