"""The published description: whatever is sent by it is answered by it, and nothing is a server error."""

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import DjangoDbBlocker

from lantoa.accounts.models import SignInLimit
from tests.attendance.factories import make_scene
from tests.rollcall.factories import make_handset

pytestmark = pytest.mark.django_db

PATH = "/api/v1/openapi.json"
ADDRESSES = [
    ("post", "devices"),
    ("put", "devices/self/token"),
    ("get", "devices/self"),
    ("get", "sites"),
    ("post", "sites/{site_id}/roster"),
    ("put", "rosters/{roster_id}"),
    ("post", "batches"),
    ("post", "parcels"),
]


def _plain(module: str) -> ModuleType:
    """A module of schemathesis, imported as it is: rewritten by pytest, and then to measure branches, it breaks."""
    hooks = sys.meta_path
    sys.meta_path = [hook for hook in hooks if type(hook).__module__ != "_pytest.assertion.rewrite"]
    try:
        return importlib.import_module(module)
    finally:
        sys.meta_path = hooks


@pytest.fixture(scope="module")
def description(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Any:
    """The description, asked for as a server would be."""
    with django_db_blocker.unblock():
        return _plain("schemathesis").openapi.from_wsgi(PATH, get_wsgi_application())


@pytest.fixture
def described(description: Any) -> Iterator[Any]:
    """The description; the connection that holds the test's own rows stays open between two questions."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield description
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_description_names_every_address_of_the_contract() -> None:
    paths = Client().get(PATH).json()["paths"]
    named = {(method, path.removeprefix("/api/v1/rollcall/")) for path in paths for method in paths[path]}
    assert named == set(ADDRESSES)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_what_is_sent_by_the_description_is_answered_by_it(method: str, path: str, described: Any) -> None:
    scene = make_scene()
    token = make_handset(scene.site, scene.clerk.user_id).token

    # A parcel is a text in which another JSON stands, and the calendar has ends: the description says neither.
    unsaid = [_plain("schemathesis.specs.openapi.checks").positive_data_acceptance]

    @given(case=described[f"/api/v1/rollcall/{path}"][method.upper()].as_strategy())
    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        SignInLimit.objects.all().delete()
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=unsaid)

    ask()
