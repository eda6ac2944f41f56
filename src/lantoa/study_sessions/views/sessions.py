"""Sessions: lists, the page of one, setting up, changing, cancelling, placing."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.models import Campaign
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.study_sessions import services
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.forms import ReadinessFilter, RepeatForm, SessionEditForm, SessionFields, SessionForm
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.programme_forms import SpeakersForm
from lantoa.study_sessions.selectors import (
    clashes_of,
    fingerprint,
    hosts_for,
    lines_of,
    neighbours_of,
    offered_speakers,
    plan_in_force,
    programme_items,
    programme_of,
    readiness_of,
    search_board,
    sessions_of,
    sessions_of_campaign,
    sites_of_session,
    speaker_warnings,
    visible_site_ids,
    with_lines,
)
from lantoa.study_sessions.views.tables import CAMPAIGN_SESSIONS, MY_SESSIONS, SITES, session_tabs, when
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.tables import Table, table_response

SITES_AT_A_TIME = 30
DETAIL, EDIT = "study_sessions/session_detail.html", "study_sessions/session_edit.html"


def visible_session(request: ActorRequest, pk: int) -> StudySession:
    """The session, if the reader may see it; else 404."""
    sessions = StudySession.objects.visible_to(request.actor)
    return get_object_or_404(sessions.select_related("campaign__owner", "host", "makes_up", "plan"), pk=pk)


@require_safe
def session_mine(request: ActorRequest) -> HttpResponse:
    """When and where do we study?"""
    table: Table[StudySession] = Table(
        request=request,
        columns=MY_SESSIONS,
        rows=sessions_of(request.actor),
        caption=_("Sessions"),
        filename=_("sessions"),
        sort="-starts",
        search=lambda rows, words: rows.filter(title__icontains=words) | rows.filter(campaign__name__icontains=words),
        empty_title=_("No session concerns you yet."),
        empty_text=_("A session appears here once your unit hosts one, keeps a site of one, or its cells go to one."),
        row_class=lambda session: "is-muted" if session.cancelled_at else "",
    )
    return table_response(request, "study_sessions/session_mine.html", table, {"tabs": session_tabs("sessions")})


@require_safe
def session_list(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """When and where is this campaign studied?"""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.actor), pk=campaign_id)
    table: Table[StudySession] = Table(
        request=request,
        columns=CAMPAIGN_SESSIONS,
        rows=sessions_of_campaign(request.actor, campaign.pk),
        caption=_("Sessions of the campaign"),
        filename=_("sessions"),
        sort="starts",
        search=lambda rows, words: rows.filter(title__icontains=words) | rows.filter(host__name__icontains=words),
        empty_title=_("No session has been set up yet."),
        empty_text=_("Set one up once the plan is issued and the people are summoned."),
        row_class=lambda session: "is-muted" if session.cancelled_at else "",
    )
    context = {
        "campaign": campaign,
        "tabs": campaign_tabs(campaign, "sessions"),
        "breadcrumbs": campaign_crumbs(campaign),
        "may_set_up": hosts_for(request.actor, campaign).exists(),
    }
    return table_response(request, "study_sessions/session_list.html", table, context)


@require_safe
def session_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Is this session ready?"""
    session = visible_session(request, pk)
    table = _site_table(request, session, visible_site_ids(session, request.actor))
    if table.wants_xlsx:
        return replace(table, rows=with_lines(session, table.sorted_rows), search=None).to_xlsx()
    return render_page(request, DETAIL, detail_context(request, session))


def detail_context(request: ActorRequest, session: StudySession) -> dict[str, Any]:
    """What the page of a session shows; also when an act upon it was refused."""
    narrowed = visible_site_ids(session, request.actor)
    may_set_up = can_set_up_session(actor=request.actor, host=session.host)
    table = _site_table(request, session, narrowed)
    with_lines(session, table.page.object_list)
    items = programme_items(session)
    return {
        "session": session,
        "readiness": readiness_of(session),
        "programme": lines_of(items),
        "warnings": speaker_warnings(session, items, request.actor),
        "filters": ReadinessFilter(request.GET),
        "neighbours": neighbours_of(session, request.actor),
        "state": when(session),
        "narrowed": narrowed is not None,
        "may_set_up": may_set_up and session.cancelled_at is None,
        "is_first": session.kind == SessionKind.FIRST,
        "breadcrumbs": campaign_crumbs(session.campaign),
        "table": table,
    }


