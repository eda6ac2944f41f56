"""What this app shows on pages of lower apps."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.privacy.policies import can_ask_erasure


def account_links(request: HttpRequest, _subject: Any) -> str:
    """The way to what is kept about people."""
    return render_to_string("privacy/_account_links.html", request=request)


def former_members(request: HttpRequest, unit: Unit) -> str:
    """The way to those whom the unit counted last, for whoever keeps the list of its people."""
    if not can_ask_erasure(actor=cast(ActorRequest, request).actor, unit=unit):
        return ""
    return render_to_string("privacy/_former_members.html", {"unit": unit})
