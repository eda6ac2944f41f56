"""What is kept about people and why, for everybody who is signed in."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantoa.organizations.middleware import ActorRequest
from lantoa.privacy.kinds import KINDS
from lantoa.privacy.models import RetentionRun
from lantoa.privacy.policies import can_see_retention
from lantoa.privacy.retention import STEPS, describe, periods
from lantoa.ui.responses import render_page
from lantoa.ui.states import Crumb


@require_GET
def purpose_list(request: ActorRequest) -> HttpResponse:
    """Each kind of record: what, what for, who sees it, how long; for administrators also what the last run let go."""
    told = [(kind, [(step, periods()[step.key]) for step in describe(kind.key)]) for kind in KINDS]
    context = {"kinds": told, "shows_runs": can_see_retention(actor=request.actor), "run": None, "gone": []}
    if context["shows_runs"] and (run := RetentionRun.objects.first()):
        gone = [(step.label, run.result[step.key]) for step in STEPS if step.key in run.result]
        context |= {"run": run, "gone": gone}
    return render_page(request, "privacy/purpose_list.html", context)


@require_GET
def notice(request: ActorRequest) -> HttpResponse:
    """The notice to members, in plain words, on one sheet."""
    crumbs = [Crumb(_("Purposes and legal basis"), reverse("privacy:purpose_list"))]
    return render_page(request, "privacy/notice.html", {"breadcrumbs": crumbs})
