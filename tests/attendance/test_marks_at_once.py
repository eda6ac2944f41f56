"""Marks against those who close the roll or change the list at the same moment: real transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from lantoa.attendance.errors import SiteWasRemoved
from lantoa.attendance.models import AttendanceEvent, Device
from lantoa.attendance.services.marks import Receipt, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import Role
from lantoa.study_sessions.models import Placement, Site, StudySession
from lantoa.study_sessions.services.guarding import permit_and_lock
from tests.attendance.factories import Scene, make_scene, mark
from tests.organizations.factories import make_actor
from tests.plans.racing import wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)


def _run_into(act: Callable[[], object], *, held: Callable[[], object], then: Callable[[], object]) -> object:
    """Let `act` run, in a transaction of its own, into what `held` locks; do `then`, let go. What `act` came to."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(act())
        except Refusal as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        held()
        thread.start()
        wait_for_a_waiter()
        then()
    thread.join(timeout=60)
    return outcome[0]


def _hold(site: Site) -> Site:
    return Site.objects.select_for_update().get(pk=site.pk)


def _marking(scene: Scene) -> Callable[[], list[Receipt]]:
    return lambda: record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first)])


def test_a_mark_that_waits_for_a_closing_keeps_the_device_free_for_it() -> None:
    scene = make_scene()
    _marking(scene)()
    _run_into(
        _marking(scene),
        held=lambda: _hold(scene.site),
        then=lambda: Device.objects.select_for_update(nowait=True).get(),
    )
    assert Device.objects.get().last_seq == 2


def test_a_mark_that_comes_while_the_roll_is_closed_is_late() -> None:
    scene = make_scene()
    _run_into(
        _marking(scene),
        held=lambda: _hold(scene.site),
        then=lambda: close_roll(actor=scene.clerk, site=scene.site, absent_rest=True),
    )
    assert AttendanceEvent.objects.order_by("arrival").last() == AttendanceEvent.objects.get(late=True)


def test_somebody_taken_off_the_list_meanwhile_gets_no_mark() -> None:
    scene = make_scene()
    receipts = _run_into(
        _marking(scene),
        held=lambda: _hold(scene.site),
        then=lambda: Placement.objects.filter(entry=scene.first).delete(),
    )
    assert isinstance(receipts, list)
    assert [receipt.code for receipt in receipts] == ["not_on_the_list"]


@pytest.mark.parametrize("act", ["mark", "close"])
def test_a_site_removed_meanwhile_is_told(act: str) -> None:
    scene = make_scene()
    acts = {"mark": _marking(scene), "close": lambda: close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)}

    def remove() -> None:
        Placement.objects.filter(site=scene.site).delete()
        scene.site.delete()

    assert isinstance(_run_into(acts[act], held=lambda: _hold(scene.site), then=remove), SiteWasRemoved)


def test_marks_go_on_while_the_session_is_changed() -> None:
    scene = make_scene()
    officer = make_actor(Role.OFFICER, scene.committee)

    def run() -> None:
        _marking(scene)()
        connection.close()

    with transaction.atomic():
        permit_and_lock(actor=officer, session=scene.session)
        marked = threading.Thread(target=run)
        marked.start()
        marked.join(timeout=60)
        assert not marked.is_alive()
    assert AttendanceEvent.objects.filter(session=StudySession.objects.get()).count() == 1
