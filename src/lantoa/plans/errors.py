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
        "This campaign has started: its directives, rules and units are fixed. Prepare another one for what is new."
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


class SummonsNumberMissing(Refusal):
    """A letter is known by its number."""

    code = "summons_number_missing"
    message: ClassVar[str | Promise] = _("Give the number and notation of the letter, for example 15-CV/ĐU.")


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


class StepNotAllowed(Refusal):
    """The state table has no such step from this state."""

    code = "step_not_allowed"
    message: ClassVar[str | Promise] = _(
        "“%(step)s” is not possible while the plan is “%(state)s”. Look at the steps that the page offers now."
    )


class OwnSubmission(Refusal):
    """Nobody gives an opinion on their own submission."""

    code = "own_submission"
    message: ClassVar[str | Promise] = _(
        "You submitted this plan yourself. Another approver of the unit has to give the opinion on it."
    )


class NotSubmitter(Refusal):
    """Only who submitted may recall."""

    code = "not_submitter"
    message: ClassVar[str | Promise] = _(
        "Only the one who submitted this plan may recall it. Ask them, or ask the approver to return it."
    )


class PlanNeedsTarget(Refusal):
    """A plan promises something that can be checked."""

    code = "plan_needs_target"
    message: ClassVar[str | Promise] = _(
        "The plan has no complete target yet. Give at least one target its indicator, number, measure, owner and date."
    )


class PlanNeedsTask(Refusal):
    """A plan says what will be done."""

    code = "plan_needs_task"
    message: ClassVar[str | Promise] = _(
        "The plan has no task yet that has both an owner and a date. Add one, or complete one."
    )


class PlanNeedsDates(Refusal):
    """A plan begins and ends."""

    code = "plan_needs_dates"
    message: ClassVar[str | Promise] = _("Say on which dates the plan begins and ends.")


class PlanDatesOutsideParent(Refusal):
    """A plan stays inside the plan above, or inside the campaign."""

    code = "plan_dates_outside_parent"
    message: ClassVar[str | Promise] = _(
        "%(what)s: the date lies outside %(frame)s (%(first)s – %(last)s). Choose a date within it."
    )


class PlanDatesOutOfOrder(Refusal):
    """A plan ends after it begins."""

    code = "plan_dates_out_of_order"
    message: ClassVar[str | Promise] = _("The plan ends before it begins. Correct one of the two dates.")


class CommentNeeded(Refusal):
    """A return says what has to be changed."""

    code = "comment_needed"
    message: ClassVar[str | Promise] = _(
        "Write at least one comment on a part of the plan, so that the unit knows what to change."
    )


class CommentElsewhere(Refusal):
    """A comment is about a part of this plan."""

    code = "comment_elsewhere"
    message: ClassVar[str | Promise] = _("Choose the target or the task of this plan that the comment is about.")


class NumberNeeded(Refusal):
    """An issued plan has a number."""

    code = "number_needed"
    message: ClassVar[str | Promise] = _("Give the number and notation of the plan, for example 12-KH/ĐU.")


class NumberTaken(Refusal):
    """A number is given once a year."""

    code = "number_taken"
    message: ClassVar[str | Promise] = _(
        "Another document of this kind bears the number %(number)s at this unit in the same year. Give another number, "
        "or tick below that it is repeated knowingly."
    )


class PatternWithoutPlace(Refusal):
    """A pattern has one place for the number."""

    code = "pattern_without_place"
    message: ClassVar[str | Promise] = _("Write {n} once where the number stands, for example {n}-KH/ĐU.")


class IssueDateNeeded(Refusal):
    """An issued plan has a date."""

    code = "issue_date_needed"
    message: ClassVar[str | Promise] = _("Give the date on which the plan is issued.")


class IssueDateInFuture(Refusal):
    """What is not issued yet has no date of issue."""

    code = "issue_date_in_future"
    message: ClassVar[str | Promise] = _("The date of issue cannot lie in the future. Issue the plan on that day.")


class SignerNeeded(Refusal):
    """An issued plan has a signer."""

    code = "signer_needed"
    message: ClassVar[str | Promise] = _("Say who signed the plan.")


class PlanNotDue(Refusal):
    """A plan begins on its first date."""

    code = "plan_not_due"
    message: ClassVar[str | Promise] = _("The plan begins on %(day)s; it cannot be started before.")


class PlanNeedsResults(Refusal):
    """What was promised is answered before the plan is closed."""

    code = "plan_needs_results"
    message: ClassVar[str | Promise] = _(
        "Record the result of every target before you close the plan; still missing: %(missing)s."
    )


class ReasonNeeded(Refusal):
    """A revision says why."""

    code = "reason_needed"
    message: ClassVar[str | Promise] = _("Give the reason of the revision.")


class RevisionInWork(Refusal):
    """One new edition at a time."""

    code = "revision_in_work"
    message: ClassVar[str | Promise] = _("A new edition of this plan is being written already. Finish that one.")


class PlanOfFinishedCampaign(Refusal):
    """A finished campaign's plans stay as they are; only a running one may still be closed."""

    code = "plan_of_finished_campaign"
    message: ClassVar[str | Promise] = _(
        "The campaign has finished, so its plans stay as they are. A running plan can still be closed."
    )


class PlanNotEditable(Refusal):
    """Only a draft or a returned plan is written."""

    code = "plan_not_editable"
    message: ClassVar[str | Promise] = _(
        "The plan is “%(state)s” and cannot be changed. Recall it, or have it returned or revised, to change it."
    )


class PlanNotRunning(Refusal):
    """Results belong to a running plan."""

    code = "plan_not_running"
    message: ClassVar[str | Promise] = _("Results are recorded while the plan is running; it is “%(state)s” now.")


class TitleNeeded(Refusal):
    """A plan has a title."""

    code = "title_needed"
    message: ClassVar[str | Promise] = _("Give the plan a title.")


class IndicatorNeeded(Refusal):
    """A target names what it measures."""

    code = "indicator_needed"
    message: ClassVar[str | Promise] = _("Say what the target measures.")


class TaskTitleNeeded(Refusal):
    """A task names what is to be done."""

    code = "task_title_needed"
    message: ClassVar[str | Promise] = _("Say what is to be done.")


class NotOfPlanAbove(Refusal):
    """Only what the plan above promises can be inherited."""

    code = "not_of_plan_above"
    message: ClassVar[str | Promise] = _(
        "This does not belong to the edition in force of the plan above. Reload the page and choose again."
    )


class DoneInFuture(Refusal):
    """What lies ahead is not done."""

    code = "done_in_future"
    message: ClassVar[str | Promise] = _("A task cannot be done on a day in the future.")


class ItemRemoved(Refusal):
    """What is not in the plan any more cannot be changed."""

    code = "item_removed"
    message: ClassVar[str | Promise] = _(
        "Somebody removed this from the plan while you were editing. Put it back first, then save again."
    )


class BothSummoned(Refusal):
    """Two records of one person on the lists of a campaign that goes on."""

    code = "merge_both_summoned"
    message: ClassVar[str | Promise] = _(
        "Both records were summoned in %(campaigns)s, where each person counts once. Take one of them off the list by "
        "decision first."
    )
