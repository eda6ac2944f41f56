"""Pages of one's own data."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person
from lantoa.organizations.selectors.persons import membership_today
from lantoa.privacy import policies
from lantoa.privacy.errors import NotPermitted
from lantoa.privacy.forms import HandOverForm, RequestForm
from lantoa.privacy.own_data import Section
from lantoa.privacy.services import own_data as services
from lantoa.privacy.views.requests import own_context
from lantoa.ui.responses import render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.workbook import sheets_response

FILE = "du-lieu-ca-nhan"


@require_GET
def own_data(request: ActorRequest) -> HttpResponse:
    """Everything that is kept about whoever is signed in."""
    sections = services.open_own_data(actor=request.actor, taken_out=False)
    return render_page(request, "privacy/own_data.html", own_context(sections, RequestForm()))


@require_GET
def own_data_export(request: ActorRequest) -> HttpResponse:
    """The same as a file that other programs can read: a workbook where the address asks for one, else JSON."""
    sections = services.open_own_data(actor=request.actor, taken_out=True)
    return _file(sections, request.GET.get("format", ""))


@require_http_methods(["GET", "POST"])
def hand_over(request: ActorRequest, person: int) -> HttpResponse:
    """Asks why, then gives the file for the person who asked for it."""
    rows = Person.objects.visible_to(request.actor, day=clock.today()).select_related("user", "sector")
    found = get_object_or_404(rows, pk=person)
    membership = membership_today(found)
    if membership is None or not policies.can_hand_over(actor=request.actor, unit=membership.unit):
        raise NotPermitted
    form = HandOverForm(request.POST or None)
    back = Crumb(found.full_name, reverse("organizations:person_detail", args=[found.pk]))
    context = {"person": found, "form": form, "breadcrumbs": [back]}
    if request.method != "POST":
        return render_page(request, "privacy/hand_over.html", context)
    if not form.is_valid():
        return render_invalid(request, "privacy/hand_over.html", context, form=form)
    try:
        sections = services.hand_over(actor=request.actor, person=found, reason=form.cleaned_data["reason"])
        return _file(sections, request.POST.get("format", ""))
    except Refusal as refusal:
        form.add_error("reason", str(refusal))
        return render_invalid(request, "privacy/hand_over.html", context, form=form)


def _file(sections: list[Section], asked: str) -> HttpResponse:
    if asked == "xlsx":
        sheets = [(str(section.label), section.rows) for section in sections]
        response = sheets_response(filename=FILE, sheets=sheets or [(_("Record"), [])])
    else:
        content = {section.key: {"label": str(section.label), "rows": section.rows} for section in sections}
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="{FILE}.json"'
    response["Cache-Control"] = "private, no-store"
    return response
