"""Whether a session is ready, and what its page says of each site. Sums are made by the database, and the details of a
site are read for the sites that are shown, so that thousands of them cost no more than a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.plans.models import CampaignUnit
from lantoa.study_sessions import rolls
from lantoa.study_sessions.models import Placement, Site, SiteUnit, StudySession
from lantoa.study_sessions.rolls import RollFact
from lantoa.study_sessions.selectors.sessions import takers_of

LINE: str = "line"
"""The attribute of a site of `with_lines`."""
MOST_FREE = 50
"""So many of the cells that go nowhere are named."""


@dataclass(frozen=True)
class SiteLine:
    """What its session's page tells of a site: the names of its `cells`, the `takers` who may take the roll, and what
    the roll says."""

    cells: tuple[str, ...]
    takers: tuple[str, ...]
    fact: RollFact | None


@dataclass(frozen=True)
class FreeCell:
    """A cell that goes to no site, and how many of its people are summoned."""

    name: str
    summoned: int


@dataclass(frozen=True)
class Readiness:
    """Whether a session is ready: its sites, those of them whose roll nobody may take, the people with and without a
    place, the cells that go nowhere (the first fifty by name), those where nobody is summoned."""

    sites: int
    untaken: int
    placed: int
    unplaced: int
    free: int
    free_cells: tuple[FreeCell, ...]
    unsummoned: int

    @property
    def unnamed(self) -> int:
        """How many cells without a site are not among `free_cells`."""
        return self.free - len(self.free_cells)

    @property
    def is_ready(self) -> bool:
        """Every summoned person has a place, and every site somebody to take its roll."""
        return bool(self.sites and self.placed) and not (self.unplaced or self.untaken)


_SUMMARY = """
WITH here AS (
  SELECT path FROM plans_campaignunit WHERE campaign_id = %(campaign)s AND unit_id = %(host)s
), listed AS (
  SELECT entry.unit_id,
         count(*) FILTER (WHERE called.here) AS people,
         count(*) FILTER (WHERE called.here AND seat.id IS NULL) AS standing
    FROM plans_summonsentry entry
   CROSS JOIN (SELECT (%(begins)s AT TIME ZONE %(zone)s)::date AS it) day
   CROSS JOIN LATERAL (SELECT (entry.removed_on IS NULL OR entry.removed_on > day.it)
                          AND (entry.added_on IS NULL OR entry.added_on <= day.it) AS here) called
    LEFT JOIN study_sessions_placement seat ON seat.entry_id = entry.id AND seat.session_id = %(session)s
   WHERE entry.campaign_id = %(campaign)s
   GROUP BY entry.unit_id
), cell AS (
  SELECT unit.name, unit.sort_key, unit.id, goes.site_id, coalesce(listed.people, 0) AS people,
         coalesce(listed.standing, 0) AS standing
    FROM plans_campaignunit unit
    JOIN here ON unit.path >= here.path AND unit.path < left(here.path, -1) || '/'
    LEFT JOIN listed ON listed.unit_id = unit.unit_id
    LEFT JOIN study_sessions_siteunit goes ON goes.session_id = %(session)s AND goes.unit_id = unit.unit_id
   WHERE unit.campaign_id = %(campaign)s
     AND (listed.unit_id IS NOT NULL OR NOT EXISTS (
           SELECT FROM plans_campaignunit below
            WHERE below.campaign_id = %(campaign)s AND below.parent_id = unit.unit_id))
), site AS (
  SELECT count(*) AS sites, count(*) FILTER (WHERE unit_id NOT IN (
           SELECT held.unit_id
             FROM organizations_appointment held JOIN organizations_person who ON who.id = held.person_id
             JOIN accounts_user account ON account.id = who.user_id AND account.is_active
            WHERE held.role = ANY(%(roles)s) AND held.period @> %(today)s::date)) AS untaken
    FROM study_sessions_site WHERE session_id = %(session)s
)
SELECT site.sites, site.untaken,
       (SELECT count(*) FROM study_sessions_placement WHERE session_id = %(session)s),
       coalesce(sum(cell.standing), 0)::int,
       count(*) FILTER (WHERE cell.site_id IS NULL AND cell.id IS NOT NULL),
       (array_agg(cell.name ORDER BY cell.sort_key, cell.id) FILTER (WHERE cell.site_id IS NULL))[1:%(most)s],
       (array_agg(cell.people ORDER BY cell.sort_key, cell.id) FILTER (WHERE cell.site_id IS NULL))[1:%(most)s],
       count(*) FILTER (WHERE cell.people = 0)
  FROM site LEFT JOIN cell ON true
 GROUP BY site.sites, site.untaken
"""


def readiness_of(session: StudySession) -> Readiness:
    """What is ready at the session, over all its sites (one query)."""
    values: dict[str, Any] = {
        "session": session.pk,
        "campaign": session.campaign_id,
        "host": session.host_id,
        "begins": session.starts_at,
        "zone": settings.TIME_ZONE,
        "today": clock.today(),
        "roles": sorted(authority.TAKES_ROLL),
        "most": MOST_FREE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, values)
        sites, untaken, placed, unplaced, free, names, people, unsummoned = cursor.fetchone()
    cells = tuple(FreeCell(*pair) for pair in zip(names or (), people or (), strict=True))
    return Readiness(sites, untaken, placed, unplaced, free, cells, unsummoned)


def sites_of_session(session: StudySession, site_ids: Iterable[int] | None = None) -> QuerySet[Site]:
    """The sites of the session with their units, those of `site_ids` where it is given; each with `placed`."""
    seats = Placement.objects.filter(site=OuterRef("pk")).order_by().values("site").annotate(people=Count("pk"))
    placed = Coalesce(Subquery(seats.values("people"), output_field=IntegerField()), 0)
    sites: QuerySet[Any] = Site.objects.filter(session=session)
    if site_ids is not None:
        sites = sites.filter(pk__in=list(site_ids))
    found: QuerySet[Site] = sites.select_related("unit").annotate(placed=placed).order_by("pk")
    return found


def with_lines(session: StudySession, sites: Iterable[Site]) -> list[Site]:
    """The sites, each with its SiteLine in `line` (three queries, however many sites)."""
    shown = list(sites)
    cells = _cells_of(session, shown)
    takers = takers_of([site.unit_id for site in shown])
    facts = rolls.roll_facts([site.pk for site in shown])
    for site in shown:
        line = SiteLine(tuple(cells.get(site.pk, ())), takers.get(site.unit_id, ()), facts.get(site.pk))
        setattr(site, LINE, line)
    return shown


def _cells_of(session: StudySession, sites: Iterable[Site]) -> dict[int, list[str]]:
    """The names of the cells by site, as they were called on the day of the campaign."""
    name = CampaignUnit.objects.filter(campaign=session.campaign_id, unit=OuterRef("unit"))
    goes = SiteUnit.objects.filter(site__in=[site.pk for site in sites])
    rows = goes.annotate(called=Subquery(name.values("name")), place=Subquery(name.values("sort_key")))
    found: dict[int, list[str]] = {}
    for site_id, called in rows.order_by("place", "pk").values_list("site_id", "called"):
        found.setdefault(site_id, []).append(called or "")
    return found
