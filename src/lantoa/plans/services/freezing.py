"""What starting a campaign writes down: the units in scope and the plans that they owe, set by set."""

from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, CampaignUnit, Plan

_BATCH = 2000


def freeze_scope(campaign: Campaign) -> tuple[int, int]:
    """Freeze the owner's subtree of today and create the plans owed in it; how many units, how many plans."""
    units = CampaignUnit.objects.bulk_create(_units_in_scope(campaign), batch_size=_BATCH)
    return len(units), _create_plans(campaign, units)


def _units_in_scope(campaign: Campaign) -> Iterator[CampaignUnit]:
    rows = Unit.objects.under(campaign.owner).in_force().order_by("path")
    for pk, parent_id, path, name, kind, sort_key in rows.values_list(
        "pk", "parent_id", "path", "name", "kind", "sort_key"
    ):
        yield CampaignUnit(
            campaign=campaign, unit_id=pk, parent_id=parent_id, path=path, name=name, kind=kind, sort_key=sort_key
        )


def _create_plans(campaign: Campaign, units: list[CampaignUnit]) -> int:
    """One draft per unit that owes a plan, level by level, so that the plan above has its key before those below."""
    due = dict(campaign.rules.filter(owes_plan=True).values_list("unit_kind", "plan_due_on"))
    title = _title(campaign)
    plans: dict[int, int] = {}
    owing = sorted((unit for unit in units if unit.kind in due), key=_depth)
    for _level, members in groupby(owing, key=_depth):
        created = Plan.objects.bulk_create(
            (
                Plan(
                    campaign=campaign,
                    unit_id=unit.unit_id,
                    parent_id=_nearest_above(unit, plans),
                    title=title,
                    due_on=due[unit.kind],
                )
                for unit in members
            ),
            batch_size=_BATCH,
        )
        plans.update((plan.unit_id, plan.pk) for plan in created)
    return len(plans)


def _depth(unit: CampaignUnit) -> int:
    return unit.path.count(".")


def _nearest_above(unit: CampaignUnit, plans: dict[int, int]) -> int | None:
    above = (int(part) for part in reversed(unit.path.rstrip(".").split(".")[:-1]))
    return next((plans[unit_id] for unit_id in above if unit_id in plans), None)


def _title(campaign: Campaign) -> str:
    """The title of every draft, in the language of the organisation and not in that of whoever starts."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Plan for the campaign: %(name)s") % {"name": campaign.name}
