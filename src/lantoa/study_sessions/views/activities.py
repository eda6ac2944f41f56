"""Activities besides conferences: the list with its sums, recording, correcting, taking back."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.standpoints import sight_of
from lantoa.plans.enums import CampaignState
from lantoa.study_sessions import services
from lantoa.study_sessions.activity_forms import ActivityFilterForm, ActivityForm, CorrectionForm, TakingBackForm
from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.policies import can_record_activity
from lantoa.study_sessions.reach import (
    KindLine,
    UnitLine,
    activities_in,
    campaigns_to_choose,
    reach_of,
    recording_units,
    running_campaigns_of,
)
from lantoa.study_sessions.views.activity_tables import ACTIVITIES, KINDS, UNITS
from lantoa.study_sessions.views.tables import session_tabs
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table, table_response

DETAIL = "study_sessions/activity_detail.html"
AT_A_TIME = 25
PARTS_AT_A_TIME = 12
_HIDDEN = frozenset({"version"})


@require_safe
def activity_list(request: ActorRequest) -> HttpResponse:
    """Whom did we reach besides conferences?"""
    sight = sight_of(request.actor, request.GET.get("unit", ""))
    form = ActivityFilterForm(request.GET, sight=sight, campaigns=campaigns_to_choose(request.actor))
    rows = activities_in(request.actor, sight, form.narrowing())
    reach = reach_of(rows, sight)
    table: Table[Activity] = Table(
        request=request,
        columns=ACTIVITIES,
        rows=rows,
        caption=_("Activities"),
        filename=_("activities"),
        sort="-held",
        page_size=AT_A_TIME,
        empty_title=_("No activity has been recorded here."),
        empty_text=_("A village meeting, a club, a contest: the unit that held it records how many came."),
        row_class=lambda activity: "is-muted" if activity.taken_back_at else "",
        form_names=tuple(form.fields),
    )
    part = partial(Table, request=request, page_size=PARTS_AT_A_TIME)
    units: Table[UnitLine] = part(columns=UNITS, rows=reach.units, caption=_("By unit"), prefix="u_")
    kinds: Table[KindLine] = part(columns=KINDS, rows=reach.kinds, caption=_("By kind"), prefix="k_")
    context = {
        "filters": form,
        "reach": reach,
        "sight": sight,
        "units": units,
        "kinds": kinds,
        "tabs": session_tabs("activities"),
        "may_record": recording_units(request.actor).exists(),
    }
    return table_response(request, "study_sessions/activity_list.html", table, context)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: ActorRequest) -> HttpResponse:
    """Record how many came to an activity of one's own unit."""
    units = recording_units(request.actor)
    if not units:
        raise NotPermitted
    initial = {"campaign": request.GET.get("campaign"), "languages": ["vi"]}
    form = ActivityForm(request.POST or None, units=units, campaigns=running_campaigns_of(units), initial=initial)
    template, context = "study_sessions/activity_new.html", {"breadcrumbs": _crumbs()}
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        activity = services.record_activity(
            actor=request.actor,
            client_id=form.cleaned_data["client_id"],
            unit=form.cleaned_data["unit"],
            campaign=form.cleaned_data["campaign"],
            facts=form.facts(),
        )
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The activity was recorded.")
    return redirect_after_post(request, "study_sessions:activity_detail", activity.pk, message=message)


@require_safe
def activity_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """What happened at this activity, and who came?"""
    activity = _visible(request, pk)
    return render_page(request, DETAIL, _page_of(request, activity))


@require_POST
def activity_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what was recorded."""
    activity = _own(request, pk)
    form = CorrectionForm(request.POST, campaigns=_campaigns_for(activity))
    context = _page_of(request, activity) | {"form": form}
    if not form.is_valid():
        return render_invalid(request, DETAIL, context, form=form)
    try:
        services.correct_activity(
            actor=request.actor,
            activity=activity,
            version=form.cleaned_data["version"],
            campaign=form.cleaned_data["campaign"],
            facts=form.facts(),
        )
    except Stale:
        activity = _visible(request, pk)
        stored = CorrectionForm.values_of(activity)
        differences = form.differences({name: value for name, value in stored.items() if name not in _HIDDEN})
        form.take_version(activity.version)
        return render_stale(request, DETAIL, {**context, "activity": activity, "differences": differences})
    except Refusal as refusal:
        return render_invalid(request, DETAIL, context, form=form, refusal=refusal)
    message = gettext_lazy("The activity was corrected.")
    return redirect_after_post(request, "study_sessions:activity_detail", activity.pk, message=message)


@require_POST
def activity_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Let an activity count for nothing, with the reason."""
    activity = _own(request, pk)
    taking_back = TakingBackForm(request.POST)
    context = _page_of(request, activity) | {"taking_back": taking_back}
    if not taking_back.is_valid():
        return render_invalid(request, DETAIL, context)
    try:
        services.take_back_activity(actor=request.actor, activity=activity, reason=taking_back.cleaned_data["reason"])
    except Refusal as refusal:
        return render_invalid(request, DETAIL, context, refusal=refusal)
    message = gettext_lazy("The activity was taken back. It stays on record and counts for nothing.")
    return redirect_after_post(request, "study_sessions:activity_detail", activity.pk, message=message)


def _visible(request: ActorRequest, pk: int) -> Activity:
    rows = Activity.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("unit", "campaign", "created_by__person"), pk=pk)


def _own(request: ActorRequest, pk: int) -> Activity:
    activity = _visible(request, pk)
    if not can_record_activity(actor=request.actor, unit=activity.unit):
        raise NotPermitted
    return activity


def _page_of(request: ActorRequest, activity: Activity) -> dict[str, Any]:
    stands = activity.taken_back_at is None
    open_to_change = activity.campaign is None or activity.campaign.state == CampaignState.RUNNING
    may_change = stands and open_to_change and can_record_activity(actor=request.actor, unit=activity.unit)
    form = CorrectionForm(initial=CorrectionForm.values_of(activity), campaigns=_campaigns_for(activity))
    return {
        "activity": activity,
        "may_change": may_change,
        "form": form if may_change else None,
        "taking_back": TakingBackForm(auto_id="taking_back_%s") if may_change else None,
        "title": capfirst(activity.get_kind_display()),
        "breadcrumbs": _crumbs(),
    }


def _campaigns_for(activity: Activity) -> Any:
    """The running campaigns of the activity's unit."""
    return running_campaigns_of(Unit.objects.filter(pk=activity.unit_id))


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Activities"), reverse("study_sessions:activity_list"))]
