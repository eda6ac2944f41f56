"""Who may do what with the register (the table "Who may do what")."""

from lantoa.directives.models import Directive
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit


def can_register_directive(*, actor: Actor, unit: Unit) -> bool:
    """Register a directive for one's own unit, and correct what it registered."""
    return actor.holds(authority.REGISTERS_DIRECTIVES, unit)


def can_unrelate_directives(*, actor: Actor, directive: Directive, other: Directive) -> bool:
    """Take back what one's own unit entered about another directive, or another unit about one's own."""
    return any(can_register_directive(actor=actor, unit=one.registered_by) for one in (directive, other))
