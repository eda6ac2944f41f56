"""Pages of erasures."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Membership, Person, Unit
from lantoa.organizations.restricting import detail_of, name_of
from lantoa.organizations.services.persons import require_open
from lantoa.privacy import policies
from lantoa.privacy.enums import ErasureState
from lantoa.privacy.errors import NotPermitted
from lantoa.privacy.forms import DecisionForm, ErasureForm
from lantoa.privacy.models import Erasure
from lantoa.privacy.querysets import keeper_scope
from lantoa.privacy.selectors import last_membership
from lantoa.privacy.services import erasures as services
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

STATES = {
    ErasureState.REQUESTED: State(ErasureState.REQUESTED.label, Tone.WARNING, "hourglass-split"),
    ErasureState.REFUSED: State(ErasureState.REFUSED.label, Tone.NEUTRAL, "x-circle"),
    ErasureState.DONE: State(ErasureState.DONE.label, Tone.SUCCESS, "check-circle"),
}
FORMER_COLUMNS: tuple[Column[Membership], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda row: name_of(row, row.person.full_name),
        order_by=("person__sort_key", "person__birth_year"),
        href=lambda row: reverse("privacy:erasure_ask", args=[row.person_id]),
        primary=True,
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: detail_of(row, str(row.person.birth_year or "")),
        order_by=("person__birth_year", "person__sort_key"),
    ),
    Column(
        key="until",
        label=gettext_lazy("Not counted since"),
        value=lambda row: row.period.upper,
        kind=Kind.DATE,
        order_by=("period", "person__sort_key"),
    ),
)
ERASURE_COLUMNS: tuple[Column[Erasure], ...] = (
    Column(
        key="number",
        label=gettext_lazy("Request"),
        value=lambda row: str(row.pk),
        href=lambda row: reverse("privacy:erasure_detail", args=[row.pk]),
        order_by=("pk",),
        primary=True,
    ),
    Column(key="unit", label=gettext_lazy("Unit"), value=lambda row: row.unit.name, order_by=("unit__sort_key", "pk")),
    Column(
        key="asked",
        label=gettext_lazy("Asked for at"),
        value=lambda row: row.asked_at,
        kind=Kind.DATETIME,
        order_by=("asked_at", "pk"),
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        value=lambda row: row.get_state_display(),
        state=lambda row: STATES[ErasureState(row.state)],
        order_by=("state", "pk"),
    ),
)


@require_GET
def former_list(request: ActorRequest, unit: int) -> HttpResponse:
    """The people whom a unit counted last, whose data can be erased."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor), pk=unit)
    table = Table(
        request=request,
        columns=FORMER_COLUMNS,
        rows=services.list_former(actor=request.actor, unit=found),
        caption=_("Former members of %(unit)s") % {"unit": found.name},
        sort="name",
        empty_title=_("Nobody has left this unit."),
        empty_text=_("Whoever no unit counts any more stands here until their data are erased."),
    )
    return table_response(request, "privacy/former_list.html", table, {"unit": found, "breadcrumbs": _crumbs(found)})


@require_http_methods(["GET", "POST"])
def erasure_ask(request: ActorRequest, person: int) -> HttpResponse:
    """Asks for the erasure of one person's data."""
    known = Person.objects.filter(keeper_scope(request.actor, "memberships__unit__")).distinct()
    found = get_object_or_404(known, pk=person)
    membership = last_membership(found)
    if membership is None or not policies.can_ask_erasure(actor=request.actor, unit=membership.unit):
        raise NotPermitted
    require_open(actor=request.actor, unit=membership.unit, restricted=getattr(membership, "restricted", False))
    form = ErasureForm(request.POST or None)
    unit = membership.unit
    context: dict[str, Any] = {"person": found, "unit": unit, "form": form, "breadcrumbs": _crumbs(unit)}
    template = "privacy/erasure_ask.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        erasure = services.ask_erasure(actor=request.actor, person=found, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The request was recorded. Another officer or secretary decides on it.")
    return redirect_after_post(request, "privacy:erasure_detail", erasure.pk, message=message)


@require_GET
def erasure_list(request: ActorRequest) -> HttpResponse:
    """The requests for erasure that concern the reader, without names."""
    table = Table(
        request=request,
        columns=ERASURE_COLUMNS,
        rows=Erasure.objects.visible_to(request.actor).select_related("unit"),
        caption=_("Requests for erasure"),
        sort="-asked",
        empty_title=_("No erasure has been asked for."),
        empty_text=_("It is asked for from the list of a unit's former members."),
    )
    return table_response(request, "privacy/erasure_list.html", table, {})


@require_GET
def erasure_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One request: what would go, or what went."""
    erasure = _erasure(request, pk)
    return render_page(request, "privacy/erasure_detail.html", _context(request, erasure, DecisionForm()))


@require_http_methods(["POST"])
def erasure_decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Erases the data, or refuses to."""
    erasure = _erasure(request, pk)
    if not policies.can_decide_erasure(actor=request.actor, unit=erasure.unit):
        raise NotPermitted
    form = DecisionForm(request.POST)
    template = "privacy/erasure_detail.html"
    if not form.is_valid():
        return render_invalid(request, template, _context(request, erasure, form), form=form)
    try:
        message = _decide(request, erasure, form)
    except Refusal as refusal:
        fresh = _erasure(request, pk)
        return render_invalid(request, template, _context(request, fresh, form), form=form, refusal=refusal)
    return redirect_after_post(request, "privacy:erasure_detail", pk, message=message)


def _decide(request: ActorRequest, erasure: Erasure, form: DecisionForm) -> str:
    values = form.cleaned_data
    if request.POST.get("step") == "refuse":
        services.refuse_erasure(actor=request.actor, erasure=erasure, reason=values["reason"])
        return _("The request was refused. Nothing was erased.")
    services.erase_person(actor=request.actor, erasure=erasure, **values)
    return _("The data of this person were erased. Counts are as they were.")


def _erasure(request: ActorRequest, pk: int) -> Erasure:
    rows = Erasure.objects.visible_to(request.actor).select_related("unit__parent", "person__user")
    return get_object_or_404(rows, pk=pk)


def _context(request: ActorRequest, erasure: Erasure, form: DecisionForm) -> dict[str, Any]:
    may_decide = policies.can_decide_erasure(actor=request.actor, unit=erasure.unit)
    return {
        "erasure": erasure,
        "state": STATES[ErasureState(erasure.state)],
        "preview": services.open_erasure(actor=request.actor, erasure=erasure),
        "form": form,
        "may_decide": may_decide and erasure.asked_by_id != request.actor.user_id,
        "breadcrumbs": [
            *_crumbs(erasure.unit),
            Crumb(_("Requests for erasure"), reverse("privacy:erasure_list")),
        ],
    }


def _crumbs(unit: Unit) -> list[Crumb]:
    return [Crumb(unit.label, reverse("organizations:unit_detail", args=[unit.pk]))]
