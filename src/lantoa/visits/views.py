"""The beacon: pages tell that they are read, so that pages that a proxy serves are counted too."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lantoa.visits.beacons import beside_in, count
from lantoa.visits.subjects import SITE, is_known

LARGEST = 2**63 - 1
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
    if max(site_id, object_id) > LARGEST or (kind and not is_known(kind)):
        raise Http404
    subjects = [(SITE, site_id), *([(kind, object_id)] if kind else []), *beside_in(request)]
    count(request, *subjects, site_id=site_id)
    headers = {"Cache-Control": "no-store"}
    if request.method == "POST":
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(_DOT, content_type="image/gif", headers=headers)
