"""Who may do what with the portal: appointments alone say so, at once."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Appointment, Person
from lantoa.organizations.services.appointments import appoint, end_appointment
from lantoa.portal.groups import follow_appointments
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.portal.factories import make_portal

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
HOME = "/bien-tap/"
TODAY = dt.date(2026, 6, 1)
DECISION = Decision(number="12-QĐ/HU", date=TODAY, body="Ban Thường vụ Huyện ủy")


def groups_of(user: User) -> set[str]:
    return set(Group.objects.filter(user=user).values_list("name", flat=True))


def test_an_appointment_puts_into_the_group_in_its_own_transaction_and_its_end_takes_out() -> None:
    portal = make_portal()
    administrator = make_actor(Role.ADMINISTRATOR, portal.unit)
    user = make_user()
    person = Person.objects.get(user=user)
    person.memberships.create(unit=portal.unit, standing="full", period=DateRange(dt.date(2010, 1, 1), None))
    with clock.supposing(dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)):
        given = appoint(
            actor=administrator,
            person=person,
            role=Role.EDITOR,
            unit=portal.unit,
            starts_on=TODAY - dt.timedelta(days=3),
            decision=DECISION,
        )
        assert groups_of(user) == {portal.writers.name}
        end_appointment(actor=administrator, appointment=given, ends_on=TODAY)
        assert groups_of(user) == set()


def test_the_role_at_another_unit_gives_nothing_here() -> None:
    portal = make_portal()
    below = make_unit("Đảng bộ xã", parent=portal.unit, kind=UnitKind.COMMUNE_COMMITTEE)
    people = [make_user(Role.EDITOR, below), make_user(Role.OFFICER, portal.unit), make_user(Role.APPROVER, below)]
    follow_appointments()
    assert [groups_of(user) for user in people] == [set(), set(), set()]


def test_who_approves_for_a_unit_without_a_portal_is_not_led_to_the_editing_pages(client: Client) -> None:
    portal = make_portal()
    below = make_unit("Đảng bộ xã", parent=portal.unit, kind=UnitKind.COMMUNE_COMMITTEE)
    client.force_login(make_user(Role.APPROVER, below))
    assert HOME not in client.get("/").content.decode()
    assert client.get(HOME).status_code == 403
    client.force_login(make_user(Role.APPROVER, portal.unit))
    assert HOME in client.get("/").content.decode()
    assert client.get(HOME).status_code == 200


def test_the_clock_follows_what_began_and_ended_by_its_own_day() -> None:
    portal = make_portal()
    user = make_user(Role.APPROVER, portal.unit)
    follow_appointments()
    assert groups_of(user) == {portal.approvers.name}
    yesterday = clock.today() - dt.timedelta(days=1)
    Appointment.objects.filter(person__user=user).update(period=DateRange(dt.date(2010, 1, 1), yesterday))
    assert follow_appointments() == 1
    assert groups_of(user) == set()


def test_whoever_edits_enters_and_nobody_else_does() -> None:
    portal = make_portal()
    for role in Role:
        client = Client()
        client.force_login(make_user(role, portal.unit))
        expected = 200 if role in {Role.EDITOR, Role.APPROVER} else 403
        assert client.get(HOME).status_code == expected, role


def test_an_appointment_that_ended_at_midnight_opens_nothing_in_the_morning() -> None:
    portal = make_portal()
    user = make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    Appointment.objects.filter(person__user=user).update(period=DateRange(dt.date(2010, 1, 1), clock.today()))
    client = Client()
    client.force_login(user)
    assert client.get(HOME).status_code == 403


def test_a_group_that_the_day_has_overtaken_is_put_right_before_anything_is_asked() -> None:
    portal = make_portal()
    user = make_user(Role.EDITOR, portal.unit)
    user.groups.add(portal.approvers)
    client = Client()
    client.force_login(user)
    assert client.get(HOME).status_code == 200
    assert groups_of(user) == {portal.writers.name}


def test_who_has_not_signed_in_is_sent_to_our_own_sign_in() -> None:
    make_portal()
    for address in (HOME, f"{HOME}pages/", f"{HOME}login/", f"{HOME}password_reset/", f"{HOME}users/"):
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/"), address


def test_nobody_edits_users_groups_sites_steps_or_passwords() -> None:
    portal = make_portal()
    client = Client()
    client.force_login(make_user(Role.EDITOR, portal.unit))
    for closed in (
        "users/", "groups/", "sites/", "account/", "login/", "logout/", "password_reset/", "workflows/list/",
        "collections/", "failwhale/", "api/main/pages/",
    ):  # fmt: skip
        assert client.get(HOME + closed).status_code == 404, closed


def test_nobody_is_a_superuser() -> None:
    with pytest.raises(IntegrityError, match="user_is_no_superuser"), transaction.atomic():
        User.objects.create(username="tatca", is_superuser=True)


def test_a_person_without_a_sign_in_is_in_no_group() -> None:
    portal = make_portal()
    person = make_person(unit=portal.unit)
    Appointment.objects.create(
        person=person, role=Role.EDITOR, unit=portal.unit, period=DateRange(dt.date(2010, 1, 1), None)
    )
    assert follow_appointments() == 0
