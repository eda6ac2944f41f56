"""What is posted about exceptions from an audience; they stand on the page of the campaign."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.forms.audience import ExceptionForm
from lantoa.plans.models import AudienceException, Campaign
from lantoa.plans.services.audience import add_exception, withdraw_exception
from lantoa.plans.views.campaigns import DETAIL, detail_context, led_campaign
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid


@require_POST
def exception_add(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Whom does this campaign call beside its class, or not?"""
    campaign = led_campaign(request, campaign_id)
    form = ExceptionForm(request.POST, campaign=campaign)
    if not form.is_valid():
        return _refused(request, campaign, form)
    try:
        add_exception(actor=request.actor, campaign=campaign, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _refused(request, campaign, form)
    message = _("The exception holds for every list that is frozen from now on.")
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)


@require_POST
def exception_withdraw(request: ActorRequest, campaign_id: int, exception_id: int) -> HttpResponse:
    """Let an exception hold no more."""
    campaign = led_campaign(request, campaign_id)
    found = get_object_or_404(
        AudienceException.every.select_related("campaign__owner"), campaign=campaign, pk=exception_id
    )
    withdraw_exception(actor=request.actor, exception=found)
    message = _("The exception holds no more for lists that are frozen from now on.")
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)


def _refused(request: ActorRequest, campaign: Campaign, form: ExceptionForm) -> HttpResponse:
    context = {**detail_context(request, campaign), "exception_form": form}
    return render_invalid(request, DETAIL, context, form=form)
