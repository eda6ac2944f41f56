"""What this app shows on pages of the apps below."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.directives.models import Directive
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.plans.campaign_states import state_of
from lantoa.plans.models import Campaign


def campaigns_of_directive(request: HttpRequest, directive: Directive) -> str:
    """The campaigns that roll a directive out, on its page (one query)."""
    actor: Actor = getattr(request, "actor", Actor(user_id=None, person_id=None))
    found = Campaign.objects.visible_to(actor).filter(directives=directive).select_related("owner")
    context: dict[str, Any] = {
        "directive": directive,
        "campaigns": [(campaign, state_of(campaign)) for campaign in found],
        "may_prepare": bool(actor.unit_ids(authority.REGISTERS_DIRECTIVES)),
    }
    return render_to_string("plans/campaign_panel.html", context, request=request)
