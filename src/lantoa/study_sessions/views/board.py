"""The board: how all sites of a session stand, worst first, and what changed since the page last asked."""

import re

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions.enums import RollProgress, SiteReadiness
from lantoa.study_sessions.forms import BoardFilter
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import (
    ROLL,
    BoardTotals,
    board_lines,
    board_totals,
    fingerprint,
    line_facts,
    narrow_board,
    search_board,
    sites_of_board,
)
from lantoa.study_sessions.views.sessions import visible_session
from lantoa.study_sessions.views.tables import when
from lantoa.ui.responses import render_page, wants_fragment
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table

ROWS = 30
_INDENTS = re.compile(rb"\n\s+")
PAGE, LIVE = "study_sessions/session_board.html", "study_sessions/_board.html"


_COLUMNS: tuple[Column[Site], ...] = (
    Column(key="site", label=lazy("Site"), value=lambda site: site.name, order_by=("name",), primary=True),
    Column(
        key="unit",
        label=lazy("Kept by"),
        value=lambda site: site.unit.label,
        order_by=("unit__sort_key",),
        wide_only=True,
    ),
    Column(key="readiness", label=lazy("Readiness"), value=lambda site: SiteReadiness(site.readiness).label),
    Column(
        key="problem",
        label=lazy("What is wrong"),
        value=lambda site: str(getattr(site, "problem", "")),
        screen=False,
    ),
    Column(
        key="members",
        label=lazy("There / summoned"),
        value=lambda site: site.members_now,
        kind=Kind.NUMBER,
        order_by=("members_now",),
        export=False,
    ),
    Column(
        key="members_now",
        label=lazy("Members there"),
        value=lambda site: site.members_now,
        kind=Kind.NUMBER,
        screen=False,
    ),
    Column(
        key="placed",
        label=lazy("Summoned"),
        value=lambda site: int(getattr(site, "placed", 0)),
        kind=Kind.NUMBER,
        screen=False,
    ),
    Column(
        key="others",
        label=lazy("Others"),
        value=lambda site: site.others_now,
        kind=Kind.NUMBER,
        order_by=("others_now",),
    ),
    Column(
        key="counted",
        label=lazy("Counted at"),
        value=lambda site: site.counted_at,
        kind=Kind.DATETIME,
        order_by=("counted_at",),
        wide_only=True,
    ),
    Column(key="roll", label=lazy("Roll"), value=lambda site: RollProgress(getattr(site, ROLL)).label),
)
"""The heads of the board and the columns of its workbook; the template writes the rows."""


@require_safe
def session_board(request: ActorRequest, pk: int) -> HttpResponse:
    """How do all sites stand just now?"""
    session = visible_session(request, pk)
    sites = sites_of_board(session, request.actor)
    filters = BoardFilter(request.GET)
    rows = narrow_board(board_lines(sites, session), **filters.chosen)
    table = _table(request, rows, narrowed=any(filters.chosen.values()))
    if table.wants_xlsx:
        return table.to_xlsx()
    if wants_fragment(request):
        return _news(request, session, table, board_totals(sites))
    context = {
        "session": session,
        "state": when(session),
        "totals": board_totals(sites),
        "table": table,
        "filters": filters,
        "begun": session.starts_at <= clock.now(),
        "as_of": clock.now(),
        "breadcrumbs": [
            *campaign_crumbs(session.campaign),
            Crumb(session.title, reverse("study_sessions:session_detail", args=[session.pk])),
        ],
    }
    return render_page(request, PAGE, context, fragment=LIVE)


@gzip_page
def _news(request: ActorRequest, session: StudySession, table: Table[Site], totals: BoardTotals) -> HttpResponse:
    """What the board shows now, packed; 304 while it is what the page that asks has already."""
    now = clock.now()
    begun = session.starts_at <= now
    lines = [line_facts(site) for site in table.page.object_list]
    tag = fingerprint(get_language(), request.GET.urlencode(), begun, table.page.paginator.count, totals, lines)
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache", "Vary": "HX-Request"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    response = render_page(request, LIVE, {"totals": totals, "table": table, "begun": begun})
    response.content = _INDENTS.sub(b"\n", response.content)
    for name, value in headers.items():
        response[name] = value
    return response


def _table(request: ActorRequest, rows: QuerySet[Site], *, narrowed: bool) -> Table[Site]:
    return Table(
        request=request,
        columns=_COLUMNS,
        rows=rows,
        caption=_("Sites of the session, worst first"),
        filename=_("board"),
        search=search_board,
        page_size=ROWS,
        empty_title=_("No site is in this state.") if narrowed else _("This session has no site yet."),
        empty_text=_("Choose all sites to see the others.") if narrowed else "",
        form_names=("readiness", "roll"),
    )
