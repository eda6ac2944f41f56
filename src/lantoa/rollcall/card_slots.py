"""The ways to members' cards and to wall codes on pages of lower apps."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_export_names
from lantoa.study_sessions.models import Site


def unit_cards(request: HttpRequest, unit: Unit) -> str:
    """The button to the cards of a unit, for whoever may print them."""
    if not can_export_names(actor=cast(ActorRequest, request).actor, unit=unit):
        return ""
    return render_to_string("rollcall/_unit_cards.html", {"unit": unit}, request=request)


def site_wall(request: HttpRequest, site: Site) -> str:
    """The button to the wall code of a site, on its roll; whoever sees the roll takes it."""
    return render_to_string("rollcall/_site_wall.html", {"site": site}, request=request)
