"""What the inbox reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lantoa.audit.usecases import SupportsUser
from lantoa.kernel import clock
from lantoa.notifications.kinds import KINDS, names_of
from lantoa.notifications.models import Notification, Silence

CHOICES = 20
"""So many of the latest things that one was told about can be silenced."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notification with its sentence in the language of the reader."""

    notification: Notification
    sentence: str
    icon: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence with the words for what it is about."""

    silence: Silence
    label: str


def told(notifications: Sequence[Notification]) -> list[Told]:
    """The notifications with their sentences; one query for each type of what they are about."""
    names = names_of({one.about for one in notifications})
    return [
        Told(one, KINDS[one.kind].sentence(one.parameters, names[one.about]), KINDS[one.kind].icon)
        for one in notifications
    ]


def inbox_of(actor: SupportsUser, *, kind: str = "", unread: bool = False) -> "QuerySet[Notification]":
    """What the actor was told, the latest first; `kind` and `unread` narrow it."""
    rows = Notification.objects.visible_to(actor)
    rows = rows.unread() if unread else rows
    return rows.filter(kind=kind) if kind else rows


def silences_of(actor: SupportsUser) -> list[Silenced]:
    """What the actor has silenced today."""
    rows = list(Silence.objects.visible_to(actor).in_force_on(clock.today()))
    names = names_of({silence.about for silence in rows})
    return [Silenced(row, str(KINDS[row.kind].label) if row.kind else names[row.about]) for row in rows]


def silenceable(actor: SupportsUser) -> list[tuple[str, str]]:
    """What the actor may silence, as (value, words): every kind, and what they were last told about."""
    kinds = [(kind.key, str(kind.label)) for kind in sorted(KINDS.values(), key=lambda kind: kind.key)]
    latest = Notification.objects.visible_to(actor).exclude(about_type="").order_by("-made_at", "-pk")
    abouts = list(dict.fromkeys(latest.values_list("about_type", "about_id")[: CHOICES * 10]))[:CHOICES]
    names = names_of(abouts)
    return kinds + [(value_of(*about), names[about]) for about in abouts]


def value_of(about_type: str, about_id: int | None) -> str:
    """How a thing that may be silenced is written in a form."""
    return f"{about_type}:{about_id}"
