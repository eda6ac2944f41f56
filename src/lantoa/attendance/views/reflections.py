"""Reflections: what a campaign asks for, how they stand by unit, and the papers of one's own cell."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.attendance.enums import OwedBy, ReflectionExemption, ReflectionState
from lantoa.attendance.forms.reflections import AskForm, AssessForm, ExemptForm, HandInForm
from lantoa.attendance.models import Reflection
from lantoa.attendance.policies import can_assess_reflections, can_keep_reflections
from lantoa.attendance.reflection_tables import PAPERS, UNITS, state_of
from lantoa.attendance.selectors.reflections import UnitPapers, call_of, papers_below, papers_of_cell, scope_of
from lantoa.attendance.services import reflections as services
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.authority import KEEPS_REFLECTIONS
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.lists import note_table
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.policies import can_lead_campaign
from lantoa.plans.tabs import campaign_crumbs
from lantoa.plans.views.campaigns import visible_campaign
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table, table_response

LIST, DETAIL = "attendance/reflection_list.html", "attendance/reflection_detail.html"


@require_safe
def reflection_list(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Who has still to reflect on what was studied?"""
    campaign = visible_campaign(request, campaign_id)
    context = _list_context(request, campaign)
    if "people" in context and request.method == "GET":
        unit = context["scope"].unit
        note_table(
            actor=request.actor,
            action="attendance.list_reflections",
            about=campaign,
            unit=unit,
            table=context["people"],
        )
    if "table" not in context:
        return render_page(request, LIST, context)
    return table_response(request, LIST, context.pop("table"), context)


