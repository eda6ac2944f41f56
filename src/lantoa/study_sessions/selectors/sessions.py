"""Reads over sessions: who goes where, who is ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.policies import can_see_counts
from lantoa.organizations.querysets import counts_scope
from lantoa.plans.enums import IN_FORCE_STATES, Document
from lantoa.plans.models import Campaign, CampaignUnit, Plan, SummonsEntry
from lantoa.study_sessions.models import Placement, Site, SiteUnit, StudySession
from lantoa.study_sessions.querysets import SiteQuerySet


@dataclass(frozen=True)
class SessionCell:
    """A cell under the host: the site it goes to, if any, and how many of its people are summoned and placed."""

    unit: CampaignUnit
    site_id: int | None
    summoned: int
    placed: int

    @property
    def unplaced(self) -> int:
        """Summoned people without a place."""
        return self.summoned - self.placed


def campaign_units_under_host(session: StudySession) -> QuerySet[CampaignUnit]:
    """The host and the units below it, in the tree of the campaign's day."""
    units = CampaignUnit.objects.filter(campaign_id=session.campaign_id)
    return units.under(units.values_list("path", flat=True).get(unit_id=session.host_id))


def cells_of_session(session: StudySession) -> list[SessionCell]:
    """The cells under the host in order of name: units with people on a summons list, or with no unit below them."""
    summoned = SummonsEntry.objects.filter(campaign_id=session.campaign_id, unit=OuterRef("unit"))
    below = CampaignUnit.objects.filter(campaign_id=session.campaign_id, parent=OuterRef("unit"))
    goes_to = SiteUnit.objects.filter(session=session, unit=OuterRef("unit")).values("site_id")
    units = (
        campaign_units_under_host(session)
        .filter(Exists(summoned) | ~Exists(below))
        .select_related("unit")
        .annotate(goes_to=Subquery(goes_to))
        .order_by("sort_key", "id")
    )
    counts = _counts_by_cell(session)
    return [SessionCell(unit, unit.goes_to, *counts.get(unit.unit_id, (0, 0))) for unit in units]


def cells_by_unit(cells: Iterable[CampaignUnit], units: Iterable[CampaignUnit]) -> dict[int, list[CampaignUnit]]:
    """The cells by the nearest of `units` that stands above them or is the cell itself, in the order of `units`."""
    ordered = {unit.unit_id: unit for unit in units}
    found: dict[int, list[CampaignUnit]] = {}
    for cell in cells:
        above = (int(step) for step in reversed(cell.path.strip(".").split(".")))
        keeper = next((step for step in above if step in ordered), None)
        if keeper is not None:
            found.setdefault(keeper, []).append(cell)
    return {unit_id: found[unit_id] for unit_id in ordered if unit_id in found}


def kinds_with_free_cells(session: StudySession) -> list[tuple[UnitKind, int]]:
    """The kinds of units under the host for which sites can be made, each with the number of sites that it would
    give by itself, the widest first."""
    free = [cell.unit for cell in cells_of_session(session) if cell.site_id is None]
    by_kind: dict[UnitKind, list[CampaignUnit]] = {}
    for unit in campaign_units_under_host(session).order_by("path"):
        by_kind.setdefault(UnitKind(unit.kind), []).append(unit)
    counted = [(kind, len(cells_by_unit(free, units))) for kind, units in by_kind.items()]
    return [(kind, sites) for kind, sites in counted if sites]


def visible_site_ids(session: StudySession, actor: Actor) -> set[int] | None:
    """The sites of the session that the actor may see: None for all, where they see the host's counts.

    Otherwise sites kept by units whose counts they see, and those where such a unit's people go.
    """
    if can_see_counts(actor=actor, unit=session.host):
        return None
    own = Site.objects.visible_to(actor).filter(session=session).values_list("pk", flat=True)
    attended = SiteUnit.objects.filter(session=session).visible_to(actor).values_list("site_id", flat=True)
    return {*own, *attended}


def may_see_site(sites: SiteQuerySet, actor: Actor) -> SiteQuerySet:
    """Those of the sites that the actor may see: as hosted, kept or attended by units whose counts they see."""
    attended = SiteUnit.objects.visible_to(actor).values("site_id")
    return sites.filter(counts_scope(actor, "unit__") | counts_scope(actor, "session__host__") | Q(pk__in=attended))


def sessions_of(actor: Actor) -> QuerySet[StudySession]:
    """The sessions that concern the actor, with what a list shows: campaign, host, numbers of sites and people."""
    return _listed(StudySession.objects.visible_to(actor))


def sessions_of_campaign(actor: Actor, campaign_id: int) -> QuerySet[StudySession]:
    """The sessions of one campaign that the actor may see."""
    return _listed(StudySession.objects.visible_to(actor).filter(campaign_id=campaign_id))


def plan_in_force(campaign: Campaign, host: Unit) -> Plan | None:
    """The host's plan that holds in the campaign, if there is one: its sessions belong to it."""
    plans = Plan.objects.filter(campaign=campaign, unit=host, document=Document.PLAN)
    return plans.filter(state__in=IN_FORCE_STATES).first()


def hosts_for(actor: Actor, campaign: Campaign) -> QuerySet[Unit]:
    """The units of the campaign for which the actor may set up sessions."""
    inside = CampaignUnit.objects.filter(campaign=campaign).values("unit_id")
    return Unit.objects.filter(pk__in=actor.unit_ids(authority.SUMMONS)).filter(pk__in=inside)


def _listed(sessions: QuerySet[StudySession]) -> QuerySet[StudySession]:
    return sessions.select_related("campaign", "host").annotate(
        site_count=_number_of(Site.objects.all()), placed_count=_number_of(Placement.objects.all())
    )


def _number_of(parts: QuerySet[Any]) -> Coalesce:
    """How many parts each session has, each counted by itself: joined, sites times people would be read."""
    counted = parts.filter(session=OuterRef("pk")).order_by().values("session").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


def _counts_by_cell(session: StudySession) -> dict[int, tuple[int, int]]:
    """How many people of each cell are summoned on the day of the session, and how many have a place at it."""
    day = timezone.localdate(session.starts_at)
    summoned = (Q(removed_on__isnull=True) | Q(removed_on__gt=day)) & (Q(added_on__isnull=True) | Q(added_on__lte=day))
    rows = (
        SummonsEntry.objects.filter(campaign_id=session.campaign_id)
        .values_list("unit_id")
        .annotate(
            people=Count("id", filter=summoned, distinct=True),
            seated=Count("placements", filter=Q(placements__session=session), distinct=True),
        )
    )
    return {unit_id: (people, seated) for unit_id, people, seated in rows}


def takers_of(unit_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Who may take the roll of each unit with an open account, by name and role: whom to ask there (one query)."""
    rows = (
        Appointment.objects.in_force_on(clock.today())
        .filter(unit_id__in=unit_ids, role__in=authority.TAKES_ROLL, person__user__is_active=True)
        .select_related("person")
        .order_by("unit_id", "role", "person__sort_key")
    )
    found: dict[int, list[str]] = {}
    for appointment in rows:
        found.setdefault(appointment.unit_id, []).append(
            f"{appointment.person.full_name} ({appointment.get_role_display()})"
        )
    return {unit: tuple(dict.fromkeys(names)) for unit, names in found.items()}
