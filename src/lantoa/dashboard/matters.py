"""What waits beside plans and rolls, counted: one query for all of it, whichever app it comes from."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateField, Exists, F, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import ReflectionState
from lantoa.attendance.models import Reflection
from lantoa.attendance.review_tabs import tab_of
from lantoa.attendance.selectors.review import open_conflicts, pending_late
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, TransferState
from lantoa.organizations.models import Transfer, UnitEventDraft
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import CampaignUnit, Summons, Task
from lantoa.plans.studies import held_by
from lantoa.privacy.enums import RequestKind
from lantoa.privacy.models import DataRequest
from lantoa.rollcall.phone_fillings import EVENTS
from lantoa.rollcall.selectors.places import waiting_events

AHEAD = dt.timedelta(days=7)
"""So long before its day a task of a plan comes onto the first screen."""
AT_ONCE = 100
BELOW = frozenset({"behind", "not_summoned"})
"""The kinds of what is late at the units below; everything else waits for the actor."""
_STUDY_DUE = "study_due_on"
_SUMMONS_DUE = "summons_due_on"


@dataclass(frozen=True, slots=True)
class Matter:
    """Some things of one kind that wait at one place: how many, and by when the first of them is due."""

    kind: str
    key: int
    name: str
    count: int
    due_on: dt.date | None

    @property
    def text(self) -> str:
        """What is to be done."""
        return str(_KINDS[self.kind].text)

    @property
    def url(self) -> str:
        """Where it is done."""
        return _KINDS[self.kind].url(self.key)

    @property
    def icon(self) -> str:
        """The symbol of its kind."""
        return _KINDS[self.kind].icon


@dataclass(frozen=True, slots=True)
class _Kind:
    text: str | Promise
    icon: str
    url: Callable[[int], str]


_KINDS = {
    "late": _Kind(
        _("Decide about late changes to closed rolls"), "clock-history", lambda _key: reverse("attendance:review_list")
    ),
    "conflict": _Kind(
        _("Settle marks that contradict each other"),
        "exclamation-triangle",
        lambda _key: f"{reverse('attendance:review_list')}?show=conflicts",
    ),
    "phone": _Kind(
        _("Decide about what phones sent and what could not be recorded"), "inbox", lambda _key: tab_of(EVENTS).url
    ),
    "summons": _Kind(
        _("Issue the summons"), "send", lambda campaign: reverse("plans:summons_list", args=[campaign])
    ),
    "study": _Kind(
        _("Hold the study"), "calendar-event", lambda campaign: reverse("study_sessions:session_list", args=[campaign])
    ),
    "behind": _Kind(
        _("Studies not held in time"),
        "calendar-event",
        lambda campaign: f"{reverse('plans:cascade', args=[campaign])}?state=overdue&owed=study",
    ),
    "not_summoned": _Kind(
        _("Summonses not issued in time"),
        "send",
        lambda campaign: f"{reverse('plans:cascade', args=[campaign])}?state=overdue&owed=summons",
    ),
    "task": _Kind(
        _("Finish tasks of the plan"), "list-check", lambda plan: reverse("plans:plan_detail", args=[plan])
    ),
    "reflection": _Kind(
        _("Assess reflections that were handed in"),
        "journal-text",
        lambda campaign: reverse("attendance:reflection_list", args=[campaign]),
    ),
    "transfer": _Kind(
        _("Take in people who come with a letter"),
        "people",
        lambda unit: reverse("organizations:transfer_list", args=[unit]),
    ),
    "request": _Kind(
        _("Decide on requests about personal data"), "person-check", lambda _key: reverse("privacy:request_list")
    ),
    "event": _Kind(
        _("Apply the prepared change of units, or give it up"),
        "diagram-3",
        lambda draft: reverse("organizations:event_preview", args=[draft]),
    ),
}  # fmt: skip


def matters_of(actor: Actor, day: dt.date) -> list[Matter]:
    """What waits for the actor, a line for each kind and place (one query; none where no role of theirs owes any)."""
    parts = [part(actor, day) for roles, part in _PARTS if actor.unit_ids(roles)]
    if not parts:
        return []
    return [Matter(*row) for row in parts[0].union(*parts[1:], all=True)[:AT_ONCE]]


def _part(kind: str, rows: "QuerySet[Any]", *, key: str = "", name: str = "", due: str = "") -> "QuerySet[Any, Any]":
    """The kind, the place, its name, how many and the first day, in the columns that all parts share."""
    placed = rows.order_by().annotate(
        matter_kind=Value(kind, output_field=CharField()),
        matter_key=Cast(F(key) if key else Value(0), BigIntegerField()),
        matter_name=Cast(F(name) if name else Value(""), CharField()),
    )
    first = Min(due) if due else Cast(Value(None), DateField())
    counted: QuerySet[Any, Any] = placed.values("matter_kind", "matter_key", "matter_name").annotate(
        matter_count=Count("pk", distinct=True), matter_due=first
    )
    return counted.values_list("matter_kind", "matter_key", "matter_name", "matter_count", "matter_due")


def _studies(actor: Actor) -> "QuerySet[CampaignUnit]":
    """The actor's own units that are to hold a study in a running campaign and have not yet."""
    return _not_studied().filter(unit__in=actor.unit_ids(authority.SUMMONS))


