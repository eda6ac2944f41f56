"""What the coverage pages read: kept rows, as many as they show, and at the cell the people behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, cast

from django.conf import settings
from django.db import connection
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Length, NullIf

from lantoa.attendance.enums import Group, MarkStatus
from lantoa.attendance.folding.standings import STANDINGS
from lantoa.attendance.models import Attendance, Coverage
from lantoa.attendance.rates import Counts
from lantoa.kernel.vietnamese import fold
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Standing
from lantoa.organizations.restricting import MASK, restricted_among
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.study_sessions.enums import SessionKind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class InCampaign(TypedDict):
        """What a coverage row of a child carries beyond its counts."""

        unit_name: str
        unit_order: str
        is_pilot: bool
        owed: int

    ChildRow = WithAnnotations[Coverage, InCampaign]

_IN_CAMPAIGN = CampaignUnit.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit")).order_by()
_DENOMINATOR = F("summoned") - F("excluded")


def _share(reached: CombinedExpression, known: Q) -> Case:
    """The exact share, for the order; NULL where nothing is known, so that those stand apart from the worst."""
    share = Cast(reached, FloatField()) / NullIf(Cast(_DENOMINATOR, FloatField()), 0.0)
    return Case(When(known, then=share), default=None, output_field=FloatField())


_REPORTED = Q(not_reported__lt=_DENOMINATOR)
_SHARE = _share(F("present") + F("late") + F("made_up"), _REPORTED | Q(made_up__gt=0))
_FIRST_SHARE = _share(F("present") + F("late"), _REPORTED)


def campaign_unit(campaign: Campaign, unit_id: int, actor: Actor) -> CampaignUnit | None:
    """The unit in the tree of the campaign's day, where the actor may see its counts."""
    found = CampaignUnit.objects.visible_to(actor).filter(campaign=campaign, unit_id=unit_id)
    return found.select_related("unit").first()


def top_units(campaign: Campaign, actor: Actor) -> list[CampaignUnit]:
    """Where the actor's sight begins in the campaign: the units of own appointments, or its owner from above.

    The highest first; units below another one of them are left out.
    """
    roles = authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN
    own = CampaignUnit.objects.visible_to(actor).filter(
        campaign=campaign, unit_id__in=(*actor.unit_ids(roles), campaign.owner_id)
    )
    tops: list[CampaignUnit] = []
    for unit in own.select_related("unit").order_by(Length("path"), "sort_key"):
        if not any(unit.path.startswith(top.path) for top in tops):
            tops.append(unit)
    return tops


def ancestors(unit: CampaignUnit, actor: Actor) -> list[CampaignUnit]:
    """The units above, from the reader's own top unit down, in the tree of the campaign's day."""
    above = [int(part) for part in unit.path.split(".") if part and int(part) != unit.unit_id]
    found = CampaignUnit.objects.visible_to(actor).filter(campaign_id=unit.campaign_id, unit_id__in=above)
    return list(found.order_by(Length("path")))


def counts_by_group(campaign_id: int, unit_id: int) -> dict[Group, Counts]:
    """The kept counts of one unit for each group; empty before anybody was summoned."""
    rows = Coverage.objects.filter(campaign_id=campaign_id, unit_id=unit_id)
    found = {Group(row.group): Counts.of(row) for row in rows}
    return {group: found[group] for group in Group if group in found}


def children(campaign: Campaign, unit_id: int, group: Group, actor: Actor) -> "QuerySet[ChildRow]":
    """The kept rows of the units directly below that the actor may see, by name.

    In the order of `share` the furthest behind comes first, and what has not reported stands after all others.
    """
    rows = (
        Coverage.objects.visible_to(actor)
        .filter(campaign=campaign, parent_id=unit_id, group=group)
        .annotate(
            unit_name=Subquery(_IN_CAMPAIGN.values("name")[:1]),
            unit_order=Subquery(_IN_CAMPAIGN.values("sort_key")[:1]),
            is_pilot=Exists(Campaign.objects.filter(pk=OuterRef("campaign"), pilots=OuterRef("unit"))),
            share=_SHARE,
            first_share=_FIRST_SHARE,
            owed=_DENOMINATOR,
        )
        .order_by("unit_order", "pk")
    )
    return cast("QuerySet[ChildRow]", rows)


