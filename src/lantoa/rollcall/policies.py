"""Who may do what with phones and with what they sent (the table "Who may do what")."""

from lantoa.attendance.policies import can_take_roll
from lantoa.organizations import authority
from lantoa.organizations.actors import SYSTEM, Actor, HasPath


def can_set_up_phone(*, actor: Actor, unit: HasPath) -> bool:
    """Set up a phone at a unit, which then takes its rolls in the actor's name: whoever takes them there."""
    return can_take_roll(actor=actor, unit=unit)


def can_use_phone(*, actor: Actor, unit_id: int) -> bool:
    """Take the rolls of a unit with a phone set up there, whose user is the actor: as long as they take them there."""
    return unit_id in actor.unit_ids(authority.TAKES_ROLL)


def can_carry_parcel(*, actor: Actor) -> bool:
    """Hand in what a phone recorded: whoever takes the roll of some unit. It is recorded in that phone's name."""
    return bool(actor.unit_ids(authority.TAKES_ROLL))


def can_keep_history(*, actor: Actor) -> bool:
    """Write down a backup, or begin a new epoch after a restore: the system alone, at the command line."""
    return actor is SYSTEM
