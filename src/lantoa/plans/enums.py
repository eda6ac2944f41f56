"""Vocabulary of campaigns, plans and summons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CampaignState(TextChoices):
    DRAFT = "draft", _("being prepared")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")


class PlanState(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted for opinion")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    ISSUED = "issued", _("issued")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    SUPERSEDED = "superseded", _("superseded")


WORKING_STATES = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.RETURNED, PlanState.APPROVED)
IN_FORCE_STATES = (PlanState.ISSUED, PlanState.RUNNING, PlanState.CLOSED)
EDITABLE_STATES = (PlanState.DRAFT, PlanState.RETURNED)


class PlanStep(TextChoices):
    SUBMIT = "submit", _("submit for opinion")
    RECALL = "recall", _("recall")
    RETURN = "return", _("return")
    APPROVE = "approve", _("approve")
    ISSUE = "issue", _("issue")
    START = "start", _("start")
    CLOSE = "close", _("close")
    REVISE = "revise", _("revise")


class PlanPart(TextChoices):
    """The part of a plan that a comment is about."""

    WHOLE = "whole", _("the plan as a whole")
    DATES = "dates", _("its dates")
    TARGET = "target", _("a target")
    TASK = "task", _("a task")


class SummonsReason(TextChoices):
    """Why a person is on the list, by the audience rule of the campaign."""

    MANAGER = "manager", _("leader or manager")
    SECTOR = "sector", _("works in the sector")
    MEMBER = "member", _("member")
    CADRE = "cadre", _("cadre, not a member")
