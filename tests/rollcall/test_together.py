"""Batches that come at the same moment, recorded in one transaction where that changes nothing for any of them."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import Attendance, AttendanceEvent, DirtyMark, RollClosing
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.services import gathering
from lantoa.rollcall.services.admission import admit
from lantoa.rollcall.services.batches import record_batch
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.services.together import Delivery, NotTogether, record_together
from lantoa.study_sessions.models import Placement, Site
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import run_at_once, wait_for_a_waiter
from tests.rollcall.factories import Handset, Json, arrived, as_batch, make_handset
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
    return [[receipt.outcome for receipt in receipts or ()] for receipts in answers]


def test_batches_of_several_phones_are_recorded_each_in_its_own_name(
    scene: Scene, handset: Handset, other: Handset
) -> None:
    elsewhere = make_scene(2)
    third = make_handset(elsewhere.site, elsewhere.clerk.user_id)
    said = [
        (handset, handset.batch([handset.event(scene.first, "late"), handset.event(scene.entries[1])], waiting=4)),
        (other, other.batch([other.event(scene.entries[-1])], waiting=2, client='2".1\\')),
        (third, third.batch([third.event(entry) for entry in elsewhere.entries], waiting=2)),
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
    assert [arrived(each.phone) for each, _body in said] == [[1, 2], [1], [1, 2]]
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
            assert None not in record_together(sent)
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
    return handset.batch([event | {"person_id": scene.first.pk}])


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
    "what was put aside before": _put_aside_before,
    "a closed roll": _after(_close),
    "a site that is gone": _after(_remove),
    "a session that is cancelled": _after(lambda scene, _phone: _set(scene.session, cancelled_at=clock.now())),
    "another unit's site": _after(lambda scene, _phone: _set(scene.site, unit=scene.cell)),
    "a phone that is revoked": _after(lambda _scene, phone: _set(phone.phone, revoked_at=clock.now())),
}


def _set(row: Any, **values: object) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


def _kept() -> tuple[set[int], int, int]:
    events = set(AttendanceEvent.objects.values_list("device_id", flat=True))
    return events, QuarantinedEvent.objects.count(), RollClosing.objects.count()


@pytest.mark.parametrize("what", OUT_OF_THE_WAY)
def test_what_is_out_of_the_way_is_left_and_what_comes_beside_it_is_recorded(
    what: str, scene: Scene, handset: Handset, other: Handset
) -> None:
    elsewhere = make_scene(1)
    beside = make_handset(elsewhere.site, elsewhere.clerk.user_id)
    caller = admit(header=f"Bearer {handset.token}", address=str)
    body = OUT_OF_THE_WAY[what](scene, handset)
    events, *others = _kept()
    seen = Phone.objects.get(pk=handset.phone.pk).last_seen_at
    batch = as_batch(body)
    sent = [
        Delivery(caller.actor, caller.phone, batch, Contents.of(batch)),
        delivery(beside, beside.batch([beside.event(elsewhere.first)])),
    ]
    left, receipts = record_together(sent)
    assert left is None
    assert [receipt.outcome for receipt in receipts or ()] == ["accepted"]
    assert _kept() == (events | {beside.phone.pk}, *others)
    assert Phone.objects.get(pk=handset.phone.pk).last_seen_at == seen


def test_whoever_takes_the_roll_no_longer_is_left_to_be_refused_alone(
    scene: Scene, handset: Handset, other: Handset
) -> None:
    sent = [delivery(each, each.batch([each.event(scene.entries[-1])])) for each in (other, handset)]
    sent[1] = sent[1]._replace(actor=make_actor(Role.VIEWER, scene.committee))
    assert [answer is None for answer in record_together(sent)] == [False, True]
    assert AttendanceEvent.objects.get().device_id == other.phone.pk


def test_nothing_is_recorded_where_every_batch_is_out_of_the_way(scene: Scene, handset: Handset) -> None:
    _set(scene.campaign, state=CampaignState.FINISHED)
    assert record_together([delivery(handset, handset.batch([handset.event(scene.first)]))]) == [None]


@pytest.mark.parametrize("body", [_known_otherwise, _of_a_number_used_before])
def test_what_the_log_has_otherwise_undoes_the_whole(
    body: Callable[[Scene, Handset], Json], scene: Scene, handset: Handset, other: Handset
) -> None:
    sent = [delivery(handset, body(scene, handset)), delivery(other, other.batch([other.event(scene.entries[-1])]))]
    with pytest.raises(NotTogether):
        record_together(sent)
    assert AttendanceEvent.objects.get().device_id == handset.phone.pk
    assert Phone.objects.get(pk=other.phone.pk).last_seen_at is None


@contextlib.contextmanager
def _held(statement: str, *values: object) -> Iterator[None]:
    """Somebody else's transaction that did this and has not ended."""
    with psycopg.connect(**connection.get_connection_params()) as somebody:
        somebody.execute("SET idle_in_transaction_session_timeout = '20s'")
        somebody.execute(statement.encode(), values)
        yield
        somebody.rollback()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["the phone", "the site"])
