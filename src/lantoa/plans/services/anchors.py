"""Deadlines that count from an event: fixed when it happens, and moved with it, in the transaction of the event.

Whoever changes such an event locks the campaign first (`hold`), before what it changes, and says afterwards what has
happened (`settle`). What was set by hand and what is no longer owed stays as it is (ADR 34).
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.notifications.telling import Message, tell
from lantoa.organizations.models import Unit
from lantoa.plans import studies
from lantoa.plans.enums import Anchor, CampaignState, Wave
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, Plan
from lantoa.plans.notices import ABOUT, MOVED
from lantoa.plans.rules import Frame, is_document
from lantoa.plans.selectors.receivers import receivers_of
from lantoa.plans.selectors.rules import frames_of, rules_of

Row = tuple[int, int, dt.date | None, int | None, dt.date | None]
"""Key, unit, deadline, the plan above, and its date of issue."""
TOLD_AT_ONCE = 500
"""Units whose people are told in one go."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A deadline of a unit that got another day, or its first."""

    unit_id: int
    deadline: str
    old: dt.date | None
    new: dt.date | None


def hold(campaign_id: int, anchor: Anchor) -> Campaign | None:
    """The campaign, running and locked until the end of the transaction, where a rule of it counts from the event; else
    None, and nothing is locked (one query)."""
    counted = CampaignRule.objects.filter(campaign=OuterRef("pk"), anchor=anchor)
    running = Campaign.objects.filter(Exists(counted), pk=campaign_id, state=CampaignState.RUNNING)
    return running.select_for_update(of=("self",), no_key=True).first()


def settle(campaign: Campaign, anchor: Anchor, *, units: Q | None = None, above: Plan | None = None) -> int:
    """Give the deadlines that count from the event the days that follow from it now, and tell those concerned; how
    many changed.

    `units` narrows the rows of CampaignUnit; `above` is the one plan whose issue is the event. Who waits for the
    opening after the pilots is left alone, and pilots had nobody above when it was opened: they keep their days.
    """
    book, frame = rules_of(campaign)
    frames = frames_of(campaign, frame)
    if above is not None and campaign.units.filter(unit=above.unit_id, wave=Wave.REST).exists():
        del frames[Wave.FIRST]
    settled: list[Settled] = []
    for rule, wave in product(campaign.rules.filter(anchor=anchor), frames):
        scope = campaign.units.filter(book.units(rule), wave=wave)
        scope = scope if units is None else scope.filter(units)
        if is_document(rule.owed):
            settled += _settle_documents(rule, scope, frames[wave], above)
        else:
            settled += _settle_units(rule, scope, frames[wave], above)
    _tell(campaign, [one for one in settled if one.new is not None])
    return len(settled)


def follow_directive(*, directive: Directive, **_: Any) -> None:
    """The date of issue of a directive was corrected: move what counts from it in the campaigns that run. One that is
    just starting is waited for."""
    counted = CampaignRule.objects.filter(campaign=OuterRef("pk"), anchor=Anchor.DIRECTIVE)
    open_ones = Campaign.objects.filter(Exists(counted), directives=directive).exclude(state=CampaignState.FINISHED)
    for campaign in open_ones.order_by("pk").select_for_update(of=("self",), no_key=True):
        if campaign.state == CampaignState.RUNNING:
            settle(campaign, Anchor.DIRECTIVE)


def _settle_documents(rule: CampaignRule, scope: Any, frame: Frame, above: Plan | None) -> list[Settled]:
    plans = Plan.objects.in_work().filter(
        campaign=rule.campaign_id, document=rule.owed, edition=1, due_by_hand=False, unit__in=scope.values("unit")
    )
    plans = plans if above is None else plans.filter(parent=above)
    rows = plans.order_by("pk").values_list("pk", "unit_id", "due_on", "parent_id", "parent__issued_on")
    settled, wanted = _compared(rule, frame, list(rows))
    for new, keys in wanted.items():
        Plan.objects.filter(pk__in=keys).update(due_on=new, version=F("version") + 1)
    return settled


def _settle_units(rule: CampaignRule, scope: Any, frame: Frame, above: Plan | None) -> list[Settled]:
    column = f"{rule.owed}_due_on"
    scope = scope if above is None else scope.filter(plan_above=above)
    rows = scope.order_by("pk").values_list("pk", "unit_id", column, "plan_above_id", "plan_above__issued_on")
    settled, wanted = _compared(rule, frame, list(rows))
    for new, keys in wanted.items():
        CampaignUnit.objects.filter(pk__in=keys).update(**{column: new})
    return settled


def _compared(
    rule: CampaignRule, frame: Frame, rows: list[Row]
) -> tuple[list[Settled], dict[dt.date | None, list[int]]]:
    """What differs from the days of now, and the keys by the day that they get."""
    days = _days(rule, frame, rows)
    wanted: defaultdict[dt.date | None, list[int]] = defaultdict(list)
    settled = []
    for pk, unit_id, old, _above, _issued in rows:
        new = frame.due(rule, days.get(unit_id))
        if new != old:
            wanted[new].append(pk)
            settled.append(Settled(unit_id, rule.owed, old, new))
    return settled, wanted


def _days(rule: CampaignRule, frame: Frame, rows: list[Row]) -> dict[int, dt.date | None]:
    """By unit, the day of the event as far as it has happened."""
    match rule.anchor:
        case Anchor.PLAN_ABOVE:
            return {unit_id: issued if above else frame.starts_on for _pk, unit_id, _due, above, issued in rows}
        case Anchor.SESSION:
            return dict(studies.first_days(rule.campaign_id, [row[1] for row in rows]))
    return {row[1]: frame.known(rule.anchor) for row in rows}


def _tell(campaign: Campaign, settled: list[Settled]) -> None:
    occasion = f"plans.deadline_settled.{uuid.uuid4()}"
    names = dict(campaign.units.filter(unit__in=[one.unit_id for one in settled]).values_list("unit_id", "name"))
    for start in range(0, len(settled), TOLD_AT_ONCE):
        part = settled[start : start + TOLD_AT_ONCE]
        units = Unit.objects.filter(pk__in=[one.unit_id for one in part], in_force=True)
        receivers = receivers_of(units, clock.today())
        tell(list(_messages(campaign, occasion, part, names, {pk: found.own for pk, found in receivers.items()})))


def _messages(
    campaign: Campaign, occasion: str, settled: list[Settled], names: dict[int, str], own: dict[int, tuple[int, ...]]
) -> Iterable[Message]:
    for one in settled:
        old, new = one.old.isoformat() if one.old else "", one.new.isoformat() if one.new else ""
        for user in own.get(one.unit_id, ()):
            yield Message(
                receiver_id=user,
                kind=MOVED,
                occasion=f"{occasion}.{one.unit_id}.{one.deadline}",
                parameters={"unit": names[one.unit_id], "deadline": one.deadline, "old": old, "new": new},
                link=reverse("plans:cascade", args=[campaign.pk]),
                about_type=ABOUT,
                about_id=campaign.pk,
            )
