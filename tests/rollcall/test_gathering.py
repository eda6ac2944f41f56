"""The desk at which the threads of a process hand in their batches: who leads, whom they take, who is called."""

import contextlib
import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from time import monotonic

import pytest
from django.db import DatabaseError, OperationalError
from psycopg.errors import LockNotAvailable

from lantoa.organizations.actors import SYSTEM
from lantoa.rollcall.models import Phone
from lantoa.rollcall.services import gathering
from lantoa.rollcall.services.gathering import MOST, Desk
from lantoa.rollcall.services.judging import Contents
from lantoa.rollcall.services.together import Delivery, NotTogether
from lantoa.rollcall.wire import Receipt
from tests.rollcall.factories import as_batch, uuid7

Recorded = list[list[int]]


def delivery(phone: int, *event_ids: str) -> Delivery:
    said = {
        "batch_id": str(uuid.uuid4()),
        "sent_at": "2026-11-27T08:00:00Z",
        "server_epoch": str(uuid.uuid4()),
        "waiting": 0,
        "refused": 0,
        "client": "1.0",
        "session_id": 1,
        "site_id": 1,
        "events": [
            {
                "event_id": event_id,
                "seq": 1,
                "person_id": 1,
                "status": "present",
                "method": "tick",
                "wall_time": "2026-11-27T08:00:00Z",
                "roster_id": uuid7(),
            }
            for event_id in event_ids or [uuid7()]
        ],
    }
    batch = as_batch(said)
    return Delivery(SYSTEM, Phone(device_id=phone), batch, Contents.of(batch))


class Recorder:
    """In place of the database: it notes who was recorded together, and holds the first until it is let go."""

    def __init__(self) -> None:
        self.groups: Recorded = []
        self.let_go = threading.Event()
        self.fails: BaseException | None = None

    def __call__(self, deliveries: Sequence[Delivery]) -> list[list[Receipt] | None]:
        self.groups.append([each.phone.pk for each in deliveries])
        assert self.let_go.wait(60)
        if self.fails:
            raise self.fails
        return [[Receipt(event.event_id, "accepted") for event in each.batch.events] for each in deliveries]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def handed_in(recorder: Recorder, *deliveries: Delivery, desk: Desk | None = None) -> list[list[Receipt] | None]:
    """What each is answered: the first leads, the others come one by one while it records."""
    desk, answers = desk if desk is not None else Desk(recorder), dict[int, list[Receipt] | None]()

    def hand_in(place: int) -> None:
        with contextlib.suppress(SystemExit):
            answers[place] = desk.hand_in(deliveries[place])

    threads = [threading.Thread(target=hand_in, args=[place], daemon=True) for place in range(len(deliveries))]
    for place, thread in enumerate(threads):
        thread.start()
        wait_for(lambda place=place: len(recorder.groups) == 1 and len(desk) == place)  # type: ignore[misc]
    recorder.let_go.set()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert len(desk) == 0
    return [answers.get(place) for place in range(len(deliveries))]


def wait_for(holds: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not holds():
        assert monotonic() < end, "That does not come."


def test_those_who_come_meanwhile_are_taken_together_in_their_order(recorder: Recorder) -> None:
    sent = [delivery(phone) for phone in (5, 3, 9, 1)]
    answers = handed_in(recorder, *sent)
    assert recorder.groups == [[5], [3, 9, 1]]
    assert [[receipt.event_id for receipt in answer or ()] for answer in answers] == [
        [event.event_id for event in each.batch.events] for each in sent
    ]


def test_of_each_phone_and_with_each_event_one_is_taken(recorder: Recorder) -> None:
    same = uuid7()
    handed_in(recorder, delivery(1), delivery(2), delivery(2), delivery(3, same), delivery(4, same), delivery(5))
    assert recorder.groups == [[1], [2, 3, 5], [2, 4]]


def test_a_transaction_takes_no_more_than_so_many_events(recorder: Recorder) -> None:
    half = [uuid7() for _ in range(MOST // 2)]
    other = [uuid7() for _ in range(MOST // 2)]
    handed_in(recorder, delivery(1), delivery(2, *half), delivery(3, *other), delivery(4), delivery(5))
    assert recorder.groups == [[1], [2, 3], [4, 5]]


@pytest.mark.parametrize("fails", [NotTogether(), DatabaseError("broken"), ValueError("ours")])
def test_where_they_cannot_be_recorded_together_each_is_left_to_be_recorded_alone(
    fails: Exception, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.fails = fails
    with caplog.at_level(logging.WARNING, logger=gathering.__name__):
        assert handed_in(recorder, delivery(1), delivery(2), delivery(3)) == [None] * 3
    assert recorder.groups == [[1], [2, 3]]
    said = [record.getMessage() for record in caplog.records]
    assert (
        said == []
        if isinstance(fails, NotTogether)
        else [f"{n} batches could not be recorded together" for n in (1, 2)]
    )


def test_a_lock_that_is_held_is_nothing_to_write_about(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.fails = OperationalError("lock timeout")
    recorder.fails.__cause__ = LockNotAvailable()
    assert handed_in(recorder, delivery(1)) == [None]
    assert not caplog.records


def test_a_leader_that_ends_in_the_middle_leaves_the_others_to_be_recorded_alone(recorder: Recorder) -> None:
    recorder.fails = SystemExit()
    desk = Desk(recorder)
    assert handed_in(recorder, delivery(1), delivery(2), delivery(3), desk=desk) == [None] * 3
    recorder.fails = None
    assert desk.hand_in(delivery(4))
    assert recorder.groups == [[1], [2, 3], [4]]


def test_whoever_comes_afterwards_leads_anew(recorder: Recorder) -> None:
    recorder.let_go.set()
    desk = Desk(recorder)
    for phone in (1, 2):
        assert desk.hand_in(delivery(phone))
    assert recorder.groups == [[1], [2]]
