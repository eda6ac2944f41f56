"""Vocabulary of campaigns, plans and summons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(TextChoices):
    DRAFT = "draft", _("being prepared")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")


class Wave(TextChoices):
    """When a unit of a campaign came to owe what its kind owes: with the start, or when the campaign was opened to all
    after its pilots; `LATER` until then for units that stand above pilot units."""

    FIRST = "first", _("from the start")
    REST = "rest", _("since the campaign was opened to all")
    LATER = "later", _("not opened yet")


class PlanState(TextChoices):
    DRAFT = "draft", pgettext_lazy("plan", "draft")
    SUBMITTED = "submitted", pgettext_lazy("plan", "submitted for opinion")
    RETURNED = "returned", pgettext_lazy("plan", "returned")
    APPROVED = "approved", pgettext_lazy("plan", "approved")
    ISSUED = "issued", pgettext_lazy("plan", "issued")
    RUNNING = "running", pgettext_lazy("plan", "running")
    CLOSED = "closed", pgettext_lazy("plan", "closed")
    SUPERSEDED = "superseded", pgettext_lazy("plan", "superseded")


WORKING_STATES = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.RETURNED, PlanState.APPROVED)
IN_FORCE_STATES = (PlanState.ISSUED, PlanState.RUNNING, PlanState.CLOSED)
EDITABLE_STATES = (PlanState.DRAFT, PlanState.RETURNED)


class Document(TextChoices):
    """The kinds of document that go through the workflow of plans (domain.md, "A plan's states")."""

    PLAN = "plan", pgettext_lazy("document", "study plan")
    PROGRAMME = "programme", pgettext_lazy("document", "action programme")
    IMPLEMENTATION = "implementation", pgettext_lazy("document", "implementation plan")


class Part(TextChoices):
    """What somebody is for a unit in one campaign."""

    RESPONSIBLE = "responsible", _("directly responsible")
    FOLLOWER = "follower", _("follows it")


class Indicator(TextChoices):
    """A figure that the system keeps itself, and that a target can follow."""

    COVERAGE = "coverage", _("coverage rate (%)")
    FIRST_SESSION = "first_session", _("first-session rate (%)")
    SESSIONS = "sessions", _("sessions held")
    SITES = "sites", _("sites of sessions held")
    REACH = "reach", _("people reached by activities")


class Deadline(TextChoices):
    """What a unit owes by a date. A document has the value that it has in `Document`."""

    PLAN = "plan", pgettext_lazy("deadline", "plan")
    SUMMONS = "summons", pgettext_lazy("deadline", "summons")
    STUDY = "study", pgettext_lazy("deadline", "study")
    PROGRAMME = "programme", pgettext_lazy("deadline", "action programme")
    IMPLEMENTATION = "implementation", pgettext_lazy("deadline", "implementation plan")


class Owed(TextChoices):
    """What a rule says that units owe: one of the deadlines, or nothing, where their level owes something."""

    PLAN = "plan", pgettext_lazy("rule", "plan")
    SUMMONS = "summons", pgettext_lazy("rule", "summons")
    STUDY = "study", pgettext_lazy("rule", "study")
    PROGRAMME = "programme", pgettext_lazy("rule", "action programme")
    IMPLEMENTATION = "implementation", pgettext_lazy("rule", "implementation plan")
    NOTHING = "nothing", pgettext_lazy("rule", "nothing")


class Anchor(TextChoices):
    """The event that a deadline is counted from."""

    START = "start", pgettext_lazy("anchor", "the first day of the campaign")
    DIRECTIVE = "directive", pgettext_lazy("anchor", "the date of issue of the directive")
    PLAN_ABOVE = "plan_above", pgettext_lazy("anchor", "the issue of the plan (or like document) above")
    SESSION = "session", pgettext_lazy("anchor", "the unit's first study session")


class Numbered(TextChoices):
    """A kind of document that a unit numbers by itself, from one every year."""

    PLAN = "plan", _("plans")
    PROGRAMME = "programme", _("action programmes")
    LETTER = "letter", _("convening letters")


NUMBERED = {
    Document.PLAN: Numbered.PLAN,
    Document.PROGRAMME: Numbered.PROGRAMME,
    Document.IMPLEMENTATION: Numbered.PLAN,
}
"""Implementation plans bear the sign of plans and are numbered with them."""


class PlanStep(TextChoices):
    SUBMIT = "submit", pgettext_lazy("plan", "submit for opinion")
    RECALL = "recall", pgettext_lazy("plan", "recall")
    RETURN = "return", pgettext_lazy("plan", "return")
    APPROVE = "approve", pgettext_lazy("plan", "approve")
    ISSUE = "issue", pgettext_lazy("plan", "issue")
    START = "start", pgettext_lazy("plan", "start")
    CLOSE = "close", pgettext_lazy("plan", "close")
    REVISE = "revise", pgettext_lazy("plan", "revise")


class PlanPart(TextChoices):
    """The part of a plan that a comment is about."""

    WHOLE = "whole", _("the plan as a whole")
    DATES = "dates", _("its dates")
    TARGET = "target", _("a target")
    TASK = "task", _("a task")


class AdditionReason(TextChoices):
    """Why somebody came onto a list after it was frozen."""

    JOINED = "joined", _("joined the unit since")
    RETURNED = "returned", _("came back since")
    OMITTED = "omitted", _("was left out by mistake")
    OTHER = "other", _("another reason")


class RemovalReason(TextChoices):
    """Why somebody was taken off a list."""

    MOVED = "moved", _("moved to another unit")
    LEFT = "left", _("is no longer a member or cadre")
    MISTAKE = "mistake", _("stood there by mistake")
    OTHER = "other", _("another reason")


class SummonsReason(TextChoices):
    """Why a person is on the list, by the audience rule of the campaign."""

    MANAGER = "manager", _("leader or manager")
    SECTOR = "sector", _("works in the sector")
    MEMBER = "member", _("member")
    CADRE = "cadre", _("cadre, not a member")
    MASS = "mass", _("holds a post in a mass organisation")


class PersonClass(TextChoices):
    """Whom an exception from the audience of a campaign is about; never one person."""

    ALL = "all", _("all members and cadres")
    MANAGER = "manager", _("leaders and managers")
    MEMBER = "member", _("members")
    PROBATIONARY = "probationary", _("probationary members")
    CADRE = "cadre", _("cadres who are not members")
    SECTOR = "sector", _("those who work in a sector")
    MASS = "mass", _("those who hold a post in a mass organisation")


class Effect(TextChoices):
    """What an exception does to the audience."""

    INCLUDE = "include", _("called as well")
    EXCLUDE = "exclude", _("not called")
