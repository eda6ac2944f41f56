"""What stands in the frame of every page: how much is unread."""

from typing import Any, Protocol, cast

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.notifications.models import Notification


class Reader(Protocol):
    """Whoever reads a page: an actor of the organisation, who was read together with what waits for them."""

    @property
    def unread(self) -> int:
        """How many notifications they have not read."""
        ...


def unread_count(user_column: str) -> Coalesce:
    """How much the user of a row has not read, as part of a query that is made anyway."""
    unread = Notification.objects.filter(receiver=OuterRef(user_column)).unread().order_by().values("receiver")
    counted = unread.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def unread_of(request: HttpRequest) -> int:
    """How much the reader has not read; none for who holds no appointment."""
    return cast("Reader", request.actor).unread  # type: ignore[attr-defined]


def bell(request: HttpRequest, _subject: Any) -> str:
    """The way to the inbox from the head of a page on a phone."""
    return render_to_string("notifications/_bell.html", {"unread": unread_of(request)}, request=request)
