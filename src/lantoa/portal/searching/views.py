"""The page of a search, and what is suggested on the way to it."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lantoa.portal.searching.forms import SearchForm
from lantoa.portal.searching.selectors import facets_of, hits_of, number_of, results_of
from lantoa.portal.searching.suggesting import suggestions_for
from lantoa.portal.selectors import PER_PAGE, frame_of, portal_at
from lantoa.portal.serving.rules import DAY, MINUTE, PAGE, Rule, for_everybody
from lantoa.search.lexemes import LONGEST_QUERY

_SUGGESTIONS = Rule(10, MINUTE, 7 * DAY)
"""As pages are kept, but not by the application: there are as many beginnings as readers type."""


@login_not_required
@for_everybody(PAGE, *SearchForm.base_fields, "page")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Where on this site is it said?"""
    portal = portal_at(request)
    frame = frame_of(portal)
    asked = SearchForm(request.GET, sections=frame["sections"])
    hits = hits_of(portal, asked) if asked.text else []
    listed = [hit for hit in hits if asked.chosen_kind in ("", hit.kind)]
    rows = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **frame,
        "text": asked.text,
        "asked": asked,
        "facets": facets_of(asked, hits),
        "all_kinds": asked.address(kind=""),
        "paging": f"{asked.address()[1:]}&",
        "number": len(hits),
        "all_shown": number_of(hits),
        "listed_shown": number_of(listed),
        "rows": rows,
        "is_ranked": not asked.by_day,
        "results": results_of(portal, asked.text, list(rows.object_list)),
    }
    return render(request, "portal/search.html", context)


@login_not_required
@for_everybody(_SUGGESTIONS, "q")
@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """How may it go on?"""
    portal = portal_at(request)
    found = suggestions_for(portal, request.GET.get("q", "")[:LONGEST_QUERY])
    return JsonResponse({"suggestions": [asdict(one) for one in found]}, json_dumps_params={"ensure_ascii": False})