def test_a_phone_or_a_site_that_is_held_is_passed_over(
    what: str, scene: Scene, handset: Handset, other: Handset
) -> None:
    sent = [delivery(each, each.batch([each.event(scene.entries[-1])])) for each in (other, handset)]
    table, column, number = {
        "the phone": ("rollcall_phone", "device_id", handset.phone.pk),
        "the site": ("study_sessions_site", "id", scene.site.pk),
    }[what]
    with _held(f"SELECT FROM {table} WHERE {column} = %s FOR UPDATE", number):
        assert [answer is None for answer in record_together(sent)] == [False, True]
    assert None not in record_together(sent)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["the user", "the same event"])
def test_no_other_lock_is_waited_for_long(what: str, scene: Scene, handset: Handset) -> None:
    body = handset.batch([handset.event(scene.first)])
    if what == "the user":
        held = _held("SELECT FROM accounts_user WHERE id = %s FOR UPDATE", scene.clerk.user_id)
    else:
        held = _held(SAME_EVENT, body["events"][0]["event_id"], handset.phone.pk, scene.first.pk)
    sent = [delivery(handset, body)]
    with held, pytest.raises(OperationalError, match="lock timeout"):
        record_together(sent)
    assert not AttendanceEvent.objects.exists()
    assert None not in record_together(sent)


SAME_EVENT = """
INSERT INTO attendance_attendanceevent (
  event_id, device_id, seq, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id, wall_time,
  payload_sha256, received_at, late, flags
)
SELECT %s, device.id, 99, place.session_id, place.site_id, place.entry_id, 'present', 'tick', 3, '', device.user_id,
       now(), '', now(), false, 0
FROM attendance_device device, study_sessions_placement place WHERE device.id = %s AND place.entry_id = %s
"""


DIES_OF_SEVERAL = """
CREATE FUNCTION die_of_several() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM added) > 1 THEN
    PERFORM pg_terminate_backend(pg_backend_pid());
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER die_of_several AFTER INSERT ON attendance_attendanceevent REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION die_of_several()
"""


