"""Who may do what with one person's data (the rows "import persons, edit a record" and "settle a conflict")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.models import Person, Unit
from lantoa.organizations.policies import (
    can_edit_persons,
    can_export_names,
    can_open_restricted,
    can_see_names,
    can_settle,
)
from lantoa.privacy.enums import RequestKind


def can_ask_erasure(*, actor: Actor, unit: Unit) -> bool:
    """Ask for the erasure of the data of somebody whom the unit counted: whoever keeps the list of its people."""
    return can_edit_persons(actor=actor, unit=unit) and can_see_names(actor=actor, unit=unit)


def can_decide_erasure(*, actor: Actor, unit: Unit) -> bool:
    """Decide on an erasure: an officer, or the unit's own secretary; never a clerk."""
    return can_open_restricted(actor=actor, unit=unit)


def can_remove_files(*, actor: Actor, unit: Unit) -> bool:
    """Remove, with an erasure, a file of a document that the unit registered: not one of a unit elsewhere or above."""
    return can_settle(actor=actor, unit=unit)


def can_hand_over(*, actor: Actor, unit: Unit) -> bool:
    """Take the data of one person of a unit out, to hand them over: whoever may export the names of that unit."""
    return can_export_names(actor=actor, unit=unit) and can_see_names(actor=actor, unit=unit)


def can_ask_request(*, actor: Actor, person: Person, unit: Unit) -> bool:
    """Ask for a correction or a restriction: the person, and on their behalf whoever keeps the list of the unit."""
    own = actor.user_id is not None and person.user_id == actor.user_id
    return own or can_ask_erasure(actor=actor, unit=unit)


def can_decide_request(*, actor: Actor, kind: RequestKind, unit: Unit) -> bool:
    """Decide on a request: whoever edits the record decides on a correction; on a restriction an officer, or the
    unit's own secretary."""
    if kind == RequestKind.RESTRICTION:
        return can_open_restricted(actor=actor, unit=unit)
    return can_ask_erasure(actor=actor, unit=unit)


def can_see_retention(*, actor: Actor) -> bool:
    """See when the last run of retention was and what it did: an administrator."""
    return bool(actor.paths(authority.ADMINISTERS))


def can_apply_retention(*, actor: Actor) -> bool:
    """Let go what has been kept long enough: the system alone, at the command line or by the clock."""
    return actor is SYSTEM
