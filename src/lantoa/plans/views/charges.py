"""Naming who is in charge of a unit in a campaign, on the page of what the units owe."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans import policies
from lantoa.plans.forms.charges import ChargeForm
from lantoa.plans.services.charges import name_in_charge
from lantoa.plans.views.campaigns import scope_of, visible_campaign
from lantoa.plans.views.cascade import TEMPLATE, Naming, cascade_context
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid


@require_POST
def charge_name(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """Who is responsible for this unit in this campaign, and who follows it?"""
    campaign = visible_campaign(request, campaign_id)
    unit = scope_of(request, campaign, unit_id).unit
    if not policies.can_name_in_charge(actor=request.actor, campaign=campaign, unit=unit):
        raise NotPermitted
    form = ChargeForm(request.POST, campaign=campaign, unit=unit)
    if form.is_valid():
        try:
            name_in_charge(actor=request.actor, campaign=campaign, unit=unit, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_after_post(request, "plans:cascade", campaign.pk, message=_("Who is in charge was saved."))
    context = cascade_context(request, campaign, Naming(unit, form))
    return render_invalid(request, TEMPLATE, context, form=form)