def below_target(rows: "QuerySet[ChildRow]", target: Decimal) -> "QuerySet[ChildRow]":
    """Those that owe something and have not reached the target, by exact arithmetic."""
    reached = (F("present") + F("late") + F("made_up")) * 1000
    return rows.filter(owed__gt=0).alias(reached_tenths=reached).filter(reached_tenths__lt=F("owed") * int(target * 10))


def not_reported(rows: "QuerySet[ChildRow]") -> "QuerySet[ChildRow]":
    """Those where somebody's mark is missing."""
    return rows.filter(not_reported__gt=0)


def pilots(rows: "QuerySet[ChildRow]") -> "QuerySet[ChildRow]":
    """The pilot units."""
    return rows.filter(is_pilot=True)


def named(rows: "QuerySet[ChildRow]", words: str) -> "QuerySet[ChildRow]":
    """Those whose name contains the words, whatever the diacritics."""
    return rows.filter(unit__folded_name__contains=fold(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """How one person of a cell counts. `name`, `detail` and `entry_id` are there for readers who may see names."""

    number: int
    entry_id: int | None
    name: str
    detail: str
    standing: Standing
    exempt: bool
    removed: bool
    late_called: bool
    first: MarkStatus | None
    made_up: bool
    reason: ReasonClass | None
    conflict: bool

    @property
    def excluded(self) -> bool:
        """Whether the person is in no count but those summoned."""
        return self.exempt or self.removed or self.late_called

    @property
    def reached(self) -> bool:
        """Whether the person was at the first or at a make-up session and counts."""
        return not self.excluded and (self.first in {MarkStatus.PRESENT, MarkStatus.LATE} or self.made_up)


_PEOPLE = f"""
SELECT s.entry_id, s.standing, s.exempt, s.removed, s.late_called, s.first_status, s.attended_make_up, s.conflict,
       p.full_name, p.birth_year, p.village, p.id
  FROM ({STANDINGS} WHERE e.campaign_id = %(campaign)s AND e.unit_id = %(unit)s) s
  JOIN organizations_person p ON p.id = s.person_id
 ORDER BY p.sort_key, p.birth_year, p.id
"""  # noqa: S608 - put together from our own column names


def people(unit: CampaignUnit, *, names: bool, reasons: bool) -> list[PersonLine]:
    """The people whom the unit itself counts in the campaign, in the order of given names.

    Where the processing is restricted the name is not shown. Without `names` they are numbered rows, sorted by how
    they stand, so that the order tells nothing; reasons of absence need `reasons`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"campaign": unit.campaign_id, "unit": unit.unit_id, "zone": settings.TIME_ZONE})
        rows = cursor.fetchall()
    why = _reasons(row[0] for row in rows) if reasons and names and rows else {}
    if not names:
        rows.sort(key=lambda row: tuple(str(part) for part in row[1:8]))
    hidden = restricted_among(row[11] for row in rows) if names and rows else set()
    return [
        _line(number, (*row[:8], str(MASK), None, "") if row[11] in hidden else row[:11], why, names=names)
        for number, row in enumerate(rows, start=1)
    ]


def _line(number: int, row: tuple[object, ...], why: dict[int, str], *, names: bool) -> PersonLine:
    entry_id, standing, exempt, removed, late, first, at_make_up, conflict, full_name, birth_year, village = row
    status = MarkStatus(str(first)) if first else None
    attended = status in {MarkStatus.PRESENT, MarkStatus.LATE}
    reason = why.get(cast(int, entry_id)) if status == MarkStatus.EXCUSED else None
    return PersonLine(
        number=number,
        entry_id=cast(int, entry_id) if names else None,
        name=str(full_name) if names else "",
        detail=" · ".join(str(part) for part in (birth_year, village) if part) if names else "",
        standing=Standing(str(standing)),
        exempt=bool(exempt),
        removed=bool(removed),
        late_called=bool(late),
        first=status,
        made_up=bool(at_make_up) and not attended,
        reason=ReasonClass(reason) if reason else None,
        conflict=bool(conflict),
    )


def _reasons(entry_ids: Iterable[int]) -> dict[int, str]:
    """The class of reason of each excused absence at a first session."""
    rows = Attendance.objects.filter(
        Q(entry_id__in=list(entry_ids), status=MarkStatus.EXCUSED, session__kind=SessionKind.FIRST)
    )
    return dict(rows.values_list("entry_id", "event__reason_class"))
