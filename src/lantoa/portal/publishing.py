"""What is written down when something appears on a portal or goes."""

from typing import Any

from lantoa.audit import services as audit
from lantoa.organizations.actors import Actor
from lantoa.portal.models import PortalSite


def record(*, actor: Actor, action: str, page: Any) -> None:
    """Write down what was done to a page, under the unit whose portal it is."""
    site = PortalSite.objects.of_page(page)
    audit.record(actor=actor, action=action, about=page, unit=site.unit if site else None)
