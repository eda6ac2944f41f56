"""Who may do what with phones and with what they sent (the table "Who may do what")."""

from lantoa.attendance.policies import can_review, can_take_roll
from lantoa.organizations import authority
from lantoa.organizations.actors import SYSTEM, Actor, HasPath
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_administer


def can_set_up_phone(*, actor: Actor, unit: HasPath) -> bool:
    """Set up a phone at a unit, which then takes its rolls in the actor's name: whoever takes them there."""
    return can_take_roll(actor=actor, unit=unit)


def can_use_phone(*, actor: Actor, unit_id: int) -> bool:
    """Take the rolls of a unit with a phone set up there, whose user is the actor: as long as they take them there."""
    return unit_id in actor.unit_ids(authority.TAKES_ROLL)


def can_carry_parcel(*, actor: Actor) -> bool:
    """Hand in what a phone recorded: whoever takes the roll of some unit. It is recorded in that phone's name."""
    return bool(actor.unit_ids(authority.TAKES_ROLL))


def can_revoke_phone(*, actor: Actor, unit: Unit) -> bool:
    """See the phones of a unit and revoke one: whoever takes the rolls there, and the administrator who looks after the
    accounts there, since a phone acts in the name of an account."""
    return can_set_up_phone(actor=actor, unit=unit) or can_administer(actor=actor, unit=unit)


def can_decide_event(*, actor: Actor, unit: HasPath, recorder_id: int) -> bool:
    """Decide about what a phone of the user `recorder_id` sent and what could not be recorded at a site of `unit`: as
    about any mark, so never a secretary about their own."""
    return can_review(actor=actor, unit=unit, recorders={recorder_id})


def can_keep_history(*, actor: Actor) -> bool:
    """Write down a backup, or begin a new epoch after a restore: the system alone, at the command line."""
    return actor is SYSTEM