def _site_table(request: ActorRequest, session: StudySession, site_ids: Iterable[int] | None) -> "Table[Site]":
    asked = ReadinessFilter(request.GET).chosen["readiness"]
    sites = sites_of_session(session, site_ids)
    return Table(
        request=request,
        columns=SITES,
        rows=sites.filter(readiness=asked) if asked else sites,
        caption=_("Sites of the session"),
        filename=_("sites"),
        search=search_board,
        page_size=SITES_AT_A_TIME,
        empty_title=_("No site is in this state.") if asked else _("This session has no site yet."),
        empty_text=""
        if asked
        else _("Add the places where people come together, or one for each child unit in one step."),
        extra={
            "may_set_up": can_set_up_session(actor=request.actor, host=session.host),
            "session": session,
        },
        form_names=("readiness",),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Set up a session of one's own unit."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.actor), pk=campaign_id)
    hosts = hosts_for(request.actor, campaign)
    if not hosts:
        raise NotPermitted
    form = SessionForm(request.POST or None, hosts=hosts, initial={"mode": "in_person"})
    context = {"campaign": campaign, "breadcrumbs": campaign_crumbs(campaign)}
    template = "study_sessions/session_new.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    starts_at, ends_at = form.moments()
    planned = StudySession(host=form.cleaned_data["host"], starts_at=starts_at, ends_at=ends_at)
    sent_before = StudySession.objects.filter(client_id=form.cleaned_data["client_id"]).exists()
    if not sent_before and (unseen := unseen_clashes(request, form, planned)):
        return render_invalid(request, template, {**context, **unseen}, form=form)
    try:
        session = services.set_up_session(
            actor=request.actor,
            client_id=form.cleaned_data["client_id"],
            campaign=campaign,
            host=form.cleaned_data["host"],
            title=form.cleaned_data["title"],
            mode=form.cleaned_data["mode"],
            starts_at=starts_at,
            ends_at=ends_at,
            plan=plan_in_force(campaign, form.cleaned_data["host"]),
            is_public=form.cleaned_data["is_public"],
        )
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The session was set up. Now add its sites.")
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change title, form or time of a session."""
    session = visible_session(request, pk)
    if not can_set_up_session(actor=request.actor, host=session.host):
        raise NotPermitted
    form = SessionEditForm(request.POST or None, initial=SessionEditForm.values_of(session))
    context, template = edit_context(session), EDIT
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    starts_at, ends_at = form.moments()
    planned = copy(session)
    planned.starts_at, planned.ends_at = starts_at, ends_at
    moved = (starts_at, ends_at) != (session.starts_at, session.ends_at)
    if moved and (unseen := unseen_clashes(request, form, planned)):
        return render_invalid(request, template, {**context, **unseen}, form=form)
    try:
        services.change_session(
            actor=request.actor,
            session=session,
            version=form.cleaned_data["version"],
            title=form.cleaned_data["title"],
            mode=form.cleaned_data["mode"],
            starts_at=starts_at,
            ends_at=ends_at,
            plan=session.plan,
            programme=form.cleaned_data["programme"],
            is_public=form.cleaned_data["is_public"],
        )
    except Stale:
        session.refresh_from_db()
        differences = form.differences(SessionEditForm.values_of(session))
        form.take_version(session.version)
        return render_stale(request, template, {**context, "form": form, "differences": differences})
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The session was changed.")
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)


def unseen_clashes(request: ActorRequest, form: SessionFields, planned: StudySession) -> dict[str, Any]:
    """What clashes with a session as it is planned, for a page that shows it before anything is saved; nothing where
    nothing does, or where the form says that its reader has seen just that."""
    clashes = clashes_of(planned, request.actor)
    warnings = speaker_warnings(planned, programme_items(planned) if planned.pk else [], request.actor)
    if not (clashes or warnings):
        return {}
    shared = [(one.session.pk, one.people, one.cells, one.same_room, one.same_host) for one in clashes]
    spoken = [(one.name, one.lapsed, len(one.elsewhere), one.unseen) for one in warnings]
    seen = fingerprint(planned.starts_at, planned.ends_at, shared, spoken)
    if form.cleaned_data["seen"] == seen:
        return {}
    form.take_seen(seen)
    return {"clashes": clashes, "warnings": warnings}


def edit_context(session: StudySession) -> dict[str, Any]:
    """What the page of a change shows beside the form of the session: the form that repeats it."""
    return {
        "session": session,
        "repeat_form": RepeatForm(auto_id="repeat_%s"),
        "speakers_form": speakers_form(session),
        "breadcrumbs": campaign_crumbs(session.campaign),
    }


def speakers_form(session: StudySession, data: Any = None) -> SpeakersForm:
    """The form that chooses who speaks at each item of the programme."""
    return SpeakersForm(data, session=session, programme=programme_of(session), offered=offered_speakers(session))


@require_POST
def session_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Call the session off."""
    session = visible_session(request, pk)
    try:
        services.cancel_session(actor=request.actor, session=session)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, DETAIL, detail_context(request, session), refusal=refusal)
    message = gettext_lazy("The session was cancelled.")
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)


@require_POST
def session_place(request: ActorRequest, pk: int) -> HttpResponse:
    """Put everybody summoned on the lists of the sites."""
    session = visible_session(request, pk)
    try:
        placed = services.place_summoned(actor=request.actor, session=session)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, DETAIL, detail_context(request, session), refusal=refusal)
    message = ngettext(
        "%(placed)s person was put on the list of a site.",
        "%(placed)s persons were put on the lists of the sites.",
        placed,
    ) % {"placed": placed}
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)
