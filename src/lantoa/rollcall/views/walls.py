"""The wall code of a site: opening it, the page that draws it, closing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lantoa.attendance.views.rolls import own_site
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.rollcall.models import Wall
from lantoa.rollcall.services.walls import close_wall, is_open, open_wall
from lantoa.rollcall.wall_codes import STEP
from lantoa.study_sessions.models import Site
from lantoa.ui.responses import redirect_after_post, render_page

PAGE = "rollcall/wall.html"


@never_cache
@require_safe
def wall_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The code to be shown to the room, or the way to open it."""
    return render_page(request, PAGE, _context(request, own_site(request, pk)))


@require_POST
def wall_open(request: ActorRequest, pk: int) -> HttpResponse:
    """Let people check in."""
    site = own_site(request, pk)
    try:
        open_wall(actor=request.actor, site=site)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return redirect_after_post(request, "rollcall:wall_detail", pk, message=str(refusal), level=messages.ERROR)
    return redirect_after_post(request, "rollcall:wall_detail", pk)


@require_POST
def wall_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Let nobody check in any more."""
    site = own_site(request, pk)
    was_open = close_wall(actor=request.actor, site=site)
    message = _("Nobody checks in by the wall code any more.") if was_open else ""
    return redirect_after_post(request, "rollcall:wall_detail", pk, message=message)


def _context(request: ActorRequest, site: Site) -> dict[str, Any]:
    now = clock.now()
    walls = Wall.objects.select_related("site__session", "site__unit", "opened_by").filter(site=site)
    wall = walls.first()
    return {
        "site": site,
        "session": site.session,
        "wall": wall if wall and is_open(wall, now) else None,
        "step": STEP,
        "now": int(now.timestamp() * 1000),
        "address": request.build_absolute_uri(reverse("rollcall:check_in")),
    }
