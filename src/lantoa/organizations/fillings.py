"""What the organisation adds to lower apps: to the frame of every page, and to what a password must not be."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.accounts.models import User
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person, Unit


def offices(request: HttpRequest, _subject: Any) -> str:
    """The reader's own name, and what they are appointed to, and where; nothing for who holds no appointment."""
    actor = cast(ActorRequest, request).actor
    if not actor.grants:
        return ""
    return render_to_string("organizations/_offices.html", {"actor": actor}, request=request)


def known_words(user: User) -> list[str]:
    """What others know of a user: the person's name, year of birth and units."""
    person = Person.objects.filter(user=user).first()
    if person is None:
        return []
    units = Unit.objects.filter(appointments__person=person).values_list("name", flat=True)
    return [person.full_name, str(person.birth_year or ""), *units]
