"""Setting up a phone, and its tokens."""

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment
from lantoa.rollcall.errors import DeviceRevoked
from lantoa.rollcall.models import Epoch, Phone, Provisioning
from lantoa.rollcall.services.devices import renew
from tests.attendance.factories import Scene
from tests.rollcall.factories import ROOT, Handset, make_code, make_phone, new_token, sha256_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(scene: Scene) -> str:
    return make_code(scene.committee, scene.clerk.user_id or 0)


def redeem(code: str, token: str, **said: Any) -> Any:
    body = {"code": code, "token_sha256": sha256_of(token), "label": "Máy của văn thư", "client": "1.0"} | said
    return Client().post(f"{ROOT}/devices", body, content_type="application/json")


def refused(code: str, token: str, **said: Any) -> str:
    response = redeem(code, token, **said)
    assert response.status_code in (403, 409, 401), response.content
    assert not Device.objects.exists() or Device.objects.count() == Phone.objects.count()
    return str(response.json()["code"])


def test_a_code_makes_a_phone_a_device_of_its_user_and_unit(scene: Scene, code: str) -> None:
    answer = redeem(code, new_token())
    assert answer.status_code == 201
    device = Device.objects.get()
    said = answer.json()
    assert (said["device_id"], said["user"], said["unit"]) == (device.pk, scene.clerk.full_name, scene.committee.name)
    assert (said["user_id"], said["unit_id"]) == (scene.clerk.user_id, scene.committee.pk)
    assert said["server_epoch"] == str(Epoch.objects.get().value)
    assert (device.kind, device.unit_id, device.user_id) == (DeviceKind.PHONE, scene.committee.pk, scene.clerk.user_id)
    phone = Phone.objects.get()
    assert (phone.label, phone.client, phone.revoked_at) == ("Máy của văn thư", "1.0", None)
    assert phone.expires_at == phone.created_at + dt.timedelta(days=180)
    assert Provisioning.objects.get().phone == phone
    assert Entry.objects.get(action="rollcall.redeem").unit_id == scene.committee.pk


def test_the_code_is_taken_as_people_type_it(code: str) -> None:
    typed = " ".join(code[start : start + 4] for start in range(0, 32, 4)).lower()
    assert redeem(typed, new_token()).status_code == 201


def test_a_code_is_good_for_one_phone(code: str) -> None:
    assert redeem(code, new_token()).status_code == 201
    assert refused(code, new_token()) == "code_used"


def test_a_phone_that_was_revoked_is_not_set_up_by_its_code_again(code: str) -> None:
    token = new_token()
    redeem(code, token)
    Phone.objects.update(revoked_at=clock.now())
    assert refused(code, token) == "device_revoked"


@pytest.mark.parametrize("again", [False, True])
def test_a_code_is_worth_what_its_user_may_do_today(again: bool, code: str) -> None:
    token = new_token()
    if again:
        redeem(code, token)
    Appointment.objects.all().delete()
    assert refused(code, token) == "not_permitted"


def test_a_code_of_yesterday_is_refused(scene: Scene) -> None:
    old = make_code(scene.committee, scene.clerk.user_id or 0, hours=0)
    assert refused(old, new_token()) == "code_expired"


def test_a_token_belongs_to_one_phone(scene: Scene, code: str) -> None:
    _phone, token = make_phone(scene.committee, scene.clerk.user_id or 0)
    assert refused(code, token) == "token_taken"
    assert Provisioning.objects.get().phone is None


def test_a_code_that_nobody_drew_is_refused_and_counted() -> None:
    answers = [redeem("A" * 32, new_token()) for _ in range(12)]
    assert (answers[0].status_code, answers[0].json()["code"]) == (403, "code_wrong")
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many")


@pytest.mark.parametrize(
    "wrong",
    [{"token_sha256": "x"}, {"token_sha256": "A" * 64}, {"label": ""}, {"label": "x" * 81}, {"label": "\x00"}],
    ids=str,
)
def test_a_wrong_shape_sets_nothing_up(wrong: dict[str, str], code: str) -> None:
    assert redeem(code, new_token(), **wrong).status_code == 422
    assert not Phone.objects.exists()


def test_a_phone_hears_what_it_is(scene: Scene, handset: Handset) -> None:
    said = handset.get("devices/self").json()
    assert (said["device_id"], said["user"]) == (handset.phone.pk, scene.clerk.full_name)
    assert set(said["public_key"]) == {"kty", "crv", "x", "y"}
    assert ec.SECP256R1().name == "secp256r1"


def test_a_token_is_renewed_by_the_next_one(handset: Handset) -> None:
    old, new = handset.token, new_token()
    Phone.objects.update(expires_at=clock.now() + dt.timedelta(days=3))
    answer = handset.put("devices/self/token", {"token_sha256": sha256_of(new)})
    assert answer.status_code == 200
    assert dt.datetime.fromisoformat(answer.json()["expires_at"]) > clock.now() + dt.timedelta(days=179)
    assert handset.get("sites").json()["code"] == "unknown_device"
    handset.token = new
    assert handset.get("sites").status_code == 200
    assert Phone.objects.get().previous_sha256 == sha256_of(old)


@pytest.mark.parametrize("by", ["old", "new"])
def test_a_renewal_whose_answer_was_lost_is_told_again(by: str, handset: Handset) -> None:
    new = new_token()
    first = handset.put("devices/self/token", {"token_sha256": sha256_of(new)}).json()
    handset.token = new if by == "new" else handset.token
    assert handset.put("devices/self/token", {"token_sha256": sha256_of(new)}).json() == first
    assert Entry.objects.filter(action="rollcall.renew").count() == 1


def test_the_token_before_renews_nothing_else(handset: Handset) -> None:
    handset.put("devices/self/token", {"token_sha256": sha256_of(new_token())})
    answer = handset.put("devices/self/token", {"token_sha256": sha256_of(new_token())})
    assert answer.json()["code"] == "unknown_device"


def test_nobody_renews_to_the_token_of_another_phone(scene: Scene, handset: Handset) -> None:
    _other, token = make_phone(scene.committee, scene.clerk.user_id or 0)
    answer = handset.put("devices/self/token", {"token_sha256": sha256_of(token)})
    assert (answer.status_code, answer.json()["code"]) == (409, "token_taken")


def test_a_phone_revoked_meanwhile_is_not_renewed(scene: Scene, handset: Handset) -> None:
    Phone.objects.update(revoked_at=clock.now())
    with pytest.raises(DeviceRevoked):
        renew(actor=scene.clerk, phone=handset.phone, token_sha256="0" * 64)


def test_who_takes_the_roll_no_longer_renews_nothing(handset: Handset) -> None:
    with pytest.raises(NotPermitted):
        renew(actor=Actor(user_id=1, person_id=None), phone=handset.phone, token_sha256="0" * 64)
    assert Entry.objects.get(outcome=Outcome.REFUSED).action == "rollcall.renew"
