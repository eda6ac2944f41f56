"""The roll of a site from a workbook: what it says is shown first, and recorded once it is confirmed."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lantoa.attendance.enums import DeviceKind, MarkMethod
from lantoa.attendance.errors import PreviewUnreadable
from lantoa.attendance.forms.marks import Unreadable, read_pairs
from lantoa.attendance.forms.rolls import RollUploadForm
from lantoa.attendance.roll_workbooks import said, workbook_lines
from lantoa.attendance.selectors.read_workbooks import REFUSED, CheckedLine, check_workbook
from lantoa.attendance.services.marks import record_marks
from lantoa.attendance.views.rolls import PAGE, own_site, page_context, summary
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.reading import BYTES_LIMIT
from lantoa.study_sessions.models import Site
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Table

SHOWN = 500
"""So many rows of the file are shown, the refused ones first."""
COLUMNS: tuple[Column[CheckedLine], ...] = (
    Column(key="row", label=gettext_lazy("Row of the file"), value=lambda row: str(row.line.number)),
    Column(key="name", label=gettext_lazy("Full name"), value=lambda row: row.line.name, primary=True),
    Column(key="mark", label=gettext_lazy("Says"), value=lambda row: said(row.line)),
    Column(
        key="finding",
        label=gettext_lazy("What becomes of it"),
        value=lambda row: row.finding.label,
        state=lambda row: State(row.finding.label, Tone.DANGER if row.finding in REFUSED else Tone.NEUTRAL),
    ),
)


@require_POST
def roll_workbook(request: ActorRequest, pk: int) -> HttpResponse:
    """See what a workbook says, or record what the preview of one offers."""
    site = own_site(request, pk)
    return _record(request, site) if "marks" in request.POST else _preview(request, site)


def _preview(request: ActorRequest, site: Site) -> HttpResponse:
    form = RollUploadForm(request.POST, request.FILES)
    context = {**page_context(request, site), "upload_form": form}
    if not form.is_valid():
        return render_invalid(request, PAGE, context)
    try:
        lines = workbook_lines(form.cleaned_data["upload"].read(BYTES_LIMIT + 1))
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, PAGE, context)
    checked = check_workbook(context["sheet"], lines)
    table: Table[CheckedLine] = Table(
        request=request,
        columns=COLUMNS,
        rows=checked.telling[:SHOWN],
        caption=_("What the workbook says"),
        page_size=SHOWN,
        prefix="w-",
        empty_title=_("The workbook changes nothing."),
    )
    read = {
        "checked": checked,
        "table": table,
        "more": max(0, len(checked.telling) - SHOWN),
        "marks": " ".join("{}={}".format(*row.mark) for row in checked.recorded),
        "client_id": uuid.uuid4(),
        "shown_at": clock.now().isoformat(),
    }
    return render_page(request, PAGE, {**context, "read": read})


def _record(request: ActorRequest, site: Site) -> HttpResponse:
    try:
        receipts = record_marks(
            actor=request.actor,
            site=site,
            marks=read_pairs(request.POST),
            kind=DeviceKind.WORKBOOK,
            method=MarkMethod.WORKBOOK,
        )
    except Unreadable:
        return render_invalid(request, PAGE, page_context(request, site), refusal=PreviewUnreadable())
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, site), refusal=refusal)
    return redirect_after_post(request, "attendance:roll_detail", site.pk, message=summary(receipts))
