"""Typed refusals about campaigns, summons and plans."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal

# Campaigns


class FormSentBefore(Refusal):
    """The form's id belongs to another object."""

    code = "form_sent_before"
    message: ClassVar[str | Promise] = _("This form has been used already. Open an empty form and fill it in again.")


class CampaignNotDraft(Refusal):
    """A started campaign is not changed any more."""

    code = "campaign_not_draft"
    message: ClassVar[str | Promise] = _(
        "This campaign has started: its directives, rules and units are fixed. Prepare another campaign for what is new."
    )


class CampaignNotRunning(Refusal):
    """The act belongs to a running campaign."""

    code = "campaign_not_running"
    message: ClassVar[str | Promise] = _("This campaign is not running. Only a started and unfinished one allows this.")


class CampaignNeverStarted(Refusal):
    """Only a running campaign can be finished."""

    code = "campaign_never_started"
    message: ClassVar[str | Promise] = _("This campaign has not been started. Start it before you finish it.")


class CampaignOver(Refusal):
    """A finished campaign does not start again."""

    code = "campaign_over"
    message: ClassVar[str | Promise] = _("This campaign is finished and cannot be started again. Prepare a new one.")


class DirectiveMissing(Refusal):
    """A campaign rolls out at least one directive."""

    code = "directive_missing"
    message: ClassVar[str | Promise] = _("Choose at least one directive that this campaign rolls out.")


class DirectiveOutOfReach(Refusal):
    """A chosen directive is not in the register that the actor sees."""

    code = "directive_out_of_reach"
    message: ClassVar[str | Promise] = _("Choose directives from the register of your unit or of a unit above it.")


class SectorMismatch(Refusal):
    """The sector and the audience do not belong together."""

    code = "sector_mismatch"
    message: ClassVar[str | Promise] = _("Name the sector of a sectoral audience, and of no other.")


class TargetRateOutOfRange(Refusal):
    """The target is not a share."""

    code = "target_rate_out_of_range"
    message: ClassVar[str | Promise] = _("Give a target rate between 1 and 100 per cent, for example 95 or 95,5.")


class DatesOutOfOrder(Refusal):
    """The end lies before the beginning."""

    code = "dates_out_of_order"
    message: ClassVar[str | Promise] = _("A campaign cannot end before it begins.")


class PilotOutside(Refusal):
    """A pilot unit is not under the owner."""

    code = "pilot_outside"
    message: ClassVar[str | Promise] = _("Choose pilot units among the units below the one that leads the campaign.")


class RuleRepeated(Refusal):
    """Two rules speak of the same kind of unit."""

    code = "rule_repeated"
    message: ClassVar[str | Promise] = _("Give each kind of unit one rule only.")


class RuleWithoutDeadline(Refusal):
    """A plan is owed, but by no date."""

    code = "rule_without_deadline"
    message: ClassVar[str | Promise] = _("Say by when the plan is due.")


class DeadlineAfterEnd(Refusal):
    """A deadline lies after the campaign."""

    code = "deadline_after_end"
    message: ClassVar[str | Promise] = _("This deadline lies after the end of the campaign. Give an earlier date.")


# Summons


class UnitOutsideCampaign(Refusal):
    """The unit did not stand in the owner's subtree when the campaign started."""

    code = "unit_outside_campaign"
    message: ClassVar[str | Promise] = _("This unit is not in the scope of the campaign.")


class NobodyToSummon(Refusal):
    """The audience rule finds nobody who is not on a list already."""

    code = "nobody_to_summon"
    message: ClassVar[str | Promise] = _(
        "Everybody whom the rule calls in this unit is on a list already, or the rule calls nobody here."
    )


class RemovedAlready(Refusal):
    """Somebody took this person off the list before."""

    code = "removed_already"
    message: ClassVar[str | Promise] = _("This person has been taken off the list already, by another decision.")


class RemovalUndecided(Refusal):
    """A removal needs a decision."""

    code = "removal_undecided"
    message: ClassVar[str | Promise] = _("Cite the decision by which this person is taken off the list.")


class DecisionInFuture(Refusal):
    """A decision that has not been taken yet."""

    code = "decision_in_future"
    message: ClassVar[str | Promise] = _("The date of a decision cannot lie in the future.")


# Plans
