"""Two people who decide about the same event at the same moment: real transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from lantoa.attendance.models import AttendanceEvent
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import Role
from lantoa.rollcall.errors import EventDecided
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.services.quarantine import record_event, set_aside_event
from tests.attendance.factories import make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import wait_for_a_waiter
from tests.rollcall.phones import make_phone, quarantine_mark

pytestmark = pytest.mark.django_db(transaction=True)


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
