"""Invitations: a link or a code lets the owner of an account choose a password, once and for a while."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from lantoa.accounts import codes, guests, limits
from lantoa.accounts.devices import COOKIE
from lantoa.accounts.enums import InvitationKind, InvitationState, MailFailure
from lantoa.accounts.erasing import forget_user
from lantoa.accounts.errors import InvitationEnded, PasswordWeak, UsernameInvalid, UsernameTaken
from lantoa.accounts.mail import MailNotTaken
from lantoa.accounts.models import Invitation, Session, SignInLimit, User
from lantoa.accounts.owners import Owner
from lantoa.accounts.passwords import keep_own_password
from lantoa.accounts.services_invitations import (
    LASTS,
    accept_invitation,
    deliver,
    find_invitation,
    is_unused,
    issue,
    link_of,
    withdraw_open,
)
from lantoa.accounts.tasks import send_invitation
from lantoa.accounts.usernames import free_usernames
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person
from tests.accounts.mailserver import serving
from tests.organizations.factories import LONG_AGO, make_unit, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "Hoa-ban-no-trang-rung-2026"
MORNING = dt.datetime(2026, 6, 1, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
SITE = "https://lantoa.example.vn/"
ADDRESS = "/invitation/"


@pytest.fixture(autouse=True)
def _in_the_morning() -> Iterator[None]:
    with clock.supposing(MORNING):
        yield


def make_guest(name: str = "lo.thi.mai") -> User:
    """Somebody who is appointed, with an account that nobody can sign in to yet."""
    user = make_user(Role.CLERK, make_unit("Chi bộ bản Một"), username=name)
    user.email = f"{name}@example.vn"
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def user() -> User:
    return make_guest()


def invite(user: User, kind: InvitationKind = InvitationKind.SLIP) -> tuple[Invitation, str]:
    """A new invitation, and its secret."""
    email = user.email if kind == InvitationKind.MAIL else ""
    (made,) = issue(kind=kind, user_ids=[user.pk], client_id=uuid.uuid4(), email=email).fresh
    return made, codes.secret_of(made)


def enter(client: Client, code: str, **values: str) -> Any:
    return client.post(ADDRESS, {"code": code, **values}, REMOTE_ADDR="10.0.0.7")


def choose(client: Client, code: str, password: str = PASSWORD, **values: str) -> Any:
    return enter(client, code, **{"username": "lo.thi.mai", "password": password, "repeated": password, **values})


def accept(user: User, made: Invitation, *, username: str = "lo.thi.mai", password: str = PASSWORD) -> User:
    return accept_invitation(actor=Owner(user.pk), invitation=made, username=username, password=password)


@pytest.mark.parametrize("kind", InvitationKind)
def test_the_code_opens_the_form_and_the_password_signs_in(client: Client, user: User, kind: InvitationKind) -> None:
    made, secret = invite(user, kind)
    assert is_unused(user)
    shown = enter(client, secret)
    assert shown.status_code == 200
    assert "Chi bộ bản Một" in shown.content.decode()
    assert 'value="lo.thi.mai"' in shown.content.decode()
    answer = choose(client, secret, username="Lo.Mai")
    assert (answer.status_code, answer["Location"]) == (302, reverse("dashboard:home"))
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    made.refresh_from_db()
    assert (user.username, user.must_change_password, user.check_password(PASSWORD)) == ("Lo.Mai", False, True)
    assert made.state == InvitationState.USED
    assert client.get("/units/").status_code == 200
    assert not is_unused(user)


def test_the_address_of_the_link_asks_for_one_press_and_uses_nothing_up(client: Client, user: User) -> None:
    made, secret = invite(user, InvitationKind.MAIL)
    page = client.get(link_of(made, SITE).removeprefix(SITE[:-1]))
    assert f'<input type="hidden" name="code" value="{secret}">' in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    made.refresh_from_db()
    assert made.used_at is None
    assert 'name="code"' in client.get(ADDRESS).content.decode()


def test_a_code_is_read_as_people_type_it(user: User) -> None:
    made, secret = invite(user)
    assert re.fullmatch(f"([{codes.LETTERS}]{{4}}-){{2}}[{codes.LETTERS}]{{4}}", secret)
    for typed in (secret.lower(), secret.replace("-", ""), f" {secret.replace('-', ' – ')} "):
        assert find_invitation(typed) == made
    assert set("01OILDBSZAEUYW").isdisjoint(codes.LETTERS)


@pytest.mark.parametrize("typed", ["", " ", "OOOO-0000-IIII", "Mã của tôi", "\u202e", "x" * 81, "{{ code }}"])
def test_what_is_no_code_is_refused_beside_its_field(client: Client, user: User, typed: str) -> None:
    answer = enter(client, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    assert client.get(ADDRESS, {"code": typed}).status_code == 200


def test_only_a_hash_is_kept(user: User) -> None:
    secrets = [invite(user, kind)[1] for kind in InvitationKind]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(i)::text, '') FROM accounts_invitation i")
        (kept,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(string_agg(row_to_json(e)::text, ''), '') FROM audit_entry e")
        (logged,) = cursor.fetchone()
    assert kept.count("digest") == 2
    for secret in secrets:
        for text in (secret, codes.plain(secret)):
            assert text.lower() not in (kept + logged).lower()


def test_a_link_is_used_once(client: Client, user: User) -> None:
    _, secret = invite(user)
    assert choose(client, secret).status_code == 302
    again = choose(Client(), secret, password=f"{PASSWORD}-2")
    assert again.status_code == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def used(user: User) -> str:
    made, secret = invite(user)
    accept(user, made)
    return secret


def too_old(user: User) -> str:
    with clock.supposing(MORNING - LASTS[InvitationKind.SLIP]):
        return invite(user)[1]


def withdrawn(user: User) -> str:
    secret = invite(user)[1]
    assert withdraw_open([user.pk]) == 1
    return secret


def replaced(user: User) -> str:
    secret = invite(user)[1]
    invite(user, InvitationKind.MAIL)
    return secret


def of_an_ended_appointment(user: User) -> str:
    secret = invite(user)[1]
    Appointment.objects.filter(person__user=user).update(period=DateRange(LONG_AGO, clock.today()))
    return secret


def of_a_closed_account(user: User) -> str:
    secret = invite(user)[1]
    User.objects.filter(pk=user.pk).update(is_active=False)
    return secret


def of_an_erased_person(user: User) -> str:
    secret = invite(user)[1]
    Person.objects.filter(user=user).update(user=None)
    forget_user(user.pk)
    assert not Invitation.objects.filter(user=user).exists()
    return secret


def after_another_password(user: User) -> str:
    secret = invite(user)[1]
    keep_own_password(user=user)
    return secret


def forged(user: User) -> str:
    secret = codes.plain(invite(user)[1])
    return secret[:-1] + ("2" if secret[-1] != "2" else "3")


DEAD = [
    used, too_old, withdrawn, replaced, of_an_ended_appointment, of_a_closed_account, of_an_erased_person,
    after_another_password, forged,
]  # fmt: skip


@pytest.mark.parametrize("kill", DEAD)
def test_a_dead_code_opens_nothing_and_is_told_like_any_other(client: Client, user: User, kill: Any) -> None:
    dead = kill(user)
    before = User.objects.get(pk=user.pk).password
    assert find_invitation(dead) is None
    answers = [enter(client, dead), choose(client, dead, password=f"{PASSWORD}-2"), enter(client, "XXXX-XXXX-XXXX")]
    assert [answer.status_code for answer in answers] == [422] * 3
    texts = {tuple(answer.context["form"].errors["code"]) for answer in answers}
    assert texts == {(str(InvitationEnded()),)}
    assert User.objects.get(pk=user.pk).password == before


def test_an_invitation_that_ends_while_the_password_is_typed_is_refused_and_recorded(user: User) -> None:
    made, _ = invite(user)
    withdraw_open([user.pk])
    with pytest.raises(InvitationEnded):
        accept(user, made)
    entry = Entry.objects.get(action="accounts.accept_invitation")
    assert (entry.outcome, entry.code, entry.actor_id) == ("refused", "invitation_ended", user.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"password": "12345678", "repeated": "12345678"}, "password"),
        ({"password": "lothimai-2026", "repeated": "lothimai-2026"}, "password"),
        ({"repeated": f"{PASSWORD}x"}, "repeated"),
        ({"password": "", "repeated": ""}, "password"),
        ({"username": "TAKEN"}, "username"),
        ({"username": "lò mai"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "a\x00" + PASSWORD}, "password"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_code_stays_good(
    client: Client, user: User, values: dict[str, str], field: str
) -> None:
    User.objects.create_user(username="taken")
    _, secret = invite(user)
    answer = choose(client, secret, **values)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert choose(client, secret).status_code == 302


def test_the_service_itself_refuses_names_and_passwords(user: User) -> None:
    User.objects.create_user(username="taken")
    made, _ = invite(user)
    for error, values in (
        (UsernameTaken, {"username": "Taken"}),
        (UsernameInvalid, {"username": "é"}),
        (PasswordWeak, {"password": "12345678"}),
    ):
        with pytest.raises(error):
            accept(user, made, **values)
    assert find_invitation(codes.secret_of(made)) == made


def test_who_has_signed_in_before_keeps_the_name_and_is_signed_out_elsewhere(client: Client, user: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    _, secret = invite(user)
    assert "username" not in enter(client, secret).context["form"].fields
    assert choose(client, secret, username="another").status_code == 302
    user.refresh_from_db()
    assert user.username == "lo.thi.mai"
    assert Session.objects.filter(user=user).count() == 1
    assert elsewhere.get("/units/").status_code == 302


def test_who_is_signed_in_as_somebody_else_goes_on_as_the_owner(client: Client, user: User) -> None:
    client.force_login(make_user())
    _, secret = invite(user)
    choose(client, secret)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_wrong_codes_make_the_code_the_device_and_the_address_wait(user: User) -> None:
    _, secret = invite(user)
    stranger = Client()
    assert [waits(enter(stranger, "2222-3333-4444")) for _ in range(6)] == [False] * 5 + [True]
    device = Client()
    device.cookies[COOKIE] = known_device()
    wrong = [f"{codes.LETTERS[number]}222-2222-2222" for number in range(11)]
    assert [waits(enter(device, code)) for code in wrong] == [False] * 10 + [True]
    assert waits(enter(device, secret))
    assert enter(Client(), secret).status_code == 200
    with clock.supposing(MORNING + dt.timedelta(minutes=16)):
        assert enter(device, secret).status_code == 200


def test_an_address_that_tries_dozens_of_codes_waits_and_an_office_does_not(user: User) -> None:
    _, secret = invite(user)
    (of_address,) = codes.limits_of(code="", device="", address="10.0.0.7")
    SignInLimit.objects.create(
        key=of_address.key, level=of_address.borne - 2, forgets=of_address.forgets, last_at=MORNING
    )
    tries = [enter(Client(), f"{letter}222-3333-4444") for letter in codes.LETTERS[:3]]
    assert [waits(answer) for answer in tries] == [False, False, True]
    answer = Client().post(ADDRESS, {"code": secret}, REMOTE_ADDR="10.0.0.8")
    assert answer.status_code == 200


def test_what_is_no_code_makes_nobody_wait_who_types_elsewhere() -> None:
    answers = [Client().post(ADDRESS, {"code": "0000"}, REMOTE_ADDR=f"10.0.1.{number}") for number in range(7)]
    assert not any(waits(answer) for answer in answers)


def test_wrong_codes_make_nobody_wait_who_confirms_a_sign_in() -> None:
    tried = codes.limits_of(code="234", device="234", address="234")
    assert not {limit.key for limit in tried} & {
        limit.key
        for is_known in (True, False)
        for limit in limits.limits_of_codes(user_id=234, device="234", is_known=is_known)
    }


def test_good_codes_count_nothing(user: User) -> None:
    _, secret = invite(user)
    assert [enter(Client(), secret).status_code for _ in range(8)] == [200] * 8


def waits(answer: Any) -> bool:
    return "nhiều lần" in " ".join(answer.context["form"].errors.get("code", []))


def known_device() -> str:
    """The cookie of a machine on which somebody has signed in."""
    client = Client()
    make_user(username="somebody").set_password(PASSWORD)
    other = User.objects.create_user(username="at.this.machine", password=PASSWORD)
    client.post("/accounts/login/", {"login": other.username, "password": PASSWORD})
    return client.cookies[COOKIE].value


def test_what_a_form_asked_for_twice_is_made_once(user: User) -> None:
    form = uuid.uuid4()
    first, second = (issue(kind=InvitationKind.SLIP, user_ids=[user.pk], client_id=form) for _ in range(2))
    assert (first.repeated, second.fresh, second.repeated) == ([], [], first.fresh)
    assert codes.secret_of(second.all[0]) == codes.secret_of(first.all[0])
    withdraw_open([user.pk])
    assert issue(kind=InvitationKind.SLIP, user_ids=[user.pk], client_id=form).all == []


def test_names_are_offered_that_nobody_has() -> None:
    for taken in ("lo.van.minh", "LO.VAN.MINH.2"):
        User.objects.create_user(username=taken)
    names = ["Lò Văn Minh", "Lò Văn Mính", "Ý", "", "Vàng " * 30]
    assert free_usernames(names)[:4] == ["lo.van.minh.3", "lo.van.minh.4", "y.2", "tai.khoan"]
    assert free_usernames([]) == []
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.]{2,59}", name) for name in free_usernames(names))


@pytest.fixture
def configured(settings: Settings) -> Settings:
    """An installation with a mail server."""
    settings.EMAIL_HOST = "mail.example.vn"
    return settings


def test_the_mail_is_plain_vietnamese_with_the_link(configured: Settings, user: User) -> None:
    made, secret = invite(user, InvitationKind.MAIL)
    assert state_of(made) == InvitationState.SENT
    Person.objects.filter(user=user).update(full_name="Lò Thị <Mai> & Páo")
    send_invitation(made.pk, SITE)
    (sent,) = mail.outbox
    assert sent.to == ["lo.thi.mai@example.vn"]
    assert f"{SITE}invitation/?code={secret}" in sent.body.splitlines()
    assert "Kính gửi đồng chí Lò Thị <Mai> & Páo," in sent.body
    assert "07:30 04/06/2026" in sent.body
    assert sent.from_email == django_settings.DEFAULT_FROM_EMAIL
    assert state_of(made) == InvitationState.DELIVERED
    send_invitation(made.pk, SITE)
    assert len(mail.outbox) == 1


def test_a_worker_that_dies_after_the_hand_over_doubles_the_mail_and_loses_none(
    configured: Settings, user: User
) -> None:
    made, _ = invite(user, InvitationKind.MAIL)
    with transaction.atomic():
        deliver(invitation_id=made.pk, site=SITE)
        transaction.set_rollback(True)  # what it wrote after the mail server's consent is gone with it
    deliver(invitation_id=made.pk, site=SITE)
    first, second = mail.outbox
    assert first.body == second.body
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


@pytest.mark.parametrize("kill", [withdrawn, replaced, of_an_ended_appointment, of_a_closed_account])
def test_no_mail_is_sent_for_what_is_dead(configured: Settings, user: User, kill: Any) -> None:
    made, _ = invite(user, InvitationKind.MAIL)
    kill(user)
    deliver(invitation_id=made.pk, site=SITE)
    deliver(invitation_id=made.pk + 1000, site=SITE)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("answers", "failure", "is_final"),
    [
        ({"RCPT": "550 no such user"}, MailFailure.NO_SUCH_ADDRESS, True),
        ({"RCPT": "451 come again"}, MailFailure.NOT_TAKEN, False),
        ({"DATA": "554 full"}, MailFailure.NOT_TAKEN, False),
    ],
)
def test_a_mail_that_is_not_taken_says_why_and_is_tried_again(
    configured: Settings, user: User, answers: dict[str, str], failure: MailFailure, *, is_final: bool
) -> None:
    configured.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    made, secret = invite(user, InvitationKind.MAIL)
    with serving(**answers) as server:
        configured.EMAIL_HOST, configured.EMAIL_PORT = server.server_address[:2]
        if is_final:
            deliver(invitation_id=made.pk, site=SITE)
        else:
            with pytest.raises(MailNotTaken, match=failure):
                deliver(invitation_id=made.pk, site=SITE)
        made.refresh_from_db()
        assert (made.state, made.failure) == (InvitationState.FAILED, failure)
    with serving() as server:
        configured.EMAIL_PORT = server.server_address[1]
        deliver(invitation_id=made.pk, site=SITE)
        assert len(server.taken) == 1
    made.refresh_from_db()
    assert (made.state, made.failure) == (InvitationState.DELIVERED, "")
    assert find_invitation(secret) == made


def test_a_server_that_is_not_there_is_told(configured: Settings, user: User) -> None:
    configured.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    made, _ = invite(user, InvitationKind.MAIL)
    with serving() as server:
        configured.EMAIL_HOST, configured.EMAIL_PORT = server.server_address[:2]
    for host, failure in ((configured.EMAIL_HOST, MailFailure.UNREACHABLE), ("", MailFailure.NO_SERVER)):
        configured.EMAIL_HOST = host
        with pytest.raises(MailNotTaken):
            deliver(invitation_id=made.pk, site=SITE)
        made.refresh_from_db()
        assert made.failure == failure


def state_of(made: Invitation) -> InvitationState:
    made.refresh_from_db()
    return made.state


def test_how_far_an_invitation_has_come_is_told(user: User) -> None:
    made, _ = invite(user)
    assert state_of(made) == InvitationState.PRINTED
    assert str(made) == "phiếu in 2026-06-01"
    with clock.supposing(made.expires_at):
        assert state_of(made) == InvitationState.EXPIRED
        withdraw_open([user.pk])
    assert state_of(made) == InvitationState.EXPIRED
    Invitation.objects.filter(pk=made.pk).update(withdrawn_at=MORNING)
    assert state_of(made) == InvitationState.WITHDRAWN


def test_whom_nobody_knows_nobody_expects() -> None:
    assert guests.guest_of(987654321) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_wins() -> None:
    user = make_guest()
    _, secret = invite(user)
    passwords = [f"{PASSWORD}-{number}" for number in range(4)]

    def browser(password: str) -> int:
        try:
            with clock.supposing(MORNING):
                return int(choose(Client(), secret, password=password).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(browser, passwords))
    assert sorted(answers) == [302, 422, 422, 422]
    user.refresh_from_db()
    assert user.check_password(passwords[answers.index(302)])
    assert Session.objects.filter(user=user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_taken_at_the_same_moment_is_told_beside_its_field() -> None:
    first, second = make_guest(), make_guest("giang.a.pao")
    secrets = [invite(user)[1] for user in (first, second)]

    def browser(secret: str) -> int:
        try:
            with clock.supposing(MORNING):
                return int(choose(Client(), secret, username="mot.ten").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(browser, secrets)) == [302, 422]
    assert User.objects.filter(username="mot.ten").count() == 1
