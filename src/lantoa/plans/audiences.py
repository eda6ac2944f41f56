"""Which memberships a campaign calls: its class, what is called beside it, and what is not (ADR 35)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.organizations.enums import Standing, Tree
from lantoa.organizations.models import Appointment
from lantoa.plans.enums import Effect, PersonClass, SummonsReason
from lantoa.plans.models import AudienceException, Campaign, CampaignUnit

_CLASS_OF_AUDIENCE = {
    DirectiveClass.STRATEGIC: PersonClass.MANAGER,
    DirectiveClass.SECTORAL: PersonClass.SECTOR,
    DirectiveClass.GENERAL: PersonClass.ALL,
}
_REASONS = {
    PersonClass.MANAGER: SummonsReason.MANAGER,
    PersonClass.SECTOR: SummonsReason.SECTOR,
    PersonClass.MASS: SummonsReason.MASS,
}


def exceptions_of(campaign: Campaign) -> list[AudienceException]:
    """The exceptions in force, with what they name (one query)."""
    return list(AudienceException.objects.filter(campaign=campaign).select_related("unit", "sector"))


def called(rows: "QuerySet[Any]", campaign: Campaign) -> "QuerySet[Any]":
    """Those of the memberships, each with its `seat`, whom the campaign calls, with `reason` and, where its class alone
    would not call them, `exception` (one query for the exceptions now).

    Strategic directives call leaders and managers, sectoral ones the cadres and members of the sector, general ones
    everybody (Phong Thổ's classification of resolutions). An exclusion is stronger than what includes.
    """
    exceptions = exceptions_of(campaign)
    base = _CLASS_OF_AUDIENCE[DirectiveClass(campaign.audience)]
    by_class = _of_class(base, campaign.sector_id)
    added = [(one, _condition(one, campaign)) for one in exceptions if one.effect == Effect.INCLUDE]
    wanted = by_class
    for _one, condition in added:
        wanted |= condition
    for one in exceptions:
        if one.effect == Effect.EXCLUDE:
            wanted &= ~_condition(one, campaign)
    by_exception = [When(condition, then=_reason(PersonClass(one.persons))) for one, condition in added]
    numbers: Sequence[When] = [When(condition, then=Value(one.pk)) for one, condition in added]
    nothing = Value(None, output_field=BigIntegerField())
    found: QuerySet[Any] = rows.filter(wanted).annotate(
        reason=Case(When(by_class, then=_reason(base)), *by_exception, output_field=CharField()),
        exception=Case(When(by_class, then=nothing), *numbers, output_field=BigIntegerField()),
    )
    return found


def _condition(one: AudienceException, campaign: Campaign) -> Q:
    """The condition on a membership with its `seat` that an exception is about it."""
    condition = _of_class(PersonClass(one.persons), one.sector_id)
    if one.unit_id is None:
        return condition
    place = CampaignUnit.objects.filter(campaign=campaign, unit=one.unit_id).values_list("path", flat=True).first()
    below = CampaignUnit.objects.filter(campaign=campaign).under(place) if place else CampaignUnit.objects.none()
    return condition & Q(seat__in=below.values("unit_id"))


def _of_class(persons: PersonClass, sector_id: int | None) -> Q:
    post = Appointment.objects.in_force_on(clock.today()).filter(person=OuterRef("person_id"), unit__tree=Tree.MASS)
    conditions = {
        PersonClass.ALL: ~Q(pk__in=[]),
        PersonClass.MANAGER: Q(person__is_manager=True),
        PersonClass.MEMBER: ~Q(standing=Standing.CADRE),
        PersonClass.PROBATIONARY: Q(standing=Standing.PROBATIONARY),
        PersonClass.CADRE: Q(standing=Standing.CADRE),
        PersonClass.SECTOR: Q(person__sector=sector_id),
        PersonClass.MASS: Q(Exists(post)),
    }
    return conditions[persons]


def _reason(persons: PersonClass) -> Combinable:
    """Why somebody of a class is called; by their standing where the class says no more."""
    if persons in _REASONS:
        return Value(_REASONS[persons].value, output_field=CharField())
    cadre = When(standing=Standing.CADRE, then=Value(SummonsReason.CADRE.value))
    return Case(cadre, default=Value(SummonsReason.MEMBER.value), output_field=CharField())
