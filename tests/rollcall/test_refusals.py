"""Requests that are refused whole: on record, nothing written, and with a code that the phone knows."""

import datetime as dt
import gzip
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantoa.accounts.models import User
from lantoa.attendance.models import AttendanceEvent
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment
from lantoa.rollcall.errors import DeviceRevoked
from lantoa.rollcall.models import Phone, QuarantinedEvent, Roster
from lantoa.rollcall.services.admission import admit
from lantoa.rollcall.services.batches import record_batch
from tests.attendance.factories import Scene
from tests.organizations.factories import make_unit
from tests.rollcall.factories import ROOT, Handset, arrived, as_batch, make_handset, make_phone, make_roster
from tests.study_sessions.factories import make_site

pytestmark = pytest.mark.django_db


def _revoked(_scene: Scene, handset: Handset) -> None:
    Phone.objects.filter(pk=handset.phone.pk).update(revoked_at=clock.now())


def _expired(_scene: Scene, handset: Handset) -> None:
    Phone.objects.filter(pk=handset.phone.pk).update(expires_at=clock.now())


def _unknown(_scene: Scene, handset: Handset) -> None:
    handset.token = "x" * 43


def _silent(_scene: Scene, handset: Handset) -> None:
    handset.token = ""


def _too_long(_scene: Scene, handset: Handset) -> None:
    handset.token = "x" * 5000


def _dismissed(_scene: Scene, _handset: Handset) -> None:
    Appointment.objects.all().delete()


def _locked_out(scene: Scene, _handset: Handset) -> None:
    User.objects.filter(pk=scene.clerk.user_id or 0).update(is_active=False)


def _of_another_unit(scene: Scene, handset: Handset) -> None:
    site = make_site(scene.session, make_unit("Đảng bộ xã khác"))
    handset.site_id = site.pk
    handset.roster_id = make_roster(handset.phone, site).roster_id


def _forgotten_list(_scene: Scene, _handset: Handset) -> None:
    Roster.objects.all().delete()


def _other_list(scene: Scene, handset: Handset) -> None:
    handset.roster_id = make_roster(handset.phone, make_site(scene.session, scene.committee)).roster_id


WAYS: dict[str, tuple[Callable[[Scene, Handset], None], int, str]] = {
    "revoked": (_revoked, 401, "device_revoked"),
    "expired": (_expired, 401, "token_expired"),
    "unknown": (_unknown, 401, "unknown_device"),
    "silent": (_silent, 401, "no_token"),
    "too long": (_too_long, 401, "no_token"),
    "without an appointment": (_dismissed, 403, "not_permitted"),
    "without an account": (_locked_out, 403, "not_permitted"),
    "another unit": (_of_another_unit, 403, "other_unit"),
    "unknown list": (_forgotten_list, 409, "unknown_roster"),
    "another list": (_other_list, 403, "wrong_roster"),
}


def _refusals() -> list[str]:
    return list(Entry.objects.filter(outcome=Outcome.REFUSED).values_list("code", flat=True))


@pytest.mark.parametrize("way", WAYS)
def test_a_batch_that_is_refused_writes_nothing_and_is_on_record(way: str, scene: Scene, handset: Handset) -> None:
    spoil, status, code = WAYS[way]
    spoil(scene, handset)
    response = handset.post("batches", handset.batch([handset.event(scene.first)], [handset.closing()]))
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"]
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
    assert _refusals() == [code]
    assert not AttendanceEvent.objects.exists()
    assert not QuarantinedEvent.objects.exists()
    assert Phone.objects.get(pk=handset.phone.pk).last_seen_at is None
    assert arrived(handset.phone) == []


def test_a_refusal_names_the_phone_and_its_unit(scene: Scene, handset: Handset) -> None:
    _revoked(scene, handset)
    handset.get("devices/self")
    entry = Entry.objects.get(outcome=Outcome.REFUSED)
    assert (entry.object_type, entry.object_id) == ("rollcall.phone", str(handset.phone.pk))
    assert (entry.unit_id, entry.actor_id) == (scene.committee.pk, scene.clerk.user_id)