def _summonses(actor: Actor) -> "QuerySet[CampaignUnit]":
    """The actor's own units that are to issue a summons in a running campaign and have not yet."""
    return _not_summoned().filter(unit__in=actor.unit_ids(authority.SUMMONS))


def _behind(actor: Actor, day: dt.date, owing: "QuerySet[CampaignUnit]", due: str) -> "QuerySet[CampaignUnit]":
    """Those owing that are late and directly below the units where the actor sees what is below."""
    below = owing.filter(unit__parent__in=actor.unit_ids(authority.SEES_COUNTS_BELOW))
    return below.filter(**{f"{due}__lt": day}).exclude(unit__in=actor.unit_ids(Role))


def _not_studied() -> "QuerySet[CampaignUnit]":
    return _in_running_campaigns().filter(owes_study=True).exclude(held_by(clock.now()))


def _not_summoned() -> "QuerySet[CampaignUnit]":
    letters = Summons.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    return _in_running_campaigns().filter(~Exists(letters), owes_summons=True)


def _in_running_campaigns() -> "QuerySet[CampaignUnit]":
    return CampaignUnit.objects.filter(unit__in_force=True, campaign__state=CampaignState.RUNNING)


def _tasks(actor: Actor, day: dt.date) -> "QuerySet[Task]":
    """Tasks of the plans in force of the actor's own units that are late or due within a week."""
    return Task.objects.filter(
        plan__unit__in=actor.unit_ids(authority.DRAFTS_PLANS),
        plan__state__in=(PlanState.ISSUED, PlanState.RUNNING),
        plan__campaign__state=CampaignState.RUNNING,
        done_on__isnull=True,
        due_on__lte=day + AHEAD,
    )


def _papers(actor: Actor) -> "QuerySet[Reflection]":
    """Reflections of the actor's own cell that nobody has assessed; nobody above it does."""
    return Reflection.objects.filter(
        entry__unit__in=actor.unit_ids(authority.ASSESSES_REFLECTIONS), state=ReflectionState.HANDED_IN
    )


def _transfers(actor: Actor) -> "QuerySet[Transfer]":
    """Letters of introduction that lie at the actor's own units."""
    return Transfer.objects.filter(state=TransferState.OFFERED, to_unit__in=actor.unit_ids(_KEEPS))


def _requests(actor: Actor) -> "QuerySet[DataRequest]":
    """Requests on which the actor may decide: not their own, nor what they asked for on behalf of somebody."""
    waiting = DataRequest.objects.visible_to(actor).waiting().exclude(asked_by=actor.user_id)
    others = waiting.exclude(person=actor.person_id)
    return others if actor.unit_ids(_SETTLES) else others.exclude(kind=RequestKind.RESTRICTION)


def _events(actor: Actor) -> "QuerySet[UnitEventDraft]":
    """Changes of units that an administrator has prepared and not applied."""
    return UnitEventDraft.objects.visible_to(actor).still_open().filter(reform_level="")


_SETTLES = authority.SETTLES_BELOW | authority.SETTLES_OWN
_KEEPS = authority.EDITS_PERSONS_BELOW | authority.EDITS_PERSONS_OWN
_PARTS: tuple[tuple[frozenset[Role], Callable[[Actor, dt.date], "QuerySet[Any, Any]"]], ...] = (
    (_SETTLES, lambda actor, _day: _part("late", pending_late(actor))),
    (_SETTLES, lambda actor, _day: _part("conflict", open_conflicts(actor))),
    (_SETTLES, lambda actor, _day: _part("phone", waiting_events(actor))),
    (
        authority.SUMMONS,
        lambda actor, _day: _part("study", _studies(actor), key="campaign_id", name="name", due=_STUDY_DUE),
    ),
    (
        authority.SUMMONS,
        lambda actor, _day: _part("summons", _summonses(actor), key="campaign_id", name="name", due=_SUMMONS_DUE),
    ),
    (
        authority.SEES_COUNTS_BELOW,
        lambda actor, day: _part(
            "behind",
            _behind(actor, day, _not_studied(), _STUDY_DUE),
            key="campaign_id",
            name="campaign__name",
            due=_STUDY_DUE,
        ),
    ),
    (
        authority.SEES_COUNTS_BELOW,
        lambda actor, day: _part(
            "not_summoned",
            _behind(actor, day, _not_summoned(), _SUMMONS_DUE),
            key="campaign_id",
            name="campaign__name",
            due=_SUMMONS_DUE,
        ),
    ),
    (
        authority.DRAFTS_PLANS,
        lambda actor, day: _part("task", _tasks(actor, day), key="plan_id", name="plan__unit__name", due="due_on"),
    ),
    (
        authority.ASSESSES_REFLECTIONS,
        lambda actor, _day: _part("reflection", _papers(actor), key="entry__campaign_id", name="entry__campaign__name"),
    ),
    (
        _KEEPS,
        lambda actor, _day: _part(
            "transfer", _transfers(actor), key="to_unit_id", name="to_unit__name", due="effective_on"
        ),
    ),
    (_KEEPS, lambda actor, _day: _part("request", _requests(actor), due="due_on")),
    (
        authority.ADMINISTERS,
        lambda actor, _day: _part("event", _events(actor), key="pk", name="unit__name", due="effective_on"),
    ),
)
"""Who may owe each, and what asks for it: a role is not asked for what it cannot owe."""
