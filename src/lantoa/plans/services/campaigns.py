"""The use cases of campaigns: prepare, start, finish."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import cast
from uuid import UUID

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Sector, Unit
from lantoa.plans import errors, opening_errors, policies
from lantoa.plans.enums import CampaignState, Document
from lantoa.plans.models import Campaign, CampaignRule
from lantoa.plans.rules import Frame, RuleInput
from lantoa.plans.selectors.campaigns import pilots_of
from lantoa.plans.services.freezing import freeze_scope
from lantoa.plans.services.rules import check_rules


@dataclass(frozen=True, kw_only=True)
class _Outline:
    """The campaign's own columns."""

    name: str
    audience: str
    sector: Sector | None
    target_rate: Decimal
    starts_on: dt.date
    ends_on: dt.date
    days_off: list[dt.date]
    opinion_on: list[str]

    def check(self) -> None:
        """Refuse what no campaign can be."""
        if (self.audience == DirectiveClass.SECTORAL) != (self.sector is not None):
            raise errors.SectorMismatch(field="sector")
        if not 1 <= self.target_rate <= 100:
            raise errors.TargetRateOutOfRange(field="target_rate")
        if self.ends_on < self.starts_on:
            raise errors.DatesOutOfOrder(field="ends_on")


_OUTLINE = tuple(field.name for field in fields(_Outline))


@use_case
def create_campaign(
    *,
    actor: Actor,
    client_id: UUID,
    owner: Unit,
    name: str,
    directives: Sequence[Directive],
    audience: DirectiveClass | str,
    sector: Sector | None,
    target_rate: Decimal,
    starts_on: dt.date,
    ends_on: dt.date,
    pilots: Sequence[Unit],
    rules: Sequence[RuleInput],
    days_off: Collection[dt.date] = (),
    opinion_on: Collection[str] = Document.values,
) -> Campaign:
    """Prepare a campaign of `owner`; nobody owes anything before it is started.

    `target_rate` is in per cent. Returns the draft; the same `client_id` again returns what the first call prepared.
    Errors: NotPermitted, DirectiveMissing, DirectiveOutOfReach, SectorMismatch, TargetRateOutOfRange, DatesOutOfOrder,
    PilotOutside, DeadlineAfterEnd, FormSentBefore, and those of `rule_errors`.
    """
    if not policies.can_lead_campaign(actor=actor, unit=owner):
        raise NotPermitted
    Unit.objects.select_for_update(no_key=True).get(pk=owner.pk)
    first = Campaign.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_same_form(first, owner)
    outline = _Outline(
        name=normalise(name),
        audience=audience,
        sector=sector,
        target_rate=target_rate,
        starts_on=starts_on,
        ends_on=ends_on,
        days_off=sorted(set(days_off)),
        opinion_on=[document for document in Document.values if document in opinion_on],
    )
    _check_parts(actor, owner, outline, directives, pilots, rules)
    campaign = Campaign(client_id=client_id, owner=owner, created_by_id=author_id(actor))
    _write_outline(campaign, outline)
    campaign.save(force_insert=True)
    _write_parts(campaign, directives, pilots, rules)
    audit.record(actor=actor, action="plans.create_campaign", about=campaign, unit=owner)
    return campaign


@use_case
def change_campaign(
    *,
    actor: Actor,
    campaign: Campaign,
    version: int,
    name: str,
    directives: Sequence[Directive],
    audience: DirectiveClass | str,
    sector: Sector | None,
    target_rate: Decimal,
    starts_on: dt.date,
    ends_on: dt.date,
    pilots: Sequence[Unit],
    rules: Sequence[RuleInput],
    days_off: Collection[dt.date] = (),
    opinion_on: Collection[str] = Document.values,
) -> Campaign:
    """Change a campaign that has not started; `directives`, `pilots` and `rules` are all that it has from now on.

    Returns it with its new version; a repeated submit that would change nothing returns it as it is. Errors: those of
    `create_campaign`, CampaignNotDraft, Stale where `version` is not the stored one.
    """
    if not policies.can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    if stored.state != CampaignState.DRAFT:
        raise errors.CampaignNotDraft
    outline = _Outline(
        name=normalise(name),
        audience=audience,
        sector=sector,
        target_rate=target_rate,
        starts_on=starts_on,
        ends_on=ends_on,
        days_off=sorted(set(days_off)),
        opinion_on=[document for document in Document.values if document in opinion_on],
    )
    _check_parts(actor, stored.owner, outline, directives, pilots, rules)
    before = _content(stored)
    _write_outline(stored, outline)
    if _wanted(stored, directives, pilots, rules) == before:
        return stored
    if version != stored.version:
        raise Stale
    stored.version += 1
    stored.save(update_fields=[*_OUTLINE, "version"])
    stored.rules.all().delete()
    _write_parts(stored, directives, pilots, rules)
    audit.record(actor=actor, action="plans.change_campaign", about=stored, unit=stored.owner)
    return stored


