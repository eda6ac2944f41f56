"""Who may do what with units, persons and appointments (the table "Who may do what")."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.models import Appointment, Unit


def can_see_counts(*, actor: Actor, unit: Unit) -> bool:
    """See the counts of a unit: own and below, or assigned, or only one's own."""
    return actor.holds_above(authority.SEES_COUNTS_BELOW, unit) or actor.holds(authority.SEES_COUNTS_OWN, unit)


def can_see_names(*, actor: Actor, unit: Unit) -> bool:
    """See the people of a unit by name. Names stop at the cell and its direct superior."""
    if actor.holds(authority.SEES_NAMES_CELL_AND_CHILDREN | authority.SEES_NAMES_OWN, unit):
        return True
    superiors = actor.unit_ids(authority.SEES_NAMES_CELL_AND_CHILDREN)
    return unit.parent_id is not None and unit.parent_id in superiors


def can_edit_persons(*, actor: Actor, unit: Unit) -> bool:
    """Import persons of a unit and edit their records."""
    return actor.holds_above(authority.EDITS_PERSONS_BELOW, unit) or actor.holds(authority.EDITS_PERSONS_OWN, unit)


def can_settle(*, actor: Actor, unit: Unit) -> bool:
    """Decide where a unit's people or rolls are in question: an officer of it or above, or its own secretary."""
    return actor.holds_above(authority.SETTLES_BELOW, unit) or actor.holds(authority.SETTLES_OWN, unit)


def can_open_restricted(*, actor: Actor, unit: Unit) -> bool:
    """Open the record of somebody whose processing is restricted: an officer, or the unit's own secretary, who sees
    the names of the unit. They decide on restrictions."""
    return can_settle(actor=actor, unit=unit) and can_see_names(actor=actor, unit=unit)


def can_export_names(*, actor: Actor, unit: Unit) -> bool:
    """Export the people of one's own unit by name."""
    return actor.holds(authority.EXPORTS_NAMES, unit)


def can_see_reasons(*, actor: Actor, unit: Unit) -> bool:
    """See why somebody is exempt: in the cell itself, never above it."""
    return actor.holds(authority.SEES_NAMES_CELL_AND_CHILDREN | authority.SEES_NAMES_OWN, unit)


def can_administer(*, actor: Actor, unit: Unit) -> bool:
    """Change trees, events, appointments and accounts at a unit or below it."""
    return actor.holds_above(authority.ADMINISTERS, unit)


def can_see_access(*, actor: Actor, unit: Unit) -> bool:
    """See who can see a unit: whoever looks after it, and the officer and the secretary of the unit itself."""
    return can_administer(actor=actor, unit=unit) or actor.holds(authority.SEES_ACCESS_OWN, unit)


def can_found(*, actor: Actor, parent: Unit | None) -> bool:
    """Found a unit under `parent`; the root of a tree is founded by the system alone, at the command line."""
    return actor is SYSTEM or (parent is not None and can_administer(actor=actor, unit=parent))


def can_change_units(*, actor: Actor, units: Iterable[Unit]) -> bool:
    """Prepare and apply an event that names all of `units`: an administrator of every one of them."""
    return bool(actor.paths(authority.ADMINISTERS)) and all(can_administer(actor=actor, unit=unit) for unit in units)


def can_place_persons(*, actor: Actor, unit: Unit) -> bool:
    """Say where the people of a unit that is split go: whoever sees their names and edits their records."""
    return can_see_names(actor=actor, unit=unit) and can_edit_persons(actor=actor, unit=unit)


def can_export_placings(*, actor: Actor, unit: Unit, people: bool) -> bool:
    """Take out the list of what a split leaves: the people's by whoever places them and may export the unit's names,
    that of sub-units and appointments by the unit's administrator."""
    if not people:
        return can_change_units(actor=actor, units=[unit])
    return can_place_persons(actor=actor, unit=unit) and can_export_names(actor=actor, unit=unit)


def can_keep_trees(*, actor: Actor) -> bool:
    """Import whole trees and let a new day begin: the system alone, at the command line or by the clock."""
    return actor is SYSTEM


def can_keep_account(*, actor: Actor, units: Iterable[Unit]) -> bool:
    """Open, close or renew the sign-in of a person who holds appointments at `units`.

    Every one of them must lie under the administrator: whoever sets a password could otherwise act with an authority
    from beside or above.
    """
    return bool(actor.paths(authority.ADMINISTERS)) and all(can_administer(actor=actor, unit=unit) for unit in units)


def can_set_access_rules(*, actor: Actor) -> bool:
    """Set what holds for every sign-in of the installation: the administrators of a whole tree."""
    return any(path.count(".") == 1 for path in actor.paths(authority.ADMINISTERS))


def must_have_second_factor(user: OuterRef) -> Exists | None:
    """Whether the user whose number stands in that column must have a second factor, by the appointments in force today
    and the installation's setting; None where nobody must."""
    roles = authority.NEEDS_SECOND_FACTOR[settings.LANTOA_SECOND_FACTOR_FOR]
    if not roles:
        return None
    held = Appointment.objects.in_force_on(clock.today())
    return Exists(held.filter(person__user_id=user, role__in=sorted(roles)))
