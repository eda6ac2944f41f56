"""What is answered where nothing is: to the public by the page of the portal, to staff by that of their own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantoa.portal.selectors import frame_of, site_of
from lantoa.ui import errors

PUBLIC = "/cong/"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. The page of the portal holds no form with a token, as the one of the staff's pages does."""
    portal = site_of(request) if request.path_info.startswith(PUBLIC) else None
    if portal is None:
        return errors.not_found(request, exception)
    return render(request, "portal/not_found.html", {**frame_of(portal), "visit": ""}, status=404)
