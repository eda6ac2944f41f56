"""What has changed in the last days where the reader looks: their own units, and those directly below.

One query over short ranges: the steps of plans, closed rolls, issued summonses, moved deadlines and changed units. What
the campaigns themselves did comes from those that the first screen has read already.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.models import RollClosing
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit, UnitLink
from lantoa.organizations.querysets import any_path
from lantoa.plans.enums import CampaignState, Document, PlanState, PlanStep
from lantoa.plans.models import Campaign, DeadlineMove, Summons, Transition
from lantoa.plans.presentation import said_of
from lantoa.plans.selectors.plan_page import DONE

SPAN = dt.timedelta(days=7)
SHOWN = 8
"""So many of the latest stand on the first screen."""
_COLUMNS = ("change_kind", "change_at", "change_key", "change_where", "change_campaign", "change_document")
_READY = "ready"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that has changed: what, when, where (a unit's name) and in which campaign (empty for none); of the step
    of a document its kind too."""

    kind: str
    at: dt.datetime
    key: int
    where: str
    campaign: str
    document: str = ""

    @property
    def text(self) -> str | Promise:
        """What has happened."""
        if self.document in ("", Document.PLAN):
            return _KINDS[self.kind].text
        return said_of(self.document, str(_DONE[self.kind]))

    @property
    def icon(self) -> str:
        """The symbol of its kind."""
        return _KINDS[self.kind].icon

    @property
    def url(self) -> str:
        """Where it is to be seen."""
        return _KINDS[self.kind].url(self.key)

    @property
    def about(self) -> str:
        """Where, and in which campaign."""
        return " · ".join(part for part in (self.where, self.campaign) if part)


@dataclass(frozen=True, slots=True)
class _Kind:
    text: str | Promise
    icon: str
    url: Callable[[int], str]


def _plan(key: int) -> str:
    return reverse("plans:plan_detail", args=[key])


def _campaign(key: int) -> str:
    return reverse("plans:campaign_detail", args=[key])


_KINDS = {
    PlanStep.SUBMIT: _Kind(_("Plan submitted for opinion"), "hourglass-split", _plan),
    _READY: _Kind(_("Plan is ready to be issued"), "clipboard-check", _plan),
    PlanStep.RECALL: _Kind(_("Plan recalled"), "arrow-return-left", _plan),
    PlanStep.RETURN: _Kind(_("Plan returned with comments"), "arrow-return-left", _plan),
    PlanStep.APPROVE: _Kind(_("Plan approved"), "clipboard-check", _plan),
    PlanStep.ISSUE: _Kind(_("Plan issued"), "file-earmark-text", _plan),
    PlanStep.START: _Kind(_("Plan has begun to run"), "play-circle", _plan),
    PlanStep.CLOSE: _Kind(_("Plan closed with its results"), "archive", _plan),
    PlanStep.REVISE: _Kind(_("Plan is being revised"), "pencil", _plan),
    "roll": _Kind(_("Roll closed"), "list-check", lambda key: reverse("study_sessions:session_detail", args=[key])),
    "summons": _Kind(_("Summons issued"), "send", lambda key: reverse("plans:summons_detail", args=[key])),
    "deadline": _Kind(_("Deadline moved"), "calendar-event", _campaign),
    "unit": _Kind(
        _("Unit changed by a decision"), "diagram-3", lambda key: reverse("organizations:unit_detail", args=[key])
    ),
    "started": _Kind(_("Campaign started"), "megaphone", _campaign),
    "finished": _Kind(_("Campaign finished"), "archive", _campaign),
}

_DONE: dict[str, str | Promise] = {
    **{step.value: done for step, done in DONE.items()},
    _READY: _("Declared ready to be issued"),
}


def changes_of(actor: Actor, campaigns: Iterable[Campaign], now: dt.datetime) -> list[Change]:
    """The latest changes of the last seven days, the newest first; `campaigns` are those that the actor sees.

    One query, over the actor's own units and the units directly below those where they see what is below.
    """
    since = now - SPAN
    seen = list(campaigns)
    found = [*_of_campaigns(seen, since), *(Change(*row) for row in _rows(actor, seen, since))]
    return sorted(found, key=lambda change: (change.at, change.key), reverse=True)[:SHOWN]


