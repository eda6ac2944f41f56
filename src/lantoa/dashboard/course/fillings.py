"""The way to a unit's campaigns, on the unit's page."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_see_counts


def way_to_course(request: HttpRequest, unit: Unit) -> str:
    """A link for readers who see the unit's counts; no query."""
    if not can_see_counts(actor=cast(ActorRequest, request).actor, unit=unit):
        return ""
    return render_to_string("dashboard/course/way.html", {"unit": unit}, request=request)
