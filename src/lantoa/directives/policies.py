"""Who may do what with the register (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit


def can_register_directive(*, actor: Actor, unit: Unit) -> bool:
    """Register a directive for one's own unit, and correct what it registered."""
    return actor.holds(authority.REGISTERS_DIRECTIVES, unit)
