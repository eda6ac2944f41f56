"""What the register of speakers adds to pages of lower apps."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.selectors.persons import PersonRecord


def recognise_person(request: HttpRequest, record: PersonRecord) -> str:
    """The way from a person's record to recognising them as a speaker, for the officer of the unit or of one above."""
    actor = cast(ActorRequest, request).actor
    if not actor.holds_above(authority.KEEPS_SPEAKERS, record.unit):
        return ""
    return render_to_string("speakers/_recognise_person.html", {"person": record.person})


def sees_register(request: HttpRequest) -> bool:
    """Whether the reader sees the counts of any unit: to others the register is closed."""
    roles = authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN
    return bool(cast(ActorRequest, request).actor.unit_ids(roles))
