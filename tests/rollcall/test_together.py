"""Batches that come at the same moment, recorded in one transaction where that changes nothing for any of them."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import Attendance, AttendanceEvent, Device, DirtyMark, RollClosing
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.services import gathering
from lantoa.rollcall.services.admission import admit
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.services.together import Delivery, NotTogether, record_together
from lantoa.study_sessions.models import Placement, Site
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import run_at_once, wait_for_a_waiter
from tests.rollcall.factories import Handset, Json, as_batch, make_handset
from tests.study_sessions.factories import make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(scene: Scene) -> Handset:
    """A phone at another site of the session, with one person of the cell on its list."""
    site = make_site(scene.session, scene.committee, name="Nhà văn hoá bản Sin Suối Hồ")
    Placement.objects.filter(entry=scene.entries[-1]).update(site=site)
    return make_handset(site, scene.clerk.user_id)


def delivery(handset: Handset, body: Json) -> Delivery:
    caller = admit(header=f"Bearer {handset.token}", address=str)
    batch = as_batch(body)
    return Delivery(caller.actor, caller.phone, batch, Contents.of(batch))


def together(*sent: tuple[Handset, Json]) -> list[list[str]]:
    answers = record_together([delivery(*each) for each in sent])
    return [[receipt.outcome for receipt in receipts] for receipts in answers]


def test_batches_of_several_phones_are_recorded_each_in_its_own_name(
    scene: Scene, handset: Handset, other: Handset
) -> None:
    elsewhere = make_scene(2)
    third = make_handset(elsewhere.site, elsewhere.clerk.user_id)
    said = [
        (handset, handset.batch([handset.event(scene.first, "late"), handset.event(scene.entries[1])], waiting=2)),
        (other, other.batch([other.event(scene.entries[-1])], waiting=1, client='2".1\\')),
        (third, third.batch([third.event(entry) for entry in elsewhere.entries], waiting=0)),
    ]
    assert together(*said) == [["accepted"] * 2, ["accepted"], ["accepted"] * 2]
    kept = AttendanceEvent.objects.order_by("arrival").values_list(
        "device_id", "recorder_id", "session_id", "site_id", "entry_id", "status", "seq"
    )
    expected = [
        (each.phone.pk, each.phone.device.user_id, each.site.session_id, each.site.pk, *map(event.get, WRITTEN))
        for each, body in said
        for event in body["events"]
    ]
    assert list(kept) == expected
    assert [Device.objects.get(pk=each.phone.pk).last_seq for each, _body in said] == [2, 1, 2]
    seen = Phone.objects.filter(last_seen_at__isnull=False).order_by("pk").values_list("waiting", "client")
    assert list(seen) == [(2, "1.0"), (1, '2".1\\'), (0, "1.0")]
    assert set(DirtyMark.objects.values_list("campaign_id", "entry_id")) == {
        *((scene.campaign.pk, entry.pk) for entry in scene.entries),
        *((elsewhere.campaign.pk, entry.pk) for entry in elsewhere.entries),
    }
    fold_waiting()
    assert Attendance.objects.count() == 5


WRITTEN = ("person_id", "status", "seq")


def test_what_was_recorded_before_is_a_duplicate_beside_what_is_new(
    scene: Scene, handset: Handset, other: Handset
) -> None:
    first = handset.batch([handset.event(scene.first)])
    together((handset, first))
    more = handset.batch([*first["events"], handset.event(scene.entries[1])])
    ours = other.batch([other.event(scene.entries[-1])])
    assert together((handset, more), (other, ours)) == [["duplicate", "accepted"], ["accepted"]]
    assert together((handset, more), (other, ours)) == [["duplicate"] * 2, ["duplicate"]]
    assert AttendanceEvent.objects.count() == 3


def test_the_number_of_queries_does_not_grow_with_the_batches(scene: Scene, handset: Handset, other: Handset) -> None:
    def asked(*handsets: Handset) -> int:
        sent = [delivery(each, each.batch([each.event(scene.entries[-1])])) for each in handsets]
        with CaptureQueriesContext(connection) as queries:
            record_together(sent)
        return len(queries)

    assert asked(handset) == asked(handset, other)


def _with(**said: Any) -> Callable[[Scene, Handset], Json]:
    return lambda scene, handset: handset.batch([handset.event(scene.first, **said)])


def _after(act: Callable[[Scene, Handset], object]) -> Callable[[Scene, Handset], Json]:
    def body(scene: Scene, handset: Handset) -> Json:
        act(scene, handset)
        return handset.batch([handset.event(scene.first)])

    return body


def _known_otherwise(scene: Scene, handset: Handset) -> Json:
    event = handset.event(scene.first)
    handset.send(event)
    return handset.batch([event | {"status": "absent", "seq": 9}])


def _of_a_number_used_before(scene: Scene, handset: Handset) -> Json:
    handset.send(handset.event(scene.first, seq=4))
    return handset.batch([handset.event(scene.first, "late", seq=4)])


def _put_aside_before(scene: Scene, handset: Handset) -> Json:
    event = handset.event(10**9)
    handset.send(event)
    return handset.batch([event, handset.event(scene.first)])


def _close(scene: Scene, _handset: Handset) -> None:
    RollClosing.objects.create(site=scene.site, closed_by_id=scene.clerk.user_id, counts={}, sha256="0" * 64)


def _remove(scene: Scene, _handset: Handset) -> None:
    Placement.objects.filter(site=scene.site).delete()
    scene.site.delete()


OUT_OF_THE_WAY: dict[str, Callable[[Scene, Handset], Json]] = {
    "a closing": lambda scene, handset: handset.batch([handset.event(scene.first)], [handset.closing()]),
    "somebody unknown": _with(person_id=10**9),
    "a wrong reason": _with(reason="health"),
    "a wrong card": _with(method="scan", card="LT1:AAAABBBBCCCCDDDD:EEEEFFFFGG"),
    "an unknown list": _with(roster_id="00000000-0000-7000-8000-000000000000"),
    "another content": _known_otherwise,
    "a number used before": _of_a_number_used_before,
    "what was put aside before": _put_aside_before,
    "a closed roll": _after(_close),
    "a site that is gone": _after(_remove),
    "a session that is cancelled": _after(lambda scene, _phone: _set(scene.session, cancelled_at=clock.now())),
    "a campaign that is over": _after(lambda scene, _phone: _set(scene.campaign, state=CampaignState.FINISHED)),
    "another unit's site": _after(lambda scene, _phone: _set(scene.site, unit=scene.cell)),
}


def _set(row: Any, **values: object) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("what", OUT_OF_THE_WAY)
def test_what_is_out_of_the_way_is_left_to_be_recorded_alone(
    what: str, scene: Scene, handset: Handset, other: Handset
) -> None:
    body = OUT_OF_THE_WAY[what](scene, handset)
    before = set(AttendanceEvent.objects.values_list("pk", flat=True)), QuarantinedEvent.objects.count()
    sent = [delivery(other, other.batch([other.event(scene.entries[-1])])), delivery(handset, body)]
    with pytest.raises(NotTogether):
        record_together(sent)
    assert (set(AttendanceEvent.objects.values_list("pk", flat=True)), QuarantinedEvent.objects.count()) == before
    assert Phone.objects.get(pk=other.phone.pk).last_seen_at is None


@pytest.mark.parametrize("what", ["revoked", "no longer in office"])
def test_a_phone_that_may_no_longer_is_left_to_be_refused_alone(
    what: str, scene: Scene, handset: Handset, other: Handset
) -> None:
    sent = [delivery(each, each.batch([each.event(scene.entries[-1])])) for each in (other, handset)]
    if what == "revoked":
        _set(handset.phone, revoked_at=clock.now())
    else:
        sent[1] = sent[1]._replace(actor=make_actor(Role.VIEWER, scene.committee))
    with pytest.raises(NotTogether):
        record_together(sent)
    assert not AttendanceEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", ["the phone", "the site"])
def test_nobody_is_waited_for(held: str, scene: Scene, handset: Handset, other: Handset) -> None:
    sent = [delivery(each, each.batch([each.event(scene.entries[-1])])) for each in (other, handset)]
    row = handset.phone if held == "the phone" else scene.site
    with psycopg.connect(**connection.get_connection_params()) as somebody:
        key = row._meta.pk
        assert key is not None
        somebody.execute(f"SELECT FROM {row._meta.db_table} WHERE {key.column} = %s FOR UPDATE", [row.pk])
        with pytest.raises(NotTogether):
            record_together(sent)
    assert record_together(sent)


def _wait_for(holds: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not holds():
        assert monotonic() < end, "They do not come."


@pytest.mark.django_db(transaction=True)
def test_those_who_come_while_a_transaction_runs_are_recorded_in_the_next_one(scene: Scene, handset: Handset) -> None:
    """The first waits for a table that is held; the rest come meanwhile, one of them with a mark of another unit."""
    phones = [make_handset(scene.site, scene.clerk.user_id) for _ in range(3)]
    bodies = {each.token: each.batch([each.event(scene.first)]) for each in (handset, *phones)}
    answers = dict[str, Any]()

    def send(each: Handset) -> None:
        answers[each.token] = each.post("batches", bodies[each.token])
        connection.close()

    threads = [threading.Thread(target=send, args=[each]) for each in (handset, *phones)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE attendance_dirtymark IN SHARE MODE")
        threads[0].start()
        wait_for_a_waiter()
        for thread in threads[1:]:
            thread.start()
        _wait_for(lambda: len(gathering.DESK) == len(phones))
    for thread in threads:
        thread.join(timeout=60)
    assert [answers[each.token].status_code for each in (handset, *phones)] == [200] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM attendance_attendanceevent")
        assert cursor.fetchone() == (4, 2)


@pytest.mark.django_db(transaction=True)
def test_each_is_answered_for_its_own_whoever_sends_beside_it(scene: Scene, handset: Handset) -> None:
    phones = [make_handset(scene.site, scene.clerk.user_id) for _ in range(4)]
    strange = make_handset(make_scene(1).site, scene.clerk.user_id)
    answers = dict[str, Any]()

    def sending(each: Handset, *events: Json) -> Callable[[], object]:
        return lambda: answers.update({each.token: each.post("batches", each.batch(list(events)))})

    run_at_once(
        *(sending(each, *(each.event(entry) for entry in scene.entries)) for each in phones),
        sending(handset, handset.event(10**9), handset.event(scene.first)),
        sending(strange, strange.event(scene.first)),
    )
    said = {
        token: [receipt["outcome"] for receipt in answer.json()["receipts"]]
        for token, answer in answers.items()
        if answer.status_code == 200
    }
    assert said == {each.token: ["accepted"] * 3 for each in phones} | {handset.token: ["quarantined", "accepted"]}
    assert (answers[strange.token].status_code, answers[strange.token].json()["code"]) == (403, "not_permitted")
    assert AttendanceEvent.objects.count() == 4 * 3 + 1
    assert Site.objects.filter(events__isnull=False).distinct().count() == 1
