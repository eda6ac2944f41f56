"""What is written down when something appears on a portal or goes."""

from collections.abc import Iterable
from typing import Any

from lantoa.audit import services as audit
from lantoa.organizations.actors import Actor
from lantoa.portal.models import PortalSite


def record(*, actor: Actor, action: str, page: Any) -> None:
    """Write down what was done to a page, under the unit whose portal it is."""
    record_each([page], actor=actor, action=action, within=page)


def record_each(pages: Iterable[Any], *, actor: Actor, action: str, within: Any) -> None:
    """Write down what was done to each of some pages, under the unit on whose portal the page `within` stands."""
    site = PortalSite.objects.of_page(within)
    for page in pages:
        audit.record(actor=actor, action=action, about=page, unit=site.unit if site else None)
