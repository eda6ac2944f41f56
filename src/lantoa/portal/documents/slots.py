"""What the portal adds to the page of a directive: whether everybody reads it, and the step to that."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from lantoa.directives.models import Directive
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.policies import can_approve


@dataclass(frozen=True)
class Place:
    """A portal that the reader approves for, and the document there, where it is shown."""

    portal: PortalSite
    document: PublicDocument | None

    @property
    def address(self) -> str:
        """Where everybody reads it."""
        number = self.document.pk if self.document else 0
        return f"{self.portal.site.root_url}{reverse('portal:document_detail', args=[number])}"


def portals_of_directive(request: HttpRequest, directive: Directive) -> str:
    """On which portals a directive is shown, for whoever approves there (two queries)."""
    actor = cast("ActorRequest", request).actor
    portals = PortalSite.objects.visible_to(actor).select_related("unit", "site")
    approved = [portal for portal in portals if can_approve(actor=actor, unit=portal.unit)]
    if not approved:
        return ""
    rows = PublicDocument.objects.shown().filter(portal__in=approved, directive=directive)
    shown = {document.portal_id: document for document in rows}
    places = [Place(portal, shown.get(portal.pk)) for portal in approved]
    return render_to_string("portal/directive_panel.html", {"places": places, "directive": directive}, request=request)
