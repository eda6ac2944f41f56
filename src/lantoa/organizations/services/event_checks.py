"""What must hold before an event of units is applied: asked when it is prepared, when it is shown, and at last under
locks."""

import datetime as dt

from django.db import connection

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.enums import KINDS, Tree, UnitEventKind, UnitKind
from lantoa.organizations.errors import KindOfAnotherTree, NamesakeUnit, ParentNotInForce
from lantoa.organizations.models import DraftSuccessor, Unit, UnitPeriod
from lantoa.organizations.selectors.courses import Course
from lantoa.organizations.services.unit_events import last_period
from lantoa.organizations.services.units import check_no_namesake


def check_units(course: Course) -> None:
    """Whether the units of the event can do what it says on its day.

    Raises UnitsOfOneTree, SeveralUnitsNeeded, UnitEnded, ChangedSince, NothingTransferred, BelowItself,
    SuccessorNotInForce, SuccessorEnds, ParentNotInForce, KindOfAnotherTree, NamesakeUnit, UnitNotEmpty.
    """
    day, tree = course.draft.effective_on, Tree(course.draft.unit.tree)
    for unit in course.concerned:
        if unit.tree != tree:
            raise refusals.UnitsOfOneTree(field="others", name=unit.name)
    _check_numbers(course)
    for unit in course.ended if course.kind != UnitEventKind.TRANSFER else course.predecessors:
        last_period(unit, day)
    for successor in course.successors:
        if successor.unit is None:
            _check_founding(course, successor, tree)
        elif course.kind == UnitEventKind.TRANSFER:
            _check_transfer(successor.unit, successor.parent, day)
        else:
            _check_in_force(successor.unit, day, refusals.SuccessorNotInForce(field="heir", name=successor.unit.name))
            _check_outside(successor.unit, course)
    if course.kind == UnitEventKind.DISSOLVE and course.unplaced:
        raise refusals.UnitNotEmpty(field="heir", count=course.unplaced)


def check_course(course: Course) -> None:
    """Whether the event can be applied: the checks of `check_units`, and that nothing is left to be placed.

    Raises those and NotAllPlaced.
    """
    check_units(course)
    if course.unplaced:
        raise refusals.NotAllPlaced(count=course.unplaced)


def problem_of(course: Course) -> Refusal | None:
    """Why the event cannot be applied as things stand; None where it can."""
    try:
        check_course(course)
    except Refusal as refusal:
        return refusal
    return None


def _check_numbers(course: Course) -> None:
    if course.kind == UnitEventKind.MERGE and len(course.predecessors) < 2:
        raise refusals.SeveralUnitsNeeded(field="others")
    if course.kind == UnitEventKind.SPLIT and len(course.successors) < 2:
        raise refusals.SeveralUnitsNeeded(field="new_units")


def _check_founding(course: Course, successor: DraftSuccessor, tree: Tree) -> None:
    day, parent, kind = course.draft.effective_on, successor.parent, UnitKind(successor.kind)
    if kind not in KINDS[tree]:
        raise KindOfAnotherTree(field="kind", kind=kind.label, tree=tree.label)
    if parent is not None:
        _check_in_force(parent, day, ParentNotInForce(field="parent", parent=parent.name))
        _check_outside(parent, course, field="parent")
    check_no_namesake(tree=tree, name=successor.name, parent=parent, starts_on=day, besides=course.ended)
    namesakes = [other for other in course.successors if other.unit is None and other.name == successor.name]
    if len(namesakes) > 1:
        raise NamesakeUnit(field="new_units", name=successor.name)


def _check_transfer(unit: Unit, parent: Unit | None, day: dt.date) -> None:
    last = last_period(unit, day)
    if parent is None or last.parent_id == parent.pk:
        raise refusals.NothingTransferred(field="parent", name=last.parent.name if last.parent else "")
    _check_in_force(parent, day, ParentNotInForce(field="parent", parent=parent.name))
    if parent == unit or unit.pk in _above(parent, day):
        raise refusals.BelowItself(field="parent", name=parent.name)
    check_no_namesake(tree=Tree(unit.tree), name=last.name, parent=parent, starts_on=day, besides=[unit])


def _check_in_force(unit: Unit, day: dt.date, refusal: Refusal) -> None:
    """Raises `refusal` where the unit does not exist from that day on for good."""
    periods = list(UnitPeriod.objects.filter(unit=unit).order_by("period"))
    if day < periods[0].period.lower or periods[-1].period.upper is not None:
        raise refusal


def _check_outside(unit: Unit, course: Course, field: str = "heir") -> None:
    """Raises SuccessorEnds where the unit is one that ends, or stands below one from that day on."""
    ended = {gone.pk for gone in course.ended}
    if unit.pk in ended or ended & _above(unit, course.draft.effective_on):
        raise refusals.SuccessorEnds(field=field, name=unit.name)


def _above(unit: Unit, day: dt.date) -> set[int]:
    """The units above it on that day or on any later one."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"unit": unit.pk, "day": day})
        return {pk for (pk,) in cursor.fetchall()}


_ABOVE = """
    WITH RECURSIVE above (unit_id, span) AS (
        SELECT parent_id, period * daterange(%(day)s, NULL) FROM organizations_unitperiod
        WHERE unit_id = %(unit)s AND parent_id IS NOT NULL AND period && daterange(%(day)s, NULL)
        UNION
        SELECT next.parent_id, above.span * next.period
        FROM above JOIN organizations_unitperiod AS next
            ON next.unit_id = above.unit_id AND next.period && above.span
        WHERE next.parent_id IS NOT NULL
    )
    SELECT DISTINCT unit_id FROM above
"""
