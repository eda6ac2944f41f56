"""Typed refusals about study sessions, their sites and places."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class SpeakerNotOffered(Refusal):
    """Somebody who is no speaker of the host, of a unit above it or of one directly below."""

    code = "speaker_not_offered"
    message: ClassVar[str | Promise] = _(
        "One of those chosen is not in the register of this unit or of those around it. Reload the page, then choose."
    )


class CampaignNotRunning(Refusal):
    """Sessions are set up while their campaign runs."""

    code = "campaign_not_running"
    message: ClassVar[str | Promise] = _(
        "This campaign is not running, so its sessions cannot be changed. Start the campaign first."
    )


class HostOutsideCampaign(Refusal):
    """The host is no unit of the campaign."""

    code = "host_outside_campaign"
    message: ClassVar[str | Promise] = _("The host does not belong to this campaign. Choose one of its units.")


class TimesOutOfOrder(Refusal):
    """A session ends before it begins."""

    code = "times_out_of_order"
    message: ClassVar[str | Promise] = _("The session must end after it begins. Correct the end.")


class PlanOfAnother(Refusal):
    """The plan is not the host's plan in this campaign."""

    code = "plan_of_another"
    message: ClassVar[str | Promise] = _("Choose a plan of the host in this campaign.")


class MakeUpWithoutFirst(Refusal):
    """A make-up session names a first session of the same campaign; a first session names none."""

    code = "make_up_without_first"
    message: ClassVar[str | Promise] = _("Say which first session of this campaign the make-up is for.")


class SessionIsCancelled(Refusal):
    """Nothing changes at a cancelled session."""

    code = "session_cancelled"
    message: ClassVar[str | Promise] = _("This session has been cancelled. Set up a new one.")


class SessionHasMakeUps(Refusal):
    """A session with a make-up stands until that is cancelled."""

    code = "session_has_make_ups"
    message: ClassVar[str | Promise] = _("A make-up session depends on this one. Cancel the make-up session first.")


class PlacesMarked(Refusal):
    """Marks have been made about the people concerned."""

    code = "places_marked"
    message: ClassVar[str | Promise] = _(
        "Attendance has been recorded for %(persons)s persons here. Take those marks back first, or leave it as it is."
    )


class NotAFirstSession(Refusal):
    """The whole list is placed at first sessions only."""

    code = "not_a_first_session"
    message: ClassVar[str | Promise] = _("A make-up session takes only those who missed the first one.")


class SiteOutsideHost(Refusal):
    """The unit that keeps a site is the host or stands below it."""

    code = "site_outside_host"
    message: ClassVar[str | Promise] = _("The site must be kept by the host or by a unit below it.")


class CellOutsideHost(Refusal):
    """The cells at a site stand under the host."""

    code = "cell_outside_host"
    message: ClassVar[str | Promise] = _("Choose cells of this campaign that belong to the host.")


class CellElsewhere(Refusal):
    """A cell goes to one site of a session."""

    code = "cell_elsewhere"
    message: ClassVar[str | Promise] = _(
        "%(cells)s: already at another site of this session. Take the cell off that site first."
    )


class SiteNameTaken(Refusal):
    """Two sites of a session have two names."""

    code = "site_name_taken"
    message: ClassVar[str | Promise] = _("This session has a site of this name already. Give another name.")


class EntryOfAnotherCampaign(Refusal):
    """Only people summoned in the campaign have a place at its sessions."""

    code = "entry_of_another_campaign"
    message: ClassVar[str | Promise] = _("Only people summoned in this campaign can be given a place.")


class AddedLater(Refusal):
    """Nobody has a place at a session that was held before they were called."""

    code = "added_later"
    message: ClassVar[str | Promise] = _(
        "Somebody among them was added to the list after the day of this session. Place them at a later one."
    )


class SiteUsed(Refusal):
    """The log of marks, a closed roll or a headcount refers to the site for ever."""

    code = "site_used"
    message: ClassVar[str | Promise] = _(
        "A roll was begun or people were counted at this site, so it stays on record. Take its cells off it instead."
    )


class SiteGone(Refusal):
    """Somebody removed a site in the meantime."""

    code = "site_gone"
    message: ClassVar[str | Promise] = _("A site of this table was removed meanwhile. Reload the page.")


class SitesRefused(Refusal):
    """Some rows of a table of sites cannot be saved, so none was. `problems` says why, by the number of the site."""

    code = "sites_refused"
    message: ClassVar[str | Promise] = _("Nothing was saved yet: correct the marked sites, then save again.")

    def __init__(self, problems: Mapping[int, Refusal]) -> None:
        self.problems = problems
        super().__init__()


class KindNotBelow(Refusal):
    """No unit of this kind stands under the host."""

    code = "kind_not_below"
    message: ClassVar[str | Promise] = _("No unit of this kind belongs to the host in this campaign. Choose another.")


class ProblemWithoutNote(Refusal):
    """A problem is described."""

    code = "problem_without_note"
    message: ClassVar[str | Promise] = _("Say what is wrong at the site, so that somebody can help.")


class TooEarlyToCount(Refusal):
    """People are counted on the day."""

    code = "too_early_to_count"
    message: ClassVar[str | Promise] = _("People can be counted from the day of the session on. Come back then.")


class NothingToRepeat(Refusal):
    """A session is repeated on other days than its own, each of them still to come."""

    code = "nothing_to_repeat"
    message: ClassVar[str | Promise] = _("Name days that are still to come, other than the day of this session.")


class ActivityCampaignNotRunning(Refusal):
    """Activities belong to a running campaign or to none."""

    code = "activity_campaign_not_running"
    message: ClassVar[str | Promise] = _(
        "This roll-out is not running, so its activities stay as they are. Record the activity without a roll-out."
    )


class ActivityOutsideCampaign(Refusal):
    """The unit is none of the campaign's."""

    code = "activity_outside_campaign"
    message: ClassVar[str | Promise] = _(
        "The unit does not belong to this roll-out. Choose another one, or record the activity without a roll-out."
    )


class ActivityToCome(Refusal):
    """People are counted once they have come."""

    code = "activity_to_come"
    message: ClassVar[str | Promise] = _("The activity has not taken place yet. Record it once people were counted.")


class ActivityIsTakenBack(Refusal):
    """What was taken back stays as it is."""

    code = "activity_taken_back"
    message: ClassVar[str | Promise] = _("This activity has been taken back. Record it anew if it took place.")


class TakingBackUnexplained(Refusal):
    """Nothing that was counted disappears without a reason."""

    code = "taking_back_unexplained"
    message: ClassVar[str | Promise] = _("Say why the activity is taken back.")
