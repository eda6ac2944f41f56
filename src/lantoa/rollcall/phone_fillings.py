"""What phones show on pages of other apps."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.review_tabs import ReviewTab, register
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.rollcall.selectors.places import waiting_events
from lantoa.rollcall.selectors.quarantine import event_matters

EVENTS = "phones"
"""The key of what phones sent among what is to be settled."""


def sees_phones(request: HttpRequest) -> bool:
    """Whether the reader sees the phones of some unit."""
    actor = cast(ActorRequest, request).actor
    return request.user.is_authenticated and bool(actor.unit_ids(authority.TAKES_ROLL | authority.ADMINISTERS))


def connect() -> None:
    """Show what phones sent and what waits among what is to be settled."""
    register(
        ReviewTab(
            key=EVENTS,
            label=_("From phones"),
            order=30,
            waiting=waiting_events,
            matters=event_matters,
            unit_of=lambda matter: matter.unit,
            template="rollcall/review_event.html",
            empty="rollcall/review_no_event.html",
        )
    )
