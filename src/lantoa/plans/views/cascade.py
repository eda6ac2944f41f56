"""The cascade of a campaign: what every unit owes, as a table and as a drawing, and reminders by hand."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.plans import debts, policies
from lantoa.plans.enums import CampaignState, Deadline
from lantoa.plans.forms.charges import ChargeForm
from lantoa.plans.forms.deadlines import DebtFilter, RemindForm
from lantoa.plans.models import Campaign, CampaignUnit, DeadlineMove
from lantoa.plans.presentation import SOON
from lantoa.plans.rules import is_document
from lantoa.plans.selectors.cascade import DebtRow, asked_of, counts_of, debts_of, matching, narrowed
from lantoa.plans.selectors.charges import in_charge
from lantoa.plans.services.reminders import Reminded, remind_by_hand
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.plans.views.campaigns import visible_campaign
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.tables import Column, Kind, Table

TEMPLATE = "plans/cascade.html"
NAMED = 5
"""So many units of one reason are named in a message."""
MOVES = 10


@dataclass(frozen=True, slots=True)
class Naming:
    """The unit for which somebody is named, and the form."""

    unit: Unit
    form: ChargeForm


_UNIT: "tuple[Column[DebtRow], ...]" = (
    Column(
        key="unit",
        label=lazy("Unit"),
        value=lambda row: row.name,
        order_by=("sort_key",),
        template="plans/cascade_unit_cell.html",
        primary=True,
    ),
    Column(
        key="kind",
        label=lazy("Kind of unit"),
        value=lambda row: row.get_kind_display(),
        screen=False,
    ),
)
_REST: "tuple[Column[DebtRow], ...]" = (
    Column(
        key="due", label=lazy("Next deadline"), value=lambda row: row.next_due, kind=Kind.DATE, order_by=("next_due",)
    ),
    Column(
        key="reminded",
        label=lazy("Last reminder"),
        value=lambda row: row.reminded_on,
        kind=Kind.DATE,
        order_by=("reminded_on",),
    ),
)
_DUE_LABELS = {
    Deadline.PLAN: lazy("Plan issued by"),
    Deadline.SUMMONS: lazy("Summons issued by"),
    Deadline.STUDY: lazy("Study held by"),
    Deadline.PROGRAMME: lazy("Action programme issued by"),
    Deadline.IMPLEMENTATION: lazy("Implementation plan issued by"),
}


def columns_of(asked: Sequence[Deadline]) -> "tuple[Column[DebtRow], ...]":
    """The columns of a campaign that asks for these things: one on the screen for each, its day in the workbook."""
    shown = [
        Column[DebtRow](
            key=one.value,
            label=capfirst(str(one.label)),
            value=partial(_said, one),
            order_by=(f"{one}_due",),
            template=f"plans/cascade_{one if not is_document(one) else 'document'}_cell.html",
        )
        for one in asked
    ]
    days = [
        Column[DebtRow](
            key=f"{one}_due",
            label=_DUE_LABELS[one],
            value=attrgetter(f"{one}_due"),
            kind=Kind.DATE,
            screen=False,
        )
        for one in asked
    ]
    return (*_UNIT, *shown, *days, *_REST)


def _said(deadline: Deadline, row: "DebtRow") -> str:
    badge = debts.badge_of(row, deadline)
    return str(badge.label) if badge else ""


@require_http_methods(["GET", "HEAD", "POST"])
def cascade(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """What does every unit below me owe, who is late, and when was it last reminded? A POST reminds the ticked ones."""
    campaign = visible_campaign(request, campaign_id)
    if request.method == "POST":
        return _remind(request, campaign)
    context = cascade_context(request, campaign)
    table: Table[DebtRow] = context["table"]
    return table.to_xlsx() if table.wants_xlsx else render_page(request, TEMPLATE, context)


def _remind(request: ActorRequest, campaign: Campaign) -> HttpResponse:
    """Say who was reminded, and who was not and why."""
    form = RemindForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, cascade_context(request, campaign), form=form)
    try:
        outcome = remind_by_hand(
            actor=request.actor,
            campaign=campaign,
            client_id=form.cleaned_data["client_id"],
            unit_ids=form.ticked(),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, cascade_context(request, campaign), form=form, refusal=refusal)
    for text in _left_out(outcome):
        messages.warning(request, text)
    count = len(outcome.reminded)
    done = ngettext("%(count)d unit was reminded.", "%(count)d units were reminded.", count) % {"count": count}
    level = messages.SUCCESS if count else messages.INFO
    return redirect_after_post(request, request.get_full_path(), message=done, level=level)


def _left_out(outcome: Reminded) -> list[str]:
    """Who was not reminded, and why."""
    reasons = (
        (_("Reminded today already: %(units)s."), outcome.today_already),
        (_("Owing nothing any more: %(units)s."), outcome.owing_nothing),
        (_("Owing what has no deadline yet: %(units)s."), outcome.undated),
        (_("Nobody there who can sign in as officer or secretary: %(units)s."), outcome.nobody_there),
    )
    return [text % {"units": _named(units)} for text, units in reasons if units]


def _named(units: tuple[str, ...]) -> str:
    named = ", ".join(units[:NAMED])
    more = len(units) - NAMED
    if more <= 0:
        return named
    return ngettext("%(named)s and %(more)d more", "%(named)s and %(more)d more", more) % {"named": named, "more": more}


def cascade_context(request: ActorRequest, campaign: Campaign, naming: Naming | None = None) -> dict[str, Any]:
    """What the page shows; with the form by which somebody is named for one unit, where it is open."""
    day = clock.today()
    soon = day + dt.timedelta(days=SOON)
    asked = asked_of(campaign)
    rows = debts_of(campaign, request.actor, asked)
    kinds = _in_order(campaign.rules.order_by().values_list("unit_kind", flat=True))
    filters = DebtFilter(request.GET, kinds=kinds, asked=asked)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    shown = narrowed(
        rows.select_related("unit"),
        state=chosen.get("state", ""),
        kind=chosen.get("kind", ""),
        owed=chosen.get("owed", ""),
        day=day,
        soon=soon,
    )
    running = campaign.state == CampaignState.RUNNING
    may_move = running and policies.can_move_deadline(actor=request.actor, campaign=campaign)
    table: Table[DebtRow] = Table(
        request=request,
        columns=columns_of(asked),
        rows=shown,
        caption=_("What the units owe"),
        filename=_("What the units owe"),
        sort="due",
        search=matching,
        form_names=("state", "owed", "kind"),
        row_class=lambda row: "is-late" if _is_late(row, day) else "",
        empty_title=_("No unit fits this."),
        empty_text=_("The units of a campaign are fixed when it starts."),
    )
    remindable = _remindable(request, table) if running else set()
    units = [row.unit for row in table.page.object_list]
    table.extra = {
        "day": day,
        "may_move": may_move,
        "remindable": remindable,
        "in_charge": in_charge(campaign, units, day),
        "nameable": _nameable(request, campaign, units) if running else set(),
    }
    moves = DeadlineMove.objects.visible_to(request.actor).filter(campaign=campaign)
    drawn = request.GET.get("view") == "timeline"
    return {
        "campaign": campaign,
        "filter_form": filters,
        "counts": counts_of(rows, day, soon),
        "table": table,
        "drawing": debts.drawing_of(campaign, table.page.object_list, day, asked) if drawn else None,
        "table_url": table.link(view=None),
        "timeline_url": table.link(view="timeline"),
        "remind_form": RemindForm() if remindable else None,
        "here": request.get_full_path(),
        "moves": list(moves.select_related("unit")[:MOVES]),
        "may_move": may_move,
        "naming": naming or (_asked_naming(request, campaign) if running else None),
        "tabs": campaign_tabs(campaign, "units"),
        "breadcrumbs": campaign_crumbs(campaign),
    }


def _in_order(kinds: Iterable[str]) -> list[str]:
    """The kinds that have rules of their own; all of them, where a rule is about a level (an empty kind)."""
    found = set(kinds)
    return [kind for kind in UnitKind.values if kind in found or "" in found]


def _remindable(request: ActorRequest, table: "Table[DebtRow]") -> set[int]:
    """The units of the page that owe something and that the reader may remind."""
    return {
        row.unit_id
        for row in table.page.object_list
        if row.next_due is not None and policies.can_remind(actor=request.actor, unit=row.unit)
    }


def _nameable(request: ActorRequest, campaign: Campaign, units: list[Unit]) -> set[int]:
    """The units of the page for which the reader may name who is in charge."""
    return {unit.pk for unit in units if policies.can_name_in_charge(actor=request.actor, campaign=campaign, unit=unit)}


def _asked_naming(request: ActorRequest, campaign: Campaign) -> Naming | None:
    """The form that was asked for (`?name=` and a unit's number), where the reader may fill it in."""
    asked = request.GET.get("name", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    scopes = CampaignUnit.objects.visible_to(request.actor).filter(campaign=campaign, unit_id=int(asked))
    scope = scopes.select_related("unit").first()
    if scope is None or not policies.can_name_in_charge(actor=request.actor, campaign=campaign, unit=scope.unit):
        return None
    return Naming(scope.unit, ChargeForm(campaign=campaign, unit=scope.unit))


def _is_late(row: "DebtRow", day: dt.date) -> bool:
    return row.next_due is not None and row.next_due < day