@pytest.mark.parametrize("way", ["revoked", "expired", "unknown", "silent", "without an appointment"])
@pytest.mark.parametrize("path", ["devices/self", "sites"])
def test_nothing_is_told_to_whoever_is_not_let_in(way: str, path: str, scene: Scene, handset: Handset) -> None:
    spoil, status, code = WAYS[way]
    spoil(scene, handset)
    response = handset.get(path)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_batch_that_is_refused_while_it_waits_for_a_revocation_writes_nothing(scene: Scene, handset: Handset) -> None:
    """The phone was let in, and is revoked before its batch is recorded."""
    caller = admit(header=f"Bearer {handset.token}", address=str)
    _revoked(scene, handset)
    with pytest.raises(DeviceRevoked):
        record_batch(
            actor=caller.actor, phone=caller.phone, batch=as_batch(handset.batch([handset.event(scene.first)]))
        )
    assert not AttendanceEvent.objects.exists()


def test_who_takes_the_roll_no_longer_records_nothing(scene: Scene, handset: Handset) -> None:
    batch = as_batch(handset.batch([handset.event(scene.first)]))
    with pytest.raises(NotPermitted):
        record_batch(actor=Actor(user_id=1, person_id=None), phone=handset.phone, batch=batch)
    assert not AttendanceEvent.objects.exists()


GARBAGE: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "unreadable"),
    "half": (b'{"batch_id": "', 400, "unreadable"),
    "not utf-8": (b'{"client": "\xff", "mac": "\xff"}', 400, "unreadable"),
    "deep": (b'{"x":' + b"[" * 60_000, 400, "unreadable"),
    "lone surrogate": (b'{"batch_id": "\\ud800"}', 400, "unreadable"),
    "a list": (b"[]", 422, "wrong_shape"),
    "a number": (b"1", 422, "wrong_shape"),
    "no fields": (b"{}", 422, "wrong_shape"),
    "too large": (b'"' + b"x" * 65_536 + b'"', 413, "too_large"),
}


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("path", ["batches", "parcels"])
def test_garbage_is_refused_with_a_code(name: str, path: str, scene: Scene, handset: Handset) -> None:
    body, status, code = GARBAGE[name]
    if path == "parcels":
        body = body.replace(b"x" * 65_536, b"x" * 4 * 65_536)
    response = handset.post(path, body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert _refusals() == [code]


SHAPES: list[dict[str, Any]] = [
    {"status": "here"},
    {"status": None},
    {"method": "sheet"},
    {"seq": 0},
    {"seq": 2**63},
    {"seq": "1"},
    {"person_id": -1},
    {"person_id": 2**63},
    {"event_id": "x"},
    {"wall_time": "2026-11-26T07:30:00"},
    {"wall_time": "0001-01-01T00:00:00+07:00"},
    {"wall_time": "9999-12-31T23:59:59-07:00"},
    {"wall_time": "soon"},
    {"reason": "a\x00b"},
    {"card": "x" * 101},
    {"monotonic_ms": 2**63},
    {"monotonic_ms": 1.5},
]


@pytest.mark.parametrize("wrong", SHAPES, ids=str)
def test_an_event_of_another_shape_refuses_its_batch(wrong: dict[str, Any], scene: Scene, handset: Handset) -> None:
    body = handset.batch([handset.event(scene.first), handset.event(scene.first) | wrong])
    response = handset.post("batches", body)
    assert (response.status_code, response.json()["code"]) == (422, "wrong_shape")
    assert not AttendanceEvent.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"waiting": -1},
        {"waiting": 2**31},
        {"client": "x" * 21},
        {"client": "\x00"},
        {"session_id": 0},
        {"site_id": 2**63},
        {"sent_at": "9999-01-01T00:00:00Z"},
        {"server_epoch": "1"},
        {"events": {}},
    ],
    ids=str,
)
def test_a_batch_of_another_shape_is_refused(wrong: dict[str, Any], handset: Handset) -> None:
    response = handset.post("batches", handset.batch() | wrong)
    assert (response.status_code, response.json()["code"]) == (422, "wrong_shape")


