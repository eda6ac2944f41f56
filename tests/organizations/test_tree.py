"""A tree through time: what the database refuses, and what the tree was on a day."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, Standing, Tree, UnitKind
from lantoa.organizations.models import Membership, Unit, UnitPeriod
from lantoa.organizations.selectors.units import (
    Headcount,
    ancestors,
    ancestors_on,
    branches,
    children,
    children_on,
    headcounts,
    scope_roots,
    served_by,
    tree_on,
)
from lantoa.organizations.services.today import write_today
from tests.organizations.factories import LONG_AGO, make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TURN = dt.date(2020, 1, 1)


def move(unit: Unit, parent: Unit | None, day: dt.date, *, name: str = "") -> None:
    """Put the unit under another parent from a day on."""
    current = UnitPeriod.objects.get(unit=unit, period__endswith__isnull=True)
    current.period = DateRange(current.period.lower, day)
    current.save(update_fields=["period"])
    UnitPeriod.objects.create(
        unit=unit, name=name or current.name, kind=current.kind, parent=parent, period=DateRange(day, None)
    )


def refused(constraint: str) -> "pytest.RaisesExc[IntegrityError]":
    """Expects the database to refuse by the constraint of that name."""
    return pytest.raises(IntegrityError, match=constraint)


@MANY
@given(
    cuts=st.lists(st.integers(0, 60), min_size=2, max_size=6, unique=True).map(sorted),
    gap=st.integers(1, 5),
    index=st.integers(0, 4),
)
def test_the_periods_of_a_unit_leave_no_gap(cuts: list[int], gap: int, index: int) -> None:
    days = [TURN + dt.timedelta(days=10 * cut) for cut in cuts]
    with transaction.atomic():
        unit = make_unit()
        UnitPeriod.objects.filter(unit=unit).delete()
        spans = list(zip(days, [*days[1:], None], strict=True))
        late = index % (len(spans) - 1) + 1
        spans[late] = (spans[late][0] + dt.timedelta(days=gap), spans[late][1])
        for first, last in spans:
            UnitPeriod.objects.create(unit=unit, name="Chi bộ", kind=UnitKind.CELL, period=DateRange(first, last))
        with refused("leave a gap"), transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)


@MANY
@given(start=st.integers(0, 50), length=st.integers(1, 50), shift=st.integers(-49, 49))
def test_the_periods_of_a_unit_never_overlap(start: int, length: int, shift: int) -> None:
    first = TURN + dt.timedelta(days=start)
    span = DateRange(first, first + dt.timedelta(days=length))
    other_first = first + dt.timedelta(days=max(-length + 1, min(length - 1, shift)))
    other = DateRange(other_first, other_first + dt.timedelta(days=length))
    with transaction.atomic():
        unit = make_unit()
        UnitPeriod.objects.filter(unit=unit).delete()
        UnitPeriod.objects.create(unit=unit, name="A", kind=UnitKind.CELL, period=span)
        with refused("unit_period_no_overlap"), transaction.atomic():
            UnitPeriod.objects.create(unit=unit, name="B", kind=UnitKind.CELL, period=other)
        transaction.set_rollback(True)


@MANY
@given(parents=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_a_tree_never_becomes_cyclic(parents: list[int]) -> None:
    with transaction.atomic():
        units = [make_unit() for _ in parents]
        for unit, parent in zip(units, parents, strict=True):
            UnitPeriod.objects.filter(unit=unit).update(parent=units[parent])
        with refused("below itself"), transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)


def test_two_units_may_change_places_from_a_day_on() -> None:
    upper = make_unit()
    lower = make_unit(parent=upper)
    move(lower, None, TURN)
    move(upper, lower, TURN)
    connection.check_constraints()
    write_today(day=clock.today())
    upper.refresh_from_db()
    assert upper.path == f"{lower.pk}.{upper.pk}."


def test_two_units_cannot_stand_under_each_other_at_different_times_that_meet() -> None:
    upper = make_unit()
    lower = make_unit(parent=upper)
    move(upper, lower, TURN)
    with refused("below itself"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_a_parent_exists_as_long_as_its_children() -> None:
    parent = make_unit()
    child = make_unit(parent=parent)
    UnitPeriod.objects.filter(unit=child).update(period=DateRange(LONG_AGO - dt.timedelta(days=1), None))
    with refused("does not exist the whole time"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_a_unit_does_not_end_before_those_below_it() -> None:
    parent = make_unit()
    make_unit(parent=parent)
    connection.check_constraints()
    UnitPeriod.objects.filter(unit=parent).update(period=DateRange(LONG_AGO, TURN))
    with refused("ends before the units below it"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_a_parent_stands_in_the_same_tree() -> None:
    commune = make_unit(kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    cell = make_unit()
    UnitPeriod.objects.filter(unit=cell).update(parent=commune)
    with refused("different trees"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_the_tree_is_shown_as_it_stood_on_a_day() -> None:
    root = make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)
    first, second = (make_unit(parent=root, kind=UnitKind.GRASSROOTS_COMMITTEE) for _ in range(2))
    cell = make_unit("Chi bộ bản Na Củng", parent=first)
    move(cell, second, TURN, name="Chi bộ Na Củng")
    before, after = (tree_on(day=day, tree=Tree.PARTY) for day in (TURN - dt.timedelta(days=1), TURN))
    assert [node.pk for node in before.ancestors(cell.pk)] == [root.pk, first.pk]
    assert [node.name for node in after.children(second.pk)] == ["Chi bộ Na Củng"]
    assert [node.pk for node in after.roots] == [root.pk]
    assert before.node(cell.pk) is not None
    assert tree_on(day=LONG_AGO - dt.timedelta(days=1), tree=Tree.PARTY).node(root.pk) is None
    assert [node.pk for node in ancestors_on(cell, TURN)] == [root.pk, second.pk]
    assert [node.label for node in children_on(first, TURN - dt.timedelta(days=1))] == ["Chi bộ bản Na Củng"]
    assert children_on(first, TURN) == []


def test_today_ancestors_children_and_servants_are_found() -> None:
    commune = make_unit("Xã Huổi Luông", kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    root = make_unit()
    committee = make_unit("Đảng bộ xã Huổi Luông", parent=root, serves=commune)
    cell = make_unit(parent=committee)
    assert ancestors(cell) == [root, committee]
    assert list(children(committee)) == [cell]
    assert list(served_by(commune)) == [committee]


def test_people_are_counted_by_standing_below_each_unit_on_a_day() -> None:
    root = make_unit()
    first, second = make_unit(parent=root), make_unit(parent=root)
    make_person(unit=first)
    make_person(unit=first, standing=Standing.PROBATIONARY)
    make_person(unit=root, standing=Standing.CADRE)
    gone = make_person(unit=second)
    Membership.objects.filter(person=gone).update(period=DateRange(LONG_AGO, TURN))
    today = headcounts([root.pk, first.pk, second.pk], clock.today())
    assert today[root.pk] == Headcount(full=1, probationary=1, cadres=1)
    assert today[first.pk].members == 2
    assert today[second.pk].total == 0
    assert headcounts([root.pk], TURN - dt.timedelta(days=1))[root.pk].full == 2


def test_the_tree_of_a_scope_begins_at_the_highest_units_and_opens_a_single_root() -> None:
    top = make_unit()
    root = make_unit(parent=top)
    child = make_unit(parent=root)
    leaf = make_unit(parent=child)
    actor = make_actor(Role.VIEWER, root)
    assert list(scope_roots(actor)) == [root]
    [row] = branches(actor, None)
    assert (row.unit, row.is_open, row.child_count, row.more) == (root, True, 1, 0)
    assert [(twig.unit, twig.is_open, twig.child_count) for twig in row.branches] == [(child, False, 1)]
    [row] = branches(actor, {root.pk, child.pk})
    assert row.branches[0].branches[0].unit == leaf
    assert branches(actor, set())[0].more == 0
