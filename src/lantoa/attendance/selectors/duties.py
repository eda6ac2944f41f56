"""What the roll-call asks of somebody on the first screen."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.attendance.models import RollClosing
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.models import Placement, Site, StudySession

_AWAY = Cast(KT("counts__absent"), IntegerField()) + Cast(KT("counts__excused"), IntegerField())
_MISSED = (
    RollClosing.objects.filter(site__session=OuterRef("pk"))
    .order_by()
    .values("site__session")
    .annotate(missed=Sum(_AWAY))
    .values("missed")
)
"""How many were away by the closed rolls of a session."""


@dataclass(frozen=True)
class Duty:
    """One thing to do: what, for which unit, where, by when. `kind` is roll or make_up."""

    text: str
    unit_name: str
    url: str
    due_on: dt.date | None
    kind: str
    count: int = 1


def duties_of(actor: Actor, day: dt.date) -> list[Duty]:
    """Rolls of own sites to take on `day` or still open since before, and make-ups to set up."""
    return [*_rolls(actor, day), *_make_ups(actor)]


def open_rolls(actor: Actor, day: dt.date) -> QuerySet[Site]:
    """Sites of the actor's own units whose session began by the end of `day` and whose roll is not closed."""
    return _open(Site.objects.taken_by(actor), day)


def rolls_open_at(unit: Unit, day: dt.date) -> QuerySet[Site]:
    """Sites of that unit whose session began by the end of `day` and whose roll is not closed."""
    return _open(Site.objects.filter(unit=unit), day)


def _open(sites: QuerySet[Site], day: dt.date) -> QuerySet[Site]:
    evening = timezone.make_aware(dt.datetime.combine(day, dt.time.max))
    return (
        sites.filter(
            Exists(Placement.objects.filter(site=OuterRef("pk"))),
            session__cancelled_at__isnull=True,
            session__campaign__state=CampaignState.RUNNING,
            session__starts_at__lte=evening,
            closing__isnull=True,
        )
        .select_related("session", "unit")
        .order_by("session__starts_at", "id")
    )


def sessions_to_make_up(actor: Actor) -> QuerySet[StudySession]:
    """First sessions of the actor's own units, all rolls closed, where people missed and no make-up is set up."""
    somebody_missed = Q(sites__closing__counts__absent__gt=0) | Q(sites__closing__counts__excused__gt=0)
    return (
        StudySession.objects.held()
        .filter(
            somebody_missed,
            host_id__in=actor.unit_ids(authority.SUMMONS),
            kind=SessionKind.FIRST,
            campaign__state=CampaignState.RUNNING,
        )
        .exclude(pk__in=Site.objects.filter(closing__isnull=True).values("session_id"))
        .exclude(make_ups__cancelled_at__isnull=True, make_ups__isnull=False)
        .select_related("host", "campaign")
        .order_by("starts_at", "id")
        .distinct()
    )


def _rolls(actor: Actor, day: dt.date) -> list[Duty]:
    return [_roll_duty(site, day) for site in open_rolls(actor, day)]


def _roll_duty(site: Site, day: dt.date) -> Duty:
    on = timezone.localdate(site.session.starts_at)
    text = _("Take the roll today: %(session)s") if on >= day else _("Close the roll: %(session)s")
    return Duty(
        text % {"session": site.session.title},
        site.unit.label,
        reverse("attendance:roll_detail", args=[site.pk]),
        on,
        "roll",
    )


def _make_ups(actor: Actor) -> list[Duty]:
    sessions = sessions_to_make_up(actor).annotate(missed=Subquery(_MISSED))
    return [
        Duty(
            _("Set up a make-up session for: %(session)s") % {"session": session.title},
            session.host.label,
            reverse("attendance:missed_list", args=[session.pk]),
            session.campaign.ends_on,
            "make_up",
            session.missed,
        )
        for session in sessions
    ]
