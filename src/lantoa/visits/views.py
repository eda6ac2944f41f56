"""The beacon: pages tell that they are read, so that pages that a proxy serves are counted too."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lantoa.kernel import clock
from lantoa.visits.beacons import beside_in, count
from lantoa.visits.selectors import site_counts, views_of
from lantoa.visits.subjects import SITE, is_known

LARGEST = 2**63 - 1
SECONDS = 5
"""So old figures may be."""
_DOT = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""A transparent picture of one point, for browsers without script."""


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def beacon(request: HttpRequest, site_id: int, kind: str = "", object_id: int = 0) -> HttpResponse:
    """Count a view of a page of a site and of what it shows: nothing is read or written but memory."""
    _require_known(site_id, kind, object_id)
    subjects = [(SITE, site_id), *([(kind, object_id)] if kind else []), *beside_in(request)]
    count(request, *subjects, site_id=site_id)
    headers = {"Cache-Control": "no-store"}
    if request.method == "POST":
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(_DOT, content_type="image/gif", headers=headers)


@login_not_required
@require_safe
def figures(request: HttpRequest, site_id: int, kind: str = "", object_id: int = 0) -> JsonResponse:
    """The counters of a site, how often what a page shows was read, and as of when: for a page that is a copy."""
    _require_known(site_id, kind, object_id)
    name = f"visits.figures.{site_id}.{kind}.{object_id}"
    found = cache.get(name)
    if found is None:
        found = _figures(site_id, kind, object_id)
        cache.set(name, found, SECONDS)
    return JsonResponse(found, headers={"Cache-Control": "no-store"})


def _figures(site_id: int, kind: str, object_id: int) -> dict[str, int | str]:
    counts = site_counts(site_id)
    shown = {"views": views_of(kind, [object_id]).get(object_id, 0)} if kind else {}
    return {
        "online": counts.online,
        "today": counts.today,
        "this_month": counts.this_month,
        "last_month": counts.last_month,
        "total": counts.total,
        **shown,
        "counted_at": timezone.localtime(clock.now()).isoformat(timespec="minutes"),
    }


def _require_known(site_id: int, kind: str, object_id: int) -> None:
    """Raises Http404 for what cannot be counted."""
    if max(site_id, object_id) > LARGEST or (kind and not is_known(kind)):
        raise Http404
