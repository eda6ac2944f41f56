"""Campaigns, plans and summons for tests, written straight into the tables."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lantoa.accounts.models import User
from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.organizations.enums import Standing, UnitKind
from lantoa.organizations.models import Person, Sector, Unit
from lantoa.plans.enums import IN_FORCE_STATES, CampaignState, PlanState, SummonsReason
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, Plan, Summons, SummonsEntry
from tests.organizations.factories import make_user

_numbers = itertools.count(1)


def make_campaign(
    owner: Unit,
    *,
    state: CampaignState = CampaignState.RUNNING,
    audience: DirectiveClass = DirectiveClass.GENERAL,
    sector: Sector | None = None,
    directives: Sequence[Directive] = (),
    name: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    target_rate: Decimal = Decimal(95),
    created_by: User | None = None,
) -> Campaign:
    """A campaign of `owner`; unless it is a draft, the owner's subtree of today is frozen into it."""
    begins = starts_on or clock.today() - dt.timedelta(days=10)
    started = state != CampaignState.DRAFT
    campaign = Campaign.objects.create(
        client_id=uuid.uuid4(),
        owner=owner,
        name=name or f"Đợt học tập số {next(_numbers)}",
        audience=audience,
        sector=sector,
        target_rate=target_rate,
        starts_on=begins,
        ends_on=ends_on or begins + dt.timedelta(days=60),
        state=state,
        created_by=created_by or make_user(),
        started_at=clock.now() if started else None,
        finished_at=clock.now() if state == CampaignState.FINISHED else None,
    )
    campaign.directives.set(directives)
    if started:
        freeze_units(campaign)
    return campaign


def freeze_units(campaign: Campaign) -> list[CampaignUnit]:
    """The owner's subtree of today, frozen into the campaign."""
    return CampaignUnit.objects.bulk_create(
        CampaignUnit(
            campaign=campaign,
            unit=unit,
            parent_id=unit.parent_id,
            path=unit.path,
            name=unit.name,
            kind=unit.kind,
            sort_key=unit.sort_key,
            level=unit.path.count(".") - campaign.owner.path.count("."),
        )
        for unit in Unit.objects.under(campaign.owner).in_force()
    )


def make_rule(
    campaign: Campaign,
    unit_kind: UnitKind,
    *,
    owes_plan: bool = True,
    plan_due_on: dt.date | None = None,
    study_due_on: dt.date | None = None,
) -> list[CampaignRule]:
    """What units of a kind owe; an owed plan is due on the campaign's last day unless another is given."""
    rules = []
    if owes_plan:
        rules.append(owe(campaign, "plan", unit_kind=unit_kind, due_on=plan_due_on or campaign.ends_on))
    if study_due_on:
        rules.append(owe(campaign, "study", unit_kind=unit_kind, due_on=study_due_on))
    return rules


def owe(campaign: Campaign, owed: str, **terms: Any) -> CampaignRule:
    """One rule; a summons or a study with a fixed day is written where it holds in the frozen tree."""
    rule = CampaignRule.objects.create(campaign=campaign, owed=owed, **terms)
    if owed in ("summons", "study"):
        where = {"kind": rule.unit_kind} if rule.level is None else {"level": rule.level}
        values = {f"owes_{owed}": True, f"{owed}_due_on": rule.due_on}
        CampaignUnit.objects.filter(campaign=campaign, **where).update(**values)
    return rule


def make_plan(
    campaign: Campaign, unit: Unit, *, state: PlanState = PlanState.DRAFT, parent: Plan | None = None, **fields: Any
) -> Plan:
    """A plan in a state; one that is in force has number, date and signer."""
    if state in (*IN_FORCE_STATES, PlanState.SUPERSEDED):
        issue = {"number": f"{next(_numbers)}-KH/ĐU", "issued_on": clock.today(), "signer": "Lò Văn Bình"}
        fields = {**issue, **fields}
    fields.setdefault("title", f"Kế hoạch của {unit.name}")
    fields.setdefault("due_on", campaign.ends_on)
    return Plan.objects.create(campaign=campaign, unit=unit, parent=parent, state=state, **fields)


def make_summons(
    campaign: Campaign, unit: Unit, *, issued_on: dt.date | None = None, created_by: User | None = None
) -> Summons:
    """A convening letter of `unit` with an empty list."""
    return Summons.objects.create(
        client_id=uuid.uuid4(),
        campaign=campaign,
        unit=unit,
        number=f"{next(_numbers)}-CV/ĐU",
        issued_on=issued_on or clock.today(),
        created_by=created_by or make_user(),
    )


def make_entry(
    summons: Summons,
    person: Person,
    *,
    unit: Unit | None = None,
    standing: Standing = Standing.FULL,
    reason: SummonsReason = SummonsReason.MEMBER,
    removed_on: dt.date | None = None,
    added_on: dt.date | None = None,
) -> SummonsEntry:
    """A person on the list; by default counted by the unit that convenes."""
    return SummonsEntry.objects.create(
        summons=summons,
        campaign=summons.campaign,
        person=person,
        unit=unit or summons.unit,
        standing=standing,
        reason=reason,
        removed_on=removed_on,
        removal_decision="12-QĐ/ĐU" if removed_on else "",
        added_on=added_on,
        addition_decision="11-QĐ/ĐU" if added_on else "",
        addition_reason="joined" if added_on else "",
    )
