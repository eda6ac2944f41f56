"""What the organisation shows in the frame of every page."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations.middleware import ActorRequest


def offices(request: HttpRequest, _subject: Any) -> str:
    """The reader's own name, and what they are appointed to, and where; nothing for who holds no appointment."""
    actor = cast(ActorRequest, request).actor
    if not actor.grants:
        return ""
    return render_to_string("organizations/_offices.html", {"actor": actor}, request=request)
