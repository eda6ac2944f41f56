"""The pages of summonses."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person
from lantoa.organizations.policies import can_export_names, can_open_restricted, can_see_names
from lantoa.organizations.restricting import left_out
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.services.persons import is_restricted
from lantoa.plans import policies, summons_tables
from lantoa.plans.enums import CampaignState, Numbered
from lantoa.plans.errors import CampaignNotRunning
from lantoa.plans.forms.summons import AdditionForm, EntryFilterForm, ListForm, RemovalForm, SummonsForm
from lantoa.plans.models import Campaign, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.papers.letters import letter_paper, list_paper
from lantoa.plans.selectors import summons as selectors
from lantoa.plans.selectors.numbers import register_of
from lantoa.plans.services import summons as services
from lantoa.plans.services.additions import add_to_summons
from lantoa.plans.summons_errors import NobodyToAdd
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.plans.views.campaigns import scope_of, visible_campaign
from lantoa.typesetting.responses import FileKind, paper_response
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table, table_response

LETTER = "plans/summons_detail.html"


@require_GET
def summons_list(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Who is called to study, by which letters?"""
    campaign = visible_campaign(request, campaign_id)
    lists = selectors.lists_of(campaign, request.actor)
    letters = Summons.objects.visible_to(request.actor).filter(campaign=campaign).select_related("unit")
    table: Table[Any] = Table(
        request=request,
        columns=summons_tables.LETTERS,
        rows=letters.annotate(persons=Count("entries")),
        caption=_("Letters of this campaign"),
        filename=_("Letters of this campaign"),
        sort="-issued",
        empty_title=_("No unit that you may see has sent a letter yet."),
        empty_text=_("A unit convenes all below it at once, or each of them its own people."),
    )
    context = {
        **_page_of(campaign),
        "lists": lists,
        "may_summon": [branch.unit for branch in lists if _may_summon(request, campaign, branch.unit)],
        "tabs": campaign_tabs(campaign, "summons"),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    return table_response(request, "plans/summons_list.html", table, context)


@require_http_methods(["GET", "POST"])
def summons_create(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """Whom would this letter call?"""
    campaign = visible_campaign(request, campaign_id)
    scope = scope_of(request, campaign, unit_id)
    if not policies.can_summon(actor=request.actor, unit=scope.unit):
        raise NotPermitted
    register = register_of(scope.unit, Numbered.LETTER, clock.today().year)
    form = SummonsForm(request.POST or None, initial={"number": register.following})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            summons = services.freeze_summons(
                actor=request.actor, campaign=campaign, unit=scope.unit, **form.cleaned_data
            )
        except Refusal as caught:
            refusal = caught
            form.offer_repeat(caught)
        else:
            message = _("The list is frozen: %(count)s persons are called.") % {"count": summons.entries.count()}
            return redirect_after_post(request, "plans:summons_detail", summons.pk, message=message)
    context = {**_preview(request, campaign, scope), "form": form, "register": register}
    if request.method != "POST" and context["cells"].wants_xlsx:
        workbook: HttpResponse = context["cells"].to_xlsx()
        return workbook
    note_table(
        actor=request.actor, action="plans.list_summons", about=campaign, unit=scope.unit, table=context["names"]
    )
    if request.method == "POST":
        return render_invalid(request, "plans/summons_create.html", context, form=form, refusal=refusal)
    return render_page(request, "plans/summons_create.html", context)


@require_GET
def summons_detail(request: ActorRequest, summons_id: int) -> HttpResponse:
    """Whom does this letter call?"""
    summons = _letter(request, summons_id)
    context = _letter_context(request, summons)
    return table_response(request, LETTER, context.pop("table"), context)


@require_POST
def summons_add(request: ActorRequest, summons_id: int) -> HttpResponse:
    """By which decision do they come onto this list?"""
    summons = _letter(request, summons_id)
    if not policies.can_summon(actor=request.actor, unit=summons.unit):
        raise NotPermitted
    form = AdditionForm(request.POST, named=selectors.addable_persons(summons, request.actor))
    if not form.is_valid():
        return _addition_refused(request, summons, form)
    facts = {name: form.cleaned_data[name] for name in ("decision", "added_on", "reason")}
    try:
        added = add_to_summons(actor=request.actor, summons=summons, person_ids=form.person_ids(), **facts)
    except Refusal as refusal:
        return _addition_refused(request, summons, form, refusal)
    message = ngettext("%(added)s person was added to the list.", "%(added)s persons were added to the list.", added)
    return redirect_after_post(request, "plans:summons_detail", summons.pk, message=message % {"added": added})


def _addition_refused(
    request: ActorRequest, summons: Summons, form: AdditionForm, refusal: Refusal | None = None
) -> HttpResponse:
    """The letter with what is wrong: in the form, or above the page where it has no form any more."""
    context = _letter_context(request, summons, form)
    if context.get("addition") is None:
        if refusal is None:
            refusal = NobodyToAdd() if context["is_running"] else CampaignNotRunning()
        return render_invalid(request, LETTER, context, refusal=refusal)
    if refusal is not None:
        add_refusal(form, refusal)
    return render_invalid(request, LETTER, context)


def _letter_context(request: ActorRequest, summons: Summons, form: AdditionForm | None = None) -> dict[str, Any]:
    """What the page of a letter shows, its names noted in the log; `form` where an addition was refused."""
    cells = selectors.cells_of_letter(summons, request.actor)
    seen = [cell for cell in cells if cell.seen]
    own = selectors.entries_at(summons.campaign, summons.unit, request.actor).filter(summons=summons)
    context = {
        **_page_of(summons.campaign),
        "summons": summons,
        "totals": selectors.sum_of(cell.counts for cell in cells),
        "may_export": can_export_names(actor=request.actor, unit=summons.unit) and own.exists(),
        "breadcrumbs": [*campaign_crumbs(summons.campaign), _list_crumb(summons.campaign)],
        "table": summons_tables.letter_table(request, summons.campaign, seen),
    }
    unsummoned = _unsummoned(request, summons, form)
    if unsummoned:
        note_table(
            actor=request.actor,
            action="plans.list_summons",
            about=summons,
            unit=summons.unit,
            table=unsummoned["names"],
        )
    return context | unsummoned


def _unsummoned(request: ActorRequest, summons: Summons, form: AdditionForm | None) -> dict[str, Any]:
    """Whom the rule calls under the letter's unit and who stands on no list, while the campaign runs."""
    if summons.campaign.state != CampaignState.RUNNING or not summons.unit.in_force:
        return {}
    preview = selectors.preview_summons(campaign=summons.campaign, unit=summons.unit)
    missing = [cell for cell in preview.cells if cell.total]
    if not missing:
        return {}
    may_add = policies.can_summon(actor=request.actor, unit=summons.unit)
    names: Table[Any] = Table(
        request=request,
        columns=summons_tables.UNSUMMONED,
        rows=selectors.unsummoned_names(summons, request.actor),
        caption=_("By name"),
        prefix="n_",
        sort="name",
        extra={"may_add": may_add, "ticked": form.ticked() if form else frozenset()},
    )
    cells = Table(
        request=request,
        columns=summons_tables.MISSING,
        rows=selectors.seen_of(missing, request.actor),
        caption=_("By cell"),
        prefix="m_",
        sort="cell",
    )
    empty = AdditionForm(named=Person.objects.none(), initial={"added_on": clock.today()})
    return {
        "missing": sum(cell.total for cell in missing),
        "missing_cells": cells,
        "names": names,
        "addition": (form or empty) if may_add else None,
    }


@require_GET
def summons_unit(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """Who of this unit is called?"""
    campaign = visible_campaign(request, campaign_id)
    scope = scope_of(request, campaign, unit_id)
    entries = selectors.entries_at(campaign, scope.unit, request.actor)
    filters = EntryFilterForm(request.GET, cells=selectors.units_with_entries(entries))
    named = can_see_names(actor=request.actor, unit=scope.unit)
    is_running = campaign.state == CampaignState.RUNNING
    rows = entries.filter(**filters.conditions())
    removable = request.actor.unit_ids(authority.SUMMONS) if named and is_running else ()
    table = summons_tables.entry_table(request, scope, rows, named=named, may_remove_for=removable)
    below, totals = selectors.branches_and_total(campaign, scope, request.actor)
    branches = summons_tables.branch_table(request, campaign, below)
    if branches.wants_xlsx:
        return branches.to_xlsx()
    context = {
        **_page_of(campaign),
        "scope": scope,
        "totals": totals,
        "branches": branches,
        "filters": filters,
        "named": named,
        "unsummoned": _unsummoned_number(campaign, scope),
        "may_summon": _may_summon(request, campaign, scope),
        "may_export": named and can_export_names(actor=request.actor, unit=scope.unit),
        "breadcrumbs": [*campaign_crumbs(campaign), _list_crumb(campaign), *_above(request, scope)],
    }
    if named:
        note_table(actor=request.actor, action="plans.list_summons", about=campaign, unit=scope.unit, table=table)
    return table_response(request, "plans/summons_unit.html", table, context)


@require_GET
def summons_letter(request: ActorRequest, summons_id: int, kind: str) -> HttpResponse:
    """The letter as a document to print or to change; it names nobody."""
    rows = Summons.objects.visible_to(request.actor).select_related("campaign", "unit")
    summons = get_object_or_404(rows, pk=summons_id)
    cells = selectors.called_by_letter(summons, request.actor)
    return paper_response(letter_paper(summons, cells), FileKind(kind), _("Letter %(number)s") % {"number": summons})


@require_http_methods(["GET", "POST"])
def summons_export(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """What are these names needed for?"""
    campaign = visible_campaign(request, campaign_id)
    scope = scope_of(request, campaign, unit_id)
    if not can_export_names(actor=request.actor, unit=scope.unit):
        raise NotPermitted
    context = {**_page_of(campaign), "scope": scope, "breadcrumbs": _list_way(campaign, scope)}
    entries = selectors.entries_at(campaign, scope.unit, request.actor)
    form = ListForm(
        request.POST or None,
        letters=Summons.objects.filter(pk__in=entries.order_by().values("summons")),
        initial={"letter": request.GET.get("letter", "")},
    )
    if request.method != "POST":
        return render_page(request, "plans/summons_export.html", {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, "plans/summons_export.html", context, form=form)
    try:
        rows = services.export_summons(
            actor=request.actor,
            campaign=campaign,
            unit=scope.unit,
            purpose=form.cleaned_data["purpose"],
            letter=form.cleaned_data["letter"],
        )
    except Refusal as refusal:
        return render_invalid(request, "plans/summons_export.html", context, form=form, refusal=refusal)
    title = _("Summons list %(unit)s") % {"unit": scope.name}
    letter = form.cleaned_data["letter"]
    listed = entries.filter(summons=letter) if letter else entries
    if kind := form.file_kind:
        with override("vi"):
            absent = left_out(listed)
        by_cell = rows.order_by("unit__sort_key", "unit_id", "person__sort_key", "person__birth_year", "pk")
        below = selectors.further_below(letter, scope, request.actor) if letter else 0
        paper = list_paper(campaign, scope.unit, by_cell, letter=letter, note=absent, further_below=below)
        return paper_response(paper, kind, title)
    table = Table(
        request=request,
        columns=summons_tables.EXPORTED,
        rows=rows,
        caption=title,
        filename=title,
        sort="name",
        note=left_out(listed),
    )
    return table.to_xlsx()


@require_http_methods(["GET", "POST"])
def summons_remove(request: ActorRequest, entry_id: int) -> HttpResponse:
    """By which decision is this person not called any more?"""
    rows = SummonsEntry.objects.visible_to(request.actor)
    entry = get_object_or_404(rows.select_related("campaign__owner", "unit", "person", "summons__unit"), pk=entry_id)
    if not policies.can_summon(actor=request.actor, unit=entry.summons.unit):
        raise NotPermitted
    scope = get_object_or_404(CampaignUnit, campaign=entry.campaign, unit=entry.unit)
    named = can_see_names(actor=request.actor, unit=entry.unit)
    if named and not can_open_restricted(actor=request.actor, unit=entry.unit):
        named = not is_restricted(entry.person_id)
    context = {
        **_page_of(entry.campaign),
        "entry": entry,
        "named": named,
        "breadcrumbs": _list_way(entry.campaign, scope),
    }
    form = RemovalForm(request.POST or None)
    if request.method != "POST":
        return render_page(request, "plans/summons_remove.html", {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, "plans/summons_remove.html", context, form=form)
    try:
        services.remove_from_summons(actor=request.actor, entry=entry, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "plans/summons_remove.html", context, form=form, refusal=refusal)
    message = _("The person is taken off the list; the row stays with its decision.")
    return redirect_after_post(request, "plans:summons_unit", entry.campaign_id, entry.unit_id, message=message)


def _letter(request: ActorRequest, summons_id: int) -> Summons:
    rows = Summons.objects.visible_to(request.actor).select_related("campaign__owner", "unit", "created_by__person")
    return get_object_or_404(rows, pk=summons_id)


def _may_summon(request: ActorRequest, campaign: Campaign, scope: CampaignUnit) -> bool:
    running = campaign.state == CampaignState.RUNNING
    return running and policies.can_summon(actor=request.actor, unit=scope.unit)


def _unsummoned_number(campaign: Campaign, scope: CampaignUnit) -> int:
    """How many the rule calls in the subtree and stand on no list; none where nothing can be done about it."""
    if campaign.state != CampaignState.RUNNING or not scope.unit.in_force:
        return 0
    return selectors.unsummoned_count(campaign, scope)


def _preview(request: ActorRequest, campaign: Campaign, scope: CampaignUnit) -> dict[str, Any]:
    preview = selectors.preview_summons(campaign=campaign, unit=scope.unit)
    cells = Table(
        request=request,
        columns=summons_tables.PREVIEW,
        rows=preview.cells,
        caption=_("By cell"),
        filename=_("Preview of a summons"),
        prefix="c_",
        sort="cell",
        empty_title=_("The rule finds nobody in this unit."),
        empty_text=_("Check the audience of the campaign and the register of persons."),
    )
    names: Table[Any] = Table(
        request=request,
        columns=summons_tables.PREVIEW_NAMES,
        rows=selectors.preview_names(campaign=campaign, unit=scope.unit, actor=request.actor),
        caption=_("By name"),
        sort="name",
        search=summons_tables.by_name,
    )
    return {
        **_page_of(campaign),
        "scope": scope,
        "preview": preview,
        "cells": cells,
        "names": names,
        "breadcrumbs": [*campaign_crumbs(campaign), _list_crumb(campaign)],
    }


def _page_of(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign, "is_running": campaign.state == CampaignState.RUNNING}


def _list_crumb(campaign: Campaign) -> Crumb:
    return Crumb(_("Summons"), reverse("plans:summons_list", args=[campaign.pk]))


def _list_way(campaign: Campaign, scope: CampaignUnit) -> list[Crumb]:
    here = Crumb(scope.name, reverse("plans:summons_unit", args=[campaign.pk, scope.unit_id]))
    return [*campaign_crumbs(campaign), _list_crumb(campaign), here]


def _above(request: ActorRequest, scope: CampaignUnit) -> list[Crumb]:
    above = [int(part) for part in scope.path.rstrip(".").split(".")[:-1]]
    rows = CampaignUnit.objects.visible_to(request.actor).filter(campaign=scope.campaign_id, unit_id__in=above)
    return [
        Crumb(unit.name, reverse("plans:summons_unit", args=[unit.campaign_id, unit.unit_id]))
        for unit in rows.order_by("path")
    ]
