"""The published description: whatever is sent by it is answered by it, and nothing is a server error."""

import importlib
import json
import sys
from collections import Counter
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
from lantoa.attendance.models import AttendanceEvent
from lantoa.kernel import clock
from lantoa.rollcall.models import QuarantinedEvent
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

FUZZING = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


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
    @settings(FUZZING, max_examples=15)
    def ask(case: Any) -> None:
        SignInLimit.objects.all().delete()
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=unsaid)

    ask()


def _number(text: str) -> float:
    """The description takes 3.0 for a whole number, as JSON Schema does; phones write 3."""
    number = float(text)
    return int(number) if number.is_integer() else number


@pytest.mark.parametrize("people", [3, 0])
def test_batches_of_a_real_roll_are_answered_by_the_description(people: int, described: Any) -> None:
    """What is said of real people at a real site gets further than to the question whether they exist."""
    scene = make_scene()
    handset = make_handset(scene.site, scene.clerk.user_id)
    heard, now = Counter[int](), clock.now().isoformat()
    headers = handset.headers() | {"Accept-Encoding": "identity"}

    @given(case=described["/api/v1/rollcall/batches"]["POST"].as_strategy())
    @settings(FUZZING, max_examples=40)
    def ask(case: Any) -> None:
        SignInLimit.objects.all().delete()
        case.body = json.loads(json.dumps(case.body), parse_float=_number)
        case.body |= {"session_id": scene.session.pk, "site_id": scene.site.pk, "sent_at": now}
        for said in (*case.body.get("events", ()), *case.body.get("closings", ())):
            said |= {"roster_id": str(handset.roster_id), "wall_time": now}
        for place, mark in enumerate(case.body.get("events", ())):
            mark["person_id"] = scene.entries[place % people].pk if people else 10**9
        checked = [_plain("schemathesis.specs.openapi.checks").positive_data_acceptance]
        response = case.call_and_validate(headers=headers, excluded_checks=checked)
        heard[response.status_code] += 1

    ask()
    assert heard[200] > 30
    assert AttendanceEvent.objects.exists()
    assert QuarantinedEvent.objects.exists()
