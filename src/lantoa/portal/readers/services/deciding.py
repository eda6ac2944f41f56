"""Publishing and refusing what readers sent, taking that back, and closing comments. Each decision is on record."""

from collections.abc import Callable, Collection

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.enums import ContributionReason, ContributionState
from lantoa.portal.models import Answer, ArticlePage, CommentClosing, Contribution, PortalSite
from lantoa.portal.policies import can_moderate

_Change = Callable[[Contribution], bool]
"""Changes a contribution and says whether it did: what cannot be changed so stays as it is."""
_DECISION = "state", "reason", "decided_at", "decided_by", "earlier_at", "earlier_by", "waiting_since"


@use_case
def publish_comments(*, actor: Actor, contributions: Collection[int]) -> list[int]:
    """Show comments that wait; gives the numbers of those that are shown now. A question is published with its answer,
    so it stays as it is. Raises NotPermitted (who writes or approves for the portal of each of them)."""

    def publish(sent: Contribution) -> bool:
        if sent.is_question or sent.state != ContributionState.PENDING:
            return False
        sent.state = ContributionState.PUBLISHED
        sent.decided_at, sent.decided_by_id = clock.now(), actor.user_id
        return True

    return _each(actor, contributions, "portal.publish_comments", publish)


@use_case
def refuse_contributions(*, actor: Actor, contributions: Collection[int], reason: ContributionReason) -> list[int]:
    """Publish neither these comments nor these questions, or no longer; gives the numbers of those that are refused
    now. Raises NotPermitted."""

    def refuse(sent: Contribution) -> bool:
        if sent.state == ContributionState.REFUSED:
            return False
        if sent.state == ContributionState.PUBLISHED:
            sent.earlier_at, sent.earlier_by_id = sent.decided_at, sent.decided_by_id
        sent.state, sent.reason = ContributionState.REFUSED, reason
        sent.decided_at, sent.decided_by_id = clock.now(), actor.user_id
        return True

    return _each(actor, contributions, "portal.refuse_contributions", refuse)


@use_case
def reopen_contributions(*, actor: Actor, contributions: Collection[int]) -> list[int]:
    """Take decisions back: these wait again, a question that has an answer for its approval. Gives the numbers of
    those that were decided. Raises NotPermitted."""
    answered = _answered(contributions)

    def reopen(sent: Contribution) -> bool:
        if sent.decided_at is None:
            return False
        _let_wait(sent, answered)
        return True

    return _each(actor, contributions, "portal.reopen_contributions", reopen)


@use_case
def undo_decisions(*, actor: Actor, contributions: Collection[int], decision: ContributionState) -> list[int]:
    """Make the actor's own `decision` undone (that these are published, or refused): what was taken down is published
    again as it was, anything else waits again. Gives the numbers of those; what somebody has decided anew stays as it
    is. Raises NotPermitted."""
    answered = _answered(contributions)

    def undo(sent: Contribution) -> bool:
        if sent.state != decision or sent.decided_by_id != actor.user_id:
            return False
        if sent.earlier_at is None:
            _let_wait(sent, answered)
        else:
            sent.state, sent.reason = ContributionState.PUBLISHED, ""
            sent.decided_at, sent.decided_by_id = sent.earlier_at, sent.earlier_by_id
            sent.earlier_at, sent.earlier_by_id = None, None
        return True

    return _each(actor, contributions, "portal.undo_decisions", undo)


@use_case
def close_comments(*, actor: Actor, portal: PortalSite, article: ArticlePage | None) -> None:
    """Take no more comments on an article, or without one on the whole site; a repeat changes nothing. Raises
    NotPermitted."""
    if not can_moderate(actor=actor, unit=portal.unit):
        raise NotPermitted
    _closing, is_new = CommentClosing.objects.get_or_create(portal=portal, article=article)
    if is_new:
        audit.record(actor=actor, action="portal.close_comments", about=article or portal, unit=portal.unit)


@use_case
def open_comments(*, actor: Actor, portal: PortalSite, article: ArticlePage | None) -> None:
    """Take comments again; a repeat changes nothing. Raises NotPermitted."""
    if not can_moderate(actor=actor, unit=portal.unit):
        raise NotPermitted
    gone, _kinds = CommentClosing.objects.filter(portal=portal, article=article).delete()
    if gone:
        audit.record(actor=actor, action="portal.open_comments", about=article or portal, unit=portal.unit)


def _answered(contributions: Collection[int]) -> set[int]:
    return set(Answer.objects.filter(question__in=contributions).values_list("question_id", flat=True))


def _let_wait(sent: Contribution, answered: Collection[int]) -> None:
    sent.state = ContributionState.ANSWERED if sent.pk in answered else ContributionState.PENDING
    sent.reason, sent.decided_at, sent.decided_by_id = "", None, None
    sent.waiting_since = clock.now()
    sent.earlier_at, sent.earlier_by_id = None, None


def _each(actor: Actor, contributions: Collection[int], action: str, change: _Change) -> list[int]:
    rows = Contribution.objects.select_for_update(of=("self",), no_key=True).select_related("portal__unit")
    changed = []
    for sent in rows.filter(pk__in=contributions).order_by("pk"):
        unit = sent.portal.unit
        if not can_moderate(actor=actor, unit=unit):
            raise NotPermitted
        if change(sent):
            sent.save(update_fields=list(_DECISION))
            facts = {"reason": sent.reason} if sent.reason else {}
            audit.record(actor=actor, action=action, about=sent, unit=unit, facts=facts)
            changed.append(sent.pk)
    return changed
