"""Figures on a page that is a copy: as of when they are, and where newer ones are asked for."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lantoa.kernel import clock
from lantoa.visits.enums import Agent
from lantoa.visits.models import OpenCount, TotalCount
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 26, 12, 5, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def read_so_often(kind: str, number: int, views: int) -> None:
    OpenCount.objects.create(day=NOON.date(), kind=kind, object_id=number, agent=Agent.READER, views=views)
    TotalCount.objects.create(kind=kind, object_id=number, views=views)


def test_a_page_says_as_of_when_its_figures_are() -> None:
    portal = make_portal()
    article = make_article(make_section(portal))
    read_so_often("site", portal.pk, 1234)
    read_so_often("article", article.pk, 1001)
    with clock.supposing(NOON):
        page = Client().get(article.get_url() or "").content.decode()
    figures = dict(re.findall(r'data-figure="(\w+)">([\d.]+)<', page))
    assert figures == {
        "views": "1.001", "online": "0", "today": "1.234", "this_month": "1.234", "last_month": "0", "total": "1.234",
    }  # fmt: skip
    assert re.search(
        r'Số liệu tính đến <time datetime="2026-11-26T12:05\+07:00" data-counted-at>26/11/2026 12:05<', page
    )


def test_newer_ones_are_a_few_seconds_old_and_cost_nothing_in_between() -> None:
    portal = make_portal()
    article = make_article(make_section(portal))
    read_so_often("site", portal.pk, 7)
    read_so_often("article", article.pk, 3)
    address = f"/dem/{portal.pk}/article/{article.pk}.json"
    with clock.supposing(NOON):
        first = Client().get(address)
        assert first["Cache-Control"] == "no-store"
        assert first.json() == {
            "online": 0, "today": 7, "this_month": 7, "last_month": 0, "total": 7, "views": 3,
            "counted_at": "2026-11-26T12:05+07:00",
        }  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).json() == first.json()
        assert len(captured) == 0
        assert "views" not in Client().get(f"/dem/{portal.pk}.json").json()


def test_what_is_not_counted_has_no_figures() -> None:
    for address in ("/dem/1/unknown/1.json", f"/dem/{2**63}.json", f"/dem/1/article/{2**63}.json"):
        assert Client().get(address).status_code == 404
