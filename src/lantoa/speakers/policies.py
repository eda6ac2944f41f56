"""Who may do what with the register of speakers (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath


def can_keep_speakers(*, actor: Actor, unit: HasPath) -> bool:
    """Recognise speakers of one's own unit, correct that and end it: its officer."""
    return actor.holds(authority.KEEPS_SPEAKERS, unit)


def can_export_speakers(*, actor: Actor, unit: HasPath) -> bool:
    """Take the names of one's own unit's speakers out for a stated purpose."""
    return actor.holds(authority.EXPORTS_NAMES, unit)
