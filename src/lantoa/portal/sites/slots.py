"""What the portal adds to the page of a unit: the way to its site."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.portal.policies import can_open_site


def portal_of_unit(request: HttpRequest, unit: Unit) -> str:
    """The way to open and change the portal of a unit, for whoever looks after it (no query)."""
    if not unit.in_force or not can_open_site(actor=cast("ActorRequest", request).actor, unit=unit):
        return ""
    return render_to_string("portal/unit_panel.html", {"unit": unit}, request=request)
