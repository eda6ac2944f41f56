"""Reads of the register of speakers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Membership, Person, Sector, Unit
from lantoa.organizations.querysets import path_range
from lantoa.organizations.restricting import marked, unrestricted
from lantoa.speakers.enums import Tier
from lantoa.speakers.errors import RecognisedTwice
from lantoa.speakers.models import Speaker
from lantoa.speakers.querysets import SpeakerQuerySet


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader of the register asks for: who is in force on `day`; empty values narrow nothing. With `lapsed`
    those who are not in force that day stand in the list too."""

    day: dt.date
    tier: int | None = None
    language: str = ""
    sector: Sector | None = None
    lapsed: bool = False


@dataclass(frozen=True)
class TierCount:
    """How many people are recognised at a tier by a unit and those below it."""

    tier: Tier
    number: int


def narrowed(rows: SpeakerQuerySet, unit: Unit, asked: Asked) -> SpeakerQuerySet:
    """Those of the rows that a unit at or below `unit` recognised, and that are asked for."""
    rows = rows.filter(path_range(unit.path, "unit__path"))
    if not asked.lapsed:
        rows = rows.in_force_on(asked.day)
    if asked.tier is not None:
        rows = rows.filter(tier=asked.tier)
    if asked.language:
        rows = rows.filter(languages__contains=[asked.language])
    if asked.sector is not None:
        rows = rows.filter(Q(topics=asked.sector) | Q(topics=None))
    return rows


def register_of(actor: Actor, unit: Unit, asked: Asked) -> SpeakerQuerySet:
    """The speakers whom the actor may see by name, each marked as restricted or not, with what a list shows."""
    rows = narrowed(Speaker.objects.visible_to(actor), unit, asked)
    return marked(rows.select_related("person", "unit").prefetch_related("topics"))


def counts_by_tier(actor: Actor, unit: Unit, asked: Asked) -> list[TierCount]:
    """How many people the unit and all below it recognise, by tier, as far as the actor sees counts (one query)."""
    rows = narrowed(Speaker.objects.counted_for(actor), unit, asked)
    found = dict(rows.order_by().values_list("tier").annotate(number=Count("person", distinct=True)))
    return [TierCount(tier, found[tier]) for tier in Tier if tier in found]


def people_counted(actor: Actor, unit: Unit, asked: Asked) -> int:
    """How many people these are, each counted once, whatever their tiers and terms (one query)."""
    rows = narrowed(Speaker.objects.counted_for(actor), unit, asked)
    return rows.order_by().values("person").distinct().count()


def named_like(rows: "QuerySet[Speaker]", words: str) -> "QuerySet[Speaker]":
    """The rows whose person's name contains the words, diacritics aside. Whose processing is restricted is not found
    by name."""
    return unrestricted(rows.filter(person__folded_name__contains=fold(words)))


def keeping_units(actor: Actor) -> QuerySet[Unit]:
    """The units for which the actor keeps the register."""
    return Unit.objects.in_force().filter(pk__in=actor.unit_ids(authority.KEEPS_SPEAKERS)).order_by("sort_key", "pk")


def person_below(unit: Unit, code: str, name: str) -> Person | None:
    """The person of that member code and name, diacritics aside, whom the unit or one below it counts today; nobody
    whose processing is restricted."""
    counted = Membership.objects.in_force_on(clock.today()).filter(path_range(unit.path, "unit__path"))
    found = Person.objects.filter(pk__in=counted.values("person"), code=code, folded_name=fold(name))
    return unrestricted(found, "pk").first() if code else None


def history_of(speaker: Speaker, actor: Actor) -> Sequence[Speaker]:
    """The other recognitions of the same person that the actor may see, the latest first (one query)."""
    others = Speaker.objects.visible_to(actor).filter(person=speaker.person_id).exclude(pk=speaker.pk)
    return list(others.select_related("unit").order_by("-period", "-pk"))


def recognitions_that_stay(kept_id: int, merged_id: int) -> set[int]:
    """No recognition stays with a record that goes into another. Errors: RecognisedTwice, where one unit recognises
    both at a tier on the same days."""
    own = list(Speaker.objects.filter(person=kept_id).select_related("unit"))
    for row in Speaker.objects.filter(person=merged_id):
        for other in own:
            same = (row.unit_id, row.tier) == (other.unit_id, other.tier)
            if same and _overlap(row, other):
                raise RecognisedTwice(unit=other.unit.name)
    return set()


def _overlap(one: Speaker, other: Speaker) -> bool:
    first, second = sorted((one.period, other.period), key=lambda period: period.lower)
    return first.upper is None or second.lower < first.upper
