"""Entries of the audit log as one reader may see them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from lantoa.accounts.models import User
from lantoa.audit.models import Entry
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import any_path


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the reader asks for; empty values ask for nothing. Both days are included."""

    outcome: str = ""
    action: str = ""
    who: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def readable_entries(*, actor: Actor, filters: Filters) -> "QuerySet[Entry]":
    """The entries of the actor's units and below, or of the actor's own acts, newest first.

    Each has `username` and `unit_name` as they are today, empty where the account or the unit is gone or was none.
    """
    scope = any_path(actor.paths(authority.READS_AUDIT_BELOW), "unit_path")
    if actor.unit_ids(authority.READS_OWN_ACTS):
        scope |= Q(actor_id=actor.user_id)
    return (
        Entry.objects.filter(scope)
        .filter(_condition(filters))
        .annotate(
            username=_name_of(User.objects.filter(pk=OuterRef("actor_id")).values("username")),
            unit_name=_name_of(Unit.objects.filter(pk=OuterRef("unit_id")).values("name")),
        )
        .order_by("-pk")
    )


def kind_of_object(object_type: str) -> str:
    """What the model is called in the reader's language, empty for none."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name) if object_type else ""
    except LookupError:
        return object_type


def reason_of(code: str) -> str:
    """What the refusal of that code says; the code itself where its sentence needs values that the log doesn't keep."""
    found = next((refusal for refusal in _all_refusals(Refusal) if getattr(refusal, "code", "") == code), None)
    message = str(found.message) if found else code
    return code if "%(" in message else message


def _all_refusals(base: type[Refusal]) -> list[type[Refusal]]:
    return [found for child in base.__subclasses__() for found in (child, *_all_refusals(child))]


def _name_of(names: "QuerySet[Any, Any]") -> Coalesce:
    return Coalesce(Subquery(names[:1]), Value(""), output_field=CharField())


def _condition(filters: Filters) -> Q:
    condition = Q()
    if filters.outcome:
        condition &= Q(outcome=filters.outcome)
    if filters.action:
        condition &= Q(action=filters.action)
    if filters.who:
        condition &= Q(actor_id__in=User.objects.filter(username__icontains=filters.who).values("pk"))
    if filters.since:
        condition &= Q(at__gte=_midnight(filters.since))
    if filters.until:
        condition &= Q(at__lt=_midnight(filters.until + dt.timedelta(days=1)))
    return condition


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
