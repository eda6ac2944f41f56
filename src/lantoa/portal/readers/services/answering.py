"""Answering a question: one writes the answer, somebody else approves it, and both are shown."""

import datetime as dt

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import Answer, Contribution
from lantoa.portal.policies import can_approve, can_write
from lantoa.portal.readers import errors
from lantoa.portal.readers.words import plain

_OPEN = (ContributionState.PENDING, ContributionState.ANSWERED)


@use_case
def write_answer(*, actor: Actor, question: Contribution, text: str) -> None:
    """Write the answer to a question, or another one in place of one that waits; it waits for its approval.

    Raises NotPermitted (who writes for the portal), AlreadyDecided.
    """
    stored = _locked(question)
    if not can_write(actor=actor, unit=stored.portal.unit):
        raise NotPermitted
    if stored.state not in _OPEN:
        raise errors.AlreadyDecided
    now = clock.now()
    given = {"text": plain(text), "written_by_id": actor.user_id, "written_at": now}
    Answer.objects.update_or_create(question=stored, defaults=given)
    stored.state, stored.waiting_since = ContributionState.ANSWERED, now
    stored.save(update_fields=["state", "waiting_since"])
    audit.record(actor=actor, action="portal.write_answer", about=stored, unit=stored.portal.unit)


@use_case
def approve_answer(*, actor: Actor, question: Contribution, written_at: dt.datetime | None) -> None:
    """Show a question and the answer that was written at that moment, and forget how to reach whoever asked.

    Raises NotPermitted (who approves for the portal), NothingToApprove, OwnAnswer.
    """
    stored = _locked(question)
    if not can_approve(actor=actor, unit=stored.portal.unit):
        raise NotPermitted
    answer = Answer.objects.filter(question=stored).first()
    if stored.state != ContributionState.ANSWERED or answer is None or answer.written_at != written_at:
        raise errors.NothingToApprove
    if answer.written_by_id == actor.user_id:
        raise errors.OwnAnswer
    stored.state, stored.reach = ContributionState.PUBLISHED, ""
    stored.decided_at, stored.decided_by_id = clock.now(), actor.user_id
    stored.save(update_fields=["state", "reach", "decided_at", "decided_by"])
    audit.record(actor=actor, action="portal.approve_answer", about=stored, unit=stored.portal.unit)


def _locked(question: Contribution) -> Contribution:
    rows = Contribution.objects.questions().select_for_update(of=("self",), no_key=True).select_related("portal__unit")
    return rows.get(pk=question.pk)
