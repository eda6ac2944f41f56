"""What the roll-call shows on pages of lower apps."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lantoa.attendance.folding.states import sums_of_session
from lantoa.attendance.policies import can_take_roll
from lantoa.attendance.selectors.duties import rolls_open_at
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_see_counts
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.models import Site, StudySession


def may_review(request: HttpRequest) -> bool:
    """Whether the reader may decide about marks somewhere."""
    actor = cast(ActorRequest, request).actor
    return request.user.is_authenticated and bool(actor.unit_ids(authority.SETTLES_BELOW | authority.SETTLES_OWN))


def site_roll(request: HttpRequest, site: Site) -> str:
    """The way to a site's roll, for whoever takes it."""
    if not can_take_roll(actor=cast(ActorRequest, request).actor, unit=site.unit):
        return ""
    url = reverse("attendance:roll_detail", args=[site.pk])
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>', url, _("Open the roll"), site.name
    )


def session_actions(request: HttpRequest, session: StudySession) -> str:
    """The button to those who missed a session that has begun, for whoever may set up a make-up of it."""
    actor = cast(ActorRequest, request).actor
    hosted = any(grant.role in authority.SUMMONS and grant.path.startswith(session.host.path) for grant in actor.grants)
    begun = session.cancelled_at is None and session.starts_at <= clock.now()
    if not (hosted and begun and session.kind == SessionKind.FIRST):
        return ""
    return render_to_string("attendance/_session_actions.html", {"session": session}, request=request)


def session_figures(request: HttpRequest, session: StudySession) -> str:
    """How many were at a session so far and how many rolls are closed; nothing before the first mark or closing."""
    if not can_see_counts(actor=cast("ActorRequest", request).actor, unit=session.host):
        return ""
    sums = sums_of_session(session.pk)
    if not (sums.marked or sums.closed or sums.conflicts):
        return ""
    context = {"sums": sums, "may_review": may_review(request)}
    return render_to_string("attendance/_session_figures.html", context, request=request)


def rolls_owed(request: HttpRequest, unit: Unit) -> str:
    """The rolls of a unit's sites that are still open after their session began, on its page (one query)."""
    actor = cast(ActorRequest, request).actor
    if not can_see_counts(actor=actor, unit=unit):
        return ""
    sites = list(rolls_open_at(unit, clock.today()))
    context = {"sites": sites, "may_take": can_take_roll(actor=actor, unit=unit)}
    return render_to_string("attendance/owed.html", context, request=request) if sites else ""
