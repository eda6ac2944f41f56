"""The columns of the lists of sessions and sites."""

from dataclasses import replace
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.study_sessions.enums import SiteReadiness
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import LINE, SiteLine
from lantoa.ui.states import State, Tab, Tone
from lantoa.ui.tables import Column, Kind


def when(session: StudySession) -> State:
    """Where a session stands in time."""
    now = clock.now()
    if session.cancelled_at is not None:
        return State(_("cancelled"), Tone.NEUTRAL, "slash-circle")
    if now < session.starts_at:
        return State(_("to come"), Tone.INFO, "calendar-event")
    if now <= session.ends_at:
        return State(_("under way"), Tone.WARNING, "play-circle")
    return State(_("held"), Tone.SUCCESS, "check-circle")


READINESS = {
    SiteReadiness.UNCHECKED: State(SiteReadiness.UNCHECKED.label, Tone.NEUTRAL),
    SiteReadiness.READY: State(SiteReadiness.READY.label, Tone.SUCCESS),
    SiteReadiness.PROBLEM: State(SiteReadiness.PROBLEM.label, Tone.DANGER),
}


def session_tabs(current: str) -> list[Tab]:
    """Sessions, and the activities besides them."""
    pages = (
        ("sessions", _("Study sessions"), "study_sessions:session_mine"),
        ("activities", _("Activities"), "study_sessions:activity_list"),
    )
    return [Tab(label, reverse(name), key == current) for key, label, name in pages]


def _site_count(session: StudySession) -> int:
    return int(getattr(session, "site_count", 0))


def _placed_count(session: StudySession) -> int:
    return int(getattr(session, "placed_count", 0))


_TITLE: Column[StudySession] = Column(
    key="title",
    label=_("Session"),
    value=lambda session: session.title,
    order_by=("title",),
    href=lambda session: reverse("study_sessions:session_detail", args=[session.pk]),
    primary=True,
)
_TITLE_AND_CAMPAIGN = replace(_TITLE, template="study_sessions/_title_cell.html")
_OTHERS: tuple[Column[StudySession], ...] = (
    Column(
        key="starts",
        label=_("Begins"),
        value=lambda session: session.starts_at,
        kind=Kind.DATETIME,
        order_by=("starts_at",),
    ),
    Column(
        key="state",
        label=_("State"),
        value=lambda session: when(session).label,
        state=when,
    ),
    Column(key="kind", label=_("Kind"), value=lambda session: session.get_kind_display(), order_by=("kind",)),
    Column(key="host", label=_("Host"), value=lambda session: session.host.label, order_by=("host__sort_key",)),
    Column(key="mode", label=_("Form"), value=lambda session: session.get_mode_display(), screen=False),
    Column(key="sites", label=_("Sites"), value=_site_count, kind=Kind.NUMBER, order_by=("site_count",)),
    Column(key="placed", label=_("Summoned"), value=_placed_count, kind=Kind.NUMBER, order_by=("placed_count",)),
)
CAMPAIGN_SESSIONS = (_TITLE, *_OTHERS)
MY_SESSIONS = (_TITLE_AND_CAMPAIGN, *_OTHERS)


def _line(site: Site) -> SiteLine:
    """What `with_lines` told of the site."""
    return cast("SiteLine", getattr(site, LINE))


SITES: tuple[Column[Site], ...] = (
    Column(
        key="site",
        label=_("Site"),
        value=lambda site: site.name,
        order_by=("name",),
        template="study_sessions/_site_cell.html",
        primary=True,
    ),
    Column(
        key="unit",
        label=_("Kept by"),
        value=lambda site: site.unit.label,
        order_by=("unit__sort_key",),
    ),
    Column(
        key="readiness",
        label=_("Readiness"),
        value=lambda site: READINESS[SiteReadiness(site.readiness)].label,
        screen=False,
    ),
    Column(
        key="cells",
        label=_("Cells"),
        value=lambda site: ", ".join(_line(site).cells),
        template="study_sessions/_cells_cell.html",
    ),
    Column(
        key="placed",
        label=_("Summoned"),
        value=lambda site: int(getattr(site, "placed", 0)),
        kind=Kind.NUMBER,
        order_by=("placed",),
    ),
    Column(
        key="takers",
        label=_("Who takes the roll"),
        value=lambda site: ", ".join(_line(site).takers),
        template="study_sessions/_takers_cell.html",
        export=False,
    ),
    Column(
        key="roll",
        label=_("Roll"),
        value=lambda site: fact.state.label if (fact := _line(site).fact) else "",
        template="study_sessions/_roll_cell.html",
    ),
)
"""Of sites of `sites_of_session`, each with its `line`."""
