"""Who may do what with the portal (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_administer
from lantoa.portal.models import PortalSite


def can_open_site(*, actor: Actor, unit: Unit) -> bool:
    """Open the portal site of a unit: whoever looks after it."""
    return can_administer(actor=actor, unit=unit)


def can_write(*, actor: Actor, unit: Unit) -> bool:
    """Write for the portal of a unit, and review what others wrote."""
    return actor.holds(authority.WRITES_PORTAL, unit)


def can_approve(*, actor: Actor, unit: Unit) -> bool:
    """Approve what is published on the portal of a unit, and withdraw it."""
    return actor.holds(authority.APPROVES_PORTAL, unit)


def can_edit_anywhere(*, actor: Actor) -> bool:
    """Whether the actor writes for a portal that there is, or approves for one (one query where they hold the role)."""
    return PortalSite.objects.visible_to(actor).exists()


def can_moderate(*, actor: Actor, unit: Unit) -> bool:
    """Decide what of readers' words is published on the portal of a unit."""
    return can_write(actor=actor, unit=unit) or can_approve(actor=actor, unit=unit)
