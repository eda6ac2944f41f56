"""Signing in: by name or e-mail address, with an account that an administrator opened."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Person, Unit
from lantoa.organizations.services.appointments import open_account
from tests.organizations.factories import make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db
PASSWORD = "Hoa-ban-no-trang-rung-2026"


@pytest.fixture
def unit() -> Unit:
    return make_unit()


@pytest.fixture
def user() -> User:
    return User.objects.create_user(username="lo.thi.mai", password=PASSWORD, email="mai@example.vn")


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": login, "password": password})


@pytest.mark.parametrize("login", ["lo.thi.mai", "LO.THI.MAI", "mai@example.vn", "Mai@Example.vn"])
def test_one_signs_in_by_name_or_address_and_lands_on_the_first_screen(client: Client, user: User, login: str) -> None:
    answer = sign_in(client, login)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("dashboard:home")
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(("login", "password"), [("lo.thi.mai", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_told_at_the_form_and_the_name_stays(
    client: Client, user: User, login: str, password: str
) -> None:
    answer = sign_in(client, login, password)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert f'value="{login}"' in answer.content.decode() or not login
    assert "_auth_user_id" not in client.session


def test_whoever_guesses_is_not_told_whether_the_name_exists(client: Client, user: User) -> None:
    wrong, unknown = sign_in(client, "lo.thi.mai", "wrong"), sign_in(client, "nobody", "wrong")
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_a_closed_account_lets_nobody_in(client: Client, user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    answer = sign_in(client, "lo.thi.mai")
    assert "_auth_user_id" not in client.session
    assert client.get(answer.get("Location", "/accounts/login/")).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client: Client, method: str) -> None:
    values = {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD}
    answer = getattr(client, method)("/accounts/signup/", values)
    assert answer.status_code in (200, 403)
    assert not User.objects.filter(username="intruder").exists()


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: Client, user: User) -> None:
    answer = client.get("/units/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/units/"
    back = client.post(answer["Location"], {"login": "lo.thi.mai", "password": PASSWORD, "next": "/units/"})
    assert back["Location"] == "/units/"


def test_the_sign_in_page_is_vietnamese(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="vi"' in page


def test_signing_out_needs_a_post(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_one_time_password_opens_nothing_until_it_is_changed(client: Client, unit: Unit) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, unit)
    person: Person = make_person(unit=unit)
    opened = open_account(actor=administrator, person=person, username="giang.a.pao")
    sign_in(client, "giang.a.pao", opened.password)
    change = reverse("account_change_password")
    assert client.get("/units/")["Location"] == change
    assert client.post("/units/")["Location"] == change
    page = client.get(change)
    assert page.status_code == 200
    values = {"oldpassword": opened.password, "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(change, values)
    assert answer["Location"] == reverse("dashboard:home")
    assert client.get("/units/").status_code == 200
    opened.user.refresh_from_db()
    assert not opened.user.must_change_password


def test_a_weak_own_password_is_refused_and_the_one_time_password_stays(client: Client, unit: Unit) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, unit)
    opened = open_account(actor=administrator, person=make_person(unit=unit), username="giang.a.pao")
    sign_in(client, "giang.a.pao", opened.password)
    values = {"oldpassword": opened.password, "password1": "12345678", "password2": "12345678"}
    answer = client.post(reverse("account_change_password"), values)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    opened.user.refresh_from_db()
    assert opened.user.must_change_password


def test_an_account_without_a_one_time_password_keeps_it_that_way(client: Client, user: User) -> None:
    client.force_login(user)
    values = {"oldpassword": PASSWORD, "password1": PASSWORD + "x", "password2": PASSWORD + "x"}
    assert client.post(reverse("account_change_password"), values).status_code == 302
    assert str(user) == "lo.thi.mai"
