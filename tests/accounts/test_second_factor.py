"""The second factor: set up by its owner, asked for at the sign-in, good once."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from lantoa.accounts.models import Session, User
from lantoa.accounts.owners import Owner
from lantoa.accounts.second_factor import errors
from lantoa.accounts.second_factor.services import add_app, add_key, renew_recovery_codes
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from tests.accounts.phones import (
    ASK,
    LOGIN,
    PAGE,
    STEP,
    Phone,
    codes_on,
    is_in,
    make_owner,
    scan,
    set_up,
    type_code,
    type_password,
)
from tests.architecture.query_counts import assert_query_count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[dt.datetime]:
    """Time stands still, so that a code lasts as long as a test wants."""
    with clock.supposing(timezone.now()):
        yield clock.now()


@pytest.fixture
def user() -> User:
    return make_owner()


@pytest.fixture
def client(user: User) -> Client:
    """The browser of the owner, signed in by password."""
    own = Client()
    type_password(own)
    return own


def acts(action: str) -> list[dict[str, object]]:
    done = Entry.objects.filter(action=action, outcome=Outcome.DONE).order_by("pk")
    return list(done.values_list("facts", flat=True))


def refusals() -> list[tuple[str, str]]:
    refused = Entry.objects.filter(outcome=Outcome.REFUSED).order_by("pk")
    return list(refused.values_list("action", "code"))


def later(steps: int = 2) -> dt.datetime:
    return clock.now() + STEP * steps


def test_the_app_of_the_test_computes_what_the_standard_prints() -> None:
    phone = Phone("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        with clock.supposing(dt.datetime.fromtimestamp(seconds, tz=dt.UTC)):
            assert phone.code() == code


def test_the_page_shows_a_picture_made_here_and_the_secret_to_type(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "otpauth://totp/lo.thi.mai?secret=" in page
    assert scan(client) == scan(client)
    assert "Mã dự phòng" not in page


def test_an_app_is_set_up_by_its_first_code_and_recovery_codes_come_with_it(client: Client, user: User) -> None:
    _, answer = set_up(client)
    assert answer.status_code == 200
    assert len(set(codes_on(answer))) == 10
    assert "no-store" in answer["Cache-Control"]
    assert acts("accounts.add_factor") == [{"kind": "totp", "sessions_ended": 0}]
    page = client.get(PAGE).content.decode()
    assert "second-factor-secret" not in page
    assert "Còn 10 mã chưa dùng" in page


def test_a_wrong_first_code_sets_up_nothing_and_is_on_record(client: Client, user: User) -> None:
    phone = scan(client)
    answer = client.post(f"{PAGE}app/", {"code": "000000", "client_id": uuid.uuid4()})
    assert answer.status_code == 422
    assert "Mã không đúng" in answer.content.decode()
    assert not Authenticator.objects.exists()
    assert refusals() == [("accounts.add_app", "second_factor_wrong")]
    assert scan(client) == phone


def test_without_a_secret_no_code_is_right(client: Client, user: User) -> None:
    with pytest.raises(errors.CodeWrong):
        add_app(actor=Owner.of(user), secret="", code=Phone("").code(), kept="", client_id=uuid.uuid4())


@pytest.mark.parametrize("values", [{}, {"code": ""}, {"code": "1" * 90}, {"code": "\x00"}, {"client_id": "x"}])
def test_half_a_form_is_told_and_sets_up_nothing(client: Client, values: dict[str, str]) -> None:
    for path in ("app/", "key/", "codes/", "remove/"):
        assert client.post(f"{PAGE}{path}", values).status_code in {303, 422}
    assert not Authenticator.objects.exists()


def test_the_same_form_sent_twice_shows_the_same_codes(client: Client) -> None:
    client_id = uuid.uuid4()
    phone, first = set_up(client, client_id=client_id)
    _, second = set_up(client, phone, client_id=client_id)
    assert codes_on(first) == codes_on(second) != []
    assert Authenticator.objects.count() == 2


def test_an_account_has_one_app(client: Client) -> None:
    phone, _ = set_up(client)
    answer = client.post(f"{PAGE}app/", {"code": phone.code(), "client_id": uuid.uuid4()})
    assert answer.status_code == 422
    assert refusals() == [("accounts.add_app", "second_factor_app_exists")]


def test_the_first_factor_signs_out_whoever_came_by_the_password_alone(client: Client) -> None:
    elsewhere = Client()
    type_password(elsewhere)
    set_up(client)
    assert elsewhere.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200
    assert acts("accounts.add_factor") == [{"kind": "totp", "sessions_ended": 1}]


def test_the_secrets_in_the_table_are_encrypted(client: Client) -> None:
    phone, answer = set_up(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        (kept,) = cursor.fetchone()
    assert not any(secret in kept for secret in (phone.secret, *codes_on(answer)))


def test_another_signing_key_makes_the_codes_wrong_and_breaks_nothing(
    client: Client, settings: LazySettings, user: User
) -> None:
    phone, answer = set_up(client)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-long-enough-for-everybody-to-be-content"
    other = Client()
    type_password(other)
    with clock.supposing(later()):
        assert type_code(other, phone.code()).status_code == 422
        assert type_code(other, codes_on(answer)[0]).status_code == 422
        settings.SECRET_KEY_FALLBACKS = [old]
        assert type_code(other, phone.code()).status_code == 302
    assert is_in(other)


def test_the_password_alone_opens_nothing_once_a_factor_is_set_up(client: Client) -> None:
    phone, _ = set_up(client)
    other = Client()
    assert type_password(other)["Location"] == ASK
    assert not is_in(other)
    assert other.get(PAGE)["Location"].startswith(LOGIN)
    page = other.get(ASK)
    assert page.status_code == 200
    assert "Xác nhận" in page.content.decode()
    with clock.supposing(later()):
        assert type_code(other, phone.code())["Location"] == "/"
    assert is_in(other)


def test_the_way_that_was_asked_for_stays_known(client: Client) -> None:
    phone, _ = set_up(client)
    other = Client()
    other.post(LOGIN, {"login": "lo.thi.mai", "password": "Hoa-ban-no-trang-rung-2026", "next": "/session/"})
    with clock.supposing(later()):
        assert type_code(other, phone.code())["Location"] == "/session/"


def test_a_code_is_good_once(client: Client) -> None:
    phone, _ = set_up(client)
    first, second = Client(), Client()
    type_password(first)
    type_password(second)
    assert type_code(first, phone.code()).status_code == 422  # it set the app up
    with clock.supposing(later()):
        code = phone.code()
        assert type_code(first, code).status_code == 302
        assert type_code(second, code).status_code == 422
        with clock.supposing(clock.now() + STEP):
            assert type_code(second, code).status_code == 422
        assert type_code(second, phone.code(steps=-1)).status_code == 422
    assert not is_in(second)
    assert refusals() == [("accounts.confirm_by_code", "second_factor_wrong")] * 4


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_wrong_by_half_a_minute(client: Client, steps: int, good: bool) -> None:
    phone, _ = set_up(client)
    other = Client()
    type_password(other)
    with clock.supposing(later(9)):
        assert (type_code(other, phone.code(steps=steps)).status_code == 302) is good


@pytest.mark.parametrize("typed", ["{} {}", " {}{} ", "{}-{}"])
def test_a_code_is_read_as_people_type_it(client: Client, typed: str) -> None:
    phone, _ = set_up(client)
    other = Client()
    type_password(other)
    with clock.supposing(later()):
        code = phone.code()
        assert type_code(other, typed.format(code[:3], code[3:])).status_code == 302


def test_a_recovery_code_is_good_once_and_its_use_is_on_record(client: Client, user: User) -> None:
    _, answer = set_up(client)
    code = codes_on(answer)[3]
    first, second = Client(), Client()
    type_password(first)
    type_password(second)
    assert type_code(first, code).status_code == 302
    assert "còn 9 mã" in first.get("/").content.decode()
    assert type_code(second, code).status_code == 422
    assert not is_in(second)
    assert acts("accounts.use_recovery_code") == [{"left": 9}]
    assert "Còn 9 mã chưa dùng" in client.get(PAGE).content.decode()


def test_new_recovery_codes_void_the_old_ones(client: Client) -> None:
    _, answer = set_up(client)
    client_id = uuid.uuid4()
    renewed = client.post(f"{PAGE}codes/", {"client_id": client_id})
    again = client.post(f"{PAGE}codes/", {"client_id": client_id})
    old, new = codes_on(answer), codes_on(renewed)
    assert len(new) == 10
    assert new == codes_on(again)
    assert not set(old) & set(new)
    assert acts("accounts.renew_recovery_codes") == [{}]
    other = Client()
    type_password(other)
    assert type_code(other, old[0]).status_code == 422
    assert type_code(other, new[0]).status_code == 302


def test_recovery_codes_alone_are_no_second_factor(client: Client, user: User) -> None:
    answer = client.post(f"{PAGE}codes/", {"client_id": uuid.uuid4()})
    assert answer.status_code == 422
    with pytest.raises(errors.NothingToRecover):
        renew_recovery_codes(actor=Owner.of(user), client_id=uuid.uuid4())


def test_the_last_factor_takes_the_recovery_codes_with_it(client: Client) -> None:
    set_up(client)
    number = Authenticator.objects.get(type="totp").pk
    for _ in range(2):
        assert client.post(f"{PAGE}remove/", {"number": number}).status_code == 303
    assert not Authenticator.objects.exists()
    assert acts("accounts.remove_factor") == [{"kind": "totp"}]
    other = Client()
    type_password(other)
    assert is_in(other)


def test_nobody_removes_somebody_elses_factor(client: Client) -> None:
    set_up(client)
    make_owner("giang.a.pao")
    stranger = Client()
    type_password(stranger, "giang.a.pao")
    for number in (Authenticator.objects.get(type="totp").pk, 0, -1, 2**70, "x"):
        assert stranger.post(f"{PAGE}remove/", {"number": number}).status_code == 303
    assert Authenticator.objects.count() == 2


def test_wrong_codes_have_to_wait_and_the_right_one_too(client: Client, user: User) -> None:
    phone, _ = set_up(client)
    other = Client()
    type_password(other)
    texts = [type_code(other, "000000").content.decode() for _ in range(6)]
    assert ["30 giây" in text for text in texts] == [False] * 5 + [True]
    assert type_code(other, phone.code(steps=1)).status_code == 422
    assert refusals()[4:] == [
        ("accounts.confirm_by_code", "second_factor_wrong"),
        *[("accounts.confirm_by_code", "second_factor_waits")] * 2,
    ]
    with clock.supposing(later()):
        assert type_code(other, phone.code()).status_code == 302


def test_guesses_elsewhere_keep_nobody_out_who_has_signed_in_on_this_device(client: Client) -> None:
    phone, _ = set_up(client)
    other = Client()
    type_password(other)
    for _ in range(6):
        type_code(other, "000000")
    client.post("/accounts/logout/")
    type_password(client)
    with clock.supposing(clock.now() + STEP):
        assert type_code(client, phone.code()).status_code == 302


def test_a_known_device_has_a_count_of_its_own(client: Client) -> None:
    set_up(client)
    client.post("/accounts/logout/")
    type_password(client)
    assert ["30 giây" in type_code(client, "1").content.decode() for _ in range(6)] == [False] * 5 + [True]


def test_the_step_is_left_by_signing_out(client: Client) -> None:
    set_up(client)
    other = Client()
    type_password(other)
    assert other.post("/accounts/logout/", {"next": LOGIN})["Location"] == LOGIN
    assert other.get(ASK)["Location"] == LOGIN
    assert other.post(ASK, {"code": "000000"})["Location"] == LOGIN


def test_who_is_signed_in_or_has_typed_no_password_is_not_asked(client: Client) -> None:
    assert client.get(ASK)["Location"] == "/"
    assert Client().get(ASK)["Location"] == LOGIN


def test_a_sign_in_of_long_ago_asks_for_the_password_before_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = scan(client)
    then = time.time()
    monkeypatch.setattr(time, "time", lambda: then + 301)
    assert client.get(PAGE)["Location"] == f"/accounts/reauthenticate/?next={PAGE.replace('/', '%2F')}"
    client_id = uuid.uuid4()
    asked = client.post(f"{PAGE}app/", {"code": phone.code(), "client_id": client_id})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(asked["Location"]).status_code == 200
    given = {"password": "Hoa-ban-no-trang-rung-2026", "next": f"{PAGE}app/"}
    assert len(codes_on(client.post("/accounts/reauthenticate/", given))) == 10
    assert client.get(PAGE).status_code == 200


def test_the_page_costs_what_the_snapshot_says(client: Client) -> None:
    set_up(client)
    with assert_query_count("accounts:second_factor with an app"):
        assert client.get(PAGE).status_code == 200


def said_by_no_key(**response: str) -> str:
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": response})


NONSENSE = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    '{"id": 1}',
    said_by_no_key(),
    said_by_no_key(clientDataJSON="AA", attestationObject="AA"),
    said_by_no_key(clientDataJSON="e30", attestationObject="oA"),
    said_by_no_key(clientDataJSON="e30", authenticatorData="AA", signature="AA"),
    "[" * 19_000,
    json.dumps({"id": "\x00\ud800", "rawId": [], "response": "x"}),
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_what_no_key_said_adds_nothing(client: Client, user: User, answer: str) -> None:
    client.get(PAGE)
    values = {"name": "Máy cơ quan", "answer": answer, "client_id": uuid.uuid4()}
    assert client.post(f"{PAGE}key/", values).status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", NONSENSE)
def test_what_no_key_said_confirms_nothing(client: Client, answer: str) -> None:
    set_up(client)
    other = Client()
    type_password(other)
    other.get(ASK)
    assert other.post(ASK, {"answer": answer}).status_code == 422
    assert not is_in(other)


def test_an_account_has_ten_keys_at_the_most(user: User) -> None:
    Authenticator.objects.bulk_create(
        Authenticator(user=user, type="webauthn", data={"name": str(n)}) for n in range(10)
    )
    with pytest.raises(errors.KeysFull):
        add_key(actor=Owner.of(user), name="Khóa", answer="{}", kept="", client_id=uuid.uuid4())
    assert Session.objects.count() == 0
