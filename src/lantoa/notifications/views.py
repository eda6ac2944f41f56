"""The inbox."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.audit.usecases import SupportsUser
from lantoa.notifications import selectors, services
from lantoa.notifications.forms import InboxFilter, ReadAllForm, SilenceForm
from lantoa.notifications.kinds import KINDS
from lantoa.notifications.models import Notification, Silence
from lantoa.ui.numbers import day
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import State
from lantoa.ui.tables import Column, Kind, Table

TEMPLATE = "notifications/inbox.html"


class ReceiverRequest(HttpRequest):
    """A request with the actor that the organisation's middleware attaches."""

    actor: SupportsUser


def _kind(row: Notification) -> State:
    return State(KINDS[row.kind].label, icon=KINDS[row.kind].icon)


COLUMNS: tuple[Column[Notification], ...] = (
    Column(
        key="text",
        label=lazy("Notification"),
        value=lambda row: row.occasion,
        template="notifications/sentence_cell.html",
        primary=True,
    ),
    Column(key="kind", label=lazy("Kind"), value=lambda row: KINDS[row.kind].label, state=_kind, order_by=("kind",)),
    Column(key="at", label=lazy("Told at"), value=lambda row: row.made_at, kind=Kind.DATETIME, order_by=("made_at",)),
    Column(
        key="read",
        label=lazy("Read"),
        value=lambda row: row.read_at,
        kind=Kind.DATETIME,
        order_by=("read_at",),
        template="notifications/read_cell.html",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: ReceiverRequest) -> HttpResponse:
    """What was I told, and what of it have I not read? A POST silences one kind, or one campaign, for a time."""
    if request.method != "POST":
        return render_page(request, TEMPLATE, _context(request))
    form = SilenceForm(request.POST, choices=selectors.silenceable(request.actor))
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, _context(request, form), form=form)
    wanted = services.silence(actor=request.actor, days=form.cleaned_data["days"], **form.wanted)
    message = _("Silenced until %(day)s. What comes in meanwhile stands here and neither counts nor is mailed.")
    return redirect_after_post(request, "notifications:inbox", message=message % {"day": day(wanted.ends_on)})


@require_POST
def notification_open(request: ReceiverRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to where it leads; `stay` comes back to the inbox."""
    found = get_object_or_404(Notification.objects.visible_to(request.actor), pk=pk)
    services.mark_read(actor=request.actor, notification=found)
    return redirect_after_post(
        request, found.link if found.link and "stay" not in request.POST else "notifications:inbox"
    )


@require_POST
def read_all(request: ReceiverRequest) -> HttpResponse:
    """Mark as read what the inbox shows under the reader's filter."""
    form = ReadAllForm(request.POST)
    if not form.is_valid():
        message = _("Nothing was marked: the form reached the server incomplete. Reload the page and try again.")
        return redirect_after_post(request, "notifications:inbox", message=message, level=messages.ERROR)
    read = services.mark_all_read(actor=request.actor, until=form.cleaned_data["until"], **form.chosen)
    message = ngettext(
        "%(count)d notification was marked as read.", "%(count)d notifications were marked as read.", read
    )
    return redirect_after_post(request, "notifications:inbox", message=message % {"count": read})


@require_POST
def silence_end(request: ReceiverRequest, pk: int) -> HttpResponse:
    """Hear of it again."""
    found = get_object_or_404(Silence.objects.visible_to(request.actor), pk=pk)
    services.end_silence(actor=request.actor, silence=found)
    return redirect_after_post(request, "notifications:inbox", message=_("You hear of this again from now on."))


def _context(request: ReceiverRequest, form: SilenceForm | None = None) -> dict[str, Any]:
    filters = InboxFilter(request.GET)
    rows = selectors.inbox_of(request.actor, **filters.chosen)
    table: Table[Notification] = Table(
        request=request,
        columns=COLUMNS,
        rows=rows,
        caption=_("Notifications"),
        sort="-at",
        form_names=("kind", "unread"),
        row_class=lambda row: "is-unread" if row.read_at is None and not row.quiet else "",
        empty_title=_("Nothing waits for you here."),
        empty_text=_("Reminders of deadlines and what changed about them are told here."),
    )
    table.extra = {"told": {one.notification.pk: one for one in selectors.told(list(table.page.object_list))}}
    return {
        "table": table,
        "filter_form": filters,
        "silences": selectors.silences_of(request.actor),
        "form": form or SilenceForm(choices=selectors.silenceable(request.actor)),
        "chosen": filters.chosen,
        "to_read": rows.filter(read_at__isnull=True).aggregate(count=Count("pk"), latest=Max("pk")),
    }
