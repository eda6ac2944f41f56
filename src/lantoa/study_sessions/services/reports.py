"""What is told about a site before and during its session: whether it is ready, and how many people are there."""

import uuid
from typing import cast

from django.utils import timezone

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import FormSentBefore
from lantoa.study_sessions.enums import HeadcountBasis, SiteReadiness
from lantoa.study_sessions.errors import CampaignNotRunning, ProblemWithoutNote, SessionIsCancelled, TooEarlyToCount
from lantoa.study_sessions.models import Headcount, Site, SiteCheck
from lantoa.study_sessions.policies import can_report_site


@use_case
def check_site(*, actor: Actor, site: Site, client_id: uuid.UUID, state: SiteReadiness, note: str = "") -> SiteCheck:
    """Say whether a site is ready; a problem says what is wrong. The first result for a known `client_id`.

    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, ProblemWithoutNote, FormSentBefore.
    """
    locked = _permit_and_lock(actor, site)
    if known := SiteCheck.objects.filter(client_id=client_id).first():
        _check_form(known, locked)
        return known
    if state == SiteReadiness.PROBLEM and not note.strip():
        raise ProblemWithoutNote(field="note")
    check = SiteCheck.objects.create(
        client_id=client_id, site=locked, state=state, note=note.strip(), made_by_id=cast("int", actor.user_id)
    )
    locked.readiness = state
    locked.save(update_fields=["readiness"])
    record(actor=actor, action="study_sessions.check_site", about=locked, unit=locked.unit, facts={"state": state})
    return check


@use_case
def count_heads(
    *, actor: Actor, site: Site, client_id: uuid.UUID, members: int, others: int, basis: HeadcountBasis
) -> Headcount:
    """Say how many members and others are at a site just now. It is no roll and goes into no rate.

    The first result for a known `client_id`.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, TooEarlyToCount, FormSentBefore.
    """
    locked = _permit_and_lock(actor, site)
    if known := Headcount.objects.filter(client_id=client_id).first():
        _check_form(known, locked)
        return known
    if clock.today() < timezone.localdate(locked.session.starts_at):
        raise TooEarlyToCount
    count = Headcount.objects.create(
        client_id=client_id,
        site=locked,
        members=members,
        others=others,
        basis=basis,
        counted_by_id=cast("int", actor.user_id),
    )
    locked.members_now, locked.others_now, locked.counted_at = members, others, count.counted_at
    locked.save(update_fields=["members_now", "others_now", "counted_at"])
    record(
        actor=actor,
        action="study_sessions.count_heads",
        about=locked,
        unit=locked.unit,
        facts={"members": members, "others": others, "basis": basis},
    )
    return count


def _permit_and_lock(actor: Actor, site: Site) -> Site:
    """The site, locked and fresh; not its session, so that thousands of sites can report at once."""
    if not can_report_site(actor=actor, unit=site.unit, host=site.session.host):
        raise NotPermitted
    rows = Site.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("unit", "session__campaign").get(pk=site.pk)
    if locked.session.cancelled_at is not None:
        raise SessionIsCancelled
    if locked.session.campaign.state != CampaignState.RUNNING:
        raise CampaignNotRunning
    return locked


def _check_form(first: SiteCheck | Headcount, site: Site) -> None:
    if first.site_id != site.pk:
        raise FormSentBefore
