"""How a unit numbers its documents."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.plans import policies
from lantoa.plans.forms.numbering import PatternsForm
from lantoa.plans.selectors.numbers import patterns_of
from lantoa.plans.services.numbering import set_number_patterns
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

TEMPLATE = "plans/number_patterns.html"


@require_http_methods(["GET", "HEAD", "POST"])
def number_patterns(request: ActorRequest, unit_id: int) -> HttpResponse:
    """How does this unit number its plans and its letters?"""
    unit = get_object_or_404(Unit.objects.visible_to(request.actor), pk=unit_id)
    if not policies.can_set_numbers(actor=request.actor, unit=unit):
        raise NotPermitted
    context = {"unit": unit, "breadcrumbs": [Crumb(unit.label, _page(unit))]}
    if request.method != "POST":
        return render_page(request, TEMPLATE, {**context, "form": PatternsForm(initial=patterns_of(unit))})
    form = PatternsForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context, form=form)
    try:
        set_number_patterns(actor=request.actor, unit=unit, patterns=form.patterns)
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, context, form=form, refusal=refusal)
    return redirect_after_post(request, _page(unit), message=_("The patterns of the numbers were saved."))


def _page(unit: Unit) -> str:
    return f"{reverse('organizations:unit_detail', args=[unit.pk])}#numbers"
