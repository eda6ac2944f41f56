"""What the page of the counters shows of a portal."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from itertools import groupby

from django.db.models import Model, QuerySet
from django.urls import reverse

from lantoa.organizations.models import Person
from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.models import ArticlePage, PortalSite, PublicDocument
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.visits.models import OpeningBalance
from lantoa.visits.selectors import DayCounts, curve, most_read
from lantoa.visits.subjects import SITE

TOP = 10


@dataclass(frozen=True, slots=True)
class Read:
    """An article or a document, and how often it was read."""

    title: str
    address: str
    views: int


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry of what the former counter had, and who made it."""

    balance: OpeningBalance
    by: str


def days_of(portal: PortalSite, first: dt.date, last: dt.date) -> Sequence[DayCounts]:
    """The views of a portal on each day (one query)."""
    return curve(SITE, portal.pk, first=first, last=last)


def by_month(days: Sequence[DayCounts]) -> list[DayCounts]:
    """The same summed up by month, each under its first day that was asked for."""
    return [_sum(list(month)) for _key, month in groupby(days, key=lambda one: (one.day.year, one.day.month))]


def most_read_articles(portal: PortalSite, first: dt.date, last: dt.date) -> list[Read]:
    """The articles of a portal that were read most (three queries)."""
    mine = ArticlePage.objects.filter(path__startswith=portal.site.root_page.path)
    found = most_read(ARTICLE, _ids(mine), first=first, last=last, limit=TOP)
    pages = ArticlePage.objects.in_bulk([pk for pk, _views in found])
    return [Read(pages[pk].title, reverse("wagtailadmin_pages:edit", args=[pk]), views) for pk, views in found]


def most_read_documents(portal: PortalSite, first: dt.date, last: dt.date) -> list[Read]:
    """The documents of a portal that were read most (three queries)."""
    found = most_read(DOCUMENT, _ids(portal.documents.all()), first=first, last=last, limit=TOP)
    rows = PublicDocument.objects.select_related("directive").in_bulk([pk for pk, _views in found])
    host = portal.site.root_url
    return [Read(str(rows[pk]), f"{host}{reverse('portal:document_detail', args=[pk])}", views) for pk, views in found]


def entered_on(portal: PortalSite) -> list[Entered]:
    """What was entered of the former counter, the last one first (two queries)."""
    rows = list(OpeningBalance.objects.filter(site_id=portal.pk))
    people = Person.objects.filter(user__in={row.entered_by_id for row in rows})
    names = dict(people.values_list("user_id", "full_name"))
    return [Entered(row, names.get(row.entered_by_id, "")) for row in rows]


def _ids(rows: "QuerySet[Model]") -> Collection[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def _sum(days: list[DayCounts]) -> DayCounts:
    counted = [field.name for field in fields(DayCounts) if field.name != "day"]
    return DayCounts(day=days[0].day, **{name: sum(getattr(one, name) for one in days) for name in counted})
