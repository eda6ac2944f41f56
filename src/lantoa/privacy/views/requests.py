"""Pages of requests to correct a record or to restrict its processing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person
from lantoa.organizations.selectors.persons import membership_today
from lantoa.organizations.services.persons import require_open
from lantoa.privacy import policies
from lantoa.privacy.enums import RequestKind, RequestState
from lantoa.privacy.errors import NotPermitted
from lantoa.privacy.forms import AnswerForm, RequestForm
from lantoa.privacy.models import DataRequest
from lantoa.privacy.selectors import unit_of
from lantoa.privacy.services import requests as services
from lantoa.privacy.services.own_data import open_own_data, person_behind
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

STATES = {
    RequestState.REQUESTED: State(RequestState.REQUESTED.label, Tone.WARNING, "hourglass-split"),
    RequestState.REFUSED: State(RequestState.REFUSED.label, Tone.NEUTRAL, "x-circle"),
    RequestState.DONE: State(RequestState.DONE.label, Tone.SUCCESS, "check-circle"),
    RequestState.LIFTED: State(RequestState.LIFTED.label, Tone.NEUTRAL, "arrow-counterclockwise"),
}
OVERDUE = State(gettext_lazy("overdue"), Tone.DANGER, "exclamation-triangle")


def state_of(request: DataRequest) -> State:
    """The state as a badge; overdue where nobody decided within the term."""
    return OVERDUE if request.is_overdue else STATES[RequestState(request.state)]


COLUMNS: tuple[Column[DataRequest], ...] = (
    Column(
        key="number",
        label=gettext_lazy("Request"),
        value=lambda row: str(row.pk),
        href=lambda row: reverse("privacy:request_detail", args=[row.pk]),
        order_by=("pk",),
        primary=True,
    ),
    Column(
        key="kind",
        label=gettext_lazy("What is asked for"),
        value=lambda row: " – ".join(filter(None, [row.get_kind_display(), row.get_field_display()])),
        order_by=("kind", "field", "pk"),
    ),
    Column(key="unit", label=gettext_lazy("Unit"), value=lambda row: row.unit.name, order_by=("unit__sort_key", "pk")),
    Column(
        key="due",
        label=gettext_lazy("To be decided by"),
        value=lambda row: row.due_on,
        kind=Kind.DATE,
        order_by=("due_on", "pk"),
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        value=lambda row: row.get_state_display(),
        state=state_of,
        order_by=("state", "-due_on", "-pk"),
    ),
)


@require_http_methods(["POST"])
def own_request(request: ActorRequest) -> HttpResponse:
    """Asks for a correction or a restriction of one's own data."""
    person = person_behind(request.actor)
    if person is None:
        raise NotPermitted
    form = RequestForm(request.POST)
    if form.is_valid():
        try:
            services.ask_request(actor=request.actor, person=person, **form.values)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            message = _("The request was recorded. You see here what is decided on it, and by when.")
            return redirect_after_post(request, "privacy:own_data", message=message)
    sections = open_own_data(actor=request.actor, taken_out=False)
    return render_invalid(request, "privacy/own_data.html", own_context(sections, form), form=form)


def own_context(sections: Any, form: RequestForm) -> dict[str, Any]:
    """What the page of one's own data shows."""
    crumbs = [Crumb(_("Purposes and legal basis"), reverse("privacy:purpose_list"))]
    return {"sections": sections, "form": form, "breadcrumbs": crumbs}


@require_http_methods(["GET", "POST"])
def request_ask(request: ActorRequest, person: int) -> HttpResponse:
    """Asks for a correction or a restriction on somebody's behalf."""
    found = get_object_or_404(Person.objects.visible_to(request.actor, day=clock.today()), pk=person)
    membership = membership_today(found)
    if membership is None or not policies.can_ask_request(actor=request.actor, person=found, unit=membership.unit):
        raise NotPermitted
    require_open(actor=request.actor, unit=membership.unit, restricted=getattr(membership, "restricted", False))
    form = RequestForm(request.POST or None)
    crumbs = [Crumb(membership.unit.label, reverse("organizations:person_list", args=[membership.unit_id]))]
    context = {"person": found, "form": form, "breadcrumbs": crumbs}
    template = "privacy/request_ask.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        asked = services.ask_request(actor=request.actor, person=found, **form.values)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The request was recorded.")
    if policies.can_ask_erasure(actor=request.actor, unit=membership.unit):
        return redirect_after_post(request, "privacy:request_detail", asked.pk, message=message)
    return redirect_after_post(request, "privacy:own_data", message=message)


@require_GET
def request_list(request: ActorRequest) -> HttpResponse:
    """The requests that concern the reader, without names, the one that is due first at the head."""
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=DataRequest.objects.visible_to(request.actor).select_related("unit"),
        caption=_("Requests for correction and restriction"),
        sort="-state",
        empty_title=_("Nothing has been asked for."),
        empty_text=_("A person asks under “My data”, or the clerk does on their behalf from the person's record."),
    )
    return table_response(request, "privacy/request_list.html", table, {})


@require_GET
def request_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One request: what stands there, what should, and who decides?"""
    return render_page(request, "privacy/request_detail.html", _context(request, _request(request, pk), AnswerForm()))


@require_http_methods(["POST"])
def request_decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Grants a request, refuses it, or lifts a restriction."""
    asked = _request(request, pk)
    if not policies.can_decide_request(actor=request.actor, kind=RequestKind(asked.kind), unit=unit_of(asked)):
        raise NotPermitted
    form = AnswerForm(request.POST)
    if form.is_valid():
        steps = {"refuse": services.refuse_request, "lift": services.lift_restriction}
        step = steps.get(request.POST.get("step", ""), services.accept_request)
        try:
            decided = step(actor=request.actor, request=asked, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            message = _("Decided: %(state)s.") % {"state": decided.get_state_display()}
            return redirect_after_post(request, "privacy:request_detail", pk, message=message)
    return render_invalid(
        request, "privacy/request_detail.html", _context(request, _request(request, pk), form), form=form
    )


def _request(request: ActorRequest, pk: int) -> DataRequest:
    rows = DataRequest.objects.visible_to(request.actor).select_related("unit__parent", "person")
    return get_object_or_404(rows, pk=pk)


def _context(request: ActorRequest, asked: DataRequest, form: AnswerForm) -> dict[str, Any]:
    unit, kind = unit_of(asked), RequestKind(asked.kind)
    holds = kind == RequestKind.RESTRICTION and asked.state == RequestState.DONE
    may_decide = policies.can_decide_request(actor=request.actor, kind=kind, unit=unit)
    return {
        "asked": asked,
        "state": state_of(asked),
        "current": services.open_request(actor=request.actor, request=asked),
        "named": services.may_name(request.actor, asked, unit),
        "holds": holds,
        "form": form,
        "is_open": asked.state == RequestState.REQUESTED or holds,
        "may_decide": may_decide and asked.person.user_id != request.actor.user_id,
        "breadcrumbs": [
            Crumb(unit.label, reverse("organizations:unit_detail", args=[unit.pk])),
            Crumb(_("Requests for correction and restriction"), reverse("privacy:request_list")),
        ],
    }
