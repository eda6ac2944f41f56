"""One unit's plan in a campaign: targets, tasks, and the way it came to be issued."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations.models import Person, Unit
from lantoa.plans.enums import (
    EDITABLE_STATES,
    IN_FORCE_STATES,
    WORKING_STATES,
    Document,
    Indicator,
    PlanPart,
    PlanState,
    PlanStep,
)
from lantoa.plans.models.campaigns import Campaign
from lantoa.plans.querysets import PlanQuerySet


class Plan(models.Model):
    """One edition of a unit's study plan, action programme or implementation plan (`document`).

    Starting a campaign creates an empty draft for every unit that owes one. `due_on` is None while its rule waits for
    what it counts from; a day set by hand (`due_by_hand`) holds against the rule. `edition` counts revisions from 1. At
    most one edition is being worked on and at most one is in force. `version` rises with every step and every saved
    change of the plan's own columns and of its results, and tells two editors apart; targets and tasks have a version
    of their own. `submitted_by_person` is kept beside the user, so that nobody approves their own submission through
    another account.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plans", verbose_name=_("unit"))
    document = models.CharField(_("kind of document"), max_length=14, choices=Document, default=Document.PLAN)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", verbose_name=_("plan above")
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    revises = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="revisions")
    revision_reason = models.CharField(_("reason of the revision"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    title = models.CharField(_("title"), max_length=300)
    aims = models.TextField(_("aims and requirements, fitted to the place"), blank=True)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    due_on = models.DateField(_("to be issued by"), null=True)
    due_by_hand = models.BooleanField(_("deadline set by hand"), default=False)
    number = models.CharField(_("number and notation"), max_length=60, blank=True)
    issued_on = models.DateField(_("date of issue"), null=True)
    signer = models.CharField(_("signed by"), max_length=120, blank=True)
    begun_at = models.DateTimeField(_("begun at"), null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_by_person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    annexes = models.ManyToManyField(StoredFile, related_name="plans", blank=True, verbose_name=_("annexes"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[PlanQuerySet] = PlanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["due_on", "unit", "-edition"]
        indexes = [models.Index(fields=["campaign", "state"], name="plan_campaign_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "document", "edition"],
                name="plan_edition_once",
                violation_error_message=_("This edition of the plan exists already."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit", "document"],
                condition=Q(state__in=WORKING_STATES),
                name="plan_one_in_work",
                violation_error_message=_("A new edition of this plan is being worked on already."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit", "document"],
                condition=Q(state__in=IN_FORCE_STATES),
                name="plan_one_in_force",
                violation_error_message=_("Another edition of this plan is in force."),
            ),
            models.CheckConstraint(
                name="plan_dates_in_order",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("A plan cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="plan_issued_with_number_date_signer",
                condition=~Q(state__in=IN_FORCE_STATES) | (~Q(number="") & Q(issued_on__isnull=False) & ~Q(signer="")),
                violation_error_message=_("An issued plan has a number, a date and a signer."),
            ),
            models.CheckConstraint(
                name="plan_revision_has_reason",
                condition=Q(edition=1) | ~Q(revision_reason=""),
                violation_error_message=_("Give the reason of the revision."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit

    @property
    def asks_opinion(self) -> bool:
        """Whether its campaign wants an opinion on it before it is issued."""
        return self.campaign.asks_opinion(self.document)

    @property
    def is_editable(self) -> bool:
        """Whether its contents may still be changed."""
        return self.state in EDITABLE_STATES


class KeptItems(models.Manager[Any]):
    """Targets or tasks that were not removed; what everybody but an undo wants."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """The items that stand in the plan."""
        return super().get_queryset().filter(removed_at__isnull=True)


class Promise(models.Model):
    """What a target and a task have in common: an owner, a date, and where they come from.

    `inherited_from` is the item of the plan above that it repeats; None where it is the unit's own. `line` stays the
    same in every edition of the plan and is drawn with the form, so that a second submit adds nothing. A removed item
    is kept (`every`) until its removal is undone; `objects` and the plan's own lists leave it out.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss")
    line = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(_("responsible"), max_length=120, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    inherited_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    removed_at = models.DateTimeField(_("removed at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[KeptItems] = KeptItems()
    every: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "line"],
                name="plan_%(class)s_once",
                violation_error_message=_("This has been added to the plan already."),
            ),
        ]

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.plan.unit


class Target(Promise):
    """A figure that the plan promises. It is complete with indicator, number, measure, owner and date.

    `number` and `result` are in units of `measure` (per cent, persons, sessions …). `follows` is the figure of the
    system's own that shows how it goes.
    """

    indicator = models.CharField(_("indicator"), max_length=200)
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True, blank=True)
    measure = models.CharField(_("measure"), max_length=40, blank=True)
    follows = models.CharField(_("follows"), max_length=13, choices=Indicator, blank=True)
    result = models.DecimalField(_("result"), max_digits=14, decimal_places=2, null=True, blank=True)
    result_note = models.CharField(_("note on the result"), max_length=300, blank=True)

    class Meta(Promise.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return self.indicator

    @property
    def is_complete(self) -> bool:
        """Whether it promises something that can be checked."""
        return bool(self.indicator and self.number is not None and self.measure and self.owner and self.due_on)


class Task(Promise):
    """A thing to be done: dated and owned, or it cannot be submitted."""

    title = models.CharField(_("task"), max_length=300)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta(Promise.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return self.title

    @property
    def is_complete(self) -> bool:
        """Whether it has an owner and a date."""
        return bool(self.title and self.owner and self.due_on)


class Transition(models.Model):
    """One step that a plan took; refused steps stand in the audit log."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="transitions")
    step = models.CharField(_("step"), max_length=8, choices=PlanStep)
    from_state = models.CharField(_("from"), max_length=10, choices=PlanState)
    to_state = models.CharField(_("to"), max_length=10, choices=PlanState)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of a plan")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class PlanComment(models.Model):
    """A remark on a part of a plan, made when it was returned."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="comments")
    part = models.CharField(_("part"), max_length=6, choices=PlanPart)
    target = models.ForeignKey(Target, on_delete=models.SET_NULL, null=True, related_name="comments")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="comments")
    text = models.TextField(_("comment"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("comment on a plan")
        verbose_name_plural = _("comments on a plan")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="plan_comment_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Say what has to be changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
