"""Typed refusals of the roll-call."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class CampaignIsFinished(Refusal):
    """Nothing is recorded in a finished campaign."""

    code = "campaign_finished"
    message: ClassVar[str | Promise] = _("The campaign is finished. Its rolls can no longer be changed.")


class SessionWasCancelled(Refusal):
    """Nothing is recorded at a cancelled session."""

    code = "session_cancelled"
    message: ClassVar[str | Promise] = _("This session has been cancelled, so nobody can be marked at it.")


class SessionNotBegun(Refusal):
    """A roll is closed once the session has begun."""

    code = "session_not_begun"
    message: ClassVar[str | Promise] = _("The session has not begun yet. Close the roll once everybody has arrived.")


class PreviewUnreadable(Refusal):
    """The preview of a workbook came back garbled; nothing of it was recorded."""

    code = "preview_unreadable"
    message: ClassVar[str | Promise] = _("The preview came back incomplete. Upload the workbook again.")


class NotOnTheList(Refusal):
    """The person has no place at this session."""

    code = "not_on_the_list"
    message: ClassVar[str | Promise] = _(
        "This person is on no list of this session. Count them among the others present when you close the roll."
    )


class OnAnotherList(Refusal):
    """Who was away is said where the person is on the list; elsewhere one only sees who came."""

    code = "on_another_list"
    message: ClassVar[str | Promise] = _(
        "This person is on the list of another site, which says whether they were absent. "
        "Here you can only record that they are present."
    )


class SiteWasRemoved(Refusal):
    """The host took the site out of the session meanwhile."""

    code = "site_removed"
    message: ClassVar[str | Promise] = _("This site has been removed from the session. Ask the host where to go.")


class HashMismatch(Refusal):
    """The same event id came with another content."""

    code = "hash_mismatch"
    message: ClassVar[str | Promise] = _(
        "This mark was received before with another content. The first one stands; mark the person again to correct it."
    )


class WrongReason(Refusal):
    """A reason goes with an excused absence and with nothing else."""

    code = "wrong_reason"
    message: ClassVar[str | Promise] = _("A reason goes only with an excused absence. Choose the reason again.")


class RollIsClosed(Refusal):
    """The roll was closed already."""

    code = "roll_closed"
    message: ClassVar[str | Promise] = _("This roll has been closed already. Ask for a late change instead.")


class PeopleUnmarked(Refusal):
    """Nobody is left without a mark when a roll is closed."""

    code = "people_unmarked"
    message: ClassVar[str | Promise] = _(
        "%(persons)s persons have no mark yet. Mark them, or confirm that they are absent without a reason."
    )


class AlreadyDecided(Refusal):
    """Somebody decided about the late change before."""

    code = "already_decided"
    message: ClassVar[str | Promise] = _("This late change has been decided already.")


class NoConflict(Refusal):
    """There is nothing to settle."""

    code = "no_conflict"
    message: ClassVar[str | Promise] = _(
        "The recorders no longer disagree about this person. Nothing is to be settled."
    )


class WrongState(Refusal):
    """A conflict is settled for a state, not for a retraction."""

    code = "wrong_state"
    message: ClassVar[str | Promise] = _("Say whether the person was present, late, excused or absent.")


class NobodyMissed(Refusal):
    """A make-up session is for those who missed the first one."""

    code = "nobody_missed"
    message: ClassVar[str | Promise] = _("Nobody of these cells missed the session, so no make-up session is needed.")


class HostNotBelow(Refusal):
    """A make-up session is hosted by the host of the first one, or below it."""

    code = "host_not_below"
    message: ClassVar[str | Promise] = _(
        "The make-up must be hosted by the host of the first session or a unit below it."
    )


class ReflectionsNotAsked(Refusal):
    """Nobody owes what was not asked for."""

    code = "reflections_not_asked"
    message: ClassVar[str | Promise] = _("This roll-out asks for no reflections. Its owner can ask for them.")


class QuestionsMissing(Refusal):
    """A reflection answers questions."""

    code = "questions_missing"
    message: ClassVar[str | Promise] = _("Give the questions that people are to reflect on.")


class ReflectionNotOwed(Refusal):
    """Whoever was taken off the list owes nothing."""

    code = "reflection_not_owed"
    message: ClassVar[str | Promise] = _("This person was taken off the list and owes no reflection.")


class NothingHandedIn(Refusal):
    """A reflection is a text, or scans of one."""

    code = "nothing_handed_in"
    message: ClassVar[str | Promise] = _("Type the text, or choose the scans of the handwriting.")


class HandedInToCome(Refusal):
    """Nothing is handed in on a day to come."""

    code = "handed_in_to_come"
    message: ClassVar[str | Promise] = _("The day on which it was handed in lies in the future. Correct it.")


class ReflectionHasPassed(Refusal):
    """What has passed stays as it is."""

    code = "reflection_passed"
    message: ClassVar[str | Promise] = _("This reflection has been assessed as passed and stays as it is.")


class NothingToAssess(Refusal):
    """What was handed in is assessed, once."""

    code = "nothing_to_assess"
    message: ClassVar[str | Promise] = _("Nothing waits to be assessed here. Record what was handed in first.")


class RemarkMissing(Refusal):
    """Whoever is to do it again is told why."""

    code = "remark_missing"
    message: ClassVar[str | Promise] = _("Say what is missing, so that it can be done again.")


class AlreadyHandedIn(Refusal):
    """Whoever handed a paper in is not exempt from it."""

    code = "already_handed_in"
    message: ClassVar[str | Promise] = _("This person has handed a reflection in, so nobody needs to exempt them.")