@pytest.mark.parametrize("wrong", [{"guests": 2**31}, {"states_sha256": "a" * 64 + "\n"}, {"counts": {}}], ids=str)
def test_a_closing_of_another_shape_refuses_its_batch(wrong: dict[str, Any], handset: Handset) -> None:
    response = handset.post("batches", handset.batch([], [handset.closing(**wrong)]))
    assert (response.status_code, response.json()["code"]) == (422, "wrong_shape")


def test_more_than_two_hundred_events_are_refused(scene: Scene, handset: Handset) -> None:
    events = [handset.event(scene.first) for _ in range(201)]
    packed = gzip.compress(json.dumps(handset.batch(events)).encode())
    response = handset.post("batches", packed, **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (422, "wrong_shape")
    mixed = gzip.compress(json.dumps(handset.batch(events[:200], [handset.closing()])).encode())
    assert handset.post("batches", mixed, **{"Content-Encoding": "gzip"}).status_code == 422


def test_a_packed_batch_is_read(scene: Scene, handset: Handset) -> None:
    packed = gzip.compress(json.dumps(handset.batch([handset.event(scene.first)])).encode())
    assert handset.post("batches", packed, **{"Content-Encoding": "gzip"}).status_code == 200
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("packed", "status", "code"),
    [
        (gzip.compress(b" " * 600_000), 413, "too_large"),
        (gzip.compress(b" " * 30_000_000), 413, "too_large"),
        (gzip.compress(b"{}")[:-9], 400, "unreadable"),
        (gzip.compress(b"{}") + gzip.compress(b"{}"), 400, "unreadable"),
        (b"{}", 400, "unreadable"),
    ],
    ids=["large", "bomb", "cut", "two", "not packed"],
)
def test_what_is_packed_wrongly_is_refused(packed: bytes, status: int, code: str, handset: Handset) -> None:
    response = handset.post("batches", packed, **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_wrong_tokens_from_one_address_have_to_wait_and_good_ones_have_not(handset: Handset) -> None:
    stranger = Client()
    answers = [stranger.get(f"{ROOT}/sites", headers={"Authorization": "Bearer x"}) for _ in range(70)]
    assert answers[0].status_code == 401
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many")
    assert handset.get("sites").status_code == 200


def test_a_phone_that_goes_on_after_it_was_revoked_has_to_wait_and_is_recorded_no_more(
    scene: Scene, handset: Handset
) -> None:
    good = make_handset(scene.site, scene.clerk.user_id)
    Phone.objects.filter(pk=handset.phone.pk).update(revoked_at=clock.now())
    answers = [handset.get("devices/self") for _ in range(90)]
    assert [answer.json()["code"] for answer in answers[:60]] == ["device_revoked"] * 60
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many")
    assert 60 <= len(_refusals()) < 65
    assert good.get("devices/self").status_code == 200


def test_a_session_of_a_page_opens_nothing(scene: Scene) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=scene.clerk.user_id or 0))
    assert client.get(f"{ROOT}/sites").status_code == 401


@pytest.mark.parametrize("path", ["batches", "parcels", "devices", f"rosters/{uuid.UUID(int=4)}", "devices/self/token"])
def test_what_writes_is_not_read(path: str, handset: Handset) -> None:
    assert handset.get(path).status_code == 405


def test_only_sites_from_a_week_ago_on_are_told(scene: Scene, handset: Handset) -> None:
    make_site(scene.session, make_unit())
    line = handset.get("sites").json()["sites"]
    assert [(each["site_id"], each["people"], each["closed"]) for each in line] == [(scene.site.pk, 3, False)]
    scene.session.starts_at -= dt.timedelta(days=8)
    scene.session.ends_at -= dt.timedelta(days=8)
    scene.session.save(update_fields=["starts_at", "ends_at"])
    assert handset.get("sites").json() == {"sites": []}


def test_a_phone_of_nobody_in_particular_is_let_in_by_its_own_unit_alone(scene: Scene) -> None:
    phone, token = make_phone(make_unit(), scene.clerk.user_id or 0)
    handset = Handset(phone, token, scene.site, uuid.uuid4())
    assert handset.get("sites").json()["code"] == "not_permitted"
