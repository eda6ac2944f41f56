"""The address to which a link was mailed becomes the account's when the link is used, and not before."""

import datetime as dt
import importlib
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from lantoa.accounts import codes
from lantoa.accounts.addresses import is_taken
from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.models import Invitation, User
from lantoa.accounts.owners import Owner
from lantoa.accounts.services_invitations import accept_invitation, find_invitation, issue
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from tests.organizations.factories import make_unit, make_user
from tests.plans.racing import wait_for_a_waiter

pytestmark = pytest.mark.django_db
PASSWORD = "Hoa-ban-no-trang-rung-2026"
MORNING = dt.datetime(2026, 6, 1, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
OLD, NEW = "mai@old.example.vn", "mai@new.example.vn"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _in_the_morning() -> Iterator[None]:
    with clock.supposing(MORNING):
        yield


def make_owner(name: str = "lo.thi.mai", email: str = OLD) -> User:
    """Somebody who is appointed and whose account is in use."""
    user = make_user(Role.CLERK, make_unit(), username=name)
    user.email = email
    user.set_password(f"{PASSWORD}-before")
    user.save(update_fields=["email", "password"])
    return user


@pytest.fixture
def user() -> User:
    return make_owner()


def invite(user: User, email: str = NEW) -> Invitation:
    kind = InvitationKind.MAIL if email else InvitationKind.SLIP
    (made,) = issue(kind=kind, user_ids=[user.pk], client_id=uuid.uuid4(), email=email).fresh
    return made


def choose(made: Invitation, client: Client | None = None) -> Any:
    values = {"code": codes.secret_of(made), "username": made.user.username, "password": PASSWORD, "repeated": PASSWORD}
    return (client or Client()).post("/invitation/", values)


def address_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def facts() -> Any:
    return Entry.objects.get(action="accounts.accept_invitation").facts


def test_it_becomes_the_accounts_when_the_link_is_used(user: User) -> None:
    made = invite(user)
    assert address_of(user) == OLD
    assert choose(made).status_code == 302
    assert address_of(user) == NEW
    assert facts() == {"kind": "mail", "changed": ["email"]}


@pytest.mark.parametrize("email", ["", OLD.upper()])
def test_a_slip_or_a_link_to_the_same_address_leaves_it(user: User, email: str) -> None:
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    assert choose(invite(user, email)).status_code == 302
    assert address_of(user) == OLD
    assert EmailAddress.objects.filter(user=user, verified=True).count() == 1
    assert facts()["changed"] is None


def test_the_earlier_address_opens_nothing_any_more(user: User, settings: Settings) -> None:
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    Client().post(RESET, {"email": OLD})
    (earlier,) = links_in(mail.outbox)
    assert choose(invite(user)).status_code == 302
    Client().post(RESET, {"email": OLD})
    assert len(links_in(mail.outbox)) == 1
    assert "token_fail" in Client().get(earlier).context
    assert not EmailAddress.objects.filter(email=OLD).exists()
    Client().post(RESET, {"email": NEW})
    assert [to for sent in mail.outbox if links_in([sent]) for to in sent.to] == [OLD, NEW]


def links_in(mails: list[Any]) -> list[str]:
    return [found for sent in mails for found in re.findall(r"/accounts/password/reset/key/\S+", sent.body)]


def test_an_address_that_another_account_has_meanwhile_is_refused_and_nothing_is_half_done(user: User) -> None:
    made = invite(user)
    User.objects.create_user(username="another", email=NEW.title())
    answer = choose(made)
    assert answer.status_code == 422
    assert f"Địa chỉ {NEW} nay đã thuộc về một tài khoản khác" in answer.content.decode()
    user.refresh_from_db()
    assert (user.email, user.check_password(PASSWORD)) == (OLD, False)
    assert find_invitation(codes.secret_of(made)) == made
    assert Entry.objects.get(action="accounts.accept_invitation").code == "email_taken_since"


def test_a_password_made_of_the_new_address_is_too_weak(user: User) -> None:
    made = invite(user, f"{PASSWORD}@example.vn")
    assert "password" in choose(made).context["form"].errors


def test_a_slip_has_no_address(user: User) -> None:
    with pytest.raises(IntegrityError, match="invitation_on_paper_has_no_address"), transaction.atomic():
        issue(kind=InvitationKind.SLIP, user_ids=[user.pk], client_id=uuid.uuid4(), email=NEW)


def test_links_that_were_open_before_keep_the_address_to_which_they_went(user: User) -> None:
    other = make_owner("giang.a.pao", "pao@example.vn")
    made = [invite(user), invite(other, "")]
    Invitation.objects.update(email="")
    migration = importlib.import_module("lantoa.accounts.migrations.0008_addresses_of_invitations")
    with connection.cursor() as cursor:
        cursor.execute(migration.TO_THE_ACCOUNT)
    assert [Invitation.objects.get(pk=one.pk).email for one in made] == [OLD, ""]


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_that_take_one_address_at_once_one_gets_it() -> None:
    owners = [make_owner(name, f"{name}@example.vn") for name in ("lo.thi.mai", "giang.a.pao")]
    first, second = (invite(owner) for owner in owners)

    def other() -> int:
        try:
            with clock.supposing(MORNING):
                return int(choose(second).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            accept_invitation(actor=Owner(owners[0].pk), invitation=first, username="mai", password=PASSWORD)
            answer = pool.submit(other)
            wait_for_a_waiter()
        assert answer.result(20) == 422
    assert [address_of(owner) for owner in owners] == [NEW, "giang.a.pao@example.vn"]


@pytest.mark.django_db(transaction=True)
def test_who_is_invited_again_while_using_the_link_finds_it_ended() -> None:
    owner = make_owner()
    made = invite(owner)

    def browser() -> int:
        try:
            with clock.supposing(MORNING):
                return int(choose(made).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            assert not is_taken(NEW, besides=owner)
            answer = pool.submit(browser)
            wait_for_a_waiter()
            again = invite(owner)
        assert answer.result(20) == 422
    assert find_invitation(codes.secret_of(again)) == again
    assert address_of(owner) == OLD
