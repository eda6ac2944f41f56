"""Setting up, changing and cancelling a session."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import cast

from django.utils import timezone

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import FormSentBefore
from lantoa.plans.models import Campaign, CampaignUnit, Plan
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.errors import (
    CampaignNotRunning,
    HostOutsideCampaign,
    MakeUpWithoutFirst,
    PlanOfAnother,
    SessionHasMakeUps,
    TimesOutOfOrder,
)
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.selectors import ProgrammeLine, programme_of
from lantoa.study_sessions.services.first_days import follow
from lantoa.study_sessions.services.guarding import permit_and_lock, refuse_marked
from lantoa.study_sessions.services.programme import with_known_speakers, write_programme
from lantoa.study_sessions.signals import tell_placements_changed


@use_case
def set_up_session(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    campaign: Campaign,
    host: Unit,
    title: str,
    mode: SessionMode,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    kind: SessionKind = SessionKind.FIRST,
    makes_up: StudySession | None = None,
    plan: Plan | None = None,
    is_public: bool = False,
) -> StudySession:
    """A new session of the host in a running campaign, without sites yet; the first result for a known `client_id`.
    Where it `is_public`, the public calendar tells everybody what, when and where it is.

    Raises NotPermitted, CampaignNotRunning, HostOutsideCampaign, TimesOutOfOrder, MakeUpWithoutFirst, PlanOfAnother,
    FormSentBefore.
    """
    if not can_set_up_session(actor=actor, host=host):
        raise NotPermitted
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if known := StudySession.objects.filter(client_id=client_id).first():
        return _of_same_form(known, campaign, host, makes_up)
    if campaign.state != CampaignState.RUNNING:
        raise CampaignNotRunning
    if not CampaignUnit.objects.filter(campaign=campaign, unit=host).exists():
        raise HostOutsideCampaign(field="host")
    _check_times(starts_at, ends_at)
    _check_kind(campaign, kind, makes_up)
    _check_plan(campaign, host, plan)
    session = StudySession.objects.create(
        client_id=client_id,
        campaign=campaign,
        host=host,
        plan=plan,
        kind=kind,
        makes_up=makes_up,
        title=title.strip(),
        mode=mode,
        starts_at=starts_at,
        ends_at=ends_at,
        is_public=is_public,
        created_by_id=cast("int", actor.user_id),
    )
    record(actor=actor, action="study_sessions.set_up_session", about=session, unit=host, facts={"kind": kind})
    follow(session)
    return session


@use_case
def change_session(
    *,
    actor: Actor,
    session: StudySession,
    version: int,
    title: str,
    mode: SessionMode,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    plan: Plan | None = None,
    programme: Sequence[ProgrammeLine] | None = None,
    is_public: bool | None = None,
) -> StudySession:
    """Change title, form, time, plan, programme, or whether it is open to the public (None leaves these as they are).

    Whoever of the register speaks goes on doing so where the programme names them as before.
    A new day may change who is excluded, so everybody placed is told.
    The day stays once somebody has a mark: the rate would follow it. A repeated submit that would change nothing gives
    the session as it is.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, Stale, TimesOutOfOrder, PlanOfAnother, PlacesMarked.
    """
    locked = permit_and_lock(actor=actor, session=session)
    before, begins = _content(locked), locked.starts_at
    locked.title, locked.mode, locked.plan = title.strip(), mode, plan
    locked.starts_at, locked.ends_at = starts_at, ends_at
    locked.is_public = locked.is_public if is_public is None else is_public
    lines = None if programme is None else with_known_speakers(locked, programme)
    rewritten = lines is not None and lines != programme_of(locked)
    if _content(locked) == before and not rewritten:
        return locked
    if locked.version != version:
        raise Stale
    _check_times(starts_at, ends_at)
    _check_plan(locked.campaign, locked.host, plan)
    if timezone.localdate(begins) != timezone.localdate(starts_at):
        refuse_marked(locked)
    moved = begins != starts_at
    locked.version += 1
    locked.save(update_fields=["title", "mode", "plan", "starts_at", "ends_at", "is_public", "version"])
    if lines is not None and rewritten:
        locked.programme.all().delete()
        write_programme(locked, lines)
    record(actor=actor, action="study_sessions.change_session", about=locked, unit=locked.host, facts={"moved": moved})
    if moved:
        follow(locked)
        tell_placements_changed(locked, locked.placements.values_list("entry_id", flat=True))
    return locked


@use_case
def cancel_session(*, actor: Actor, session: StudySession) -> StudySession:
    """Call the session off; those placed there are free for another one. A second time changes nothing.

    Raises NotPermitted, CampaignNotRunning, SessionHasMakeUps, PlacesMarked.
    """
    if session.cancelled_at is not None and can_set_up_session(actor=actor, host=session.host):
        return session
    locked = permit_and_lock(actor=actor, session=session)
    if locked.make_ups.filter(cancelled_at__isnull=True).exists():
        raise SessionHasMakeUps
    refuse_marked(locked)
    locked.cancelled_at = clock.now()
    locked.version += 1
    locked.save(update_fields=["cancelled_at", "version"])
    record(actor=actor, action="study_sessions.cancel_session", about=locked, unit=locked.host)
    follow(locked)
    tell_placements_changed(locked, locked.placements.values_list("entry_id", flat=True))
    return locked


def _content(session: StudySession) -> tuple[object, ...]:
    return session.title, session.mode, session.plan_id, session.starts_at, session.ends_at, session.is_public


def _of_same_form(first: StudySession, campaign: Campaign, host: Unit, makes_up: StudySession | None) -> StudySession:
    wanted = (campaign.pk, host.pk, makes_up.pk if makes_up else None)
    if (first.campaign_id, first.host_id, first.makes_up_id) != wanted:
        raise FormSentBefore
    return first


def _check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise TimesOutOfOrder(field="ends_at")


def _check_kind(campaign: Campaign, kind: SessionKind, makes_up: StudySession | None) -> None:
    if (kind == SessionKind.MAKE_UP) != (makes_up is not None):
        raise MakeUpWithoutFirst(field="makes_up")
    if makes_up is not None and (
        makes_up.kind != SessionKind.FIRST or makes_up.campaign_id != campaign.pk or makes_up.cancelled_at is not None
    ):
        raise MakeUpWithoutFirst(field="makes_up")


def _check_plan(campaign: Campaign, host: Unit, plan: Plan | None) -> None:
    if plan is not None and (plan.campaign_id != campaign.pk or plan.unit_id != host.pk):
        raise PlanOfAnother(field="plan")
