"""Reflections against a change of what is asked for at the same moment: real transactions."""

import threading

import pytest
from django.db import connection, transaction

from lantoa.attendance.enums import OwedBy, ReflectionState
from lantoa.attendance.models import Reflection, ReflectionCall
from lantoa.attendance.services import reflections as services
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor
from tests.plans.racing import wait_for_a_waiter


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


@pytest.mark.django_db(transaction=True)
def test_a_paper_handed_in_while_the_call_is_changed_stays() -> None:
    scene = make_scene()
    scene.first.person.birth_year = 1940
    scene.first.person.save(update_fields=["birth_year"])
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
