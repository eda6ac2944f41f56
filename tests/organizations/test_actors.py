"""Authority comes from current appointments."""

import pytest
from django.conf import settings
from django.test import Client

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from tests.organizations.factories import ALWAYS, make_person, make_unit, make_user

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


def test_every_page_says_under_whose_name_and_in_which_office_one_works(client: Client) -> None:
    unit = make_unit("Đảng bộ xã Mường So")
    user = make_user(Role.OFFICER, unit, username="muongso")
    Person.objects.filter(user=user).update(full_name="Lò Thị Mai")
    Appointment.objects.create(person=user.person, role=Role.APPROVER, unit=make_unit("Chi bộ Một"), period=ALWAYS)
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = client.get("/gallery/").content.decode()
    for words in ("Lò Thị Mai", "Officer · Đảng bộ xã Mường So", "Approver · Chi bộ Một", "muongso"):
        assert words in text


def test_a_user_without_appointment_is_shown_by_the_sign_in_name_alone(client: Client) -> None:
    client.force_login(make_user(username="nguoi-la"))
    text = client.get("/gallery/").content.decode()
    assert "nguoi-la" in text
    assert "account-offices" not in text
