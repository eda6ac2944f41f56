"""Appointments give authority from their first day to the day they end; accounts only let somebody in."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from lantoa.organizations.services.appointments import (
    appoint,
    bootstrap_administrator,
    end_appointment,
    open_account,
    renew_password,
    set_account_active,
)
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
DECISION = Decision("12-QĐ/HU", LONG_AGO, "Ban Thường vụ Huyện ủy")
STRONG = "Hoa-ban-no-trang-rung-2026"


@pytest.fixture
def unit() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


@pytest.fixture
def administrator(unit: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, unit)


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person("Lò Thị Mai", unit=make_unit(parent=unit), code="0012")


def given(actor: Actor, person: Person, unit: Unit, **changes: Any) -> Appointment:
    """Appoint somebody secretary from today on, some things changed."""
    values: dict[str, Any] = {"role": Role.SECRETARY, "starts_on": clock.today(), "decision": DECISION}
    return appoint(actor=actor, person=person, unit=unit, **{**values, **changes})


def test_an_appointment_gives_authority_from_its_first_day(administrator: Actor, person: Person, unit: Unit) -> None:
    user = open_account(actor=administrator, person=person, username="lo.thi.mai").user
    given(administrator, person, unit, role=Role.VIEWER, title=" Bí  thư ")
    given(administrator, person, unit, role=Role.OFFICER, starts_on=clock.today() + dt.timedelta(days=1))
    assert [grant.role for grant in Actor.of(user).grants] == [Role.VIEWER]
    assert Appointment.objects.get(role=Role.VIEWER).title == "Bí thư"
    assert Entry.objects.filter(action="organizations.appoint").count() == 2


def test_ending_an_appointment_ends_the_access_at_the_next_request(
    client: Client, administrator: Actor, person: Person, unit: Unit
) -> None:
    user = open_account(actor=administrator, person=person, username="lo.thi.mai", password=STRONG).user
    appointment = given(administrator, person, unit, starts_on=LONG_AGO)
    client.force_login(user)
    page = f"/units/{unit.pk}/"
    assert client.get(page).status_code == 200
    ended = end_appointment(actor=administrator, appointment=appointment, ends_on=clock.today())
    assert client.get(page).status_code == 404
    assert ended.period == DateRange(LONG_AGO, clock.today())


def test_the_last_day_belongs_to_the_appointment_and_the_end_does_not(
    administrator: Actor, person: Person, unit: Unit
) -> None:
    today = clock.today()
    appointment = given(administrator, person, unit, starts_on=LONG_AGO, ends_on=today + dt.timedelta(days=1))
    assert Appointment.objects.in_force_on(today).filter(pk=appointment.pk).exists()
    assert not Appointment.objects.in_force_on(today + dt.timedelta(days=1)).filter(pk=appointment.pk).exists()


def test_an_appointment_ended_on_its_first_day_is_withdrawn(administrator: Actor, person: Person, unit: Unit) -> None:
    appointment = given(administrator, person, unit)
    for _ in range(2):
        end_appointment(actor=administrator, appointment=appointment, ends_on=clock.today())
    assert not Appointment.objects.filter(person=person).exists()
    assert Entry.objects.filter(action="organizations.end_appointment").count() == 1


def test_ending_twice_on_one_day_changes_nothing(administrator: Actor, person: Person, unit: Unit) -> None:
    appointment = given(administrator, person, unit, starts_on=LONG_AGO)
    for _ in range(2):
        end_appointment(actor=administrator, appointment=appointment, ends_on=clock.today())
    assert Entry.objects.filter(action="organizations.end_appointment", outcome="done").count() == 1


@pytest.mark.parametrize(
    ("ends_on", "refusal"),
    [(LONG_AGO - dt.timedelta(days=1), errors.PeriodEmpty), (dt.date(2026, 1, 1), errors.AppointmentEnded)],
)
def test_an_end_before_the_start_or_after_the_end_is_refused(
    administrator: Actor, person: Person, unit: Unit, ends_on: dt.date, refusal: type[errors.PeriodEmpty]
) -> None:
    appointment = given(administrator, person, unit, starts_on=LONG_AGO, ends_on=dt.date(2025, 1, 1))
    with pytest.raises(refusal) as caught:
        end_appointment(actor=administrator, appointment=appointment, ends_on=ends_on)
    assert "%(" not in str(caught.value)


def test_the_same_form_sent_twice_appoints_once(administrator: Actor, person: Person, unit: Unit) -> None:
    once = uuid.uuid4()
    assert given(administrator, person, unit, client_id=once) == given(administrator, person, unit, client_id=once)


def test_the_same_role_twice_at_one_time_is_refused(administrator: Actor, person: Person, unit: Unit) -> None:
    given(administrator, person, unit)
    with pytest.raises(errors.AppointmentOverlap):
        given(administrator, person, unit, starts_on=clock.today() + dt.timedelta(days=9))
    assert given(administrator, person, unit, role=Role.OFFICER).pk


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_on": clock.today()}, errors.PeriodEmpty),
        ({"starts_on": LONG_AGO - dt.timedelta(days=1)}, errors.UnitNotInForce),
    ],
)
def test_days_that_do_not_fit_are_refused(
    administrator: Actor, person: Person, unit: Unit, changes: dict[str, Any], refusal: type[errors.PeriodEmpty]
) -> None:
    with pytest.raises(refusal):
        given(administrator, person, unit, **changes)


def test_an_administrator_appoints_nobody_from_elsewhere(administrator: Actor, unit: Unit) -> None:
    with pytest.raises(errors.PersonOutOfReach):
        given(administrator, make_person(unit=make_unit()), unit)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_appoints_ends_and_opens_accounts(unit: Unit, person: Person, role: Role) -> None:
    actor = make_actor(role, unit)
    appointment = Appointment.objects.create(person=person, role=Role.CLERK, unit=unit, period=ALWAYS)
    with pytest.raises(errors.NotPermitted):
        given(actor, person, unit)
    with pytest.raises(errors.NotPermitted):
        end_appointment(actor=actor, appointment=appointment, ends_on=clock.today())
    with pytest.raises(errors.NotPermitted):
        open_account(actor=actor, person=person, username="lo.thi.mai")


def test_the_database_keeps_no_empty_appointment(person: Person, unit: Unit) -> None:
    with pytest.raises(IntegrityError, match="appointment_not_empty"):
        Appointment.objects.create(person=person, role=Role.CLERK, unit=unit, period=DateRange(LONG_AGO, LONG_AGO))


def test_a_one_time_password_signs_in_and_must_be_changed(administrator: Actor, person: Person, unit: Unit) -> None:
    given(administrator, person, unit)
    opened = open_account(actor=administrator, person=person, username="lo.thi.mai", email=" mai@example.vn ")
    assert opened.user.check_password(opened.password)
    assert opened.user.must_change_password
    assert opened.user.email == "mai@example.vn"
    assert len(opened.password.replace("-", "")) == 16
    assert Entry.objects.get(action="organizations.open_account").unit_id == unit.pk


def test_the_same_form_sent_twice_opens_one_account_and_shows_one_password(
    administrator: Actor, person: Person
) -> None:
    once = uuid.uuid4()
    first, second = (
        open_account(actor=administrator, person=person, username="lo.thi.mai", client_id=once) for _ in range(2)
    )
    assert first.password == second.password
    assert User.objects.filter(username="lo.thi.mai").count() == 1
    with pytest.raises(errors.AccountExists):
        open_account(actor=administrator, person=person, username="lo.thi.mai", client_id=uuid.uuid4())


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"username": "lò mai"}, errors.UsernameInvalid),
        ({"username": "ab"}, errors.UsernameInvalid),
        ({"username": "TAKEN"}, errors.UsernameTaken),
        ({"username": "free", "email": "Taken@Example.vn"}, errors.EmailTaken),
        ({"username": "free", "password": "12345"}, errors.PasswordWeak),
    ],
)
def test_an_account_that_does_not_fit_is_refused(
    administrator: Actor, person: Person, values: dict[str, Any], refusal: type[errors.PasswordWeak]
) -> None:
    User.objects.create_user(username="taken", email="taken@example.vn")
    with pytest.raises(refusal) as caught:
        open_account(actor=administrator, person=person, **values)
    assert caught.value.field in ("username", "email", "password")
    assert "%(" not in str(caught.value)


def test_a_password_of_somebody_with_authority_elsewhere_is_out_of_reach(
    administrator: Actor, person: Person, unit: Unit
) -> None:
    user = open_account(actor=administrator, person=person, username="lo.thi.mai").user
    Appointment.objects.create(person=person, role=Role.OFFICER, unit=make_unit(), period=ALWAYS)
    before = user.password
    with pytest.raises(errors.NotPermitted):
        renew_password(actor=administrator, person=person)
    with pytest.raises(errors.NotPermitted):
        set_account_active(actor=administrator, person=person, active=False)
    user.refresh_from_db()
    assert user.password == before


def test_a_person_whom_the_administrator_does_not_look_after_gets_no_account(administrator: Actor) -> None:
    with pytest.raises(errors.PersonOutOfReach):
        open_account(actor=administrator, person=make_person(unit=make_unit()), username="somebody")


def test_a_renewed_password_replaces_the_old_one_and_ends_sessions(
    client: Client, administrator: Actor, person: Person, unit: Unit
) -> None:
    opened = open_account(actor=administrator, person=person, username="lo.thi.mai", password=STRONG)
    given(administrator, person, unit)
    client.force_login(opened.user)
    once = uuid.uuid4()
    renewed = renew_password(actor=administrator, person=person, client_id=once)
    assert renew_password(actor=administrator, person=person, client_id=once).password == renewed.password
    renewed.user.refresh_from_db()
    assert renewed.user.check_password(renewed.password)
    assert not renewed.user.check_password(STRONG)
    assert client.get(f"/units/{unit.pk}/").status_code == 302
    assert Entry.objects.filter(action="organizations.renew_password").count() == 1


def test_a_closed_account_is_signed_out_and_can_be_opened_again(
    client: Client, administrator: Actor, person: Person, unit: Unit
) -> None:
    user = open_account(actor=administrator, person=person, username="lo.thi.mai", password=STRONG).user
    given(administrator, person, unit)
    client.force_login(user)
    for _ in range(2):
        set_account_active(actor=administrator, person=person, active=False)
    assert client.get(f"/units/{unit.pk}/").status_code == 302
    assert set_account_active(actor=administrator, person=person, active=True).is_active
    entries = Entry.objects.filter(action="organizations.set_account_active").order_by("pk")
    assert [entry.facts["active"] for entry in entries] == [False, True]


def test_what_needs_an_account_is_refused_without_one(administrator: Actor, person: Person) -> None:
    with pytest.raises(errors.AccountMissing):
        renew_password(actor=administrator, person=person)
    with pytest.raises(errors.AccountMissing):
        set_account_active(actor=administrator, person=person, active=False)


def test_the_first_administrator_can_be_found_by_code(unit: Unit) -> None:
    bootstrap_administrator(username="admin", password=STRONG, full_name="Giàng A Páo", code=" 000001 ", unit=unit)
    assert Person.objects.get(code="000001").full_name == "Giàng A Páo"
    with pytest.raises(errors.CodeTaken):
        bootstrap_administrator(username="second", password=STRONG, full_name="Lò Thị Ín", code="000001", unit=unit)


def test_the_first_administrator_is_made_without_another(unit: Unit) -> None:
    opened = bootstrap_administrator(username="admin", password=STRONG, full_name="Giàng A Páo", unit=unit)
    actor = Actor.of(opened.user)
    assert [(grant.role, grant.unit_id) for grant in actor.grants] == [(Role.ADMINISTRATOR, unit.pk)]
    assert not opened.user.must_change_password
    assert given(actor, Person.objects.get(user=opened.user), unit, role=Role.OFFICER).pk


def test_the_first_administrator_may_get_a_one_time_password(unit: Unit) -> None:
    opened = bootstrap_administrator(username="admin", password=None, full_name="Giàng A Páo", unit=unit)
    assert opened.user.must_change_password
    assert opened.user.check_password(opened.password)


def test_a_second_administrator_of_the_same_name_leaves_nothing_behind(unit: Unit) -> None:
    make_user(username="admin")
    persons = Person.objects.count()
    with pytest.raises(errors.UsernameTaken):
        bootstrap_administrator(username="admin", password=STRONG, full_name="Giàng A Páo", unit=unit)
    with pytest.raises(errors.NameMissing):
        bootstrap_administrator(username="other", password=STRONG, full_name=" ", unit=unit)
    assert Person.objects.count() == persons
