"""Who must have a second factor has one or gets nowhere: by the setting, and by the appointments of that very day."""

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person, Unit
from tests.accounts.phones import ASK, PAGE, PASSWORD, STEP, is_in, scan, set_up, type_code, type_password
from tests.organizations.factories import make_unit, make_user
from tests.permissions.roles_table import ROLES

pytestmark = pytest.mark.django_db
MUST = {
    "nobody": (),
    "administrators": ("administrator",),
    "administrators-approvers": ("administrator", "approver"),
}
"""By the setting, the roles that need a second factor."""


@pytest.fixture
def unit() -> Unit:
    return make_unit()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_held_up(client: Client, path: str = "/session/") -> bool:
    answer = client.get(path)
    return answer.status_code == 302 and answer["Location"] == PAGE


@pytest.mark.parametrize("setting", MUST)
def test_each_role_needs_a_second_factor_where_the_setting_says_so(
    settings: LazySettings, unit: Unit, setting: str
) -> None:
    settings.LANTOA_SECOND_FACTOR_FOR = setting
    held_up = [role for role in ROLES if is_held_up(signed_in(make_user(Role(role), unit)))]
    assert tuple(held_up) == MUST[setting]
    assert not is_held_up(signed_in(make_user()))


@pytest.fixture
def administrator(settings: LazySettings, unit: Unit) -> User:
    """Somebody who must have one and has none, with a password."""
    settings.LANTOA_SECOND_FACTOR_FOR = "administrators"
    user = make_user(Role.ADMINISTRATOR, unit, username="lo.thi.mai")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def client(administrator: User) -> Client:
    own = Client()
    type_password(own)
    return own


def test_every_page_leads_to_the_one_that_sets_it_up(client: Client, unit: Unit) -> None:
    for path in ("/", "/units/", f"/units/{unit.pk}/appointments/", "/session/", "/accounts/password/change/"):
        assert is_held_up(client, path)
        assert client.post(path)["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "đòi hỏi xác thực hai bước" in page


def test_what_a_script_asks_is_refused(client: Client) -> None:
    for how in (
        {"content_type": "application/json"},
        {"headers": {"Accept": "application/json"}},
        {"headers": {"X-Background": "1"}},
    ):
        answer: Any = client.post("/sites/1/roll/marks/", {}, **how)
        assert answer.status_code == 403
        assert answer.json()["code"] == "second_factor_due"
    fragment: Any = client.get("/units/", headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == PAGE


def test_one_can_leave_choose_a_language_and_end_the_session(client: Client) -> None:
    assert client.get(reverse("accounts:session_state")).json()["remaining"] > 0
    assert client.post(reverse("accounts:session_stay")).status_code == 200
    assert client.post(reverse("ui:preferences"), {"language": "en"})["Location"] != PAGE
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_once_it_is_set_up_everything_opens_and_the_next_sign_in_asks_for_it(client: Client) -> None:
    phone, answer = set_up(client)
    assert answer.status_code == 200
    assert client.get("/units/").status_code == 200
    client.post("/accounts/logout/")
    assert type_password(client)["Location"] == ASK
    with clock.supposing(clock.now() + STEP * 2):
        assert type_code(client, phone.code())["Location"] == "/"
    assert client.get("/units/").status_code == 200


def test_who_removes_the_last_factor_is_led_back(client: Client, administrator: User) -> None:
    from allauth.mfa.models import Authenticator

    set_up(client)
    number = Authenticator.objects.get(user=administrator, type="totp").pk
    client.post(f"{PAGE}remove/", {"number": number})
    assert is_held_up(client)


def test_recovery_codes_alone_do_not_do(client: Client, administrator: User) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=administrator, type="recovery_codes", data={"seed": "", "used_mask": 0})
    assert is_held_up(client)


def test_a_one_time_password_is_replaced_first(client: Client, administrator: User) -> None:
    User.objects.update(must_change_password=True)
    change = reverse("account_change_password")
    assert client.get("/units/")["Location"] == change
    assert client.get(PAGE)["Location"] == change
    assert client.get(change).status_code == 200
    values = {"oldpassword": PASSWORD, "password1": f"{PASSWORD}-moi", "password2": f"{PASSWORD}-moi"}
    client.post(change, values)
    assert is_held_up(client)
    assert scan(client).secret


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [(-10, None, True), (-10, 0, False), (0, None, True), (1, None, False)],
)
def test_the_appointments_of_today_decide(
    settings: LazySettings, unit: Unit, first: int, last: int | None, due: bool
) -> None:
    settings.LANTOA_SECOND_FACTOR_FOR = "administrators-approvers"
    user = make_user()
    day = dt.timedelta(days=1)
    period = DateRange(clock.today() + day * first, None if last is None else clock.today() + day * last)
    person = Person.objects.get(user=user)
    Appointment.objects.create(person=person, role=Role.APPROVER, unit=unit, period=period)
    assert is_held_up(signed_in(user)) is due


def test_an_appointment_given_while_one_is_signed_in_counts_at_the_next_click(
    settings: LazySettings, unit: Unit
) -> None:
    settings.LANTOA_SECOND_FACTOR_FOR = "administrators"
    user = make_user()
    client = signed_in(user)
    assert not is_held_up(client)
    person = Person.objects.get(user=user)
    Appointment.objects.create(person=person, role=Role.ADMINISTRATOR, unit=unit, period=DateRange(clock.today(), None))
    assert is_held_up(client)


def test_the_requirement_costs_no_query(settings: LazySettings, unit: Unit) -> None:
    client = signed_in(make_user(Role.OFFICER, unit))
    counts = []
    for setting in MUST:
        settings.LANTOA_SECOND_FACTOR_FOR = setting
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/session/").status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1
