"""Two people who decide about the same event at the same moment: real transactions."""

import threading
from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from lantoa.attendance.models import AttendanceEvent
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import Role
from lantoa.rollcall.errors import EventDecided
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.services.quarantine import record_event, set_aside_event
from lantoa.study_sessions.models import Site
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import wait_for_a_waiter
from tests.rollcall.factories import Handset, Json, make_handset, sealed
from tests.rollcall.phones import make_phone, quarantine_mark

pytestmark = pytest.mark.django_db(transaction=True)


class Revoked(NamedTuple):
    """A mark that waits since its phone was revoked, and the phone that is set up anew and has it too."""

    scene: Scene
    mark: Json
    parcel: Json
    carrier: Handset
    anew: Handset


def _revoked() -> Revoked:
    scene = make_scene()
    maker, carrier, anew = (make_handset(scene.site, scene.clerk.user_id) for _ in range(3))
    mark = maker.event(scene.first)
    parcel = sealed(maker, maker.batch([mark]))
    Phone.objects.filter(pk=maker.phone.pk).update(revoked_at=clock.now())
    return Revoked(scene, mark, parcel, carrier, anew)


def _carried(said: Revoked) -> list[str]:
    (part,) = said.carrier.post("parcels", said.parcel).json()["batches"]
    return [receipt["outcome"] for receipt in part["receipts"]]


def _sent(said: Revoked) -> list[str]:
    return [receipt["outcome"] for receipt in said.anew.send(said.mark)]


def _meanwhile(act: Callable[[], object], first: Callable[[], object]) -> object:
    """What the act gives that comes while `first` is not yet committed."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(act())
        finally:
            connection.close()

    second = threading.Thread(target=run)
    with transaction.atomic():
        first()
        second.start()
        wait_for_a_waiter()
    second.join(timeout=60)
    return outcome[0]


def test_what_arrives_while_it_is_carried_does_not_wait_for_a_decision() -> None:
    said = _revoked()
    assert _meanwhile(lambda: _carried(said), lambda: _sent(said)) == ["duplicate"]
    assert AttendanceEvent.objects.count() == 1
    assert not QuarantinedEvent.objects.exists()


def test_what_is_carried_while_it_arrives_is_recorded_and_waits_no_longer() -> None:
    said = _revoked()
    assert _meanwhile(lambda: _sent(said), lambda: _carried(said)) == ["accepted"]
    assert AttendanceEvent.objects.count() == 1
    assert QuarantinedEvent.objects.get().decision == "recorded"


def test_what_was_set_aside_while_it_arrived_does_not_count() -> None:
    said = _revoked()
    _carried(said)
    event = QuarantinedEvent.objects.get()

    def set_aside() -> None:
        Site.objects.select_for_update().get(pk=said.scene.site.pk)
        set_aside_event(actor=said.scene.secretary, event=event)

    assert _meanwhile(lambda: _sent(said), set_aside) == ["quarantined"]
    assert not AttendanceEvent.objects.exists()


def test_what_is_recorded_while_it_arrives_is_recorded_once() -> None:
    said = _revoked()
    _carried(said)
    event = QuarantinedEvent.objects.get()
    assert _meanwhile(lambda: _sent(said), lambda: record_event(actor=said.scene.secretary, event=event)) == [
        "duplicate"
    ]
    assert AttendanceEvent.objects.count() == 1


def test_what_arrives_while_it_is_recorded_is_recorded_once() -> None:
    said = _revoked()
    _carried(said)
    event = QuarantinedEvent.objects.get()
    decided = _meanwhile(lambda: record_event(actor=said.scene.secretary, event=event), lambda: _sent(said))
    assert isinstance(decided, QuarantinedEvent)
    assert (decided.decision, decided.decided_by_id) == ("recorded", None)
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("other", [record_event, set_aside_event])
def test_the_second_to_decide_finds_what_the_first_decided(other: Callable[..., QuarantinedEvent]) -> None:
    scene = make_scene()
    event = quarantine_mark(make_phone(scene.committee, scene.clerk), scene.site, scene.first)
    officer = make_actor(Role.OFFICER, scene.committee)
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(other(actor=officer, event=event).decided_by_id)
        except Refusal as refusal:
            outcome.append(type(refusal))
        finally:
            connection.close()

    second = threading.Thread(target=run)
    with transaction.atomic():
        record_event(actor=scene.secretary, event=event)
        second.start()
        wait_for_a_waiter()
    second.join(timeout=60)
    assert outcome == [scene.secretary.user_id if other is record_event else EventDecided]
    assert AttendanceEvent.objects.count() == 1


def test_recording_waits_for_what_the_phone_is_sending() -> None:
    scene = make_scene()
    phone = make_phone(scene.committee, scene.clerk)
    event = quarantine_mark(phone, scene.site, scene.first)

    def run() -> None:
        record_event(actor=scene.secretary, event=event)
        connection.close()

    deciding = threading.Thread(target=run)
    with transaction.atomic():
        Phone.objects.filter(pk=phone.pk).update(waiting=3)
        deciding.start()
        wait_for_a_waiter()
        QuarantinedEvent.objects.select_for_update(nowait=True).get()
    deciding.join(timeout=60)
    assert AttendanceEvent.objects.count() == 1
