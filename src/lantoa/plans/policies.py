"""Who may do what with campaigns, summons and plans (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit

# Campaigns


def can_lead_campaign(*, actor: Actor, unit: Unit) -> bool:
    """Prepare, start and finish a campaign of one's own unit."""
    return actor.holds(authority.REGISTERS_DIRECTIVES, unit)


# Summons


def can_summon(*, actor: Actor, unit: Unit) -> bool:
    """Convene the people of one's own unit, and take somebody off a list of one's own unit."""
    return actor.holds(authority.SUMMONS, unit)


# Plans
