"""The ways to the page without a network, on pages of lower apps."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.study_sessions.models import Site, StudySession


def offline_roll(request: HttpRequest, site: Site) -> str:
    """The button from a site's roll to the same roll on the page that needs no network."""
    return _button(request, f"{reverse('rollcall_page:page')}#site={site.pk}&unit={site.unit_id}")


def offline_page(request: HttpRequest, session: StudySession) -> str:
    """The button from a session to that page, for whoever takes a roll somewhere."""
    takes = cast(ActorRequest, request).actor.unit_ids(authority.TAKES_ROLL)
    if not takes or session.cancelled_at is not None:
        return ""
    return _button(request, reverse("rollcall_page:page"))


def _button(request: HttpRequest, address: str) -> str:
    return render_to_string("rollcall/_way.html", {"address": address}, request=request)
