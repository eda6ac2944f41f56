"""A session on several days: each is a session of its own, and all are of one series."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import cast

from django.utils import timezone

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.errors import NotAFirstSession, NothingToRepeat
from lantoa.study_sessions.models import Site, SiteUnit, StudySession
from lantoa.study_sessions.selectors import programme_of
from lantoa.study_sessions.services.first_days import follow
from lantoa.study_sessions.services.guarding import permit_and_lock
from lantoa.study_sessions.services.programme import write_programme


@use_case
def repeat_session(
    *, actor: Actor, session: StudySession, client_id: uuid.UUID, days: Collection[dt.date]
) -> list[StudySession]:
    """The same session on each of the days: the same hours, programme, sites and cells. Nobody is placed there.

    The first results for a known `client_id`. Days that have passed and the session's own day are left out.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, NotAFirstSession, NothingToRepeat, FormSentBefore.
    """
    locked = permit_and_lock(actor=actor, session=session)
    if locked.kind != SessionKind.FIRST:
        raise NotAFirstSession
    own = timezone.localdate(locked.starts_at)
    wanted = {_key(client_id, day): day for day in sorted(days) if day > clock.today() and day != own}
    if not wanted:
        raise NothingToRepeat(field="days")
    if known := list(StudySession.objects.filter(client_id__in=wanted).order_by("starts_at", "pk")):
        if {one.client_id for one in known} != set(wanted) or any(one.series != locked.series for one in known):
            raise FormSentBefore
        return known
    if locked.series is None:
        locked.series = locked.client_id
        locked.save(update_fields=["series"])
    made = StudySession.objects.bulk_create(_on(locked, day, key, actor) for key, day in wanted.items())
    _copy(locked, made)
    record(
        actor=actor,
        action="study_sessions.repeat_session",
        about=locked,
        unit=locked.host,
        facts={"sessions": len(made)},
    )
    follow(locked)
    return made


def _key(client_id: uuid.UUID, day: dt.date) -> uuid.UUID:
    return uuid.uuid5(client_id, day.isoformat())


def _on(session: StudySession, day: dt.date, key: uuid.UUID, actor: Actor) -> StudySession:
    begins = timezone.localtime(session.starts_at)
    starts_at = timezone.make_aware(dt.datetime.combine(day, begins.time()))
    return StudySession(
        client_id=key,
        campaign=session.campaign,
        host=session.host,
        plan_id=session.plan_id,
        kind=session.kind,
        title=session.title,
        mode=session.mode,
        starts_at=starts_at,
        ends_at=starts_at + (session.ends_at - session.starts_at),
        is_public=session.is_public,
        created_by_id=cast("int", actor.user_id),
        series=session.series,
    )


def _copy(session: StudySession, made: Collection[StudySession]) -> None:
    programme = programme_of(session)
    sites = list(session.sites.order_by("pk"))
    cells = list(session.site_units.order_by("pk"))
    for one in made:
        write_programme(one, programme)
        copies = Site.objects.bulk_create(
            Site(
                session=one,
                unit_id=site.unit_id,
                name=site.name,
                address=site.address,
                contact=site.contact,
                note=site.note,
            )
            for site in sites
        )
        at = dict(zip((site.pk for site in sites), copies, strict=True))
        SiteUnit.objects.bulk_create(
            SiteUnit(session=one, site=at[cell.site_id], unit_id=cell.unit_id) for cell in cells
        )
