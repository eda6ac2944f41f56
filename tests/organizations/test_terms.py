"""Terms of appointments: who is to be renewed, and the next term by a new decision."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.kernel import clock
from lantoa.organizations import errors
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.services.terms import renew_appointment
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DECISION = Decision("45-QĐ/ĐU", TODAY, "Ban Thường vụ Đảng ủy")


@pytest.fixture
def unit() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


def serving(unit: Unit, name: str = "Lò Thị Mai", **values: Any) -> Appointment:
    return Appointment.objects.create(
        person=make_person(name),
        role=Role.CLERK,
        unit=unit,
        title="Văn thư",
        **{"period": DateRange(LONG_AGO, None), **values},
    )


def renewed(appointment: Appointment, role: Role = Role.ADMINISTRATOR, **changes: Any) -> Appointment:
    values: dict[str, Any] = {"starts_on": TODAY, "decision": DECISION, **changes}
    return renew_appointment(actor=make_actor(role, appointment.unit), appointment=appointment, **values)


def test_a_renewal_ends_the_old_term_on_the_day_that_the_new_one_begins(unit: Unit) -> None:
    old = serving(unit)
    form = uuid.uuid4()
    last = TODAY + dt.timedelta(days=365)
    new = renewed(old, term_ends_on=last, client_id=form)
    assert renewed(old, client_id=form) == new
    old.refresh_from_db()
    assert (old.period, new.period) == (DateRange(LONG_AGO, TODAY), DateRange(TODAY, None))
    assert (new.title, new.role, new.decision_number, new.term_ends_on) == ("Văn thư", Role.CLERK, "45-QĐ/ĐU", last)


def test_only_an_administrator_renews(unit: Unit) -> None:
    with pytest.raises(errors.NotPermitted):
        renewed(serving(unit), Role.SECRETARY)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"starts_on": LONG_AGO}, errors.PeriodEmpty),
        ({"term_ends_on": TODAY - dt.timedelta(days=1)}, errors.TermTurned),
        ({"decision": Decision(" ", TODAY, "Ban Thường vụ")}, errors.DecisionMissing),
    ],
)
def test_a_term_that_cannot_be_is_refused(unit: Unit, changes: dict[str, Any], refusal: type[Exception]) -> None:
    appointment = serving(unit)
    with pytest.raises(refusal):
        renewed(appointment, **changes)
    appointment.refresh_from_db()
    assert appointment.period == DateRange(LONG_AGO, None)


def test_an_appointment_that_ended_is_not_renewed(unit: Unit) -> None:
    ended = serving(unit, period=DateRange(LONG_AGO, TODAY - dt.timedelta(days=1)))
    with pytest.raises(errors.AppointmentEnded):
        renewed(ended)


def test_a_term_that_is_renewed_already_is_not_renewed_twice(unit: Unit) -> None:
    old = serving(unit)
    renewed(old)
    with pytest.raises(errors.AppointmentOverlap):
        renewed(old)


def test_the_database_keeps_a_term_from_ending_before_it_begins(unit: Unit) -> None:
    with pytest.raises(IntegrityError, match="appointment_term_not_turned"):
        serving(unit, term_ends_on=LONG_AGO - dt.timedelta(days=1))


def test_the_list_names_terms_that_are_over_or_end_within_ninety_days(client: Client, unit: Unit) -> None:
    cell = make_unit("Chi bộ bản Huổi Én", parent=unit)
    serving(cell, "Giàng A Páo", term_ends_on=TODAY - dt.timedelta(days=1))
    soon = serving(unit, "Lò Thị Mai", term_ends_on=TODAY + dt.timedelta(days=90))
    serving(unit, "Tẩn A Sử", term_ends_on=TODAY + dt.timedelta(days=91))
    serving(unit, "Phàn Thị Dế")
    serving(make_unit("Đơn vị khác"), "Lý A Chỉnh", term_ends_on=TODAY)
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    page = client.get(f"/units/{unit.pk}/appointments/ending/").content.decode()
    for name, shown in {"Giàng A Páo": 1, "Lò Thị Mai": 1, "Tẩn A Sử": 0, "Phàn Thị Dế": 0, "Lý A Chỉnh": 0}.items():
        assert (name in page) == bool(shown), name
    assert f"/appointments/{soon.pk}/renew/" in page


def test_an_appointment_is_renewed_on_its_page(client: Client, unit: Unit) -> None:
    appointment = serving(unit, term_ends_on=TODAY)
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    address = f"/appointments/{appointment.pk}/renew/"
    assert "Lò Thị Mai" in client.get(address).content.decode()
    given = {
        "starts_on": f"{TODAY:%d/%m/%Y}",
        "decision_number": "45-QĐ/ĐU",
        "decision_date": f"{TODAY:%d/%m/%Y}",
        "decision_body": "Ban Thường vụ Đảng ủy",
        "client_id": str(uuid.uuid4()),
    }
    assert client.post(address, {**given, "decision_number": ""}).status_code == 422
    assert client.post(address, {**given, "starts_on": "01/01/2001"}).status_code == 422
    for _ in range(2):
        assert client.post(address, given).status_code == 303
    assert Appointment.objects.filter(person=appointment.person).count() == 2
