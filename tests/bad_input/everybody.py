"""Somebody who may do everything, in the world that the tests of a module share."""

from http.cookies import SimpleCookie

import pytest
from django.test import Client

from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person
from tests.organizations.factories import ALWAYS, make_user
from tests.permissions.standing import client_of, signed_in
from tests.permissions.world import World


@pytest.fixture(scope="module")
def everybody(world: World) -> SimpleCookie:
    """The sign-in of somebody who holds every role at the unit itself, so that each body comes as far as it can."""
    unit = world.places["own"].unit
    user = make_user(Role.OFFICER, unit)
    person = Person.objects.get(user=user)
    for role in set(Role) - {Role.OFFICER}:
        Appointment.objects.create(person=person, role=role, unit=unit, period=ALWAYS)
    return signed_in(user)


@pytest.fixture
def client(everybody: SimpleCookie) -> Client:
    """That person's client; a mistake of the server is an answer, as it is to a browser."""
    return client_of(everybody, raises=False)
