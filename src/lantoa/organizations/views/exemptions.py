"""Pages on which an exemption from activities is recorded and ended."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.forms.persons import ExemptionEndForm, ExemptionForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ActivityExemption
from lantoa.organizations.selectors.persons import PersonRecord
from lantoa.organizations.services import persons as services
from lantoa.organizations.views.persons import editable_record, person_crumbs
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page


@require_http_methods(["GET", "POST"])
def exemption_create(request: ActorRequest, person: int) -> HttpResponse:
    """Exempts a person from activities by a decision; `after` names the exemption that is to go on."""
    record = editable_record(request, person)
    form = ExemptionForm(request.POST or None, initial=_following(record, request.GET.get("after", "")))
    context = {"record": record, "form": form, "breadcrumbs": person_crumbs(record)}
    if request.method != "POST":
        return render_page(request, "organizations/exemption_create.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/exemption_create.html", context, form=form)
    try:
        services.exempt_person(actor=request.actor, person=record.person, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "organizations/exemption_create.html", context, form=form, refusal=refusal)
    message = _("The exemption was recorded.")
    return redirect_after_post(request, "organizations:person_detail", record.person.pk, message=message)


def _following(record: PersonRecord, after: str) -> dict[str, Any]:
    """The first day after the exemption of that number, and its reason where the reader may see it."""
    earlier = next((one for one in record.exemptions if str(one.pk) == after and one.period.upper), None)
    if earlier is None:
        return {}
    reason = {"reason_class": earlier.reason_class} if record.shows_reasons else {}
    return {"starts_on": earlier.period.upper, **reason}


@require_http_methods(["GET", "POST"])
def exemption_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Lets an exemption end."""
    exemption = get_object_or_404(
        ActivityExemption.objects.visible_to(request.actor, day=clock.today()).select_related("person"), pk=pk
    )
    record = editable_record(request, exemption.person_id)
    form = ExemptionEndForm(request.POST or None, initial={"ends_on": clock.today()})
    context = {"record": record, "exemption": exemption, "form": form, "breadcrumbs": person_crumbs(record)}
    if request.method != "POST":
        return render_page(request, "organizations/exemption_end.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/exemption_end.html", context, form=form)
    try:
        services.end_exemption(actor=request.actor, exemption=exemption, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "organizations/exemption_end.html", context, form=form, refusal=refusal)
    message = _("The last day of the exemption was recorded.")
    return redirect_after_post(request, "organizations:person_detail", record.person.pk, message=message)
