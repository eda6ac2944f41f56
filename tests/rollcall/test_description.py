"""The published description: whatever is sent by it is answered by it, and nothing is a server error."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings

from lantoa.accounts.models import SignInLimit
from tests.attendance.factories import make_scene
from tests.rollcall.factories import make_handset

pytestmark = pytest.mark.django_db

PATH = "/api/v1/openapi.json"


@pytest.fixture
def described(db: None) -> Iterator[Any]:
    """The description, asked for as a server would be; the connection that holds the test's own rows stays open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(PATH, get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture
def token() -> str:
    scene = make_scene()
    return make_handset(scene.site, scene.clerk.user_id).token


def test_the_description_names_every_address_of_the_contract() -> None:
    paths = Client().get(PATH).json()["paths"]
    assert {(method, path.removeprefix("/api/v1/rollcall/")) for path in paths for method in paths[path]} == {
        ("post", "devices"),
        ("put", "devices/self/token"),
        ("get", "devices/self"),
        ("get", "sites"),
        ("post", "sites/{site_id}/roster"),
        ("put", "rosters/{roster_id}"),
        ("post", "batches"),
        ("post", "parcels"),
    }


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_is_sent_by_the_description_is_answered_by_it(case: Any, token: str) -> None:
    SignInLimit.objects.all().delete()
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
