"""The pages on which an administrator appoints people and opens their accounts."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from tests.organizations.factories import ALWAYS, LONG_AGO, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
DECIDED = {"decision_number": "12-QĐ/HU", "decision_date": "20/02/2026", "decision_body": "Ban Thường vụ Huyện ủy"}


@pytest.fixture
def unit() -> Unit:
    return make_unit("Đảng bộ xã Sin Suối Hồ")


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person("Giàng A Páo", unit=make_unit(parent=unit), code="0047")


@pytest.fixture
def administrator(client: Client, unit: Unit) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    return client


@pytest.fixture
def appointment(person: Person, unit: Unit) -> Appointment:
    return Appointment.objects.create(person=person, role=Role.SECRETARY, unit=unit, period=ALWAYS)


def post(client: Client, address: str, **values: Any) -> Any:
    """Send a form."""
    return client.post(address, {"client_id": str(uuid.uuid4()), **values})


def test_the_list_shows_who_is_appointed_and_whether_they_can_sign_in(
    administrator: Client, appointment: Appointment, unit: Unit
) -> None:
    ended = make_person("Lý Thị Dế")
    Appointment.objects.create(
        person=ended, role=Role.CLERK, unit=unit, period=DateRange(LONG_AGO, dt.date(2020, 1, 1))
    )
    closed, fresh = make_user(Role.OFFICER, unit), make_user(Role.CLERK, unit)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    User.objects.filter(pk=fresh.pk).update(must_change_password=True)
    address = f"/units/{unit.pk}/appointments/"
    current, past, everything = (
        administrator.get(address, {"state": state}).content.decode() for state in ("", "ended", "all")
    )
    assert "Giàng A Páo" in current
    assert "Lý Thị Dế" not in current
    assert "Lý Thị Dế" in past
    assert "Giàng A Páo" not in past
    assert "Lý Thị Dế" in everything
    assert "Giàng A Páo" in administrator.get(address, {"q": "giang a"}).content.decode()
    book = administrator.post(f"{address}?format=xlsx", {"purpose": "Đối chiếu với quyết định"})
    assert book["Content-Type"].startswith("application/vnd")


def test_a_person_is_appointed_by_member_code_once(administrator: Client, person: Person, unit: Unit) -> None:
    address = f"/units/{unit.pk}/appointments/new/"
    assert administrator.get(address).status_code == 200
    values = {
        "member_code": "0047",
        "role": Role.SECRETARY.value,
        "title": "Bí thư Đảng ủy",
        "starts_on": "01/03/2026",
        "client_id": str(uuid.uuid4()),
        **DECIDED,
    }
    for _ in range(2):
        assert administrator.post(address, values).status_code == 303
    appointment = Appointment.objects.get(person=person)
    assert appointment.period == DateRange(dt.date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"member_code": "47"}, "member_code"),
        ({"member_code": "9999"}, "member_code"),
        ({"role": "king"}, "role"),
        ({"starts_on": "1/13/2026"}, "starts_on"),
        ({"starts_on": "01/01/1999"}, "starts_on"),
        ({"ends_on": "01/03/2026"}, "ends_on"),
        ({"decision_number": ""}, "decision_number"),
        ({"decision_date": "01/01/2099"}, "decision_date"),
        ({"term_ends_on": "28/02/2026"}, "term_ends_on"),
    ],
)
def test_a_mistake_stands_beside_its_field(
    administrator: Client, person: Person, unit: Unit, values: dict[str, str], field: str
) -> None:
    make_person(unit=make_unit(), code="9999")
    sound = {
        "member_code": "0047",
        "role": Role.SECRETARY.value,
        "starts_on": "01/03/2026",
        "title": "Bí thư",
        **DECIDED,
    }
    answer = post(administrator, f"/units/{unit.pk}/appointments/new/", **{**sound, **values})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Bí thư" in answer.content.decode()
    assert not Appointment.objects.filter(person=person).exists()


def test_an_appointment_is_ended_after_it_was_asked_once_more(administrator: Client, appointment: Appointment) -> None:
    address = f"/appointments/{appointment.pk}/end/"
    assert "Giàng A Páo" in administrator.get(address).content.decode()
    appointment.refresh_from_db()
    assert appointment.period.upper is None
    assert administrator.post(address, {"ends_on": "ngày mai"}).status_code == 422
    assert administrator.post(address, {"ends_on": "01/01/2001"}).status_code == 422
    for _ in range(2):
        assert administrator.post(address, {"ends_on": f"{clock.today():%d/%m/%Y}"}).status_code == 303
    appointment.refresh_from_db()
    assert appointment.period.upper == clock.today()


def test_an_account_is_opened_and_its_password_shown_once(administrator: Client, appointment: Appointment) -> None:
    address = f"/appointments/{appointment.pk}/account/"
    assert 'value="giang.a.pao"' in administrator.get(address).content.decode()
    values = {"username": "giang.a.pao", "email": "", "way": "password", "client_id": str(uuid.uuid4())}
    first, second = (administrator.post(address, values) for _ in range(2))
    password = first.context["opened"].password
    assert password in first.content.decode()
    assert password in second.content.decode()
    assert first["Cache-Control"].startswith("max-age=0")
    assert password not in administrator.get(address).content.decode()
    assert User.objects.get(username="giang.a.pao").check_password(password)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "giàng páo"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "TAKEN"}, "username"),
        ({"email": "nobody"}, "email"),
        ({"email": "taken@example.vn"}, "email"),
        ({"way": "pigeon"}, "way"),
    ],
)
def test_a_sign_in_that_does_not_fit_is_told_beside_its_field(
    administrator: Client, appointment: Appointment, values: dict[str, str], field: str
) -> None:
    User.objects.create_user(username="taken", email="taken@example.vn")
    sound = {"username": "giang.a.pao", "email": "pao@example.vn", "way": "password"}
    answer = post(administrator, f"/appointments/{appointment.pk}/account/", **{**sound, **values})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_account_is_renewed_closed_and_opened_again(administrator: Client, appointment: Appointment) -> None:
    address = f"/appointments/{appointment.pk}/account/"
    opened = post(administrator, address, username="giang.a.pao", email="", way="password").context["opened"]
    renewed = post(administrator, f"{address}renew/")
    assert renewed.status_code == 200
    assert renewed.context["opened"].password != opened.password
    assert post(administrator, f"{address}close/").status_code == 303
    assert not User.objects.get(username="giang.a.pao").is_active
    assert administrator.get(address).status_code == 200
    assert post(administrator, f"{address}reopen/").status_code == 303
    again = post(administrator, address, username="giang.a.pao", email="", way="password")
    assert again.status_code == 422


def test_steps_on_an_account_that_does_not_exist_are_refused(administrator: Client, appointment: Appointment) -> None:
    for step in ("renew", "close", "reopen"):
        answer = post(administrator, f"/appointments/{appointment.pk}/account/{step}/")
        assert answer.status_code == 422
        assert answer.context["refusal"].code == "account_missing"
        assert administrator.get(f"/appointments/{appointment.pk}/account/{step}/").status_code == 405


def test_an_account_with_authority_elsewhere_is_forbidden(administrator: Client, appointment: Appointment) -> None:
    Appointment.objects.create(person=appointment.person, role=Role.OFFICER, unit=make_unit(), period=ALWAYS)
    address = f"/appointments/{appointment.pk}/account/"
    assert post(administrator, f"{address}renew/").status_code == 403
    assert post(administrator, address, username="giang.a.pao", way="password").status_code == 403
    assert not User.objects.filter(username="giang.a.pao").exists()


def test_appointments_out_of_scope_are_not_found_and_without_the_right_forbidden(
    client: Client, appointment: Appointment, unit: Unit
) -> None:
    for role, where, status in ((Role.ADMINISTRATOR, make_unit(), 404), (Role.OFFICER, unit, 403)):
        client.force_login(make_user(role, where))
        for step in ("end/", "account/"):
            assert client.get(f"/appointments/{appointment.pk}/{step}").status_code == status
