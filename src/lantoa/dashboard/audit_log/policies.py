"""Who may read the audit log (the last row of "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath


def can_read_log(*, actor: Actor) -> bool:
    """Read the log of one's own unit and below, or of one's own acts."""
    return can_read_log_below(actor=actor) or bool(actor.unit_ids(authority.READS_OWN_ACTS))


def can_read_log_below(*, actor: Actor) -> bool:
    """Read everybody's acts in one's own unit and below."""
    return bool(actor.unit_ids(authority.READS_AUDIT_BELOW))


def can_read_log_of(*, actor: Actor, unit: HasPath) -> bool:
    """Read everybody's acts at a unit."""
    return actor.holds_above(authority.READS_AUDIT_BELOW, unit)
