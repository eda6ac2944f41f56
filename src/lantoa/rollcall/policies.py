"""Who may do what with phones and with what they sent (the table "Who may do what")."""

from lantoa.organizations.actors import SYSTEM, Actor


def can_keep_history(*, actor: Actor) -> bool:
    """Write down a backup, or begin a new epoch after a restore: the system alone, at the command line."""
    return actor is SYSTEM
