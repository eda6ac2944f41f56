"""The first screen."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lantoa.dashboard.changes import SPAN, changes_of
from lantoa.dashboard.duties import waiting_for
from lantoa.dashboard.overview import campaigns_of, chosen, overview_of
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.ui.responses import render_page

_WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
"""Written out, as official letters do: “Thứ Hai”, not Django's “Thứ 2”."""


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What the reader owes, what is late, and how far the campaign has come."""
    actor = request.actor
    campaigns = campaigns_of(actor)
    campaign = chosen(campaigns, request.GET.get("campaign", ""))
    today = clock.today()
    context = {
        "today": today,
        "weekday": _WEEKDAYS[today.weekday()],
        "appointed": bool(actor.grants),
        "administers": bool(actor.unit_ids(authority.ADMINISTERS)),
        "follows": bool(actor.unit_ids(authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN)),
        "leads": bool(actor.unit_ids(authority.REGISTERS_DIRECTIVES)),
        "waiting": waiting_for(actor, today),
        "changes": changes_of(actor, campaigns, clock.now()),
        "span": SPAN.days,
        "campaigns": campaigns,
        "campaign": campaign,
        "overview": overview_of(campaign, actor) if campaign else None,
    }
    return render_page(request, "dashboard/home.html", context)
