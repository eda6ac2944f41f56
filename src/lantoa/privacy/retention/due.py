"""How much is due at one unit."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from lantoa.organizations.models import Unit


@dataclass(frozen=True, slots=True)
class Due:
    """So many rows go at a unit (`unit` is empty for what belongs to none), the oldest of which ended on that day."""

    unit: str
    rows: int
    oldest: dt.date


def start_of(day: dt.date) -> dt.datetime:
    """Midnight at the beginning of a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def by_unit(rows: "QuerySet[Any]", unit: str, ended: str, count: Combinable | None = None) -> list[Due]:
    """The rows by the unit to which `unit` leads, the oldest by `ended`; `count` where one stands for many (two
    queries)."""
    found = rows.order_by().values(unit).annotate(how_many=count or Count("pk"), oldest=Min(ended)).order_by(unit)
    counted = list(found)
    names = dict(Unit.objects.filter(pk__in=[row[unit] for row in counted]).values_list("pk", "name"))
    return [Due(f"{names[row[unit]]} ({row[unit]})", row["how_many"], _day(row["oldest"])) for row in counted]


def in_all(rows: "QuerySet[Any]", ended: str) -> list[Due]:
    """The rows of the whole installation (one query)."""
    counted = rows.order_by().aggregate(how_many=Count("pk"), oldest=Min(ended))
    return [Due("", counted["how_many"], _day(counted["oldest"]))] if counted["how_many"] else []


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return timezone.localtime(moment).date() if isinstance(moment, dt.datetime) else moment
