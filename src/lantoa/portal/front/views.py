"""The pages around a first page: where a banner leads, contact, the way through a site; and its editors' figures."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.front import selectors
from lantoa.portal.models import Banner
from lantoa.portal.selectors import address_of, frame_of, portal_at, written_by
from lantoa.portal.serving.rules import PAGE, for_everybody, for_one_reader
from lantoa.ui.responses import render_page
from lantoa.visits.beacons import count
from lantoa.visits.selectors import curve, views_of

DAYS = 14


@dataclass(frozen=True)
class Counted:
    """A banner, how often it was seen and how often it was followed."""

    banner: Banner
    views: int
    clicks: int
    is_shown: bool


@dataclass(frozen=True)
class Day:
    """One day of a banner."""

    day: dt.date
    views: int
    clicks: int
    robots: int


@login_not_required
@for_one_reader
@never_cache
@require_GET
def banner_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Count that somebody follows a banner and lead them where it was set to lead, and nowhere else."""
    portal = portal_at(request)
    banner = get_object_or_404(selectors.banners_of(portal), pk=pk)
    if banner.target is not None and not banner.target.live:
        raise Http404
    count(request, (selectors.FOLLOWED, banner.pk))
    return HttpResponseRedirect(address_of(portal, banner.target) if banner.target else banner.address)


@login_not_required
@for_everybody(PAGE)
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom can I ask?"""
    portal = portal_at(request)
    return render(request, "portal/contact.html", {**frame_of(portal), "officers": selectors.officers_of(portal)})


@login_not_required
@for_everybody(PAGE)
@require_safe
def way_through(request: HttpRequest) -> HttpResponse:
    """What is there on this site, and where?"""
    portal = portal_at(request)
    specials, english = selectors.beside_sections(portal)
    context = {
        **frame_of(portal),
        "branches": selectors.branches_of(portal),
        "specials": specials,
        "english": english,
    }
    return render(request, "portal/way_through.html", context)


@require_safe
def banner_counts(request: ActorRequest, portal_id: int) -> HttpResponse:
    """Which banner is seen and followed?"""
    portal = written_by(request.actor, portal_id)
    banners = list(selectors.banners_of(portal))
    chosen = next((each for each in banners if str(each.pk) == request.GET.get("banner")), None)
    chosen = chosen or next(iter(banners), None)
    context = {
        "portal": portal,
        "counted": _counted(banners),
        "chosen": chosen,
        "days": _days_of(chosen) if chosen else [],
    }
    return render_page(request, "portal/banner_counts.html", context)


def _counted(banners: list[Banner]) -> list[Counted]:
    ids = [banner.pk for banner in banners]
    views, clicks = views_of(selectors.BANNER, ids), views_of(selectors.FOLLOWED, ids)
    today = clock.today()
    return [Counted(each, views.get(each.pk, 0), clicks.get(each.pk, 0), each.is_shown_on(today)) for each in banners]


def _days_of(banner: Banner) -> list[Day]:
    """The last days, today first."""
    last = clock.today()
    first = last - dt.timedelta(days=DAYS - 1)
    seen = curve(selectors.BANNER, banner.pk, first=first, last=last)
    followed = curve(selectors.FOLLOWED, banner.pk, first=first, last=last)
    days = [
        Day(views.day, views.readers, clicks.readers, views.robots + views.previews)
        for views, clicks in zip(seen, followed, strict=True)
    ]
    return days[::-1]
