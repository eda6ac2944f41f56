"""The end of a membership without another, from the person's page, and taking it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.forms.departures import DepartureForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Departure
from lantoa.organizations.services import departures as services
from lantoa.organizations.views import persons
from lantoa.ui.responses import redirect_after_post, render_invalid


@require_POST
def person_leave(request: ActorRequest, pk: int) -> HttpResponse:
    """Ends the membership of a person whom no other unit takes in."""
    form = DepartureForm(request.POST)
    mine = Departure.objects.visible_to(request.actor).filter(made_by=request.actor.user_id)
    given = mine.filter(client_id=form.cleaned_data["client_id"]).first() if form.is_valid() else None
    return _gone(request, given) if given else _leave(request, pk, form)


def _leave(request: ActorRequest, pk: int, form: DepartureForm) -> HttpResponse:
    record = persons.editable_record(request, pk)
    context = persons.detail_context(record, form)
    template = "organizations/person_detail.html"
    if not form.is_valid():
        return render_invalid(request, template, context)
    try:
        departure = services.end_membership(actor=request.actor, person=record.person, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    return _gone(request, departure)


def _gone(request: ActorRequest, departure: Departure) -> HttpResponse:
    message = _("%(name)s is not counted from %(day)s on. It can be taken back below.") % {
        "name": departure.person.full_name,
        "day": f"{departure.effective_on:%d/%m/%Y}",
    }
    return redirect_after_post(request, "organizations:person_list", departure.unit_id, message=message)


@require_POST
def departure_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Lets the membership go on as if nobody had left."""
    visible = Departure.objects.visible_to(request.actor).select_related("unit", "person")
    departure = get_object_or_404(visible, pk=pk)
    departure = services.take_back_departure(actor=request.actor, departure=departure)
    message = _("%(name)s is counted here again.") % {"name": departure.person.full_name}
    return redirect_after_post(request, "organizations:person_list", departure.unit_id, message=message)
