"""Typed refusals of what readers send, and of what is decided about it."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class CommentsClosed(Refusal):
    """The site, or the article, takes no comments."""

    code = "comments_closed"
    message: ClassVar[str | Promise] = _("Comments on this article are closed. What was published before stays.")
    status = 409


class PollOver(Refusal):
    """Nobody votes in the poll today."""

    code = "poll_over"
    message: ClassVar[str | Promise] = _("This poll is over, or has not begun. Its result stays on its page.")
    status = 409


class PollChoicesChanged(Refusal):
    """The choice is none of the poll any more."""

    code = "poll_choices_changed"
    message: ClassVar[str | Promise] = _("The choices of this poll have been changed meanwhile. Choose again.")
    status = 409


class PollHasVotes(Refusal):
    """Words that readers voted for are to be changed."""

    code = "poll_has_votes"
    message: ClassVar[str | Promise] = _(
        "Readers have voted, so the question, the choices and the first day stay. Close this poll and make a new one."
    )


class PollChoicesAlike(Refusal):
    """Two choices say the same."""

    code = "poll_choices_alike"
    message: ClassVar[str | Promise] = _("Two choices say the same. Change one of them.")


class OwnAnswer(Refusal):
    """Whoever wrote an answer approves it."""

    code = "own_answer"
    message: ClassVar[str | Promise] = _("You wrote this answer yourself. Somebody else approves it.")
    status = 403


class NothingToApprove(Refusal):
    """The question has no answer that waits, or another one than was read."""

    code = "nothing_to_approve"
    message: ClassVar[str | Promise] = _(
        "The answer was changed meanwhile, or is published already. Read it once more."
    )
    status = 409


class AlreadyDecided(Refusal):
    """The question is published or refused."""

    code = "already_decided"
    message: ClassVar[str | Promise] = _("This question is decided already. Take the decision back first.")
    status = 409
