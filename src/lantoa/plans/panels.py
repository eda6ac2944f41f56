"""What this app shows on pages of the apps below."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.materials.fillings import materials_panel
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.persons import PersonRecord
from lantoa.plans.campaign_states import state_of
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.policies import can_set_numbers
from lantoa.plans.presentation import UNDATED, time_left
from lantoa.plans.selectors.duties import acts_owed_by, owed_by


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


def materials_of_campaign(request: HttpRequest, campaign: Campaign) -> str:
    """What speakers and units use to explain the directives of a campaign, on its page (one query)."""
    return materials_panel(request, campaign.directives.all())


def plans_owed(request: HttpRequest, unit: Unit) -> str:
    """What a unit still owes, on its page: documents to issue or to close, summonses, studies (two queries)."""
    actor: Actor = getattr(request, "actor", Actor(user_id=None, person_id=None))
    day = clock.today()
    duties = [(duty, time_left(duty.days_left)) for duty in owed_by(unit, actor, day)]
    acts = [(act, time_left(act.days_left) or UNDATED) for act in acts_owed_by(unit, actor, day)]
    if not duties and not acts:
        return ""
    return render_to_string("plans/owed.html", {"duties": duties, "acts": acts}, request=request)


def unit_numbers(request: HttpRequest, unit: Unit) -> str:
    """The way to how a unit numbers its documents, on its page, for those who issue them."""
    actor: Actor = getattr(request, "actor", Actor(user_id=None, person_id=None))
    if not can_set_numbers(actor=actor, unit=unit):
        return ""
    return render_to_string("plans/unit_numbers.html", {"unit": unit}, request=request)


def lists_of_who_leaves(request: HttpRequest, record: PersonRecord) -> str:
    """The roll-outs that go on and whose frozen lists name a person who is to leave (one query)."""
    actor: Actor = getattr(request, "actor", Actor(user_id=None, person_id=None))
    listed = SummonsEntry.objects.filter(person=record.person, removed_on__isnull=True)
    going_on = Campaign.objects.visible_to(actor).exclude(state=CampaignState.FINISHED)
    names = going_on.filter(pk__in=listed.values("campaign")).order_by("name").values_list("name", flat=True)
    context = {"campaigns": list(names)}
    return render_to_string("plans/lists_of_who_leaves.html", context, request=request)
