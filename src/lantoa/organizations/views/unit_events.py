"""The events of a unit, preparing one, its preview, applying it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.forms.unit_events import DissolutionForm, MergerForm, SplitForm, TransferForm, UnitEventForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit, UnitEvent, UnitEventDraft
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.selectors.unit_events import EventLine, drafts_of, events_of, placed_at
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.event_drafts import (
    give_up_event,
    prepare_dissolution,
    prepare_merger,
    prepare_split,
    prepare_transfer,
)
from lantoa.organizations.views.event_previews import preview_context, preview_table
from lantoa.organizations.views.units import administered_unit, unit_crumb
from lantoa.ui import numbers
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response


def _state(line: EventLine) -> State:
    if line.corrections:
        return State(gettext_lazy("put right later"), Tone.WARNING, "arrow-counterclockwise")
    if line.planned:
        return State(gettext_lazy("planned"), Tone.INFO, "clock-history")
    return State(gettext_lazy("in effect"), Tone.SUCCESS)


EVENT_COLUMNS: tuple[Column[EventLine], ...] = (
    Column(
        key="day",
        label=gettext_lazy("Takes effect on"),
        value=lambda line: line.event.effective_on,
        sort_key=lambda line: (line.event.effective_on, line.event.pk),
        kind=Kind.DATE,
    ),
    Column(
        key="kind",
        label=gettext_lazy("Event"),
        value=lambda line: capfirst(line.event.get_kind_display()),
        sort_key=lambda line: line.event.kind,
        primary=True,
    ),
    Column(
        key="units",
        label=gettext_lazy("Units"),
        value=lambda line: f"{', '.join(line.before)} → {', '.join(line.after)}",
        template="organizations/_event_units.html",
        prose=True,
    ),
    Column(
        key="decision",
        label=gettext_lazy("Decision"),
        value=lambda line: f"{line.event.decision_number} ({numbers.day(line.event.decision_date)})",
        template="organizations/_event_decision.html",
        prose=True,
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        value=lambda line: str(_state(line).label),
        state=_state,
    ),
    Column(
        key="correct",
        label=gettext_lazy("Wrong?"),
        value=lambda _line: "",
        template="organizations/_event_correct.html",
        export=False,
    ),
)


@require_GET
def unit_events(request: ActorRequest, pk: int) -> HttpResponse:
    """What happened to a unit and what is planned, and every way to change it. `?corrects=` begins a correction."""
    unit = administered_unit(request, pk)
    lines = events_of(unit, clock.today())
    table = Table(
        request=request,
        columns=EVENT_COLUMNS,
        rows=lines,
        caption=_("Events of the unit"),
        filename=_("events of the unit"),
        sort="-day",
        extra={"unit": unit},
        empty_title=_("No event of this unit is on record."),
        empty_text=_("A unit that was imported or founded without a decision begins without one."),
    )
    correcting = _corrected(request, lines)
    context = {
        "unit": unit,
        "drafts": drafts_of(unit),
        "correcting": correcting,
        "query": f"?corrects={correcting.event.pk}" if correcting else "",
        "breadcrumbs": [unit_crumb(unit)],
    }
    return table_response(request, "organizations/unit_events.html", table, context)


@require_http_methods(["GET", "POST"])
def unit_transfer(request: ActorRequest, pk: int) -> HttpResponse:
    """Prepare that a unit belongs to another superior."""

    def prepare(unit: Unit, form: Any) -> UnitEventDraft:
        parent = form.cleaned_data["parent"]
        return prepare_transfer(actor=request.actor, unit=unit, parent=parent, **form.shared)

    return _prepare(request, pk, TransferForm, "organizations/unit_transfer.html", prepare)


@require_http_methods(["GET", "POST"])
def unit_merge(request: ActorRequest, pk: int) -> HttpResponse:
    """Prepare that a unit becomes one with others."""

    def prepare(_unit: Unit, form: Any) -> UnitEventDraft:
        return prepare_merger(actor=request.actor, units=form.units, successor=form.successor, **form.shared)

    return _prepare(request, pk, MergerForm, "organizations/unit_merge.html", prepare)


@require_http_methods(["GET", "POST"])
def unit_dissolve(request: ActorRequest, pk: int) -> HttpResponse:
    """Prepare that a unit ends."""

    def prepare(unit: Unit, form: Any) -> UnitEventDraft:
        heir = form.cleaned_data["heir"]
        return prepare_dissolution(actor=request.actor, unit=unit, heir=heir, **form.shared)

    return _prepare(request, pk, DissolutionForm, "organizations/unit_dissolve.html", prepare)


@require_http_methods(["GET", "POST"])
def unit_split(request: ActorRequest, pk: int) -> HttpResponse:
    """Prepare that a unit is divided; what goes where is said on the next pages."""

    def prepare(unit: Unit, form: Any) -> UnitEventDraft:
        return prepare_split(actor=request.actor, unit=unit, successors=form.successors, **form.shared)

    return _prepare(request, pk, SplitForm, "organizations/unit_split.html", prepare)


@require_GET
def event_preview(request: ActorRequest, pk: int) -> HttpResponse:
    """Everything that a prepared event would move."""
    draft = _draft(request, pk)
    course = course_of(draft)
    context = preview_context(request, course)
    return table_response(request, "organizations/event_preview.html", preview_table(request, course), context)


@require_POST
def event_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Apply a prepared event as its preview showed it; where that has gone stale, the preview is shown anew."""
    draft = _draft(request, pk)
    try:
        event = apply_event(actor=request.actor, draft=draft, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        course = course_of(_draft(request, pk))
        context = {**preview_context(request, course), "table": preview_table(request, course), "refusal": refusal}
        status = 409 if isinstance(refusal, refusals.PreviewStale) else 422
        return render_page(request, "organizations/event_preview.html", context, status=status)
    message = _("The event was applied; it takes effect on %(day)s.") % {"day": numbers.day(event.effective_on)}
    return redirect_after_post(request, _after(draft, event), message=message)


@require_POST
def event_give_up(request: ActorRequest, pk: int) -> HttpResponse:
    """Give up a prepared event."""
    draft = _draft(request, pk)
    try:
        give_up_event(actor=request.actor, draft=draft)
    except Refusal as refusal:
        course = course_of(_draft(request, pk))
        context = {**preview_context(request, course), "table": preview_table(request, course)}
        return render_invalid(request, "organizations/event_preview.html", context, refusal=refusal)
    message = _("The event was given up. Nothing of it was applied.")
    return redirect_after_post(request, "organizations:unit_events", draft.unit_id, message=message)


def _prepare(
    request: ActorRequest,
    pk: int,
    form_class: type[UnitEventForm],
    template: str,
    prepare: Callable[[Unit, Any], UnitEventDraft],
) -> HttpResponse:
    """The form of an event; once it is valid, the preview."""
    unit = administered_unit(request, pk)
    changed = _changed(request, unit, form_class.event_kind)
    corrects = request.GET.get("corrects", "")
    initial = {"corrects": corrects if corrects.isascii() and corrects.isdigit() else ""}
    form = form_class(request.POST or None, actor=request.actor, unit=unit, draft=changed, initial=initial)
    crumbs = [unit_crumb(unit), Crumb(_("Events"), reverse("organizations:unit_events", args=[unit.pk]))]
    context = {"unit": unit, "changed": changed, "breadcrumbs": crumbs}
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    placed = placed_at(changed) if changed is not None else {}
    try:
        draft = prepare(unit, form)
    except refusals.DraftChanged as refusal:
        add_refusal(form, refusal)
        return render_page(request, template, {**context, "form": form}, status=409)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    if changed is not None:
        _tell_lost(request, placed, placed_at(draft))
    return redirect_after_post(request, "organizations:event_preview", draft.pk)


def _changed(request: ActorRequest, unit: Unit, kind: UnitEventKind) -> UnitEventDraft | None:
    """The prepared event of this kind and unit that `?draft=` names, to be changed."""
    asked = request.GET.get("draft", "")
    if not asked:
        return None
    rows = UnitEventDraft.objects.visible_to(request.actor).still_open().filter(unit=unit, kind=kind)
    return get_object_or_404(rows, pk=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0)


def _tell_lost(request: ActorRequest, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Say which places fell away with the units that take nothing over any more, and how many still hold."""
    if not before:
        return
    lost = ", ".join(f"{name} ({count})" for name, count in sorted(before.items()) if name not in after)
    if lost:
        text = _("These take nothing over any more, and what was placed there is to be placed again: %(units)s.")
        messages.warning(request, text % {"units": lost})
    else:
        messages.info(request, _("Everything that was placed kept its place."))


def _draft(request: ActorRequest, pk: int) -> UnitEventDraft:
    """The draft, where the actor looks after its unit."""
    rows = UnitEventDraft.objects.visible_to(request.actor).select_related("unit", "event", "corrects")
    return get_object_or_404(rows, pk=pk)


def _after(draft: UnitEventDraft, event: UnitEvent) -> str:
    """Where an applied event leads: to the events of the unit that goes on, or to the tree where none does."""
    successor = event.links.filter(predecessor=draft.unit, successor__isnull=False).order_by("pk").first()
    if successor is None:
        return reverse("organizations:unit_list")
    return reverse("organizations:unit_events", args=[successor.successor_id])


def _corrected(request: ActorRequest, lines: list[EventLine]) -> EventLine | None:
    """The event of this unit that the reader wants to put right, if any."""
    asked = request.GET.get("corrects", "")
    return next((line for line in lines if str(line.event.pk) == asked), None)
