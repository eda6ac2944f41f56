"""What the pages of campaigns read."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from lantoa.directives.enums import DirectiveClass
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import UnitOutsideCampaign
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit


@dataclass(frozen=True)
class Duty:
    """What the units of one kind owe in a campaign, and how many there are."""

    kind: str
    units: int
    rule: CampaignRule | None

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(UnitKind(self.kind).label)


def kinds_under(owner: Unit) -> dict[str, int]:
    """How many units of each kind stand in the owner's subtree today, in the order of the vocabulary (one query)."""
    rows = Unit.objects.under(owner).in_force().order_by().values_list("kind").annotate(Count("pk"))
    return _in_order(Counter(dict(rows)))


def duties_of(campaign: Campaign) -> list[Duty]:
    """Who owes what: of the frozen units once the campaign has started, of today's before (two queries)."""
    if campaign.state == CampaignState.DRAFT:
        counts = kinds_under(campaign.owner)
    else:
        counts = _in_order(Counter(dict(campaign.units.order_by().values_list("kind").annotate(Count("pk")))))
    rules = {rule.unit_kind: rule for rule in campaign.rules.all()}
    return [Duty(kind, units, rules.get(kind)) for kind, units in counts.items()]


def sectors_left_out(campaign: Campaign) -> list[Sector]:
    """The sectors that the directives name beside the one that a sectoral campaign calls (one query, or none)."""
    if campaign.audience != DirectiveClass.SECTORAL:
        return []
    named = Sector.objects.filter(directives__campaigns=campaign).distinct()
    return [sector for sector in named if sector.pk != campaign.sector_id]


def scope_unit(campaign: Campaign, unit: Unit) -> CampaignUnit:
    """The unit as it stood in the campaign's tree. Errors: UnitOutsideCampaign."""
    found = campaign.units.filter(unit=unit).first()
    if found is None:
        raise UnitOutsideCampaign
    return found


def matching(campaigns: "QuerySet[Campaign]", text: str) -> "QuerySet[Campaign]":
    """Campaigns whose name contains `text`, whatever its diacritics. A reader sees few enough to compare them here."""
    wanted = fold(text)
    return campaigns.filter(pk__in=[pk for pk, name in campaigns.values_list("pk", "name") if wanted in fold(name)])


def _in_order(counts: "Counter[str]") -> dict[str, int]:
    return {kind.value: counts[kind.value] for kind in UnitKind if counts[kind.value]}
