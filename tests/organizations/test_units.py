"""Founding and correcting units, and the columns of today."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import errors
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit, UnitPeriod
from lantoa.organizations.services.units import correct_unit, found_unit, refresh_today
from lantoa.organizations.tasks import begin_day
from tests.organizations.factories import LONG_AGO, make_actor, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 1)


def found(actor: Actor, parent: Unit | None, **changes: Any) -> Unit:
    """Found a cell, some things changed."""
    values: dict[str, Any] = {
        "tree": Tree.PARTY,
        "name": "Chi bộ bản Hoang Thèn",
        "kind": UnitKind.CELL,
        "starts_on": DAY,
    }
    return found_unit(actor=actor, parent=parent, **{**values, **changes})


@pytest.fixture
def parent() -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn", kind=UnitKind.GRASSROOTS_COMMITTEE)


@pytest.fixture
def administrator(parent: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, parent)


def test_a_founded_unit_stands_under_its_parent_with_todays_columns(administrator: Actor, parent: Unit) -> None:
    unit = found(administrator, parent, name="  Chi bộ  bản Hoang Thèn ", short_name="CB Hoang Thèn", code=" 07 ")
    connection.check_constraints()
    assert (unit.name, unit.short_name, unit.code) == ("Chi bộ bản Hoang Thèn", "CB Hoang Thèn", "07")
    assert unit.path == f"{parent.pk}.{unit.pk}."
    assert unit.folded_name == "chi bo ban hoang then cb hoang then"
    assert unit.in_force
    assert unit.sort_key
    assert UnitPeriod.objects.get(unit=unit).period == DateRange(DAY, None)
    assert Entry.objects.get(action="organizations.found_unit").object_id == str(unit.pk)


def test_the_system_founds_a_root() -> None:
    root = found(SYSTEM, None, kind=UnitKind.PROVINCIAL_COMMITTEE, name="Đảng bộ tỉnh Lai Châu")
    assert root.path == f"{root.pk}."


def test_a_unit_of_the_future_does_not_exist_today(administrator: Actor, parent: Unit) -> None:
    unit = found(administrator, parent, starts_on=clock.today() + dt.timedelta(days=3))
    assert not unit.in_force
    assert unit.path == f"{parent.pk}.{unit.pk}."


def test_the_same_form_sent_twice_founds_one_unit(administrator: Actor, parent: Unit) -> None:
    once = uuid.uuid4()
    assert found(administrator, parent, client_id=once) == found(administrator, parent, client_id=once)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_founds_units(parent: Unit, role: Role) -> None:
    with pytest.raises(errors.NotPermitted):
        found(make_actor(role, parent), parent)


def test_an_administrator_beside_or_below_founds_nothing(parent: Unit) -> None:
    for unit in (make_unit(), make_unit(parent=parent)):
        with pytest.raises(errors.NotPermitted):
            found(make_actor(Role.ADMINISTRATOR, unit), parent)


def test_an_administrator_founds_no_root(administrator: Actor) -> None:
    with pytest.raises(errors.NotPermitted):
        found(administrator, None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "  "}, errors.UnitNameMissing),
        ({"kind": UnitKind.COMMUNE}, errors.KindOfAnotherTree),
        ({"tree": Tree.ADMINISTRATIVE, "kind": UnitKind.VILLAGE}, errors.ParentOfAnotherTree),
        ({"starts_on": LONG_AGO - dt.timedelta(days=1)}, errors.ParentNotInForce),
    ],
)
def test_what_does_not_fit_is_refused_and_stays_on_record(
    administrator: Actor, parent: Unit, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as caught:
        found(administrator, parent, **changes)
    assert "%(" not in str(caught.value)
    assert Entry.objects.filter(outcome="refused", code=refusal.code).count() == 1
    assert not Unit.objects.filter(parent=parent).exists()


def test_a_parent_that_ends_takes_no_new_child(administrator: Actor, parent: Unit) -> None:
    UnitPeriod.objects.filter(unit=parent).update(period=DateRange(LONG_AGO, dt.date(2030, 1, 1)))
    with pytest.raises(errors.ParentNotInForce):
        found(administrator, parent)


def test_a_namesake_under_the_same_parent_is_refused(administrator: Actor, parent: Unit) -> None:
    found(administrator, parent)
    with pytest.raises(errors.NamesakeUnit):
        found(administrator, parent, starts_on=clock.today())
    assert found(administrator, make_unit(parent=parent)).name == "Chi bộ bản Hoang Thèn"


def test_a_party_unit_serves_an_administrative_one(administrator: Actor, parent: Unit) -> None:
    commune = make_unit(kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    assert found(administrator, parent, serves=commune).serves == commune
    with pytest.raises(errors.UnfitServes):
        found(administrator, parent, name="Chi bộ khác", serves=parent)


def test_a_correction_changes_the_present_period_only(administrator: Actor, parent: Unit) -> None:
    unit = found(administrator, parent)
    corrected = correct_unit(actor=administrator, unit=unit, version=1, short_name=" CB  Thèn ", serves=None)
    assert (corrected.short_name, corrected.version) == ("CB Thèn", 2)
    assert UnitPeriod.objects.get(unit=unit).short_name == "CB Thèn"
    assert Unit.objects.matching("cb then").get() == unit


def test_a_correction_built_on_an_old_version_is_refused(administrator: Actor, parent: Unit) -> None:
    with pytest.raises(errors.Stale):
        correct_unit(actor=administrator, unit=parent, version=7, short_name="", serves=None)


def test_an_administrative_unit_serves_nobody() -> None:
    commune = make_unit(kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    other = make_unit(kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    actor = make_actor(Role.ADMINISTRATOR, commune)
    with pytest.raises(errors.UnfitServes):
        correct_unit(actor=actor, unit=commune, version=1, short_name="", serves=other)


def test_an_officer_corrects_no_unit(parent: Unit) -> None:
    with pytest.raises(errors.NotPermitted):
        correct_unit(actor=make_actor(Role.OFFICER, parent), unit=parent, version=1, short_name="", serves=None)


def test_when_a_day_begins_moved_and_renamed_units_change_with_all_below_them() -> None:
    first, second = make_unit(), make_unit()
    moved = make_unit("Chi bộ cũ", parent=first)
    leaf = make_unit(parent=moved)
    today = clock.today()
    UnitPeriod.objects.filter(unit=moved).update(period=DateRange(LONG_AGO, today))
    UnitPeriod.objects.create(
        unit=moved, name="Chi bộ mới", kind=UnitKind.CELL, parent=second, period=DateRange(today, None)
    )
    assert refresh_today(actor=SYSTEM) == 2
    assert refresh_today(actor=SYSTEM) == 0
    for unit in (moved, leaf):
        unit.refresh_from_db()
    assert (moved.name, moved.folded_name) == ("Chi bộ mới", "chi bo moi")
    assert leaf.path == f"{second.pk}.{moved.pk}.{leaf.pk}."


def test_a_dissolved_unit_keeps_its_last_name_and_is_no_longer_in_force() -> None:
    unit = make_unit("Chi bộ giải thể")
    UnitPeriod.objects.filter(unit=unit).update(period=DateRange(LONG_AGO, clock.today()))
    begin_day(0)
    unit.refresh_from_db()
    assert (unit.name, unit.in_force) == ("Chi bộ giải thể", False)


def test_a_person_does_not_let_the_day_begin(administrator: Actor) -> None:
    with pytest.raises(errors.NotPermitted):
        refresh_today(actor=administrator)


def test_the_periods_of_a_unit_tell_what_it_was_before_during_and_after() -> None:
    unit = make_unit("Chi bộ A")
    UnitPeriod.objects.filter(unit=unit).update(period=DateRange(LONG_AGO, DAY))
    UnitPeriod.objects.create(unit=unit, name="Chi bộ B", kind=UnitKind.CELL, period=DateRange(DAY, None))
    periods = UnitPeriod.objects.filter(unit=unit)
    days = (LONG_AGO - dt.timedelta(days=1), LONG_AGO, DAY, clock.today())
    assert [periods.standing_on(day).name for day in days] == ["Chi bộ A", "Chi bộ A", "Chi bộ B", "Chi bộ B"]
