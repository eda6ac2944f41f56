"""What must hold before an event of units is applied: asked when it is prepared, when it is shown, and at last under
locks."""

from collections.abc import Iterable

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.enums import KINDS, Tree, UnitEventKind, UnitKind
from lantoa.organizations.errors import KindOfAnotherTree, NamesakeUnit, ParentNotInForce
from lantoa.organizations.models import DraftSuccessor, Unit
from lantoa.organizations.selectors.courses import Course
from lantoa.organizations.services.unit_events import changeable


def check_units(course: Course) -> None:
    """Whether the units of the event can do what it says on its day.

    Raises UnitsOfOneTree, SeveralUnitsNeeded, UnitEnded, ChangedSince, NothingTransferred, BelowItself,
    SuccessorNotInForce, SuccessorEnds, ParentNotInForce, KindOfAnotherTree, NamesakeUnit, UnitNotEmpty.
    """
    tree = Tree(course.draft.unit.tree)
    for unit in course.concerned:
        if unit.tree != tree:
            raise refusals.UnitsOfOneTree(field="others", name=unit.name)
    _check_numbers(course)
    for unit in course.ended if course.kind != UnitEventKind.TRANSFER else course.predecessors:
        changeable(course.periods_of(unit), course.draft.effective_on)
    for successor in course.successors:
        if successor.unit is None:
            _check_founding(course, successor, tree)
        elif course.kind == UnitEventKind.TRANSFER:
            _check_transfer(course, successor.unit, successor.parent)
        else:
            _check_in_force(
                course, successor.unit, refusals.SuccessorNotInForce(field="heir", name=successor.unit.name)
            )
            _check_outside(course, successor.unit)
    if course.kind == UnitEventKind.DISSOLVE and course.unplaced:
        raise refusals.UnitNotEmpty(field="heir", count=course.unplaced)


def check_course(course: Course) -> None:
    """Whether the event can be applied: the checks of `check_units`, and that nothing is left to be placed.

    Raises those, NotAllPlaced, and OfReform for a list that only a reform uses.
    """
    if course.draft.reform_level:
        raise refusals.OfReform
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
    parent, kind = successor.parent, UnitKind(successor.kind)
    assert parent is not None  # a new unit of an event has a superior; roots are founded by the system alone
    if kind not in KINDS[tree]:
        raise KindOfAnotherTree(field="kind", kind=kind.label, tree=tree.label)
    namesakes = [other for other in course.successors if other.unit is None and other.name == successor.name]
    if len(namesakes) > 1:
        raise NamesakeUnit(field="new_units", name=successor.name)
    _check_in_force(course, parent, ParentNotInForce(field="parent", parent=parent.name))
    _check_outside(course, parent, field="parent")
    _check_no_namesake(course, parent, successor.name, besides=course.ended)


def _check_transfer(course: Course, unit: Unit, parent: Unit | None) -> None:
    last = changeable(course.periods_of(unit), course.draft.effective_on)
    if parent is None or last.parent_id == parent.pk:
        raise refusals.NothingTransferred(field="parent", name=last.parent.name if last.parent else "")
    _check_in_force(course, parent, ParentNotInForce(field="parent", parent=parent.name))
    if parent == unit or unit.pk in course.above[parent.pk]:
        raise refusals.BelowItself(field="parent", name=parent.name)
    _check_no_namesake(course, parent, last.name, besides=[unit])


def _check_in_force(course: Course, unit: Unit, refusal: Refusal) -> None:
    """Raises `refusal` where the unit does not exist from that day on for good."""
    periods = course.periods_of(unit)
    if course.draft.effective_on < periods[0].period.lower or periods[-1].period.upper is not None:
        raise refusal


def _check_outside(course: Course, unit: Unit, field: str = "heir") -> None:
    """Raises SuccessorEnds where the unit is one that ends, or stands below one from that day on."""
    ended = {gone.pk for gone in course.ended}
    if unit.pk in ended or ended & course.above[unit.pk]:
        raise refusals.SuccessorEnds(field=field, name=unit.name)


def _check_no_namesake(course: Course, parent: Unit, name: str, besides: Iterable[Unit]) -> None:
    """Raises NamesakeUnit where from that day on another unit has the name under the same superior."""
    left_out = {unit.pk for unit in besides}
    if any(period.name == name and period.unit_id not in left_out for period in course.below(parent)):
        raise NamesakeUnit(field="name", name=name)
