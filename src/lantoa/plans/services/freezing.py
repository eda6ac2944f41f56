"""What starting a campaign writes down: the units in scope and the documents that they owe, set by set."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.organizations.models import Unit
from lantoa.plans.enums import Anchor, Deadline, Document
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, Plan
from lantoa.plans.rules import Frame, RuleBook
from lantoa.plans.selectors.rules import rules_of

_BATCH = 2000


def freeze_scope(campaign: Campaign) -> tuple[int, int]:
    """Freeze the owner's subtree of today, what its units owe and by when, and create the documents owed in it; how
    many units, how many documents."""
    book, frame = rules_of(campaign)
    units = list(_units_in_scope(campaign))
    plans = {document: _create_plans(campaign, document, units, book, frame) for document in Document}
    for unit in units:
        _write_debts(unit, book, frame, plans[Document.PLAN])
    CampaignUnit.objects.bulk_create(units, batch_size=_BATCH)
    return len(units), sum(map(len, plans.values()))


def title_of(document: str, campaign: Campaign) -> str:
    """The title of every draft, in the language of the organisation and not in that of whoever starts."""
    with translation.override(settings.LANGUAGE_CODE):
        titles = {
            Document.PLAN: _("Plan for the campaign: %(name)s"),
            Document.PROGRAMME: _("Action programme for the campaign: %(name)s"),
            Document.IMPLEMENTATION: _("Implementation plan for the campaign: %(name)s"),
        }
        return titles[Document(document)] % {"name": campaign.name}


def _units_in_scope(campaign: Campaign) -> Iterator[CampaignUnit]:
    top = campaign.owner.path.count(".")
    rows = Unit.objects.under(campaign.owner).in_force().order_by("path")
    for pk, parent_id, path, name, kind, sort_key in rows.values_list(
        "pk", "parent_id", "path", "name", "kind", "sort_key"
    ):
        yield CampaignUnit(
            campaign=campaign,
            unit_id=pk,
            parent_id=parent_id,
            path=path,
            name=name,
            kind=kind,
            sort_key=sort_key,
            level=path.count(".") - top,
        )


def _create_plans(
    campaign: Campaign, document: Document, units: list[CampaignUnit], book: RuleBook, frame: Frame
) -> dict[int, int]:
    """One draft per unit that owes the document, level by level, so that the one above has its key before those below;
    the keys by unit."""
    rules = {unit.unit_id: rule for unit in units if (rule := book.of(unit.kind, unit.level).get(document))}
    title = title_of(document, campaign)
    plans: dict[int, int] = {}
    owing = sorted((unit for unit in units if unit.unit_id in rules), key=_depth)
    for _level, members in groupby(owing, key=_depth):
        placed = [(unit.unit_id, _nearest_above(unit, plans)) for unit in members]
        created = Plan.objects.bulk_create(
            (
                Plan(
                    campaign=campaign,
                    unit_id=unit_id,
                    document=document,
                    parent_id=above,
                    title=title,
                    due_on=_first_due(rules[unit_id], frame, above),
                )
                for unit_id, above in placed
            ),
            batch_size=_BATCH,
        )
        plans.update((plan.unit_id, plan.pk) for plan in created)
    return plans


def _write_debts(unit: CampaignUnit, book: RuleBook, frame: Frame, plans: dict[int, int]) -> None:
    rules = book.of(unit.kind, unit.level)
    unit.plan_above_id = _nearest_above(unit, plans)
    if summons := rules.get(Deadline.SUMMONS):
        unit.owes_summons, unit.summons_due_on = True, _first_due(summons, frame, unit.plan_above_id)
    if study := rules.get(Deadline.STUDY):
        unit.owes_study, unit.study_due_on = True, _first_due(study, frame, unit.plan_above_id)


def _first_due(rule: CampaignRule, frame: Frame, above: int | None) -> dt.date | None:
    """The day as far as it is known when the campaign starts. Who has nobody above waits for nobody."""
    if rule.anchor == Anchor.PLAN_ABOVE and above is None:
        return frame.due(rule, frame.starts_on)
    return frame.common_due(rule)


def _depth(unit: CampaignUnit) -> int:
    return unit.path.count(".")


def _nearest_above(unit: CampaignUnit, plans: dict[int, int]) -> int | None:
    above = (int(part) for part in reversed(unit.path.rstrip(".").split(".")[:-1]))
    return next((plans[unit_id] for unit_id in above if unit_id in plans), None)