def _of_campaigns(campaigns: list[Campaign], since: dt.datetime) -> list[Change]:
    days = [("started", campaign, campaign.started_at) for campaign in campaigns]
    days += [("finished", campaign, campaign.finished_at) for campaign in campaigns]
    return [
        Change(kind, at, campaign.pk, campaign.owner.name, campaign.name)
        for kind, campaign, at in days
        if at is not None and at >= since
    ]


def _rows(actor: Actor, campaigns: list[Campaign], since: dt.datetime) -> "QuerySet[Any, Any]":
    superior = actor.unit_ids(authority.SEES_COUNTS_BELOW)
    own = (*superior, *actor.unit_ids(authority.SEES_COUNTS_OWN))
    units = Unit.objects.filter(Q(pk__in=own) | Q(parent__in=superior)).order_by()
    near = units.values("pk")
    running = [campaign.pk for campaign in campaigns if campaign.state == CampaignState.RUNNING]
    concerned = Q(unit__in=near) | Q(unit=None, unit_kind__in=units.values("kind"))
    moves = DeadlineMove.objects.filter(concerned, campaign__in=running)
    looked_after = UnitLink.objects.filter(any_path(actor.paths(authority.ADMINISTERS), "successor__path"))
    ready = When(step=PlanStep.SUBMIT, to_state=PlanState.APPROVED, then=Value(_READY))
    steps = Transition.objects.filter(plan__unit__in=near).exclude(to_state=PlanState.SUPERSEDED)
    parts = [
        _part(
            Case(ready, default=F("step")), steps, since, "at", "plan_id", "plan__unit", "plan__",
            document="plan__document",
        ),
        _part(
            Value("roll"), RollClosing.objects.filter(site__unit__in=near), since, "closed_at", "site__session_id",
            "site__unit", "site__session__",
        ),
        _part(Value("summons"), Summons.objects.filter(unit__in=near), since, "frozen_at", "pk", "unit", ""),
        _part(Value("deadline"), moves, since, "at", "campaign_id", "unit", ""),
        _decided(looked_after, since),
    ]  # fmt: skip
    return parts[0].union(*parts[1:], all=True).order_by("-change_at")[:SHOWN]


def _part(
    kind: "Case | Value",
    rows: "QuerySet[Any]",
    since: dt.datetime,
    at: str,
    key: str,
    unit: str,
    campaign: str,
    *,
    document: str = "",
) -> "QuerySet[Any, Any]":
    """The latest of one kind, in the columns that all parts share."""
    recent = rows.filter(**{f"{at}__gte": since}).order_by(f"-{at}", "-pk")
    found: QuerySet[Any, Any] = recent.annotate(
        change_kind=Cast(kind, CharField()),
        change_at=F(at),
        change_key=Cast(F(key), BigIntegerField()),
        change_where=Coalesce(F(f"{unit}__name"), Value("")),
        change_campaign=Cast(F(f"{campaign}campaign__name"), CharField()),
        change_document=Cast(F(document) if document else Value(""), CharField()),
    ).values_list(*_COLUMNS)
    return found[:SHOWN]


def _decided(links: "QuerySet[UnitLink]", since: dt.datetime) -> "QuerySet[Any, Any]":
    """Units that a decision changed, at the beginning of the day on which it took effect."""
    first, today = timezone.localdate(since), clock.today()
    recent = links.filter(event__effective_on__gt=first, event__effective_on__lte=today)
    found = recent.order_by("-event__effective_on", "-pk").annotate(
        change_kind=Cast(Value("unit"), CharField()),
        change_at=Cast(F("event__effective_on"), DateTimeField()),
        change_key=Cast(F("successor_id"), BigIntegerField()),
        change_where=Cast(F("successor__name"), CharField()),
        change_campaign=Cast(Value(""), CharField()),
        change_document=Cast(Value(""), CharField()),
    )
    return found.values_list(*_COLUMNS)[:SHOWN]
