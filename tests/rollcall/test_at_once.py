"""Batches that race each other, and a server that dies in the middle of one: real transactions."""

import json
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from lantoa.attendance.models import AttendanceEvent, DirtyMark, RollClosing
from lantoa.kernel import clock
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.services.admission import admit
from lantoa.rollcall.services.batches import record_batch
from lantoa.study_sessions.models import Placement, Site
from tests.attendance.factories import Scene
from tests.plans.racing import run_at_once, wait_for_a_waiter
from tests.rollcall.factories import Handset, Json, arrived, as_batch, make_handset, sha256_of
from tests.study_sessions.factories import make_site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("people", [5])]


def _sending(handset: Handset, body: Json, answers: list[Any]) -> Any:
    text = json.dumps(body)
    return lambda: answers.append(handset.post("batches", text))


def _receipts(answers: list[Any]) -> list[list[str]]:
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return sorted([receipt["outcome"] for receipt in answer.json()["receipts"]] for answer in answers)


def test_a_batch_sent_twice_at_once_is_recorded_once(scene: Scene, handset: Handset) -> None:
    answers: list[Any] = []
    events = [handset.event(entry) for entry in scene.entries]
    body = handset.batch([*events, handset.event(10**9)], [handset.closing()])
    run_at_once(*[_sending(handset, body, answers)] * 2)
    first = ["accepted"] * 5 + ["quarantined", "accepted"]
    again = ["duplicate"] * 5 + ["quarantined", "duplicate"]
    assert _receipts(answers) == [first, again]
    assert (AttendanceEvent.objects.count(), QuarantinedEvent.objects.count()) == (5, 1)
    assert RollClosing.objects.count() == 1


def test_the_same_events_by_two_phones_at_once_are_recorded_once(scene: Scene, handset: Handset) -> None:
    """The phone that was set up anew, and somebody who carries the parcel of the one before."""
    anew = make_handset(scene.site, scene.secretary.user_id)
    events = [handset.event(entry) for entry in scene.entries]
    answers: list[Any] = []
    run_at_once(_sending(handset, handset.batch(events), answers), _sending(anew, anew.batch(events), answers))
    assert _receipts(answers) == [["accepted"] * 5, ["duplicate"] * 5]
    assert AttendanceEvent.objects.count() == 5


def test_what_two_phones_put_aside_at_once_waits_once(scene: Scene, handset: Handset) -> None:
    anew = make_handset(scene.site, scene.secretary.user_id)
    events = [handset.event(10**9), handset.event(10**9 + 1)]
    answers: list[Any] = []

    def send() -> None:
        _sending(anew, anew.batch(events[::-1]), answers)()
        connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        _sending(handset, handset.batch(events), answers)()
        thread.start()
        wait_for_a_waiter()
    thread.join(timeout=60)
    assert _receipts(answers) == [["quarantined"] * 2] * 2
    assert list(QuarantinedEvent.objects.values_list("device_id", flat=True)) == [handset.phone.pk] * 2


def test_two_phones_that_close_one_roll_at_once_do_not_wait_for_each_other_for_ever(
    scene: Scene, handset: Handset
) -> None:
    other = make_handset(scene.site, scene.secretary.user_id)
    answers: list[Any] = []
    run_at_once(
        *(
            _sending(each, each.batch([each.event(scene.first)], [each.closing(absent_rest=True)]), answers)
            for each in (handset, other)
        )
    )
    assert _receipts(answers) == [["accepted", "accepted"], ["accepted", "quarantined"]]
    assert RollClosing.objects.count() == 1


def test_a_phone_that_is_revoked_while_its_batch_waits_writes_nothing(scene: Scene, handset: Handset) -> None:
    answers: list[Any] = []

    def send() -> None:
        _sending(handset, handset.batch([handset.event(scene.first)]), answers)()
        connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        Phone.objects.filter(pk=handset.phone.pk).update(revoked_at=clock.now())
        thread.start()
        wait_for_a_waiter()
    thread.join(timeout=60)
    assert answers[0].json()["code"] == "device_revoked"
    assert not AttendanceEvent.objects.exists()


def _while_it_waits(scene: Scene, handset: Handset, then: Callable[[], object]) -> list[str]:
    """The codes of a batch that came while the site was held, and while `then` was done there."""
    answers: list[Any] = []

    def send() -> None:
        _sending(handset, handset.batch([handset.event(scene.first, "absent")]), answers)()
        connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=scene.site.pk)
        thread.start()
        wait_for_a_waiter()
        then()
    thread.join(timeout=60)
    return [receipt["code"] or receipt["outcome"] for receipt in answers[0].json()["receipts"]]


def test_marks_of_a_site_that_is_removed_meanwhile_are_put_aside(scene: Scene, handset: Handset) -> None:
    def remove() -> None:
        Placement.objects.filter(site=scene.site).delete()
        scene.site.delete()

    assert _while_it_waits(scene, handset, remove) == ["site_removed"]


def test_somebody_who_is_placed_elsewhere_meanwhile_is_on_another_list(scene: Scene, handset: Handset) -> None:
    elsewhere = make_site(scene.session, scene.committee)
    place = Placement.objects.filter(entry=scene.first)
    assert _while_it_waits(scene, handset, lambda: place.update(site=elsewhere)) == ["on_another_list"]


def test_a_server_that_dies_in_the_middle_has_written_nothing_and_all_comes_again(
    scene: Scene, handset: Handset
) -> None:
    """The batch waits for the site; its connection to the database is killed there, as with the process."""
    body = handset.batch([handset.event(entry) for entry in scene.entries])
    caller = admit(header=f"Bearer {handset.token}", address=str)
    died: list[BaseException] = []

    def send() -> None:
        try:
            record_batch(actor=caller.actor, phone=caller.phone, batch=as_batch(body))
        except OperationalError as error:
            died.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=scene.site.pk)
        thread.start()
        wait_for_a_waiter()
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as watching:
            watching.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        thread.join(timeout=60)
    assert len(died) == 1
    assert not AttendanceEvent.objects.exists()
    assert not DirtyMark.objects.exists()
    assert Phone.objects.get(token_sha256=sha256_of(handset.token)).last_seen_at is None
    answer = handset.post("batches", body).json()
    assert [receipt["outcome"] for receipt in answer["receipts"]] == ["accepted"] * 5
    assert arrived(handset.phone) == [1, 2, 3, 4, 5]
