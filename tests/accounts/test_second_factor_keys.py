"""Passkeys and security keys: added and removed by their owner, and one press confirms a sign-in."""

import json
import uuid
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from fido2 import cbor

from lantoa.accounts.models import User
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from tests.accounts.fobs import HOST, Fob, written
from tests.accounts.phones import ASK, PAGE, PASSWORD, codes_on, is_in, make_owner, set_up, type_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_owner()


def come(username: str = "lo.thi.mai") -> Client:
    """A browser in which the password was typed."""
    client = Client(SERVER_NAME=HOST)
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    return client


@pytest.fixture
def client(user: User) -> Client:
    return come()


def question_on(client: Client, path: str) -> dict[str, Any]:
    """What the page's script puts to a key."""
    page = client.get(path).content.decode()
    found: dict[str, Any] = json.loads(
        page.split('<script id="key-question" type="application/json">')[1].split("<")[0]
    )
    return found


def add(client: Client, fob: Fob, name: str = "Máy cơ quan", **values: Any) -> Any:
    answer = fob.added(question_on(client, PAGE))
    return client.post(f"{PAGE}key/", {"name": name, "answer": answer, "client_id": uuid.uuid4(), **values})


def press(client: Client, fob: Fob) -> Any:
    return client.post(ASK, {"answer": fob.confirmed(question_on(client, ASK))})


def test_a_key_is_added_with_recovery_codes_and_confirms_the_next_sign_in(client: Client) -> None:
    fob = Fob()
    answer = add(client, fob)
    assert len(codes_on(answer)) == 10
    assert "Máy cơ quan" in client.get(PAGE).content.decode()
    again = come()
    assert not is_in(again)
    assert press(again, fob)["Location"] == "/"
    assert is_in(again)
    assert Authenticator.objects.get(type="webauthn").last_used_at
    kinds = [entry.facts["kind"] for entry in Entry.objects.filter(action="accounts.add_factor")]
    assert kinds == ["webauthn"]


def test_a_second_factor_more_brings_no_new_recovery_codes(client: Client) -> None:
    set_up(client)
    answer = add(client, Fob())
    assert answer.status_code == 303
    assert "Đã thiết lập xong" in client.get(PAGE).content.decode()
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1


def test_the_same_form_sent_twice_adds_one_key(client: Client) -> None:
    fob, client_id = Fob(), uuid.uuid4()
    first = add(client, fob, client_id=client_id)
    second = add(client, fob, client_id=client_id)
    assert codes_on(first) == codes_on(second) != []
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_an_answer_counts_once(client: Client) -> None:
    fob = Fob()
    add(client, fob)
    first, second = come(), come()
    said = fob.confirmed(question_on(first, ASK))
    assert second.get(ASK).status_code == 200
    assert second.post(ASK, {"answer": said}).status_code == 422
    assert first.post(ASK, {"answer": said}).status_code == 302
    assert not is_in(second)


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost.example.vn", "http://localhos"])
def test_an_answer_from_another_page_is_none(client: Client, origin: str) -> None:
    fob = Fob()
    add(client, fob)
    again = come()
    fob.origin = origin
    assert press(again, fob).status_code == 422
    assert add(client, Fob(origin=origin)).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_another_keys_signature_under_this_keys_number_is_refused_and_on_record(client: Client) -> None:
    fob = Fob()
    add(client, fob)
    again = come()
    assert press(again, Fob(number=fob.number)).status_code == 422
    assert press(again, Fob()).status_code == 422
    assert not is_in(again)
    refused = Entry.objects.filter(outcome=Outcome.REFUSED).values_list("action", "code")
    assert list(refused) == [("accounts.confirm_by_key", "second_factor_key")] * 2


def test_somebody_elses_key_confirms_nothing(client: Client) -> None:
    own, theirs = Fob(), Fob()
    add(client, own)
    make_owner("giang.a.pao")
    add(come("giang.a.pao"), theirs)
    assert press(come(), theirs).status_code == 422


def test_wrong_answers_and_wrong_codes_wait_together(client: Client) -> None:
    fob = Fob()
    add(client, fob)
    again = come()
    for _ in range(3):
        press(again, Fob())
        type_code(again, "000000")
    assert "Đăng nhập sai nhiều lần" in press(again, fob).content.decode()
    assert not is_in(again)


def test_a_removed_key_confirms_nothing(client: Client) -> None:
    kept, gone = Fob(), Fob()
    add(client, kept)
    add(client, gone)
    number = Authenticator.objects.filter(type="webauthn").latest("pk").pk
    client.post(f"{PAGE}remove/", {"number": number})
    assert press(come(), gone).status_code == 422
    assert press(come(), kept).status_code == 302


def test_where_the_factor_is_taken_away_meanwhile_one_begins_anew(client: Client) -> None:
    add(client, Fob())
    again = come()
    Authenticator.objects.all().delete()
    assert again.get(ASK)["Location"] == "/accounts/login/"
    again.post("/accounts/login/", {"login": "lo.thi.mai", "password": PASSWORD})
    assert is_in(again)


def test_a_new_keys_answer_that_breaks_off_is_refused(client: Client) -> None:
    said = json.loads(Fob().added(question_on(client, PAGE)))
    said["response"]["attestationObject"] = "GQ"
    answer = client.post(f"{PAGE}key/", {"name": "Khóa", "answer": json.dumps(said), "client_id": uuid.uuid4()})
    assert answer.status_code == 422


def test_a_known_keys_answer_that_breaks_off_confirms_nothing(client: Client) -> None:
    fob = Fob()
    add(client, fob)
    again = come()
    said = json.loads(fob.confirmed(question_on(again, ASK)))
    said["response"]["authenticatorData"] = written(bytes(32) + b"\x81" + bytes(4) + b"\x19")
    assert again.post(ASK, {"answer": json.dumps(said)}).status_code == 422
    assert not is_in(again)


def test_a_key_whose_signatures_nobody_here_can_check_confirms_nothing(client: Client) -> None:
    class Foreign(Fob):
        def _public(self) -> bytes:
            return cbor.encode({1: 2, 3: -9999})

    fob = Foreign()
    add(client, fob)
    again = come()
    assert press(again, fob).status_code == 422
    assert not is_in(again)


def test_what_is_kept_of_a_key_is_what_was_verified(client: Client) -> None:
    said = json.loads(Fob().added(question_on(client, PAGE)))
    said |= {"extra": "\x00", "authenticatorAttachment": "platform", "clientExtensionResults": {"x": "\ud800"}}
    answer = client.post(f"{PAGE}key/", {"name": "Khóa", "answer": json.dumps(said), "client_id": uuid.uuid4()})
    assert answer.status_code == 200
    kept = Authenticator.objects.get(type="webauthn").data["credential"]
    assert set(kept) == {"id", "rawId", "type", "response", "clientExtensionResults"}
    assert set(kept["response"]) == {"clientDataJSON", "attestationObject"}
