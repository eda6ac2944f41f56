"""From the code to the receipts: set up, fetch the list, send marks, hear what became of them."""

import pytest
from django.test import Client

from lantoa.attendance.models import AttendanceEvent, DirtyMark
from lantoa.rollcall.models import Phone
from tests.attendance.factories import Scene
from tests.rollcall.factories import ROOT, Handset, make_code, make_handset, make_roster, new_token, sha256_of

pytestmark = pytest.mark.django_db


def test_a_phone_goes_the_whole_way(scene: Scene) -> None:
    token = new_token()
    body = {
        "code": make_code(scene.committee, scene.clerk.user_id or 0),
        "token_sha256": sha256_of(token),
        "label": "Máy của văn thư",
        "client": "1.0",
    }
    answer = Client().post(f"{ROOT}/devices", body, content_type="application/json")
    assert answer.status_code == 201
    phone = Phone.objects.get(device_id=answer.json()["device_id"])
    handset = Handset(phone, token, scene.site, make_roster(phone, scene.site).roster_id)
    assert [line["site_id"] for line in handset.get("sites").json()["sites"]] == [scene.site.pk]
    roster = handset.post(f"sites/{scene.site.pk}/roster", "").json()
    assert [person[0] for person in roster["people"]] == [entry.pk for entry in scene.entries]
    handset.roster_id = roster["roster_id"]
    receipts = handset.send(*map(handset.event, roster["people"][0][:1]), closings=[handset.closing(absent_rest=True)])
    assert [receipt["outcome"] for receipt in receipts] == ["accepted", "accepted"]
    assert AttendanceEvent.objects.get(device_id=phone.pk).entry_id == roster["people"][0][0]
    assert set(DirtyMark.objects.values_list("entry_id", flat=True)) == {entry.pk for entry in scene.entries}


def test_an_answer_that_was_lost_costs_nothing(scene: Scene) -> None:
    token = new_token()
    body = {
        "code": make_code(scene.committee, scene.clerk.user_id or 0),
        "token_sha256": sha256_of(token),
        "label": "A",
    }
    answers = [Client().post(f"{ROOT}/devices", body, content_type="application/json").json() for _ in range(2)]
    assert answers[0]["device_id"] == answers[1]["device_id"]
    phone = Phone.objects.get()
    handset = Handset(phone, token, scene.site, make_roster(phone, scene.site).roster_id)
    batch = handset.batch([handset.event(entry) for entry in scene.entries])
    first, second = (handset.post("batches", batch).json()["receipts"] for _ in range(2))
    assert [receipt["outcome"] for receipt in first] == ["accepted"] * 3
    assert [receipt["outcome"] for receipt in second] == ["duplicate"] * 3
    assert AttendanceEvent.objects.count() == 3


def test_what_a_phone_is_told_is_no_page_and_is_kept_nowhere(scene: Scene) -> None:
    handset = make_handset(scene.site, scene.clerk.user_id)
    batch = handset.batch([handset.event(scene.first)])
    for answer in (handset.get("devices/self"), handset.post("batches", {}), handset.post("batches", batch)):
        assert answer["Content-Security-Policy"].startswith("default-src 'none'"), answer.status_code
    assert answer["Cache-Control"] == "no-store"
