"""What this app shows on pages of lower apps."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.persons import PersonRecord
from lantoa.privacy.policies import can_ask_erasure, can_ask_request, can_hand_over


def account_links(request: HttpRequest, _subject: Any) -> str:
    """The way to what is kept about people."""
    return render_to_string("privacy/_account_links.html", request=request)


def former_members(request: HttpRequest, unit: Unit) -> str:
    """The way to those whom the unit counted last, for whoever keeps the list of its people."""
    if not can_ask_erasure(actor=cast(ActorRequest, request).actor, unit=unit):
        return ""
    return render_to_string("privacy/_former_members.html", {"unit": unit})


def hand_over(request: HttpRequest, record: PersonRecord) -> str:
    """The way to a copy of a person's data, for whoever may hand it over."""
    if not can_hand_over(actor=cast(ActorRequest, request).actor, unit=record.unit):
        return ""
    return render_to_string("privacy/_hand_over.html", {"person": record.person})


def ask_request(request: HttpRequest, record: PersonRecord) -> str:
    """The way to ask for a correction or a restriction on the person's behalf."""
    actor = cast(ActorRequest, request).actor
    if not can_ask_request(actor=actor, person=record.person, unit=record.unit):
        return ""
    return render_to_string("privacy/_ask_request.html", {"person": record.person})
