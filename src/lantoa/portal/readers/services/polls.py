"""Making, changing and closing a poll, and voting in one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.models import Poll, PollChoice, PollVote, PortalSite
from lantoa.portal.policies import can_write
from lantoa.portal.readers import errors
from lantoa.portal.readers.words import one_line


@dataclass(frozen=True)
class PollWords:
    """What a poll asks, what may be chosen, and from which day until which one."""

    question: str
    choices: Sequence[str]
    begins_on: dt.date
    ends_on: dt.date

    def cleaned(self) -> "PollWords":
        """The same in plain words. Raises PollChoicesAlike."""
        choices = tuple(filter(None, map(one_line, self.choices)))
        if len({fold(choice) for choice in choices}) < len(choices):
            raise errors.PollChoicesAlike(field="choices")
        return PollWords(one_line(self.question), choices, self.begins_on, self.ends_on)


@use_case
def make_poll(*, actor: Actor, client_id: uuid.UUID, portal: PortalSite, words: PollWords) -> Poll:
    """Ask readers something; the same `client_id` again gives the first poll. Raises NotPermitted (who writes for the
    portal), PollChoicesAlike."""
    if not can_write(actor=actor, unit=portal.unit):
        raise NotPermitted
    asked = words.cleaned()
    poll, is_new = Poll.objects.get_or_create(
        client_id=client_id,
        defaults={
            "portal": portal,
            "question": asked.question,
            "begins_on": asked.begins_on,
            "ends_on": asked.ends_on,
        },
    )
    if is_new:
        _put_choices(poll, asked.choices)
        audit.record(actor=actor, action="portal.make_poll", about=poll, unit=portal.unit)
    return poll


@use_case
def change_poll(*, actor: Actor, poll: Poll, words: PollWords) -> None:
    """Correct a poll. Once somebody has voted, only its last day can be moved.

    Raises NotPermitted, PollChoicesAlike, PollHasVotes.
    """
    if not can_write(actor=actor, unit=poll.portal.unit):
        raise NotPermitted
    asked = words.cleaned()
    stored = _locked(poll)
    choices = tuple(stored.choices.values_list("text", flat=True))
    is_same = (stored.question, choices, stored.begins_on) == (asked.question, asked.choices, asked.begins_on)
    if not is_same and stored.votes.exists():
        raise errors.PollHasVotes
    stored.question, stored.begins_on, stored.ends_on = asked.question, asked.begins_on, asked.ends_on
    stored.save(update_fields=["question", "begins_on", "ends_on"])
    if choices != asked.choices:
        stored.choices.all().delete()
        _put_choices(stored, asked.choices)
    audit.record(actor=actor, action="portal.change_poll", about=stored, unit=poll.portal.unit)


@use_case
def close_poll(*, actor: Actor, poll: Poll) -> None:
    """End a poll before its last day; its result stays. A repeat changes nothing. Raises NotPermitted."""
    if not can_write(actor=actor, unit=poll.portal.unit):
        raise NotPermitted
    stored = _locked(poll)
    if stored.closed_at is not None:
        return
    stored.closed_at = clock.now()
    stored.save(update_fields=["closed_at"])
    audit.record(actor=actor, action="portal.close_poll", about=stored, unit=poll.portal.unit)


@use_case
def vote(*, actor: Actor, poll: Poll, choice: int, reader: str) -> None:
    """Keep the choice of a reader, known by their mark, in place of the one that they made before.

    Whoever reads may vote. Raises PollOver, PollChoicesChanged.
    """
    stored = _locked(poll)
    if not stored.is_running:
        raise errors.PollOver
    chosen = stored.choices.filter(pk=choice).first()
    if chosen is None:
        raise errors.PollChoicesChanged
    PollVote.objects.update_or_create(poll=stored, reader=reader, defaults={"choice": chosen})


def _locked(poll: Poll) -> Poll:
    """The poll as it stands, while nobody else changes it or votes in it."""
    return Poll.objects.select_for_update(of=("self",), no_key=True).get(pk=poll.pk)


def _put_choices(poll: Poll, choices: Sequence[str]) -> None:
    PollChoice.objects.bulk_create(
        PollChoice(poll=poll, place=place, text=text) for place, text in enumerate(choices, start=1)
    )
