"""The public pages of the register, and the steps of who looks after it."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from lantoa.directives.models import Directive
from lantoa.files.serving import as_download
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.documents import selectors, services
from lantoa.portal.documents.feeds import atom_of
from lantoa.portal.documents.forms import FilterForm
from lantoa.portal.documents.indexing import KIND
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.selectors import frame_of, page_of, portal_at
from lantoa.portal.serving.rules import PAGE, for_everybody, for_one_reader
from lantoa.search.finding import MOST_HITS
from lantoa.ui.numbers import at_least
from lantoa.ui.responses import redirect_after_post
from lantoa.visits.beacons import beacon_of, count

NEWEST = 30
FILTERS = tuple(FilterForm.declared_fields)
"""What the address of a list may narrow it by."""


@login_not_required
@for_everybody(PAGE, *FILTERS, "page")
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """Which documents are there?"""
    portal = portal_at(request)
    filters = _filters(request, portal)
    chosen = filters.chosen()
    rows = filters.narrowed(selectors.shown_on(portal))
    if text := chosen.get("q"):
        rows = selectors.found_on(portal, text, rows)
    page = page_of(rows, request)
    context = {
        **frame_of(portal),
        "filters": filters,
        "narrowed": bool(chosen),
        "rows": page,
        "number_shown": at_least(page.paginator.count, is_more=bool(text) and page.paginator.count >= MOST_HITS),
        "documents": selectors.counted(page.object_list),
        "query": urlencode({name: "on" if value is True else value for name, value in chosen.items()}),
    }
    return render(request, "portal/document_list.html", context)


@login_not_required
@for_everybody(PAGE)
@require_safe
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What does this document say, and does it still hold?"""
    portal = portal_at(request)
    document = _document(portal, pk)
    if document.withdrawn_at is not None:
        context = {**frame_of(portal), "document": document}
        return render(request, "portal/document_withdrawn.html", context, status=410)
    standing = selectors.standing_of(document)
    context = {
        **frame_of(portal),
        "document": document,
        "directive": document.directive,
        "sectors": list(document.directive.sectors.all()),
        "files": selectors.files_of(document),
        "related": standing.related,
        "replaced_by": [each for each in standing.related if each.ends_ours],
        "validity": standing.validity,
        "row": selectors.counted([document])[0],
        "visit": beacon_of(portal.pk, KIND, document.pk),
    }
    return render(request, "portal/document_detail.html", context)


@login_not_required
@for_one_reader
@require_GET
def document_file(request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
    """A file of a public document, counted as a download: so no proxy may hand out a copy."""
    portal = portal_at(request)
    document = _document(portal, pk)
    if document.withdrawn_at is not None:
        raise Http404
    file = get_object_or_404(document.directive.files, pk=file_id)
    try:
        response = as_download(file)
    except OSError as error:
        raise Http404 from error
    count(request, (selectors.DOWNLOAD, document.pk))
    return response


@login_not_required
@for_everybody(PAGE, *FILTERS)
@require_safe
def document_feed(request: HttpRequest) -> HttpResponse:
    """The latest documents for a feed reader (Atom, RFC 4287), narrowed as the address says."""
    portal = portal_at(request)
    filters = _filters(request, portal)
    rows = filters.narrowed(selectors.shown_on(portal))
    if text := filters.chosen().get("q"):
        rows = rows.filter(pk__in=selectors.found_on(portal, text, rows).order_by().values("pk"))
    return HttpResponse(atom_of(request, portal, rows[:NEWEST]), content_type="application/atom+xml; charset=utf-8")


@require_POST
def document_publish(request: ActorRequest, portal_id: int, directive_id: int) -> HttpResponse:
    """Show a directive to everybody; asked for on its page, to which it comes back."""
    directive = get_object_or_404(Directive.objects.visible_to(request.actor), pk=directive_id)
    portal = get_object_or_404(PortalSite.objects.visible_to(request.actor).select_related("unit"), pk=portal_id)
    services.publish_document(actor=request.actor, portal=portal, directive=directive)
    message = _("Everybody can read the document on the portal %(portal)s now.") % {"portal": portal.name}
    return redirect_after_post(request, "directives:directive_detail", directive.pk, message=message)


@require_POST
def document_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a document back from the portal; asked for on the page of the directive, to which it comes back."""
    rows = PublicDocument.objects.visible_to(request.actor).select_related("portal__unit")
    document = get_object_or_404(rows, pk=pk)
    services.withdraw_document(actor=request.actor, document=document)
    message = _("The document was withdrawn from the portal.")
    return redirect_after_post(request, "directives:directive_detail", document.directive_id, message=message)


def _document(portal: PortalSite, pk: int) -> PublicDocument:
    rows = PublicDocument.objects.select_related("directive", "portal").filter(portal=portal)
    return get_object_or_404(rows, pk=pk)


def _filters(request: HttpRequest, portal: PortalSite) -> FilterForm:
    return FilterForm(request.GET, known=selectors.choices_on(portal))
