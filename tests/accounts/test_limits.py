"""Failed sign-ins: counted by account and device, so that a stranger's guesses keep nobody out who belongs there."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lantoa.accounts import limits
from lantoa.accounts.devices import COOKIE
from lantoa.accounts.models import SignInLimit, User
from lantoa.kernel import clock

PASSWORD = "Hoa-ban-no-trang-rung-2026"
WRONG = "wrong"
MORNING = dt.datetime(2026, 6, 1, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user(username="lo.thi.mai", password=PASSWORD, email="mai@example.vn")


def sign_in(client: Client, login: str = "lo.thi.mai", password: str = WRONG, address: str = "10.0.0.7") -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password}, REMOTE_ADDR=address)


def sign_out(client: Client) -> None:
    """As a person does, who leaves the device's cookie; the test client's own way throws every cookie away."""
    assert client.post("/accounts/logout/").status_code == 302


def said(answer: Any) -> str:
    """What the form says; empty where one is in."""
    return "" if answer.status_code == 302 else " ".join(answer.context["form"].non_field_errors())


def fails(client: Client, times: int, **how: str) -> list[str]:
    return [said(sign_in(client, **how)) for _ in range(times)]


def waits(text: str) -> bool:
    return "Đăng nhập sai nhiều lần" in text


@pytest.fixture(autouse=True)
def _in_the_morning() -> Iterator[None]:
    with clock.supposing(MORNING):
        yield


def test_the_sixth_wrong_password_has_to_wait_and_is_told_how_long(user: User) -> None:
    texts = fails(Client(), 6)
    assert [waits(text) for text in texts] == [False] * 5 + [True]
    assert "30 giây" in texts[5]


def test_the_right_password_waits_too_and_is_taken_afterwards(user: User) -> None:
    client = Client()
    fails(client, 5)
    assert waits(said(sign_in(client, password=PASSWORD)))
    with clock.supposing(MORNING + dt.timedelta(seconds=31)):
        assert sign_in(client, password=PASSWORD).status_code == 302


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(user: User) -> None:
    now, found = MORNING, []
    for _ in range(14):
        with clock.supposing(now):
            sign_in(Client())
            until = SignInLimit.objects.get(key__startswith="account").wait_until
        if until is not None:
            found.append(round((until - now).total_seconds()))
            now = until
    assert found[0] == 30
    assert all(earlier < later for earlier, later in pairwise(found) if later < 800)
    assert found[-1] <= 900
    assert max(found) > 600


def test_the_name_and_the_address_are_one_account(user: User) -> None:
    client = Client()
    for login in ("lo.thi.mai", "LO.THI.MAI", "mai@example.vn", "Mai@Example.vn", " lo.thi.mai "):
        sign_in(client, login)
    assert waits(said(sign_in(client)))


def test_who_guesses_elsewhere_keeps_nobody_out_who_signed_in_here_before(user: User) -> None:
    own = Client()
    assert sign_in(own, password=PASSWORD).status_code == 302
    sign_out(own)
    assert COOKIE in own.cookies
    fails(Client(), 6, address="203.0.113.9")
    assert sign_in(own, password=PASSWORD).status_code == 302


def test_a_known_device_has_a_count_of_its_own(user: User) -> None:
    own = Client()
    sign_in(own, password=PASSWORD)
    sign_out(own)
    assert [waits(text) for text in fails(own, 6)] == [False] * 5 + [True]
    assert waits(said(sign_in(own, password=PASSWORD)))
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_a_cookie_that_we_did_not_sign_is_no_device(user: User) -> None:
    stranger = Client()
    stranger.cookies[COOKIE] = "WyJhIixbMV1d:1abcde:forged"
    assert [waits(text) for text in fails(stranger, 6)][-1]


def test_a_device_that_goes_from_account_to_account_waits(user: User) -> None:
    device = Client()
    sign_in(device, password=PASSWORD)
    sign_out(device)
    texts = [said(sign_in(device, login=f"somebody.{number}")) for number in range(16)]
    assert [waits(text) for text in texts] == [False] * 15 + [True]


def test_an_office_behind_one_address_is_not_kept_out_by_its_mistakes(user: User) -> None:
    for number in range(60):
        assert not waits(said(sign_in(Client(), login=f"somebody.{number}")))
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_an_address_that_tries_hundreds_of_names_waits(user: User) -> None:
    limit = limits.limits_of(login="x", device="", is_known=False, address="203.0.113.9")[1]
    SignInLimit.objects.create(key=limit.key, level=limit.borne, forgets=limit.forgets, last_at=MORNING)
    sign_in(Client(), address="203.0.113.9")
    assert waits(said(sign_in(Client(), password=PASSWORD, address="203.0.113.9")))
    assert sign_in(Client(), password=PASSWORD, address="203.0.113.10").status_code == 302


def test_failures_are_forgotten_with_time(user: User) -> None:
    fails(Client(), 4)
    with clock.supposing(MORNING + dt.timedelta(hours=1)):
        assert not any(waits(text) for text in fails(Client(), 5))


def test_a_new_password_lets_its_owner_in_at_once(user: User) -> None:
    fails(Client(), 6)
    limits.forgive(user.pk)
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_a_good_sign_in_takes_back_itself_and_not_what_others_failed(user: User) -> None:
    fails(Client(), 4)
    assert sign_in(Client(), password=PASSWORD).status_code == 302
    assert [waits(text) for text in fails(Client(), 2)] == [False, True]


def test_no_name_and_no_address_is_kept(user: User) -> None:
    sign_in(Client(), login="somebody.unknown", address="203.0.113.9")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(l)::text, '') FROM accounts_signinlimit l")
        (kept,) = cursor.fetchone()
    assert kept.count('"key"') == 2
    assert "somebody" not in kept
    assert "203.0" not in kept


def test_what_is_a_day_old_is_deleted(user: User) -> None:
    sign_in(Client(), login="somebody.unknown")
    with clock.supposing(MORNING + dt.timedelta(hours=25)):
        sign_in(Client(), address="10.0.0.8")
    assert not SignInLimit.objects.filter(last_at__lte=MORNING).exists()


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_counted_one_by_one() -> None:
    wanted = limits.limits_of(login="7", device="", is_known=False, address="203.0.113.9")
    now = timezone.now()

    def attempt(_number: int) -> int:
        try:
            with clock.supposing(now):
                return limits.count_try(wanted)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        seconds = list(pool.map(attempt, range(20)))
    assert seconds.count(0) == 5
    assert set(seconds) == {0, 30}
