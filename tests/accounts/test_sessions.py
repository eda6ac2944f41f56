"""Where one is signed in, and signing out from afar."""

import pytest
from django.test import Client

from lantoa.accounts.browsers import browser_of
from lantoa.accounts.models import Session, User
from lantoa.accounts.owners import Owner
from lantoa.accounts.services import end_other_sessions, end_session
from lantoa.audit.models import Entry
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import AccountMissing, NotPermitted
from lantoa.organizations.models import Person
from lantoa.organizations.services.appointments import end_account_sessions, renew_password
from tests.organizations.factories import make_actor, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "Hoa-ban-no-trang-rung-2026"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def user() -> User:
    return User.objects.create_user(username="lo.thi.mai", password=PASSWORD)


def sign_in(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": "lo.thi.mai", "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/session/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox · Linux"), (EDGE, "Edge · Windows"), (PHONE, "Chrome · Android"), ("curl/8", ""), ("", "")],
)
def test_a_browser_is_told_in_two_words(agent: str, words: str) -> None:
    assert browser_of(agent) == words


def test_the_page_lists_each_browser_and_marks_this_one(user: User) -> None:
    here = sign_in(EDGE)
    sign_in(PHONE)
    page = here.get("/session/").content.decode()
    assert "Edge · Windows" in page
    assert "Chrome · Android" in page
    assert page.count("Trình duyệt này") == 1
    assert all(key not in page for key in Session.objects.values_list("pk", flat=True))


def test_one_browser_is_signed_out_and_only_that(user: User) -> None:
    here, there, third = sign_in(EDGE), sign_in(PHONE), sign_in(FIREFOX)
    handle = Session.objects.get(device="Chrome · Android").handle
    for _ in range(2):
        assert here.post("/session/end/", {"handle": handle}).status_code == 303
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert is_signed_in(third)
    assert Entry.objects.filter(action="accounts.end_sessions").count() == 1


def test_all_others_are_signed_out(user: User) -> None:
    here, there, third = sign_in(EDGE), sign_in(PHONE), sign_in(FIREFOX)
    assert here.post("/session/end-others/").status_code == 303
    assert [is_signed_in(client) for client in (here, there, third)] == [True, False, False]


def test_nobody_ends_a_session_of_somebody_else(user: User) -> None:
    there = sign_in(PHONE)
    stranger = Owner.of(User.objects.create_user(username="khach"))
    assert not end_session(actor=stranger, handle=Session.objects.get().handle)
    assert end_other_sessions(actor=stranger, kept="") == 0
    assert end_other_sessions(actor=SYSTEM, kept="") == 0
    assert is_signed_in(there)


def test_an_administrator_signs_an_account_out_everywhere() -> None:
    unit = make_unit()
    user = make_user(Role.SECRETARY, unit)
    person = Person.objects.get(user=user)
    client = Client()
    client.force_login(user)
    administrator = make_actor(Role.ADMINISTRATOR, unit)
    assert end_account_sessions(actor=administrator, person=person) == 1
    assert end_account_sessions(actor=administrator, person=person) == 0
    assert not is_signed_in(client)
    with pytest.raises(NotPermitted):
        end_account_sessions(actor=make_actor(Role.SECRETARY, unit), person=person)
    with pytest.raises(AccountMissing):
        end_account_sessions(actor=administrator, person=make_person(unit=unit))


def test_a_new_one_time_password_leaves_no_session(user: User) -> None:
    unit = make_unit()
    holder = make_user(Role.SECRETARY, unit)
    client = Client()
    client.force_login(holder)
    renew_password(actor=make_actor(Role.ADMINISTRATOR, unit), person=Person.objects.get(user=holder))
    assert not Session.objects.filter(user=holder).exists()


def test_the_page_of_an_account_signs_it_out() -> None:
    unit = make_unit()
    holder = make_user(Role.SECRETARY, unit)
    there, administrator = Client(), Client()
    there.force_login(holder)
    administrator.force_login(make_user(Role.ADMINISTRATOR, unit))
    appointment = Person.objects.get(user=holder).appointments.get()
    answer = administrator.post(f"/appointments/{appointment.pk}/account/sign-out/")
    assert answer.status_code == 303
    assert "Kết thúc mọi phiên" in administrator.get(answer["Location"]).content.decode()
    assert not is_signed_in(there)
