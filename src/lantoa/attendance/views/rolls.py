"""The roll of a site: taking it, with and without a script, and closing it."""

import hashlib
import json
import re
import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.attendance.forms.marks import CHOICES, REASONS, Unreadable, read_events, read_form
from lantoa.attendance.forms.rolls import CloseForm, RollUploadForm
from lantoa.attendance.policies import can_print_sheet, can_take_roll
from lantoa.attendance.selectors.rolls import Roll, RollLine, news_of, people_elsewhere, roll_of
from lantoa.attendance.selectors.sheets import sheet_of, with_numbers
from lantoa.attendance.services.marks import Outcomes, Receipt, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.lists import note_list
from lantoa.plans.enums import CampaignState
from lantoa.plans.forms.summons import PurposeForm
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions.models import Site
from lantoa.study_sessions.views.tables import when
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

PAGE = "attendance/roll_detail.html"
_PAGE_NUMBER = re.compile(r"[0-9]{1,6}")


def own_site(request: ActorRequest, pk: int) -> Site:
    """A site whose roll the reader takes; 404 where they do not see it, 403 where another takes it."""
    sites = Site.objects.visible_to(request.actor).select_related("session__campaign", "session__host", "unit")
    site = get_object_or_404(sites, pk=pk)
    if not can_take_roll(actor=request.actor, unit=site.unit):
        raise NotPermitted
    return site


@require_safe
def roll_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Who is here?"""
    site = own_site(request, pk)
    context = page_context(request, site)
    if request.method == "GET":
        rows = len(context["roll"].lines) + len(context["found"])
        note_list(actor=request.actor, action="attendance.list_roll", about=site, unit=site.unit, rows=rows)
    return render_page(request, PAGE, context)


def page_context(request: ActorRequest, site: Site) -> dict[str, Any]:
    """What the roll page shows: `shown` are the entries that the search leaves, of one page of the sheet where one is
    asked for (`?page=`); `sheet_is_other` where the code of a printed page is not that of the page as it is now."""
    roll = roll_of(site)
    sheet = sheet_of(roll)
    page = sheet.page(request.GET.get("page", ""))
    if page is not None:
        roll = with_numbers(roll, page)
    words = request.GET.get("q", "").strip()
    elsewhere = request.GET.get("other", "").strip()
    closed = roll.closing is not None
    ended = site.session.cancelled_at is not None or site.session.campaign.state == CampaignState.FINISHED
    return {
        "site": site,
        "session": site.session,
        "state": when(site.session),
        "roll": roll,
        "tally": roll.tally,
        "words": words,
        "shown": {line.entry_id for line in roll.lines if line.matches(words) and (line.number or not page)},
        "sheet": sheet,
        "sheet_page": page,
        "sheet_is_other": page is not None and "code" in request.GET and not page.is_this(request.GET["code"]),
        "sheet_form": PurposeForm(),
        "upload_form": RollUploadForm(auto_id="upload_%s"),
        "may_print": bool(sheet.pages) and can_print_sheet(actor=request.actor, unit=site.unit),
        "elsewhere": elsewhere,
        "found": people_elsewhere(site, elsewhere) if elsewhere else [],
        "amending": closed and not ended and request.GET.get("amend") == "1",
        "open": not closed and not ended,
        "ended": ended,
        "choices": CHOICES,
        "reasons": REASONS,
        "client_id": uuid.uuid4(),
        "shown_at": clock.now().isoformat(),
        "breadcrumbs": [
            *campaign_crumbs(site.session.campaign),
            Crumb(site.session.title, reverse("study_sessions:session_detail", args=[site.session_id])),
        ],
    }


@require_POST
def roll_save(request: ActorRequest, pk: int) -> HttpResponse:
    """Record what the plain form says, for whoever has no script, who stays at the page of the sheet."""
    site = own_site(request, pk)
    lines = [*roll_of(site).lines, *_visitor(request, site)]
    try:
        receipts = record_marks(actor=request.actor, site=site, marks=read_form(request.POST, lines))
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, site), refusal=refusal)
    address = reverse("attendance:roll_detail", args=[site.pk])
    page = f"?page={request.POST['page']}" if _PAGE_NUMBER.fullmatch(request.POST.get("page", "")) else ""
    return redirect_after_post(request, f"{address}{page}", message=summary(receipts))


@require_POST
def roll_marks(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the events that the page's script offers; a receipt for each, as JSON."""
    site = own_site(request, pk)
    try:
        marks = read_events(request.body)
        receipts = record_marks(actor=request.actor, site=site, marks=marks)
    except Unreadable:
        message = _("The server could not read these marks. Reload the page; they are kept on this device.")
        return JsonResponse({"code": "unreadable", "message": message}, status=400)
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=refusal.status)
    return JsonResponse({"receipts": [_receipt(receipt) for receipt in receipts]})


@require_safe
def roll_news(request: ActorRequest, pk: int) -> HttpResponse:
    """What others marked meanwhile, as JSON; 304 while nothing changed."""
    news = news_of(own_site(request, pk))
    body = json.dumps({"values": news.values, "conflicts": news.conflicts, "closed": news.closed})
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag, "Cache-Control": "no-cache"})


@require_http_methods(["GET", "HEAD", "POST"])
def roll_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Can this roll be closed?"""
    site = own_site(request, pk)
    roll = roll_of(site)
    if roll.closing is not None and request.method != "POST":
        return redirect_after_post(request, "attendance:roll_detail", site.pk)
    form = CloseForm(request.POST or None, unmarked=len(roll.unmarked), label=_rest_label(roll))
    context: dict[str, Any] = {"site": site, "session": site.session, "roll": roll, "tally": roll.tally}
    context["breadcrumbs"] = [Crumb(site.name, reverse("attendance:roll_detail", args=[site.pk]))]
    template = "attendance/roll_close.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    values = {"absent_rest": False, **form.cleaned_data}
    try:
        close_roll(actor=request.actor, site=site, **values)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The roll was closed. A later change needs an approval.")
    return redirect_after_post(request, "attendance:roll_detail", site.pk, message=message)


def _rest_label(roll: Roll) -> str:
    people = len(roll.unmarked)
    return ngettext(
        "Record the %(people)s person who has no mark as absent without a reason",
        "Record the %(people)s persons who have no mark as absent without a reason",
        people,
    ) % {"people": people}


def _visitor(request: ActorRequest, site: Site) -> list[RollLine]:
    """The people on other sites' lists whom the form may be about: those whom its search found."""
    words = request.POST.get("other", "")
    return [*roll_of(site).visitors, *people_elsewhere(site, words)] if words else []


def _receipt(receipt: Receipt) -> dict[str, str]:
    return {
        "event_id": str(receipt.event_id),
        "outcome": receipt.outcome,
        "code": receipt.code,
        "message": receipt.message,
    }


def summary(receipts: list[Receipt]) -> str:
    """What became of the marks, in sentences, each once."""
    late = sum(receipt.outcome == Outcomes.LATE for receipt in receipts)
    saved = sum(receipt.outcome in (Outcomes.ACCEPTED, Outcomes.DUPLICATE) for receipt in receipts)
    parts = []
    if saved or not receipts:
        parts.append(ngettext("%(marks)s mark was saved.", "%(marks)s marks were saved.", saved) % {"marks": saved})
    if late:
        text = ngettext(
            "%(marks)s late change waits for an approval.", "%(marks)s late changes wait for an approval.", late
        )
        parts.append(text % {"marks": late})
    parts.extend(dict.fromkeys(receipt.message for receipt in receipts if receipt.outcome == Outcomes.REFUSED))
    return " ".join(parts)
