"""What starting or opening a campaign writes down: the units in scope and what they owe, set by set."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.organizations.models import Unit
from lantoa.plans.enums import Anchor, Deadline, Document, Wave
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, Plan
from lantoa.plans.rules import Frame, RuleBook
from lantoa.plans.selectors.campaigns import pilots_of
from lantoa.plans.selectors.rules import rest_of, rules_of

_BATCH = 2000
_JOINING = ("wave", "plan_above", "owes_summons", "summons_due_on", "owes_study", "study_due_on")

Due = Callable[[CampaignRule, int | None], dt.date | None]
"""The deadline that follows from a rule for a unit below this plan, as far as it is known."""


def freeze_scope(campaign: Campaign) -> tuple[int, int]:
    """Freeze the owner's subtree of today, or with `pilots_first` the part of it that begins, what its units owe and by
    when, and create the documents owed in it; how many units take part, how many documents."""
    taking = _pilot_paths(campaign) if campaign.pilots_first else None
    scope = list(_units_in_scope(campaign, taking))
    units = [unit for unit in scope if unit.wave != Wave.LATER]
    book, frame = rules_of(campaign)
    due = partial(_due, frame, {})
    plans: dict[int, int] = {}
    made = _create_plans(campaign, Document.PLAN, units, book, due, plans)
    for document in (Document.PROGRAMME, Document.IMPLEMENTATION):
        made += _create_plans(campaign, document, units, book, due, {})
    for unit in units:
        _write_debts(unit, book, due, plans)
    CampaignUnit.objects.bulk_create(scope, batch_size=_BATCH)
    return len(units), made


def freeze_rest(campaign: Campaign, day: dt.date) -> tuple[int, int]:
    """Put the rest of the owner's subtree of today into the campaign, with what its units owe from `day` on, and create
    the documents owed there; how many units join, how many documents.

    Whoever is in it keeps their place, and new units stand below them; who has ended meanwhile does not join. Documents
    that had none above hang below the new ones.
    """
    waiting = list(campaign.units.filter(wave=Wave.LATER, unit__in_force=True))
    for unit in waiting:
        unit.wave = Wave.REST
    fresh = list(_fresh_units(campaign, dict(campaign.units.values_list("unit_id", "path"))))
    units = [*waiting, *fresh]
    book, frame = rules_of(campaign)
    frame = rest_of(campaign, frame, day)
    made = 0
    above: dict[int, int] = {}
    for document in Document:
        plans, due = _first_editions(campaign, document), partial(_due, frame, _issued(campaign, document))
        made += _create_plans(campaign, document, [one for one in units if one.unit_id not in plans], book, due, plans)
        _hang_below(campaign, document, plans)
        above = plans if document is Document.PLAN else above
    due = partial(_due, frame, _issued(campaign, Document.PLAN))
    for unit in units:
        _write_debts(unit, book, due, above)
    CampaignUnit.objects.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)
    CampaignUnit.objects.bulk_update(waiting, _JOINING, batch_size=_BATCH)
    return len(units), made


def title_of(document: str, campaign: Campaign) -> str:
    """The title of every draft, in the language of the organisation and not in that of whoever starts."""
    with translation.override(settings.LANGUAGE_CODE):
        titles = {
            Document.PLAN: _("Plan for the campaign: %(name)s"),
            Document.PROGRAMME: _("Action programme for the campaign: %(name)s"),
            Document.IMPLEMENTATION: _("Implementation plan for the campaign: %(name)s"),
        }
        return titles[Document(document)] % {"name": campaign.name}


def _pilot_paths(campaign: Campaign) -> list[str]:
    return list(pilots_of(campaign).values_list("path", flat=True))


def _units_in_scope(campaign: Campaign, taking: Collection[str] | None) -> Iterator[CampaignUnit]:
    """Everybody below the owner for None; else those on the given paths, and those above them, who wait."""
    for unit in _units_of(campaign):
        if taking is None or any(unit.path.startswith(path) for path in taking):
            yield unit
        elif any(path.startswith(unit.path) for path in taking):
            unit.wave = Wave.LATER
            yield unit


def _fresh_units(campaign: Campaign, known: dict[int, str]) -> Iterator[CampaignUnit]:
    """The units of today that are not in the campaign, each below the place that the unit above it has there."""
    paths = dict(known)
    top = paths[campaign.owner_id].count(".")
    for unit in _units_of(campaign):
        if unit.unit_id not in paths:
            above = paths.get(unit.parent_id or 0)
            unit.path = f"{above}{unit.unit_id}." if above else unit.path
            unit.level = unit.path.count(".") - top
            unit.wave = Wave.REST
            paths[unit.unit_id] = unit.path
            yield unit


def _units_of(campaign: Campaign) -> Iterator[CampaignUnit]:
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


def _first_editions(campaign: Campaign, document: Document) -> dict[int, int]:
    plans = Plan.objects.filter(campaign=campaign, document=document, edition=1)
    return dict(plans.values_list("unit_id", "pk"))


def _create_plans(
    campaign: Campaign,
    document: Document,
    units: Iterable[CampaignUnit],
    book: RuleBook,
    due: Due,
    plans: dict[int, int],
) -> int:
    """One draft per unit that owes the document, level by level, so that the one above has its key before those below;
    how many. `plans` are the first editions by unit, and get the new ones."""
    rules = {unit.unit_id: rule for unit in units if (rule := book.of(unit.kind, unit.level).get(document))}
    title, made = title_of(document, campaign), 0
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
                    due_on=due(rules[unit_id], above),
                )
                for unit_id, above in placed
            ),
            batch_size=_BATCH,
        )
        plans.update((plan.unit_id, plan.pk) for plan in created)
        made += len(created)
    return made


def _write_debts(unit: CampaignUnit, book: RuleBook, due: Due, plans: dict[int, int]) -> None:
    rules = book.of(unit.kind, unit.level)
    unit.plan_above_id = _nearest_above(unit, plans)
    if summons := rules.get(Deadline.SUMMONS):
        unit.owes_summons, unit.summons_due_on = True, due(summons, unit.plan_above_id)
    if study := rules.get(Deadline.STUDY):
        unit.owes_study, unit.study_due_on = True, due(study, unit.plan_above_id)


def _issued(campaign: Campaign, document: Document) -> dict[int, dt.date | None]:
    """The dates of issue of the first editions so far."""
    rows = Plan.objects.filter(campaign=campaign, document=document, edition=1, issued_on__isnull=False)
    return dict(rows.values_list("pk", "issued_on"))


def _due(frame: Frame, issued: Mapping[int, dt.date | None], rule: CampaignRule, above: int | None) -> dt.date | None:
    """The day as far as it is known now. Who has nobody above waits for nobody."""
    if rule.anchor == Anchor.PLAN_ABOVE:
        return frame.due(rule, frame.starts_on if above is None else issued.get(above))
    return frame.common_due(rule)


def _hang_below(campaign: Campaign, document: Document, plans: dict[int, int]) -> None:
    """Let the documents of the first wave that had none above look up to the nearest one that there is now."""
    orphans = Plan.objects.filter(campaign=campaign, document=document, parent=None)
    for unit in campaign.units.filter(unit__in=orphans.values("unit"), wave=Wave.FIRST):
        above = _nearest_above(unit, plans)
        if above is not None:
            orphans.filter(unit=unit.unit_id).update(parent=above)


def _depth(unit: CampaignUnit) -> int:
    return unit.path.count(".")


def _nearest_above(unit: CampaignUnit, plans: dict[int, int]) -> int | None:
    above = (int(part) for part in reversed(unit.path.rstrip(".").split(".")[:-1]))
    return next((plans[unit_id] for unit_id in above if unit_id in plans), None)
