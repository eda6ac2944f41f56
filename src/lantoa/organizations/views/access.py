"""What holds for every sign-in of the installation."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantoa.accounts.models import AccessRules
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import errors, policies
from lantoa.organizations.forms.access import AccessRulesForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.access import set_access_rules
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page


@require_http_methods(["GET", "POST"])
def access_rules(request: ActorRequest) -> HttpResponse:
    """For how long may a session rest?"""
    if not policies.can_set_access_rules(actor=request.actor):
        raise errors.NotPermitted
    template = "organizations/access_rules.html"
    if request.method != "POST":
        rules = AccessRules.objects.filter(pk=1).first()
        minutes = rules.idle_minutes if rules else settings.LANTOA_IDLE_MINUTES
        return render_page(request, template, {"form": AccessRulesForm(initial={"idle_minutes": minutes})})
    form = AccessRulesForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, template, {}, form=form)
    try:
        set_access_rules(actor=request.actor, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, {}, form=form, refusal=refusal)
    return redirect_after_post(request, "organizations:access_rules", message=_("The rules for signing in were saved."))
