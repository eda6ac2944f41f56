"""Authority comes from current appointments."""

import pytest

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from tests.organizations.factories import make_person, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_an_actor_sees_the_subtree_of_the_appointment() -> None:
    top = make_unit()
    cell = make_unit(parent=make_unit(parent=top))
    beside = make_unit()
    actor = Actor.of(make_user(Role.OFFICER, top))
    assert set(Unit.objects.visible_to(actor)) == {top, cell.parent, cell}
    assert beside not in Unit.objects.visible_to(actor)


def test_a_user_without_appointment_sees_nothing() -> None:
    make_person(unit=make_unit())
    assert not Unit.objects.visible_to(Actor.of(make_user())).exists()


def test_an_appointment_at_a_unit_that_no_longer_exists_gives_nothing() -> None:
    unit = make_unit()
    user = make_user(Role.OFFICER, unit)
    Unit.objects.filter(pk=unit.pk).update(in_force=False)
    assert Actor.of(user).grants == ()
