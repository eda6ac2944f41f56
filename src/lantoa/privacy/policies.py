"""Who may do what with one person's data (the rows "import persons, edit a record" and "settle a conflict")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_edit_persons, can_export_names, can_see_names


def can_ask_erasure(*, actor: Actor, unit: Unit) -> bool:
    """Ask for the erasure of the data of somebody whom the unit counted: whoever keeps the list of its people."""
    return can_edit_persons(actor=actor, unit=unit) and can_see_names(actor=actor, unit=unit)


def can_decide_erasure(*, actor: Actor, unit: Unit) -> bool:
    """Decide on an erasure: an officer, or the unit's own secretary; never a clerk."""
    return _settles(actor, unit) and can_see_names(actor=actor, unit=unit)


def can_remove_files(*, actor: Actor, unit: Unit) -> bool:
    """Remove, with an erasure, a file of a document that the unit registered: not one of a unit elsewhere or above."""
    return _settles(actor, unit)


def can_hand_over(*, actor: Actor, unit: Unit) -> bool:
    """Take the data of one person of a unit out, to hand them over: whoever may export the names of that unit."""
    return can_export_names(actor=actor, unit=unit) and can_see_names(actor=actor, unit=unit)


def _settles(actor: Actor, unit: Unit) -> bool:
    return actor.holds_above(authority.SETTLES_BELOW, unit) or actor.holds(authority.SETTLES_OWN, unit)
