"""A little of what `make chaos NAMES=rollcall` does at length, and that it sees what it is there to see."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.chaos.phones.machine import HOME, LAST_OF_THE_FOLDER, RollCall
from tests.chaos.phones.network import Fate
from tests.chaos.phones.truth import Mark, folded
from tests.chaos.phones.worker import run_series
from tests.chaos.phones.world import Stopped, World, world

SEED, EXAMPLES = 7, 6
_DOUBLE = """
INSERT INTO rollcall_quarantinedevent
  (device_id, event_id, seq, session_id, site_id, entry_id, payload, payload_sha256, code, received_at, decision)
SELECT device_id, event_id, seq, session_id, site_id, entry_id, '{}', payload_sha256, 'seq_reused', now(), 'pending'
FROM attendance_attendanceevent WHERE seq = 1 RETURNING 1
"""


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One server and one browser for all tests; it writes in earnest, and leaves empty tables."""
    with django_db_blocker.unblock():
        with world() as RollCall.world:
            yield RollCall.world
        call_command("flush", verbosity=0, interactive=False)


def test_no_mark_is_lost_or_doubled(shared: World) -> None:
    shared.done.clear()
    assert run_series(SEED, 0, EXAMPLES) == ""
    done = shared.done
    print(f"\n{done['examples']} rolls, {done['events made']} events, 0 lost, 0 doubled")
    assert done["examples"] >= EXAMPLES
    assert done["events recorded"] > 0


def _restored_in_silence(roll: RollCall) -> None:
    roll.server.restore(roll.network.backups[-1], epoch=roll.server.epoch)


def _doubled(roll: RollCall) -> None:
    roll.server.rows(_DOUBLE)


@pytest.mark.parametrize(("spoil", "words"), [(_restored_in_silence, "lost"), (_doubled, "doubled")])
def test_a_mark_that_is_lost_or_doubled_is_seen(shared: World, spoil: Callable[[RollCall], None], words: str) -> None:
    roll = RollCall()
    roll.set_up(marks=[], fates=[])
    roll.back_up(folded=False)
    roll.tap(name="Lò Văn An")
    assert (roll.look.waiting, len(roll.ledger)) == (0, 1)
    spoil(roll)
    with pytest.raises(AssertionError, match=words):
        roll.teardown()


def test_a_roll_that_is_told_to_stop_ends_at_its_next_step_and_does_not_count(shared: World) -> None:
    roll = RollCall()
    roll.set_up(marks=["Lò Văn An"], fates=[])
    shared.done.clear()
    shared.stop.set()
    try:
        with pytest.raises(Stopped):
            roll.tap(name="Giàng A Bình")
        roll.teardown()
    finally:
        shared.stop.clear()
    assert not shared.done


def _forgotten(roll: RollCall) -> None:
    roll.set_up(marks=["Lò Văn An"], fates=[])
    roll.server.restore(roll.server.first)
    roll.set_up_anew(anew=True)


def _forgotten_twice(roll: RollCall) -> None:
    _forgotten(roll)
    roll.set_up_anew(anew=True)
    roll.go(to=0)
    roll.tap(name="Lý Thị Dung")
    roll.server.restore(roll.server.first)
    roll.go(to=HOME)
    roll.set_up_anew(anew=True)
    roll.go(to=0)
    roll.tap(name="Giàng A Bình")


def _revoked_and_forgotten(roll: RollCall) -> None:
    roll.set_up(marks=[], fates=[])
    roll.go_offline(is_offline=True)
    roll.tap(name="Lò Văn An")
    roll.revoke()
    roll.go_offline(is_offline=False)
    roll.server.restore(roll.server.first)
    roll.set_up_anew(anew=True)


def test_what_was_put_aside_waits_once_though_the_phone_is_set_up_anew(shared: World) -> None:
    roll = RollCall()
    roll.set_up(marks=[], fates=[(Fate.ANSWER_LOST, 0)])
    roll.close_elsewhere(absent_rest=True, number=0)
    roll.close_roll(absent_rest=True, guests=0)
    assert roll.look.waiting == 1
    roll.revoke()
    roll.teardown()


def test_a_page_that_was_opened_while_the_disk_was_full_goes_on_once_there_is_room(shared: World) -> None:
    roll = RollCall()
    roll.set_up(marks=["Lò Văn An"], fates=[])
    roll.revoke()
    roll.fill_disk(how="undoes")
    roll.go(to=HOME)
    roll.reopen(in_the_middle="nothing", name="", number=0)
    roll.teardown()


def test_a_server_whose_clock_is_set_back_turns_no_order_around(shared: World) -> None:
    roll = RollCall()
    roll.set_up(marks=["Lò Văn An"], fates=[])
    roll.set_server_clock(minutes=-1)
    roll.tap(name="Giàng A Bình")
    roll.mark_elsewhere(name="Lò Văn An", status="absent", by=1)
    roll.teardown()


def test_a_killed_folder_leaves_what_it_took_to_the_next(shared: World) -> None:
    for statement in range(LAST_OF_THE_FOLDER):
        roll = RollCall()
        roll.set_up(marks=["Lò Văn An", "Giàng A Bình"], fates=[])
        roll.kill_folder(statement=statement)
        roll.teardown()


def test_a_restored_server_hears_of_everything_again(shared: World) -> None:
    for way in (_forgotten, _forgotten_twice, _revoked_and_forgotten):
        roll = RollCall()
        way(roll)
        roll.teardown()


# The mark has pytest-django make the database, which the others write to by other threads, when this file runs alone.
@pytest.mark.django_db
def test_the_states_are_counted_by_rank_and_arrival() -> None:
    def mark(arrival: int, status: str, method: str = "tick", *, by: int = 1, late: bool = False) -> Mark:
        return Mark(arrival, "", 1, arrival, 1, 1, 1, status, method, "", by, late, None)

    assert folded([mark(1, "present"), mark(2, "absent")]) == [(1, 1, "absent", 2, False)]
    assert folded([mark(1, "present", "sheet"), mark(2, "absent", by=2)]) == [(1, 1, "present", 1, True)]
    assert folded([mark(1, "present"), mark(2, "retracted")]) == []
    assert folded([mark(1, "present"), mark(2, "absent", late=True)]) == [(1, 1, "present", 1, False)]


def test_a_renewal_that_was_not_answered_does_not_follow_the_phone_into_its_next_life(shared: World) -> None:
    roll = RollCall()
    roll.set_up(marks=[], fates=[(Fate.CUT, 0), (Fate.ANSWER_CUT, 0)])
    roll.set_clock(years=10, minutes=0)
    roll.tap(name="Lò Văn An")
    roll.go_offline(is_offline=False)
    roll.revoke()
    roll.teardown()
