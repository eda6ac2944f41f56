"""What a phone gave to somebody to carry."""

import datetime as dt
import hashlib
from typing import Any

import pytest

from lantoa.accounts.models import User
from lantoa.attendance.enums import Flag
from lantoa.attendance.models import AttendanceEvent
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment
from lantoa.rollcall.models import Phone, QuarantinedEvent, Roster
from lantoa.rollcall.services.batches import record_carried
from lantoa.rollcall.services.parcels import open_parcel, record_parcel
from lantoa.rollcall.wire import Parcel
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor, make_unit
from tests.rollcall.factories import Handset, Json, arrived, make_handset, new_token, sealed, sha256_of
from tests.study_sessions.factories import make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(scene: Scene) -> Handset:
    return make_handset(scene.site, scene.clerk.user_id)


@pytest.fixture
def carrier() -> Handset:
    """A phone of quite another unit."""
    other = make_scene()
    return make_handset(other.site, other.secretary.user_id)


def outcomes(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    return [
        [receipt["code"] or receipt["outcome"] for receipt in part["receipts"]] or [part["code"]]
        for part in answer.json()["batches"]
    ]


def test_a_parcel_is_recorded_in_the_name_of_its_maker(scene: Scene, maker: Handset, carrier: Handset) -> None:
    batches = [maker.batch([maker.event(scene.first)]), maker.batch([maker.event(scene.entries[1], "late")])]
    parcel = sealed(maker, *batches)
    answer = carrier.post("parcels", parcel)
    assert outcomes(answer) == [["accepted"], ["accepted"]]
    assert answer.json()["device_id"] == maker.phone.pk
    assert [part["batch_id"] for part in answer.json()["batches"]] == [batch["batch_id"] for batch in batches]
    assert answer["Lantoa-Signature"]
    events = AttendanceEvent.objects.all()
    assert {(event.device_id, event.recorder_id) for event in events} == {(maker.phone.pk, scene.clerk.user_id)}
    assert outcomes(carrier.post("parcels", parcel)) == [["duplicate"], ["duplicate"]]
    assert outcomes(maker.post("parcels", parcel)) == [["duplicate"], ["duplicate"]]
    assert Phone.objects.get(pk=maker.phone.pk).last_seen_at is None


def test_a_parcel_may_lie_somewhere_for_days(scene: Scene, maker: Handset, carrier: Handset) -> None:
    made = clock.now() - dt.timedelta(hours=2)
    batch = maker.batch([maker.event(scene.first, wall_time=made.isoformat())], sent_at=made.isoformat())
    with clock.supposing(clock.now() + dt.timedelta(days=5)):
        assert outcomes(carrier.post("parcels", sealed(maker, batch))) == [["accepted"]]
    assert AttendanceEvent.objects.get().flags == 0


def test_a_clock_that_is_ahead_shows_in_a_parcel_too(scene: Scene, maker: Handset, carrier: Handset) -> None:
    made = (clock.now() + dt.timedelta(days=2)).isoformat()
    batch = maker.batch([maker.event(scene.first, wall_time=made)], sent_at=made)
    carrier.post("parcels", sealed(maker, batch))
    assert AttendanceEvent.objects.get().flags == Flag.CLOCK


def test_a_list_that_the_server_forgot_is_borne_in_a_parcel(scene: Scene, maker: Handset, carrier: Handset) -> None:
    Roster.objects.all().delete()
    batch = maker.batch([maker.event(scene.first)], [maker.closing(absent_rest=True)])
    assert outcomes(carrier.post("parcels", sealed(maker, batch))) == [["accepted", "people_unmarked"]]


def _revoked(maker: Handset) -> None:
    Phone.objects.filter(pk=maker.phone.pk).update(revoked_at=clock.now())


def _expired(maker: Handset) -> None:
    Phone.objects.filter(pk=maker.phone.pk).update(expires_at=clock.now())


def _dismissed(maker: Handset) -> None:
    Appointment.objects.filter(person__user=maker.phone.device.user_id).delete()


def _locked_out(maker: Handset) -> None:
    User.objects.filter(pk=maker.phone.device.user_id).update(is_active=False)


@pytest.mark.parametrize("end", [_revoked, _expired, _dismissed, _locked_out])
def test_marks_of_a_phone_that_is_no_longer_trusted_wait(
    end: Any, scene: Scene, maker: Handset, carrier: Handset
) -> None:
    known = maker.event(scene.first)
    maker.send(known)
    batch = maker.batch([known, maker.event(scene.entries[1])], [maker.closing()])
    end(maker)
    for _ in range(2):
        answer = carrier.post("parcels", sealed(maker, batch))
        assert outcomes(answer) == [["duplicate", "device_revoked", "device_revoked"]]
    assert list(QuarantinedEvent.objects.values_list("code", flat=True)) == ["device_revoked"] * 2
    assert AttendanceEvent.objects.count() == 1
    assert arrived(maker.phone) == [1, 2, 3]


def test_a_phone_that_is_set_up_anew_sends_what_waited_itself(scene: Scene, maker: Handset, carrier: Handset) -> None:
    event = maker.event(scene.first)
    _revoked(maker)
    carrier.post("parcels", sealed(maker, maker.batch([event])))
    anew = make_handset(scene.site, scene.secretary.user_id)
    assert [receipt["outcome"] for receipt in anew.send(event)] == ["accepted"]
    assert QuarantinedEvent.objects.get().decision == "recorded"


def test_why_an_event_waits_is_told_anew_once_a_trusted_phone_sends_it(
    scene: Scene, maker: Handset, carrier: Handset
) -> None:
    maker.post("batches", maker.batch([], [maker.closing(absent_rest=True)]))
    later = maker.closing(guests=3)
    parcel = sealed(maker, maker.batch([], [later]))
    _revoked(maker)
    carrier.post("parcels", parcel)
    waiting = QuarantinedEvent.objects.filter(event_id=later["event_id"])
    assert waiting.get().code == "device_revoked"
    anew = make_handset(scene.site, scene.clerk.user_id)
    for _ in range(2):
        anew.post("batches", anew.batch([], [later]))
        assert waiting.get().code == "roll_closed"
        carrier.post("parcels", parcel)
        assert waiting.get().code == "roll_closed"


@pytest.mark.parametrize("revoked", [False, True])
def test_a_batch_that_is_refused_leaves_the_others_alone(
    scene: Scene, maker: Handset, carrier: Handset, *, revoked: bool
) -> None:
    elsewhere = make_site(scene.session, make_unit())
    batches = [maker.batch([maker.event(scene.first)], site_id=elsewhere.pk), maker.batch([maker.event(scene.first)])]
    if revoked:
        _revoked(maker)
    theirs = "device_revoked" if revoked else "accepted"
    assert outcomes(carrier.post("parcels", sealed(maker, *batches))) == [["other_unit"], [theirs]]
    assert Entry.objects.get(outcome=Outcome.REFUSED).code == "other_unit"
    assert not QuarantinedEvent.objects.filter(site_id=elsewhere.pk).exists()


def test_a_phone_that_is_revoked_while_its_parcel_is_recorded_is_trusted_no_longer(
    scene: Scene, maker: Handset
) -> None:
    parcel = Parcel(**sealed(maker, maker.batch([maker.event(scene.first)])))
    opened = open_parcel(actor=scene.secretary, parcel=parcel)
    _revoked(maker)
    (receipt,) = record_carried(actor=opened.user, phone=opened.phone, batch=opened.batches[0])
    assert (receipt.outcome, receipt.code) == ("quarantined", "device_revoked")
    assert not AttendanceEvent.objects.exists()


def test_a_parcel_that_was_changed_is_refused(scene: Scene, maker: Handset, carrier: Handset) -> None:
    parcel = sealed(maker, maker.batch([maker.event(scene.first, "absent")]))
    changed = parcel | {"content": parcel["content"].replace("absent", "present")}
    other = sealed(maker, maker.batch([maker.event(scene.first)]), token=carrier.token)
    unknown = sealed(maker, device_id=10**9)
    for wrong in (changed, other, unknown, parcel | {"mac": "é"}, parcel | {"mac": ""}):
        answer = carrier.post("parcels", wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "parcel_not_genuine")
    assert not AttendanceEvent.objects.exists()
    assert not QuarantinedEvent.objects.exists()


def test_a_parcel_may_be_sealed_by_the_token_before(scene: Scene, maker: Handset, carrier: Handset) -> None:
    parcel = sealed(maker, maker.batch([maker.event(scene.first)]))
    older = maker.token
    maker.put("devices/self/token", {"token_sha256": sha256_of(new := new_token())})
    assert outcomes(carrier.post("parcels", parcel)) == [["accepted"]]
    maker.token = new
    maker.put("devices/self/token", {"token_sha256": sha256_of(new_token())})
    answer = carrier.post("parcels", sealed(maker, maker.batch(), token=older))
    assert answer.json()["code"] == "parcel_not_genuine"


@pytest.mark.parametrize(
    ("content", "code"),
    [("{", "unreadable"), ("{}", "wrong_shape"), ('"\\ud800"', "unreadable"), ("[" * 1000, "wrong_shape")],
)
def test_garbage_in_a_parcel_is_refused(content: str, code: str, carrier: Handset) -> None:
    assert carrier.post("parcels", {"content": content, "mac": ""}).json()["code"] == code


@pytest.mark.parametrize("wrong", [{"format": "lantoa-roll-2"}, {"device_id": 0}, {"batches": [{}]}], ids=str)
def test_a_parcel_of_another_shape_is_refused(wrong: Json, maker: Handset, carrier: Handset) -> None:
    assert carrier.post("parcels", sealed(maker, **wrong)).json()["code"] == "wrong_shape"


def test_a_parcel_is_handed_in_by_a_signed_in_user(scene: Scene, maker: Handset) -> None:
    parcel = Parcel(**sealed(maker, maker.batch([maker.event(scene.first)])))
    actor = make_actor(Role.OFFICER, make_unit())
    device_id, parts = record_parcel(actor=actor, parcel=parcel)
    assert (device_id, [receipt.outcome for receipt in parts[0].receipts]) == (maker.phone.pk, ["accepted"])
    assert AttendanceEvent.objects.get().recorder_id == scene.clerk.user_id


def test_who_carried_a_parcel_is_on_record_each_time(scene: Scene, maker: Handset, carrier: Handset) -> None:
    batch = maker.batch([maker.event(entry) for entry in scene.entries], [maker.closing()])
    parcel = sealed(maker, batch, maker.batch())
    officer = make_actor(Role.OFFICER, make_unit())
    record_parcel(actor=officer, parcel=Parcel(**parcel))
    carrier.post("parcels", parcel)
    entries = Entry.objects.filter(action="rollcall.open_parcel").order_by("pk")
    assert [entry.actor_id for entry in entries] == [officer.user_id, carrier.phone.device.user_id]
    assert {(entry.outcome, entry.object_id, entry.unit_id) for entry in entries} == {
        (Outcome.DONE, str(maker.phone.pk), scene.committee.pk)
    }
    sha256 = hashlib.sha256(parcel["content"].encode()).hexdigest()
    assert [entry.facts for entry in entries] == [{"marks": 4, "sha256": sha256}] * 2


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_who_takes_no_roll_hands_no_parcel_in(role: Role | None, scene: Scene, maker: Handset) -> None:
    actor = make_actor(role, scene.committee) if role else Actor(user_id=None, person_id=None)
    with pytest.raises(NotPermitted):
        record_parcel(actor=actor, parcel=Parcel(**sealed(maker)))