@use_case
def start_campaign(*, actor: Actor, campaign: Campaign, pilots_first: bool = False) -> Campaign:
    """Start a campaign over the owner's subtree as it stands today, or with `pilots_first` over its pilot units and
    what lies below them, until it is opened to the rest (`services.opening`).

    Freezes the units in scope and their places in the tree, and gives every unit an empty draft of each document
    that it owes, below that of the nearest unit above that owes the same, with its due date as far as it is known.
    Returns the running campaign; a second call changes nothing. Errors: NotPermitted, CampaignOver, NoPilots.
    """
    if not policies.can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    if stored.state == CampaignState.RUNNING:
        return stored
    if stored.state == CampaignState.FINISHED:
        raise errors.CampaignOver
    if pilots_first and not pilots_of(stored).exists():
        raise opening_errors.NoPilots(field="whom")
    stored.state = CampaignState.RUNNING
    stored.started_at = clock.now()
    stored.pilots_first = pilots_first
    stored.version += 1
    stored.save(update_fields=["state", "started_at", "pilots_first", "version"])
    units, plans = freeze_scope(stored)
    facts = {"units": units, "plans": plans, "pilots_first": pilots_first}
    audit.record(actor=actor, action="plans.start_campaign", about=stored, unit=stored.owner, facts=facts)
    return stored


@use_case
def finish_campaign(*, actor: Actor, campaign: Campaign) -> Campaign:
    """Finish a running campaign: plans and rolls stay readable, nobody is summoned any more.

    Returns it; a second call changes nothing. Errors: NotPermitted, CampaignNeverStarted.
    """
    if not policies.can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    if stored.state == CampaignState.FINISHED:
        return stored
    if stored.state == CampaignState.DRAFT:
        raise errors.CampaignNeverStarted
    stored.state = CampaignState.FINISHED
    stored.finished_at = clock.now()
    stored.version += 1
    stored.save(update_fields=["state", "finished_at", "version"])
    audit.record(actor=actor, action="plans.finish_campaign", about=stored, unit=stored.owner)
    return stored


def lock_campaign(campaign: Campaign) -> Campaign:
    """The campaign as it is stored now, locked until the end of the transaction."""
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    return rows.get(pk=campaign.pk)


def author_id(actor: Actor) -> int:
    """The user behind an actor whom a policy let pass: only appointments do, and only users hold them."""
    return cast(int, actor.user_id)


def _of_same_form(first: Campaign, owner: Unit) -> Campaign:
    if first.owner_id != owner.pk:
        raise errors.FormSentBefore
    return first


def _check_parts(
    actor: Actor,
    owner: Unit,
    outline: _Outline,
    directives: Sequence[Directive],
    pilots: Sequence[Unit],
    rules: Sequence[RuleInput],
) -> None:
    outline.check()
    _check_directives(actor, directives)
    _check_pilots(owner, pilots)
    issued = max(directive.issued_on for directive in directives)
    check_rules(rules, Frame(outline.starts_on, outline.ends_on, issued, tuple(outline.days_off)))


def _check_directives(actor: Actor, directives: Sequence[Directive]) -> None:
    wanted = _keys(directives)
    if not wanted:
        raise errors.DirectiveMissing(field="directives")
    if Directive.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise errors.DirectiveOutOfReach(field="directives")


def _check_pilots(owner: Unit, pilots: Sequence[Unit]) -> None:
    wanted = _keys(pilots)
    below = Unit.objects.under(owner).in_force().exclude(pk=owner.pk)
    if below.filter(pk__in=wanted).count() != len(wanted):
        raise errors.PilotOutside(field="pilots")


def _write_outline(campaign: Campaign, outline: _Outline) -> None:
    for name in _OUTLINE:
        setattr(campaign, name, getattr(outline, name))


def _write_parts(
    campaign: Campaign, directives: Sequence[Directive], pilots: Sequence[Unit], rules: Sequence[RuleInput]
) -> None:
    campaign.directives.set(directives)
    campaign.pilots.set(pilots)
    CampaignRule.objects.bulk_create(CampaignRule(campaign=campaign, **asdict(rule)) for rule in rules)


def _content(campaign: Campaign) -> tuple[object, ...]:
    directives = campaign.directives.all()
    rules = [RuleInput(**row) for row in campaign.rules.values(*(field.name for field in fields(RuleInput)))]
    return _wanted(campaign, directives, campaign.pilots.all(), rules)


def _wanted(
    campaign: Campaign, directives: Iterable[Directive], pilots: Iterable[Unit], rules: Iterable[RuleInput]
) -> tuple[object, ...]:
    outline = [getattr(campaign, name) for name in _OUTLINE]
    return (outline, _keys(directives), _keys(pilots), frozenset(rules))


def _keys(rows: Iterable[Directive] | Iterable[Unit]) -> frozenset[int]:
    return frozenset(row.pk for row in rows)
