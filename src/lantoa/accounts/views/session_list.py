"""Where one is signed in."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from lantoa.accounts.models import Session, User
from lantoa.accounts.owners import Owner
from lantoa.accounts.services import end_other_sessions, end_session
from lantoa.accounts.sessions import SessionStore
from lantoa.ui.responses import redirect_after_post
from lantoa.ui.tables import Column, Kind, Table, table_response

COLUMNS: tuple[Column[Session], ...] = (
    Column(
        key="device",
        label=gettext_lazy("Device"),
        value=lambda session: session.device,
        template="accounts/_session_device.html",
        primary=True,
    ),
    Column(
        key="since",
        label=gettext_lazy("Signed in"),
        value=lambda session: session.signed_in_at,
        order_by=("signed_in_at",),
        kind=Kind.DATETIME,
    ),
    Column(
        key="seen",
        label=gettext_lazy("Last used"),
        value=lambda session: session.last_seen_at,
        order_by=("last_seen_at",),
        kind=Kind.DATETIME,
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda session: "",
        template="accounts/_session_steps.html",
        export=False,
    ),
)


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Where am I signed in, and which of these browsers do I not know?"""
    session = cast(SessionStore, request.session)
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=Session.objects.filter(user=cast(User, request.user)).living(session.idle_limit),
        caption=_("Where you are signed in"),
        sort="-seen",
        extra={"this_key": session.session_key},
    )
    context = {"others": any(row.pk != session.session_key for row in table.rows)}
    return table_response(request, "accounts/session_list.html", table, context)


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign out one browser of one's own."""
    ended = end_session(actor=Owner.of(request.user), handle=request.POST.get("handle", ""))
    message = _("That browser is signed out.") if ended else _("That browser was signed out already.")
    return redirect_after_post(request, "accounts:session_list", message=message)


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Sign out every browser of one's own but this one."""
    count = end_other_sessions(actor=Owner.of(request.user), kept=request.session.session_key or "")
    message = ngettext("%(count)s browser is signed out.", "%(count)s browsers are signed out.", count)
    return redirect_after_post(request, "accounts:session_list", message=message % {"count": count})
