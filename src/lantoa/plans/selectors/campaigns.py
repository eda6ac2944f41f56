"""What the pages of campaigns read."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Length, Replace

from lantoa.directives.enums import DirectiveClass
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.organizations.querysets import UnitQuerySet, any_path
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import UnitOutsideCampaign
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.plans.models.rules import level_name
from lantoa.plans.opening_errors import UnitNotOpened
from lantoa.plans.querysets import CampaignUnitQuerySet
from lantoa.plans.rule_words import duty_of
from lantoa.plans.rules import RuleBook, is_document
from lantoa.plans.selectors.rules import frame_for

Key = TypeVar("Key", str, int)


@dataclass(frozen=True)
class Duty:
    """What some units owe in a campaign, in words, and how many they are."""

    label: str
    units: int
    owes: tuple[str, ...]


@dataclass(frozen=True)
class Duties:
    """Who owes what, the units in scope, and the documents that they owe together."""

    rows: tuple[Duty, ...]
    units: int
    documents: int


def pilots_of(campaign: Campaign) -> UnitQuerySet:
    """The pilot units that exist today and still stand below the unit that leads the campaign."""
    return Unit.objects.under(campaign.owner).in_force().filter(pilot_campaigns=campaign)


def pilots_scope(campaign: Campaign) -> dict[str, int]:
    """How many units of each kind would begin if the campaign started with its pilots today (two queries)."""
    paths = tuple(pilots_of(campaign).values_list("path", flat=True))
    rows = Unit.objects.in_force().filter(any_path(paths)).order_by().values_list("kind").annotate(Count("pk"))
    return _in_order(Counter(dict(rows)))


def kinds_and_levels(owner: Unit) -> tuple[dict[str, int], int]:
    """How many units of each kind stand in the owner's subtree today, in the order of the vocabulary, and how many
    levels there are below the owner (one query)."""
    groups = _groups_under(owner)
    return _in_order(_summed(groups, lambda kind, _level: kind)), max((level for _kind, level in groups), default=0)


def duties_of(campaign: Campaign) -> Duties:
    """Who owes what, and by when: of the frozen units once the campaign has started, of today's before (three
    queries)."""
    counts, rules = _groups(campaign), list(campaign.rules.all())
    book, frame = RuleBook(rules), frame_for(campaign, rules)
    kinds = _in_order(_summed(counts, lambda kind, _level: kind))
    rows = []
    for kind, units in kinds.items():
        own = [rule for rule in rules if rule.unit_kind == kind]
        at_levels = any(book.of(kind, level) for group, level in counts if group == kind)
        if own or not at_levels:
            owes = tuple(duty_of(rule, frame) for rule in own)
            rows.append(Duty(str(UnitKind(kind).label), units, owes))
    levels = _summed(counts, lambda kind, level: None if book.has_kind(kind) else level)
    for level in sorted({rule.level for rule in rules if rule.level is not None}):
        owes = tuple(duty_of(rule, frame) for rule in rules if rule.level == level)
        rows.append(Duty(level_name(level), levels[level], owes))
    owed = sum(sum(map(is_document, book.of(*group))) * units for group, units in counts.items())
    return Duties(tuple(rows), sum(counts.values()), owed)


def _groups(campaign: Campaign) -> dict[tuple[str, int], int]:
    """How many units there are of each kind at each level."""
    if campaign.state != CampaignState.DRAFT:
        frozen = taking_part(campaign).order_by().values_list("kind", "level").annotate(Count("pk"))
        return {(kind, level): units for kind, level, units in frozen}
    return _groups_under(campaign.owner)


def _groups_under(owner: Unit) -> dict[tuple[str, int], int]:
    rows = Unit.objects.under(owner).in_force().order_by()
    today = rows.annotate(depth=_depth("path")).values_list("kind", "depth").annotate(Count("pk"))
    top = owner.path.count(".")
    return {(kind, depth - top): units for kind, depth, units in today}


def _depth(column: str) -> CombinedExpression:
    return Length(column) - Length(Replace(column, Value("."), Value("")))


def _summed(counts: Mapping[tuple[str, int], int], key: "Callable[[str, int], Key | None]") -> "Counter[Key]":
    found: Counter[Key] = Counter()
    for (kind, level), units in counts.items():
        group = key(kind, level)
        if group is not None:
            found[group] += units
    return found


def taking_part(campaign: Campaign) -> CampaignUnitQuerySet:
    """The units of a campaign that take part so far."""
    return CampaignUnit.objects.taking_part().filter(campaign=campaign)


def sectors_left_out(campaign: Campaign) -> list[Sector]:
    """The sectors that the directives name beside the one that a sectoral campaign calls (one query, or none)."""
    if campaign.audience != DirectiveClass.SECTORAL:
        return []
    named = Sector.objects.filter(directives__campaigns=campaign).distinct()
    return [sector for sector in named if sector.pk != campaign.sector_id]


def scope_unit(campaign: Campaign, unit: Unit) -> CampaignUnit:
    """The unit as it stood in the campaign's tree. Errors: UnitNotOpened, UnitOutsideCampaign."""
    found = campaign.units.filter(unit=unit).first()
    if found is None:
        raise UnitNotOpened if waits_for_opening(campaign, unit) else UnitOutsideCampaign
    return found


def waits_for_opening(campaign: Campaign, unit: Unit) -> bool:
    """Whether the unit takes part only when a campaign that began with its pilots is opened (two queries, or none)."""
    if not campaign.is_limited:
        return False
    paths = Unit.objects.filter(pk=campaign.owner_id).values_list("path", flat=True)
    if not unit.path.startswith(paths.get()):
        return False
    return not taking_part(campaign).filter(unit=unit).exists()


def matching(campaigns: "QuerySet[Campaign]", text: str) -> "QuerySet[Campaign]":
    """Campaigns whose name contains `text`, whatever its diacritics. A reader sees few enough to compare them here."""
    wanted = fold(text)
    return campaigns.filter(pk__in=[pk for pk, name in campaigns.values_list("pk", "name") if wanted in fold(name)])


def _in_order(counts: "Counter[str]") -> dict[str, int]:
    return {kind.value: counts[kind.value] for kind in UnitKind if counts[kind.value]}
