"""Who may do what with sessions (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath


def can_set_up_session(*, actor: Actor, host: HasPath) -> bool:
    """Set up a session of one's own unit, change it, its sites and its places."""
    return actor.holds(authority.SUMMONS, host)
