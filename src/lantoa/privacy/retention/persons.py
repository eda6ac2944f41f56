"""Persons whom no unit counts any more, and decided requests about data: the key goes, the counts stay (ADR 23)."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lantoa.kernel import clock
from lantoa.organizations import erasing, restricting
from lantoa.organizations.models import Appointment, Membership, Person, TemporaryMembership
from lantoa.organizations.services.erasing import NO_NAME
from lantoa.privacy.enums import ErasureState, RequestState
from lantoa.privacy.mentions import namesakes, take_out, terms_of
from lantoa.privacy.models import DataRequest, Erasure
from lantoa.privacy.retention.due import Due, by_unit, start_of

PERIOD_OVER = "Hết thời hạn lưu giữ."
"""The reason that stands with such an erasure; it is stored, in the language of the users."""
_NAMESPACE = uuid.UUID("6d5f0e0a-6f0d-4b1e-9b69-0c1f6c1a7a11")


def due(before: dt.date) -> list[Due]:
    """Persons by the unit that counted or appointed them last."""
    return by_unit(_persons(before), "last_unit", "left")


def let_go(before: dt.date, most: int) -> int:
    """Erase at most so many persons, as an erasure on request does; stored files are left to those who decide."""
    chosen = list(_persons(before).values_list("pk", flat=True)[: max(1, most // 20)])
    rows = Person.objects.select_for_update(of=("self",)).select_related("user").filter(pk__in=chosen)
    persons = list(rows.order_by("pk"))
    units = dict(_persons(before).filter(pk__in=chosen).values_list("pk", "last_unit"))  # as it is now that they wait
    for person in persons:
        if person.pk in units:
            _erase(person, units[person.pk])
    return len(units)


def due_requests(before: dt.date) -> list[Due]:
    """Requests by the unit that they were made at."""
    return by_unit(_requests(before), "unit_id", "decided_at")


def let_go_requests(before: dt.date, most: int) -> int:
    """Empty what was asked for and why; that it was, and how it was decided, stays."""
    chosen = _requests(before).order_by("pk").values("pk")[:most]
    return DataRequest.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        value="", reason=NO_NAME, decision_reason=NO_NAME, lift_reason=""
    )


def _persons(before: dt.date) -> "QuerySet[Any]":
    """Persons all of whose memberships, stays and appointments ended before that day, with `last_unit` and `left`.

    Whose processing is restricted, or about whom a request waits, is left to those who decide.
    """
    mine = {"person": OuterRef("pk")}
    lasting = Q(period__upper_inf=True) | Q(period__endswith__gt=before)
    ended = Func(F("period"), function="upper", output_field=DateField())
    last, office = (model.objects.filter(**mine).order_by("-period") for model in (Membership, Appointment))
    rows = (
        Person.objects.filter(Exists(last) | Exists(office))
        .exclude(Exists(Membership.objects.filter(lasting, **mine)))
        .exclude(Exists(TemporaryMembership.objects.filter(lasting, **mine)))
        .exclude(Exists(Appointment.objects.filter(lasting, **mine)))
        .exclude(Exists(Erasure.objects.filter(**mine).exclude(state=ErasureState.REFUSED)))
        .exclude(Exists(DataRequest.objects.waiting().filter(**mine)))
    )
    return restricting.unrestricted(rows, "pk").annotate(
        last_unit=Coalesce(Subquery(last.values("unit_id")[:1]), Subquery(office.values("unit_id")[:1])),
        left=Coalesce(
            Subquery(last.annotate(ended=ended).values("ended")[:1]),
            Subquery(office.annotate(ended=ended).values("ended")[:1]),
        ),
    )


def _erase(person: Person, unit_id: int) -> None:
    terms = () if namesakes(person) else terms_of(person)
    result = erasing.run(erasing.Subject(person_id=person.pk, user_id=person.user_id))
    result |= {"texts": take_out(terms) if terms else 0, "files": 0}
    Erasure.objects.create(
        client_id=uuid.uuid5(_NAMESPACE, str(person.pk)),
        person=person,
        unit_id=unit_id,
        state=ErasureState.DONE,
        reason=PERIOD_OVER,
        decision_reason=PERIOD_OVER,
        decided_at=clock.now(),
        result=result,
    )


def _requests(before: dt.date) -> "QuerySet[DataRequest]":
    over = Q(state__in=[RequestState.REFUSED, RequestState.LIFTED]) | Q(state=RequestState.DONE, kind="correction")
    return DataRequest.objects.filter(over, decided_at__lt=start_of(before)).exclude(reason=NO_NAME)
