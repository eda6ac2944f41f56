"""Renamings that are sent at the same moment: real transactions."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NamesakeUnit
from lantoa.organizations.models import Unit, UnitEvent, UnitPeriod
from lantoa.organizations.services.unit_events import rename_unit
from tests.organizations.factories import make_actor, make_unit
from tests.plans.racing import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2024, 3, 1)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn")


def renaming(unit: Unit, parent: Unit, client_id: uuid.UUID) -> Callable[[], UnitEvent]:
    """The same new name for that unit, by an administrator of its superior."""
    actor = make_actor(Role.ADMINISTRATOR, parent)
    decision = Decision("12-QĐ/ĐU", dt.date(2024, 2, 20), "Ban Thường vụ Đảng ủy")
    return lambda: rename_unit(
        actor=actor,
        unit=unit,
        name="Chi bộ bản Mới",
        short_name="",
        code="",
        effective_on=DAY,
        decision=decision,
        client_id=client_id,
    )


def test_of_two_units_that_get_one_name_at_once_one_is_refused(committee: Unit) -> None:
    acts = [renaming(make_unit(parent=committee), committee, uuid.uuid4()) for _ in range(4)]
    outcomes = run_at_once(*acts)
    assert sum(isinstance(outcome, NamesakeUnit) for outcome in outcomes) == 3
    assert UnitPeriod.objects.filter(name="Chi bộ bản Mới").count() == 1


def test_a_double_click_renames_once(committee: Unit) -> None:
    act = renaming(make_unit(parent=committee), committee, uuid.uuid4())
    assert run_at_once(act, act, act) == [None, None, None]
    assert UnitEvent.objects.count() == 1
