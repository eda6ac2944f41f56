"""Reflections against a change of what is asked for at the same moment: real transactions."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from lantoa.attendance.enums import OwedBy, ReflectionState
from lantoa.attendance.models import Reflection, ReflectionCall
from lantoa.attendance.services import reflections as services
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import Stale
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)


def _ask(scene: Scene, *, version: int, exempt_born_until: int) -> ReflectionCall:
    return services.ask_reflections(
        actor=make_actor(Role.OFFICER, scene.committee),
        campaign=scene.campaign,
        version=version,
        questions="Đồng chí hiểu điểm mới nào?",
        due_on=clock.today(),
        owed_by=OwedBy.LISTED,
        exempt_born_until=exempt_born_until,
    )


@pytest.fixture
def scene() -> Scene:
    """A cell whose first person was born in 1940."""
    scene = make_scene()
    scene.first.person.birth_year = 1940
    scene.first.person.save(update_fields=["birth_year"])
    return scene


def test_a_paper_handed_in_while_the_call_is_changed_stays(scene: Scene) -> None:
    _ask(scene, version=0, exempt_born_until=1945)
    clerk = make_actor(Role.CLERK, scene.cell)

    def change() -> None:
        try:
            _ask(scene, version=1, exempt_born_until=1935)
        finally:
            connection.close()

    changing = threading.Thread(target=change)
    with transaction.atomic():
        services.hand_in_reflection(
            actor=clerk, entry=scene.first, version=1, text="Bài viết của tôi", handed_in_on=clock.today()
        )
        changing.start()
        wait_for_a_waiter()
    changing.join(timeout=60)
    assert ReflectionCall.objects.get().version == 2
    assert Reflection.objects.get(entry=scene.first).state == ReflectionState.HANDED_IN


@pytest.mark.parametrize(("before", "outcome"), [(1945, "handed_in"), (1935, "Stale")])
def test_a_paper_handed_in_while_the_person_is_exempted_is_kept_or_told_to_be_stale(
    scene: Scene, before: int, outcome: str
) -> None:
    _ask(scene, version=0, exempt_born_until=before)
    clerk, version = make_actor(Role.CLERK, scene.cell), Reflection.objects.count()

    def hand_in() -> str:
        try:
            paper = services.hand_in_reflection(
                actor=clerk, entry=scene.first, version=version, text="Bài viết của tôi", handed_in_on=clock.today()
            )
        except Stale as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return str(paper.state)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            _ask(scene, version=1, exempt_born_until=1950)
            handed_in = pool.submit(hand_in)
            wait_for_a_waiter()
        assert handed_in.result(20) == outcome
