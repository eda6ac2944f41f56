"""The page on which a deadline of a running campaign is moved."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans import policies
from lantoa.plans.forms.deadlines import DeadlineForm
from lantoa.plans.models import Campaign, DeadlineMove, Plan
from lantoa.plans.services import deadlines as services
from lantoa.plans.tabs import campaign_crumbs
from lantoa.plans.views.campaigns import visible_campaign
from lantoa.ui.numbers import day
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

TEMPLATE = "plans/deadline_move.html"


@require_http_methods(["GET", "POST"])
def deadline_move(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Which deadline moves to which day, and why? `?plan=` offers that of one unit's plan beside the rules."""
    campaign = visible_campaign(request, campaign_id)
    if not policies.can_move_deadline(actor=request.actor, campaign=campaign):
        raise NotPermitted
    typed = request.POST if request.method == "POST" else None
    form = DeadlineForm(typed, campaign=campaign, plan=_asked_plan(request, campaign))
    crumbs = [*campaign_crumbs(campaign), Crumb(_("Who owes what"), reverse("plans:cascade", args=[campaign.pk]))]
    context: dict[str, Any] = {"campaign": campaign, "form": form, "breadcrumbs": crumbs}
    if request.method != "POST":
        return render_page(request, TEMPLATE, context)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context, form=form)
    try:
        move = _move(request, campaign, form)
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, context, form=form, refusal=refusal)
    message = _("The deadline is %(day)s now. Those concerned are told, and the reminders go by the new day.")
    return redirect_after_post(request, "plans:cascade", campaign.pk, message=message % {"day": day(move.new)})


def _asked_plan(request: ActorRequest, campaign: Campaign) -> Plan | None:
    asked = request.GET.get("plan", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    plans = Plan.objects.visible_to(request.actor).in_work().filter(campaign=campaign, edition=1)
    return plans.select_related("unit", "campaign__owner").filter(pk=int(asked)).first()


def _move(request: ActorRequest, campaign: Campaign, form: DeadlineForm) -> DeadlineMove:
    typed = {name: form.cleaned_data[name] for name in ("new", "reason", "client_id")}
    if form.of_one_unit and form.plan is not None:
        return services.move_plan_deadline(actor=request.actor, plan=form.plan, **typed)
    return services.move_rule_deadline(actor=request.actor, campaign=campaign, rule=form.rule, **typed)
