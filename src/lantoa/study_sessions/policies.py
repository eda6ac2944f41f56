"""Who may do what with sessions (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath


def can_set_up_session(*, actor: Actor, host: HasPath) -> bool:
    """Set up a session of one's own unit, change it, its sites and its places."""
    return actor.holds(authority.SUMMONS, host)


def can_report_site(*, actor: Actor, unit: HasPath, host: HasPath) -> bool:
    """Say whether a site is ready and how many are there: whoever takes the roll of their own unit's site, and the
    host."""
    return actor.holds(authority.TAKES_ROLL, unit) or can_set_up_session(actor=actor, host=host)


def can_record_activity(*, actor: Actor, unit: HasPath) -> bool:
    """Record how many came to an activity of one's own unit, correct that and take it back: whoever takes the unit's
    rolls, for both say who was reached."""
    return actor.holds(authority.TAKES_ROLL, unit)