@require_POST
def reflection_ask(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Ask for reflections, or change what is asked for."""
    campaign = visible_campaign(request, campaign_id)
    if not can_lead_campaign(actor=request.actor, unit=campaign.owner):
        raise NotPermitted
    form = AskForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, LIST, _list_context(request, campaign) | {"ask": form}, form=form)
    cleaned = form.cleaned_data
    try:
        services.ask_reflections(
            actor=request.actor,
            campaign=campaign,
            version=cleaned["version"],
            questions=cleaned["questions"],
            due_on=cleaned["due_on"],
            owed_by=OwedBy(cleaned["owed_by"]),
            exempt_born_until=cleaned["exempt_born_until"],
        )
    except Stale:
        return _stale(
            request, LIST, _list_context(request, campaign), "ask", form, AskForm.values_of(call_of(campaign))
        )
    except Refusal as refusal:
        return render_invalid(
            request, LIST, _list_context(request, campaign) | {"ask": form}, form=form, refusal=refusal
        )
    message = gettext_lazy("The reflections are asked for.")
    return redirect_after_post(request, "attendance:reflection_list", campaign.pk, message=message)


@require_safe
def reflection_detail(request: ActorRequest, entry_id: int) -> HttpResponse:
    """What did this person write, and has it passed?"""
    entry = _own_entry(request, entry_id)
    return render_page(request, DETAIL, _detail_context(request, entry))


@require_http_methods(["POST"])
def reflection_hand_in(request: ActorRequest, entry_id: int) -> HttpResponse:
    """Record what this person handed in."""
    entry = _own_entry(request, entry_id)
    form = HandInForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_invalid(request, DETAIL, _detail_context(request, entry) | {"hand_in": form}, form=form)
    try:
        services.hand_in_reflection(
            actor=request.actor,
            entry=entry,
            version=form.cleaned_data["version"],
            text=form.cleaned_data["text"],
            handed_in_on=form.cleaned_data["handed_in_on"],
            scans=form.store_files(actor=request.actor),
        )
    except Stale:
        return _stale(request, DETAIL, _detail_context(request, entry), "hand_in", form, _written(entry))
    except NotPermitted:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, DETAIL, _detail_context(request, entry) | {"hand_in": form}, form=form)
    message = gettext_lazy("The reflection was recorded.")
    return redirect_after_post(request, "attendance:reflection_detail", entry.pk, message=message)


@require_POST
def reflection_assess(request: ActorRequest, entry_id: int) -> HttpResponse:
    """Say whether it has passed."""
    entry = _own_entry(request, entry_id)
    form = AssessForm(request.POST)

    def assess() -> None:
        version, outcome, remark = (form.cleaned_data[name] for name in ("version", "outcome", "remark"))
        services.assess_reflection(
            actor=request.actor, entry=entry, version=version, passed=outcome == "passed", remark=remark
        )

    return _settled(request, entry, "assess", form, assess, gettext_lazy("The assessment was recorded."))


@require_POST
def reflection_exempt(request: ActorRequest, entry_id: int) -> HttpResponse:
    """Let this person owe no reflection."""
    entry = _own_entry(request, entry_id)
    form = ExemptForm(request.POST)

    def exempt() -> None:
        reason = ReflectionExemption(form.cleaned_data["reason"])
        services.exempt_from_reflection(
            actor=request.actor, entry=entry, version=form.cleaned_data["version"], reason=reason
        )

    return _settled(request, entry, "exempt", form, exempt, gettext_lazy("The exemption was recorded."))


def _settled(
    request: ActorRequest,
    entry: SummonsEntry,
    name: str,
    form: AssessForm | ExemptForm,
    act: Callable[[], None],
    message: Promise,
) -> HttpResponse:
    """What a form of the page of a paper comes to: `act` is done, or the page says why not."""
    if form.is_valid():
        try:
            act()
        except NotPermitted:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_after_post(request, "attendance:reflection_detail", entry.pk, message=message)
    return render_invalid(request, DETAIL, _detail_context(request, entry) | {name: form}, form=form)


def _list_context(request: ActorRequest, campaign: Campaign) -> dict[str, Any]:
    """What the page of a campaign's reflections shows."""
    call = call_of(campaign)
    running = campaign.state == CampaignState.RUNNING
    may_ask = running and can_lead_campaign(actor=request.actor, unit=campaign.owner)
    context: dict[str, Any] = {
        "campaign": campaign,
        "call": call,
        "ask": AskForm(initial=AskForm.values_of(call)) if may_ask else None,
        "breadcrumbs": campaign_crumbs(campaign),
    }
    scope = scope_of(campaign, request.actor, request.GET.get("unit", "")) if call else None
    if call is None or scope is None:
        return context
    total, lines = papers_below(call, scope, request.actor)
    table: Table[UnitPapers] = Table(
        request=request,
        columns=UNITS,
        rows=lines,
        caption=_("Reflections by unit"),
        filename=_("reflections"),
        sort="unit",
        empty_title=_("Nobody owes a reflection here yet."),
        empty_text=_("It is owed by those whom the roll-out asks, once they are summoned and a roll shows them."),
    )
    context |= {"scope": scope, "total": total, "table": table}
    if can_keep_reflections(actor=request.actor, unit=scope.unit):
        context["people"] = Table(
            request=request,
            columns=PAPERS,
            rows=papers_of_cell(call, scope.unit_id),
            caption=_("Reflections of the cell"),
            prefix="p_",
            sort="name",
            empty_title=_("Nobody of this unit owes a reflection."),
        )
    return context


def _own_entry(request: ActorRequest, entry_id: int) -> SummonsEntry:
    """Somebody of the reader's own cell; 404 for everybody else's people."""
    rows = SummonsEntry.objects.filter(unit_id__in=request.actor.unit_ids(KEEPS_REFLECTIONS))
    return get_object_or_404(rows.select_related("campaign__owner", "person", "unit"), pk=entry_id)


def _detail_context(request: ActorRequest, entry: SummonsEntry) -> dict[str, Any]:
    """What the page of one paper shows; that it was read is on record."""
    paper = services.open_reflection(actor=request.actor, entry=entry)
    state = ReflectionState(paper.state) if paper else ReflectionState.MISSING
    version = {"version": paper.version if paper else 0}
    assesses = can_assess_reflections(actor=request.actor, unit=entry.unit, person_id=entry.person_id)
    running = entry.campaign.state == CampaignState.RUNNING
    call = call_of(entry.campaign)
    opened = running and call is not None and entry.removed_on is None
    written = {"text": paper.text if paper else "", "handed_in_on": clock.today(), **version}
    return {
        "entry": entry,
        "campaign": entry.campaign,
        "call": call,
        "paper": paper,
        "state": state_of(state),
        "scans": list(paper.scans.all()) if paper else [],
        "hand_in": HandInForm(initial=written) if opened and state != ReflectionState.PASSED else None,
        "assess": (
            AssessForm(initial=version, auto_id="assess_%s")
            if opened and assesses and state == ReflectionState.HANDED_IN
            else None
        ),
        "exempt": (
            ExemptForm(initial=version, auto_id="exempt_%s")
            if opened and assesses and state in {ReflectionState.MISSING, ReflectionState.EXEMPT}
            else None
        ),
        "breadcrumbs": [
            *campaign_crumbs(entry.campaign),
            Crumb(_("Reflections"), reverse("attendance:reflection_list", args=[entry.campaign_id])),
        ],
    }


def _written(entry: SummonsEntry) -> dict[str, Any]:
    """What is stored of the paper, as a form takes it; nothing, of version 0, where there is none."""
    paper = Reflection.objects.filter(entry=entry).first()
    if paper is None:
        return {"text": "", "handed_in_on": None, "version": 0}
    return {"text": paper.text, "handed_in_on": paper.handed_in_on, "version": paper.version}


def _stale(
    request: ActorRequest,
    page: str,
    context: dict[str, Any],
    name: str,
    form: AskForm | HandInForm,
    stored: dict[str, Any],
) -> HttpResponse:
    differences = form.differences({field: value for field, value in stored.items() if field != "version"})
    form.take_version(stored["version"])
    return render_stale(request, page, {**context, name: form, "form": form, "differences": differences})