def _wait_for(holds: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not holds():
        assert monotonic() < end, "They do not come."


@pytest.fixture
def crowd(scene: Scene, handset: Handset) -> list[Handset]:
    """Five phones at one site."""
    return [handset, *(make_handset(scene.site, scene.clerk.user_id) for _ in range(4))]


def _crowded(crowd: list[Handset], scene: Scene) -> list[Any]:
    """What each is answered: the first waits for a table that is held, the rest come meanwhile."""
    answers = dict[str, Any]()

    def send(each: Handset) -> None:
        answers[each.token] = each.post("batches", each.batch([each.event(scene.first)]))
        connection.close()

    first, *rest = (threading.Thread(target=send, args=[each]) for each in crowd)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE rollcall_phone IN EXCLUSIVE MODE")
        first.start()
        wait_for_a_waiter()
        for thread in rest:
            thread.start()
        _wait_for(lambda: len(gathering.DESK) == len(rest))
    for thread in (first, *rest):
        thread.join(timeout=60)
    return [answers[each.token] for each in crowd]


def _transactions() -> tuple[int, int]:
    """How many marks there are, and in how many transactions they were written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM attendance_attendanceevent")
        marks, transactions = cursor.fetchone()
    return marks, transactions


@pytest.mark.django_db(transaction=True)
def test_those_who_come_while_a_transaction_runs_are_recorded_in_the_next_one(
    scene: Scene, crowd: list[Handset]
) -> None:
    assert [answer.status_code for answer in _crowded(crowd, scene)] == [200] * 5
    assert _transactions() == (5, 2)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_under_several_costs_none_of_them_a_mark(
    scene: Scene, crowd: list[Handset], caplog: pytest.LogCaptureFixture
) -> None:
    """The database ends the connection that writes the marks of several: whatever it had written is gone."""
    with connection.cursor() as cursor:
        cursor.execute(DIES_OF_SEVERAL)
    try:
        with caplog.at_level(logging.WARNING, logger=gathering.__name__):
            answers = _crowded(crowd, scene)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION die_of_several CASCADE")
    assert "4 batches could not be recorded together" in [record.getMessage() for record in caplog.records]
    assert [answer.json()["receipts"][0]["outcome"] for answer in answers] == ["accepted"] * 5
    assert _transactions() == (5, 5)
    assert [arrived(each.phone) for each in crowd] == [[1]] * 5


@pytest.mark.django_db(transaction=True)
def test_each_is_answered_for_its_own_whoever_sends_beside_it(scene: Scene, handset: Handset) -> None:
    phones = [make_handset(scene.site, scene.clerk.user_id) for _ in range(4)]
    strange = make_handset(scene.site, scene.clerk.user_id)
    theirs = make_scene(1).site
    answers = dict[str, Any]()

    def sending(each: Handset, *events: Json, **said: Any) -> Callable[[], object]:
        return lambda: answers.update({each.token: each.post("batches", each.batch(list(events), **said))})

    run_at_once(
        *(sending(each, *(each.event(entry) for entry in scene.entries)) for each in phones),
        sending(handset, handset.event(10**9), handset.event(scene.first)),
        sending(strange, strange.event(scene.first), session_id=theirs.session_id, site_id=theirs.pk),
    )
    said = {
        token: [receipt["outcome"] for receipt in answer.json()["receipts"]]
        for token, answer in answers.items()
        if answer.status_code == 200
    }
    assert said == {each.token: ["accepted"] * 3 for each in phones} | {handset.token: ["quarantined", "accepted"]}
    assert (answers[strange.token].status_code, answers[strange.token].json()["code"]) == (403, "other_unit")
    assert AttendanceEvent.objects.count() == 4 * 3 + 1
    assert Site.objects.filter(events__isnull=False).distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_put_aside_while_it_comes_again_does_not_wait_once_it_is_recorded(
    scene: Scene, handset: Handset
) -> None:
    """Another transaction of the phone puts the event aside; the reason is gone before the event is judged again."""
    body = handset.batch([handset.event(scene.first)])
    caller = admit(header=f"Bearer {handset.token}", address=str)
    answers: list[Any] = []

    def send() -> None:
        answers.append(handset.post("batches", body))
        connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic(), connection.cursor() as cursor:
        Phone.objects.select_for_update().get(pk=handset.phone.pk)
        cursor.execute("LOCK TABLE study_sessions_placement IN ACCESS EXCLUSIVE MODE")
        thread.start()
        wait_for_a_waiter()
        Placement.objects.filter(entry=scene.first).delete()
        aside = record_batch(actor=caller.actor, phone=caller.phone, batch=as_batch(body))
        assert [receipt.code for receipt in aside] == ["unknown_member"]
        Placement.objects.create(entry=scene.first, site=scene.site, session=scene.session)
    thread.join(timeout=60)
    assert [receipt["outcome"] for receipt in answers[0].json()["receipts"]] == ["accepted"]
    assert QuarantinedEvent.objects.get().decision == "recorded"
