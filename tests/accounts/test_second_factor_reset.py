"""A lost phone: the administrator takes the second factor away, and its owner hears of it."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from lantoa.accounts.models import Session, SignInLimit, User
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import FactorResetReason, Role
from lantoa.organizations.errors import AccountMissing, NotPermitted
from lantoa.organizations.models import Appointment, Person, Unit
from lantoa.organizations.services.appointments import reset_second_factor
from tests.accounts.phones import PASSWORD, is_in, set_up, type_code, type_password
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.plans.racing import wait_for_a_waiter

pytestmark = pytest.mark.django_db
ACTION = "organizations.reset_second_factor"


@pytest.fixture(autouse=True)
def now() -> Iterator[dt.datetime]:
    with clock.supposing(timezone.now()):
        yield clock.now()


@pytest.fixture
def unit() -> Unit:
    return make_unit()


@pytest.fixture
def holder(unit: Unit) -> User:
    """Somebody with an office and a password."""
    user = make_user(Role.SECRETARY, unit, username="lo.thi.mai")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def theirs(holder: User) -> Client:
    """The browser of that person, where the app was set up."""
    client = Client()
    type_password(client)
    set_up(client)
    return client


@pytest.fixture
def administrator(unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR, unit))
    return client


def account_of(user: User) -> str:
    return f"/appointments/{Appointment.objects.get(person__user=user).pk}/account/"


def newest() -> int:
    return int(Authenticator.objects.get(type="totp").pk)


def reset(administrator: Client, user: User, **values: Any) -> Any:
    return administrator.post(f"{account_of(user)}reset-factor/", {"reason": "lost", "seen": newest(), **values})


def test_the_page_of_an_account_offers_it_where_there_is_a_factor(
    administrator: Client, holder: User, theirs: Client
) -> None:
    page = administrator.get(account_of(holder)).content.decode()
    assert "reset-factor/" in page
    assert f'name="seen" value="{newest()}"' in page
    Authenticator.objects.all().delete()
    assert "reset-factor/" not in administrator.get(account_of(holder)).content.decode()


def test_it_ends_every_session_and_the_password_opens_again(
    administrator: Client, holder: User, theirs: Client
) -> None:
    answer = reset(administrator, holder)
    assert answer.status_code == 303
    assert not Authenticator.objects.exists()
    assert not Session.objects.filter(user=holder).exists()
    assert theirs.get("/session/").status_code == 302
    again = Client()
    type_password(again)
    assert is_in(again)


def test_it_is_on_record_with_its_reason(administrator: Client, holder: User, theirs: Client) -> None:
    reset(administrator, holder, reason="suspected")
    (entry,) = Entry.objects.filter(action=ACTION)
    assert entry.facts == {"person": Person.objects.get(user=holder).pk, "reason": "suspected"}
    assert entry.object_id == str(holder.pk)


def test_the_owner_is_told_once_at_the_next_sign_in(administrator: Client, holder: User, theirs: Client) -> None:
    reset(administrator, holder)
    words = "quản trị viên đã gỡ xác thực hai bước"
    first, second = Client(), Client()
    type_password(first)
    assert words in first.get("/").content.decode()
    assert words not in first.get("/").content.decode()
    type_password(second)
    assert words not in second.get("/").content.decode()


def test_the_same_form_sent_again_takes_no_new_factor_away(administrator: Client, holder: User, theirs: Client) -> None:
    seen = newest()
    reset(administrator, holder)
    again = Client()
    type_password(again)
    set_up(again)
    assert reset(administrator, holder, seen=seen).status_code == 303
    assert Authenticator.objects.filter(type="totp").exists()
    assert Entry.objects.filter(action=ACTION).count() == 1
    assert again.get("/session/").status_code == 200


@pytest.mark.parametrize(
    "values", [{"reason": ""}, {"reason": "x"}, {"seen": ""}, {"seen": "0"}, {"seen": str(2**64)}, {"seen": "x"}]
)
def test_without_a_reason_nothing_is_taken_away(
    administrator: Client, holder: User, theirs: Client, values: dict[str, str]
) -> None:
    answer = reset(administrator, holder, **values)
    assert answer.status_code == 422
    assert "reset-factor/" in answer.content.decode()
    assert Authenticator.objects.exists()


def test_nobody_waits_for_what_was_guessed_before(administrator: Client, holder: User, theirs: Client) -> None:
    other = Client()
    type_password(other)
    for _ in range(6):
        type_code(other, "000000")
    assert SignInLimit.objects.filter(key__startswith="code:").exists()
    reset(administrator, holder)
    assert not SignInLimit.objects.filter(key__startswith="code:").exists()


def test_only_who_keeps_the_account_may(unit: Unit, holder: User, theirs: Client) -> None:
    person = Person.objects.get(user=holder)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            reset_second_factor(
                actor=make_actor(role, unit), person=person, reason=FactorResetReason.LOST, seen=newest()
            )
    assert Authenticator.objects.exists()


def test_without_an_account_there_is_nothing_to_take(unit: Unit) -> None:
    with pytest.raises(AccountMissing):
        reset_second_factor(
            actor=make_actor(Role.ADMINISTRATOR, unit),
            person=make_person(unit=unit),
            reason=FactorResetReason.LOST,
            seen=1,
        )


@pytest.mark.django_db(transaction=True)
def test_a_factor_that_is_being_set_up_at_that_moment_is_waited_for(
    administrator: Client, holder: User, theirs: Client, now: dt.datetime
) -> None:
    seen = newest()

    def other() -> int:
        try:
            with clock.supposing(now):
                return int(reset(administrator, holder, seen=seen).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            add_key_of(holder)
            answer = pool.submit(other)
            wait_for_a_waiter()
        assert answer.result(20) == 303
    assert Authenticator.objects.filter(user=holder, pk__lte=seen).exists()
    assert theirs.get("/session/").status_code == 200


def add_key_of(user: User) -> None:
    """As `add_key` does it, up to the end of its transaction."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
