"""The file of a phone that had no network, handed in on the page of phones."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lantoa.accounts.models import User
from lantoa.attendance.models import AttendanceEvent
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.rollcall.errors import OtherUnit
from lantoa.rollcall.models import Phone, QuarantinedEvent
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor, make_unit
from tests.rollcall.factories import Handset, make_handset

pytestmark = pytest.mark.django_db
HAND_IN, LIST = reverse("rollcall:parcel_hand_in"), reverse("rollcall:device_list")


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def parcel(handset: Handset, *batches: dict[str, Any]) -> bytes:
    content = json.dumps(
        {
            "format": "lantoa-roll-1",
            "device_id": handset.phone.pk,
            "made_at": clock.now().isoformat(),
            "batches": batches,
        }
    )
    key = hashlib.sha256(handset.token.encode()).digest()
    mac = base64.urlsafe_b64encode(hmac.digest(key, content.encode(), "sha256")).decode().rstrip("=")
    return json.dumps({"content": content, "mac": mac}).encode()


def hand_in(client: Client, content: bytes, name: str = "diem-danh-2026-11-26.json") -> Any:
    return client.post(HAND_IN, {"parcel": SimpleUploadedFile(name, content, "application/json")})


def told(client: Client) -> str:
    return client.get(LIST).content.decode()


def test_what_became_of_the_marks_is_said_in_sentences(scene: Scene, handset: Handset) -> None:
    marks = [handset.event(scene.first), handset.event(scene.entries[1], "absent"), handset.event(987_654_321)]
    file = parcel(handset, handset.batch(marks))
    stranger = signed_in(make_actor(Role.CLERK, make_unit()))
    assert hand_in(stranger, file).status_code == 303
    assert "Đã ghi nhận 2 lượt. 1 lượt cần xem" in told(stranger)
    assert AttendanceEvent.objects.filter(recorder_id=scene.clerk.user_id).count() == 2
    assert hand_in(stranger, file).status_code == 303
    page = told(stranger)
    assert "2 lượt đã có từ trước." in page
    assert "Đã ghi nhận" not in page
    assert (AttendanceEvent.objects.count(), QuarantinedEvent.objects.count()) == (2, 1)


def test_marks_after_closing_wait_for_an_approval(scene: Scene, handset: Handset) -> None:
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    client = signed_in(scene.secretary)
    hand_in(client, parcel(handset, handset.batch([handset.event(scene.first)])))
    assert "1 lượt chờ duyệt vì điểm danh đã chốt." in told(client)


def test_the_file_of_a_revoked_phone_waits_to_be_looked_at(scene: Scene, handset: Handset) -> None:
    Phone.objects.filter(pk=handset.phone.pk).update(revoked_at=clock.now())
    client = signed_in(scene.secretary)
    hand_in(client, parcel(handset, handset.batch([handset.event(scene.first)])))
    assert "1 lượt cần xem" in told(client)
    assert QuarantinedEvent.objects.get().code == "device_revoked"


def test_a_batch_that_is_refused_whole_says_why(scene: Scene, handset: Handset) -> None:
    other = make_handset(make_scene().site, scene.clerk.user_id or 0)
    batch = handset.batch([handset.event(scene.first)], site_id=other.site.pk, session_id=other.site.session_id)
    client = signed_in(scene.secretary)
    hand_in(client, parcel(handset, batch, batch))
    assert told(client).count(escape(str(OtherUnit()))) == 1


def test_an_empty_file_of_a_phone_says_so(scene: Scene, handset: Handset) -> None:
    client = signed_in(scene.secretary)
    hand_in(client, parcel(handset))
    assert "Tệp không có lượt ghi nào." in told(client)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 500, b"PK\x03\x04", b"[]", b"null", b"{}", b'{"content": "x", "mac": "x"}', b"\xff\xfe",
        b'{"content": "{}", "mac": ""}', b"[" * 50_000, b" " * (512 * 1024 * 4 + 1),
        b'{"content": "\\ud800", "mac": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_file_of_a_phone_is_refused_in_words(scene: Scene, content: bytes) -> None:
    answer = hand_in(signed_in(scene.clerk), content)
    assert answer.status_code == 422
    assert "Đây không phải tệp do điện thoại lưu để gửi" in answer.content.decode()


def test_a_file_that_was_changed_is_refused(scene: Scene, handset: Handset) -> None:
    file = json.loads(parcel(handset, handset.batch([handset.event(scene.first, "absent")])))
    file["content"] = file["content"].replace("absent", "present")
    answer = hand_in(signed_in(scene.clerk), json.dumps(file).encode())
    assert answer.status_code == 422
    assert "parcel_parcel_error" in answer.content.decode()
    assert not AttendanceEvent.objects.exists()


def test_no_file_and_nobody_who_takes_a_roll(scene: Scene) -> None:
    assert signed_in(scene.clerk).post(HAND_IN).status_code == 422
    for role in (Role.ADMINISTRATOR, Role.VIEWER):
        assert hand_in(signed_in(make_actor(role, scene.committee)), b"{}").status_code == 403
