"""The world, written once for all tests of a module, and the people who are signed in there."""

import datetime as dt
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from lantoa.accounts.models import Session, User
from lantoa.kernel import clock
from tests.permissions.world import World, build_world
from tests.written import written_once

SOON = dt.timedelta(hours=1)
"""A session that was last used in an hour needs no note of a use that is taken back with everything else."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world of a module: each test takes back what it wrote, and the end of the module takes back the world."""
    with written_once(django_db_blocker):
        yield build_world()


@pytest.fixture(scope="module", autouse=True)
def unrecorded() -> Iterator[None]:
    """No answer keeps the contexts of its templates, for a module in which nobody reads them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
        yield


def signed_in(user: User) -> SimpleCookie:
    """The cookies of a new sign-in, from which `client_of` makes as many clients as are wanted."""
    client = Client()
    client.force_login(user)
    Session.objects.filter(user=user).update(last_seen_at=clock.now() + SOON)
    return client.cookies


def client_of(cookies: SimpleCookie, *, raises: bool = True) -> Client:
    """A client with cookies of its own; `raises` lets a mistake of the server through to the test."""
    client = Client(raise_request_exception=raises)
    client.cookies.load({name: morsel.value for name, morsel in cookies.items()})
    return client
