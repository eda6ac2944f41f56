"""Reflections: asking for them, recording and assessing what was handed in, exempting somebody, forgetting it all."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import IntegrityError, connection, transaction

from lantoa.attendance import errors, policies
from lantoa.attendance.enums import OwedBy, ReflectionExemption, ReflectionState
from lantoa.attendance.models import Reflection, ReflectionCall
from lantoa.audit.enums import Outcome
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.files.models import StoredFile
from lantoa.jobs.queue import defer
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import CampaignNotRunning
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.policies import can_lead_campaign
from lantoa.plans.services.campaigns import lock_campaign

_EXEMPT_THE_OLD = """
INSERT INTO attendance_reflection (entry_id, state, exemption_reason, text, remark, version)
SELECT e.id, 'exempt', 'age', '', '', 1
  FROM attendance_reflectioncall c
  JOIN plans_summonsentry e ON e.campaign_id = c.campaign_id
  JOIN organizations_person p ON p.id = e.person_id
 WHERE c.campaign_id = %(campaign)s AND p.birth_year <= c.exempt_born_until
   AND (%(entries)s::bigint[] IS NULL OR e.id = ANY(%(entries)s))
 ORDER BY e.id
    ON CONFLICT (entry_id) DO NOTHING
"""


@use_case
def ask_reflections(
    *,
    actor: Actor,
    campaign: Campaign,
    version: int,
    questions: str,
    due_on: dt.date,
    owed_by: OwedBy,
    exempt_born_until: int | None,
) -> ReflectionCall:
    """Let a running campaign ask for reflections, or change what it asks for; `version` is 0 where it asks for none.

    Whoever was born in that year or earlier is exempt, those added to the lists later too. The same again changes
    nothing. Raises NotPermitted, CampaignNotRunning, QuestionsMissing, Stale.
    """
    if not can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    if stored.state != CampaignState.RUNNING:
        raise CampaignNotRunning
    if not questions.strip():
        raise errors.QuestionsMissing(field="questions")
    call = ReflectionCall.objects.filter(campaign=stored).first() or ReflectionCall(
        campaign=stored, created_by_id=cast("int", actor.user_id), version=0
    )
    wanted = (questions.strip(), due_on, owed_by, exempt_born_until)
    if call.pk and (call.questions, call.due_on, call.owed_by, call.exempt_born_until) == wanted:
        return call
    if call.version != version:
        raise Stale
    call.questions, call.due_on, call.owed_by, call.exempt_born_until = wanted
    call.version += 1
    call.save()
    _forget_exempted_by_rule(stored)
    exempt_the_old(campaign_id=stored.pk)
    record(actor=actor, action="attendance.ask_reflections", about=call, unit=stored.owner)
    return call


@use_case
def hand_in_reflection(
    *,
    actor: Actor,
    entry: SummonsEntry,
    version: int,
    text: str,
    handed_in_on: dt.date,
    scans: Sequence[StoredFile] = (),
) -> Reflection:
    """Record a paper that somebody of the own cell handed in, typed or as scans; new scans take the place of old ones.

    Also by somebody exempt. The same again changes nothing. Raises NotPermitted, RestrictedRecord, CampaignNotRunning,
    ReflectionsNotAsked, ReflectionNotOwed, NothingHandedIn, HandedInToCome, ReflectionHasPassed, Stale.
    """
    if not policies.can_keep_reflections(actor=actor, unit=entry.unit):
        raise NotPermitted
    paper = _lock(actor, entry)
    if entry.removed_on is not None:
        raise errors.ReflectionNotOwed
    if handed_in_on > clock.today():
        raise errors.HandedInToCome(field="handed_in_on")
    typed = text.strip()
    kept = list(paper.scans.order_by("pk")) if paper.version else []
    if not typed and not scans and not kept:
        raise errors.NothingHandedIn(field="text")
    same = (paper.text, paper.handed_in_on, paper.state) == (typed, handed_in_on, ReflectionState.HANDED_IN)
    if same and not set(scans) - set(kept):
        return paper
    if paper.state == ReflectionState.PASSED:
        raise errors.ReflectionHasPassed
    _check_version(paper, version)
    paper.text, paper.handed_in_on, paper.state = typed, handed_in_on, ReflectionState.HANDED_IN
    paper.exemption_reason, paper.remark = "", ""
    paper.received_by_id, paper.assessed_by, paper.assessed_at = actor.user_id, None, None
    _save(paper)
    if scans:
        _discard(one for one in kept if one not in scans)
        paper.scans.set(scans)
    told = {"files": len(scans)}
    record(actor=actor, action="attendance.hand_in_reflection", about=paper, unit=entry.unit, facts=told)
    return paper


@use_case
def assess_reflection(*, actor: Actor, entry: SummonsEntry, version: int, passed: bool, remark: str) -> Reflection:
    """Say whether a paper has passed or is to be done again, and why; the same a second time changes nothing.

    Raises NotPermitted, RestrictedRecord, CampaignNotRunning, ReflectionsNotAsked, NothingToAssess, RemarkMissing,
    Stale.
    """
    if not policies.can_assess_reflections(actor=actor, unit=entry.unit, person_id=entry.person_id):
        raise NotPermitted
    paper = _lock(actor, entry)
    outcome, said = ReflectionState.PASSED if passed else ReflectionState.AGAIN, normalise(remark)
    if (paper.state, paper.remark, paper.assessed_by_id) == (outcome, said, actor.user_id):
        return paper
    if paper.state != ReflectionState.HANDED_IN:
        raise errors.NothingToAssess
    if not passed and not said:
        raise errors.RemarkMissing(field="remark")
    _check_version(paper, version)
    paper.state, paper.remark = outcome, said
    paper.assessed_at, paper.assessed_by_id = clock.now(), actor.user_id
    _save(paper)
    record(actor=actor, action="attendance.assess_reflection", about=paper, unit=entry.unit)
    return paper


@use_case
def exempt_from_reflection(
    *, actor: Actor, entry: SummonsEntry, version: int, reason: ReflectionExemption
) -> Reflection:
    """Let somebody of the own cell owe no reflection; the same a second time changes nothing.

    Raises NotPermitted, RestrictedRecord, CampaignNotRunning, ReflectionsNotAsked, AlreadyHandedIn, Stale.
    """
    if not policies.can_assess_reflections(actor=actor, unit=entry.unit, person_id=entry.person_id):
        raise NotPermitted
    paper = _lock(actor, entry)
    if (paper.state, paper.exemption_reason) == (ReflectionState.EXEMPT, reason):
        return paper
    if paper.state in {ReflectionState.HANDED_IN, ReflectionState.PASSED, ReflectionState.AGAIN}:
        raise errors.AlreadyHandedIn
    _check_version(paper, version)
    paper.state, paper.exemption_reason, paper.received_by_id = ReflectionState.EXEMPT, reason, actor.user_id
    _save(paper)
    record(actor=actor, action="attendance.exempt_from_reflection", about=paper, unit=entry.unit)
    return paper


@use_case
def open_reflection(*, actor: Actor, entry: SummonsEntry) -> Reflection | None:
    """The paper of somebody of the own cell, None where there is none; the look is on record.

    Raises NotPermitted, RestrictedRecord.
    """
    if not policies.can_keep_reflections(actor=actor, unit=entry.unit):
        raise NotPermitted
    require_open(actor=actor, unit=entry.unit, restricted=is_restricted(entry.person_id))
    paper = Reflection.objects.filter(entry=entry).prefetch_related("scans").first()
    if paper is not None and paper.handed_in_on is not None:
        note_read(actor, paper)
    return paper


def note_read(actor: Actor, paper: Reflection) -> None:
    """Write down that the text or a scan of a paper was read."""
    unit = paper.entry.unit
    record(actor=actor, action="attendance.open_reflection", about=paper, unit=unit, outcome=Outcome.READ)


def exempt_the_old(*, campaign_id: int, entry_ids: Iterable[int] | None = None, **_: Any) -> None:
    """Let those of the entries (all, for None) who are old enough owe no reflection; hears `entries_changed` too."""
    chosen = None if entry_ids is None else list(entry_ids)
    with connection.cursor() as cursor:
        cursor.execute(_EXEMPT_THE_OLD, {"campaign": campaign_id, "entries": chosen})


def forget_reflections(subject: Subject) -> int:
    """Take the texts, the remarks, the scans and why they were exempt of a person out; that a paper was handed in, or
    that they owed none, stays. How many papers."""
    papers = Reflection.objects.filter(entry__person=subject.person_id)
    _discard(StoredFile.objects.filter(reflections__in=papers).order_by("pk"))
    papers.filter(state=ReflectionState.EXEMPT).update(exemption_reason=ReflectionExemption.OTHER)
    return papers.update(text="", remark="")


def _forget_exempted_by_rule(campaign: Campaign) -> None:
    """Delete the exemptions that follow from the year of birth; a paper handed in at the same moment is none."""
    by_rule = Reflection.objects.filter(
        entry__campaign=campaign, exemption_reason=ReflectionExemption.AGE, received_by__isnull=True
    )
    locked = list(by_rule.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Reflection.objects.filter(pk__in=locked).delete()


def _lock(actor: Actor, entry: SummonsEntry) -> Reflection:
    """The paper, locked with its entry, or a new one."""
    require_open(actor=actor, unit=entry.unit, restricted=is_restricted(entry.person_id))
    locked = SummonsEntry.objects.select_for_update(of=("self",), no_key=True).select_related("campaign")
    campaign = locked.get(pk=entry.pk).campaign
    if campaign.state != CampaignState.RUNNING:
        raise CampaignNotRunning
    if not ReflectionCall.objects.filter(campaign=campaign).exists():
        raise errors.ReflectionsNotAsked
    papers = Reflection.objects.select_for_update(of=("self",)).filter(entry=entry)
    # A changed call, for which the first look has waited, may have put another row in the place of an exemption.
    return papers.first() or papers.first() or Reflection(entry=entry, version=0)


def _check_version(paper: Reflection, version: int) -> None:
    if paper.version != version:
        raise Stale


def _save(paper: Reflection) -> None:
    """Store it. Raises Stale where a changed call has exempted the person at this moment."""
    paper.version += 1
    try:
        with transaction.atomic():
            paper.save()
    except IntegrityError as error:
        raise Stale from error


def _discard(files: Iterable[StoredFile]) -> None:
    """Remove the rows of the files; a task of this transaction takes the bytes."""
    for file in list(files):
        defer("privacy.discard_content", path=file.content.name)
        file.delete()
