"""Who may do what with the portal (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor, HasPath
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


def can_offer_figures(*, actor: Actor, portal_unit: HasPath, unit: HasPath) -> bool:
    """Give figures of a unit to the editors of a portal: an officer of the portal's own unit, for it and those below.

    Editors see no counts, officers write no articles: so one gives the figures out, and the others write about them.
    """
    return actor.holds(authority.OFFERS_FIGURES, portal_unit) and unit.path.startswith(portal_unit.path)


def can_edit_anywhere(*, actor: Actor) -> bool:
    """Whether the actor writes for a portal that there is, or approves for one (one query where they hold the role)."""
    return PortalSite.objects.visible_to(actor).exists()


def can_moderate(*, actor: Actor, unit: Unit) -> bool:
    """Decide what of readers' words is published on the portal of a unit."""
    return can_write(actor=actor, unit=unit) or can_approve(actor=actor, unit=unit)
