"""The printed sheet of a site's roll."""

from urllib.parse import urlencode, urljoin

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.attendance.papers import sheet_pdf
from lantoa.attendance.policies import can_print_sheet
from lantoa.attendance.selectors.sheets import SheetPage
from lantoa.attendance.services.sheets import export_sheet
from lantoa.attendance.sheet_workbooks import roll_workbook
from lantoa.attendance.views.rolls import PAGE, own_site, page_context
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.forms.summons import PurposeForm
from lantoa.study_sessions.models import Site
from lantoa.typesetting.responses import FileKind, download
from lantoa.ui.responses import add_refusal, render_invalid

WORKBOOK = "workbook"
"""What the form sends in `as` where the list is to be filled in on a computer."""


@require_POST
def roll_sheet(request: ActorRequest, pk: int) -> HttpResponse:
    """The sheet to print and to sign, or the same list to be filled in as a workbook."""
    site = own_site(request, pk)
    if not can_print_sheet(actor=request.actor, unit=site.unit):
        raise NotPermitted
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, PAGE, {**page_context(request, site), "sheet_form": form})
    try:
        sheet = export_sheet(actor=request.actor, site=site, purpose=form.cleaned_data["purpose"])
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render_invalid(request, PAGE, {**page_context(request, site), "sheet_form": form})
    if request.POST.get("as") == WORKBOOK:
        return roll_workbook(sheet, title=_("Roll %(site)s") % {"site": site.name})
    root = request.build_absolute_uri("/")
    title = _("Roll sheet %(site)s") % {"site": site.name}
    return download(sheet_pdf(sheet, lambda page: address_of(site, page, root)), FileKind.PDF, title)


def address_of(site: Site, page: SheetPage, root: str) -> str:
    """What the code of a printed page says: session, site, page, and that it is of this list; it names nobody."""
    said = urlencode({"session": site.session_id, "page": page.number, "code": page.code})
    return urljoin(root, f"{reverse('attendance:roll_detail', args=[site.pk])}?{said}")
