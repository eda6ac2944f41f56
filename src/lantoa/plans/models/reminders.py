"""Reminders of deadlines, and the deadlines that were moved."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Deadline
from lantoa.plans.models.campaigns import Campaign
from lantoa.plans.models.rules import level_name
from lantoa.plans.querysets import DeadlineMoveQuerySet, ReminderQuerySet


class ReminderRound(models.Model):
    """Units that somebody above reminded at once, by one form."""

    client_id = models.UUIDField(unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reminder_rounds")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("round of reminders")
        verbose_name_plural = _("rounds of reminders")

    def __str__(self) -> str:
        return f"{self.campaign} {self.made_at:%Y-%m-%d}"


class Reminder(models.Model):
    """One reminder that was sent about what one unit owes.

    `offset` is how many days after the deadline `due_on` it belongs to (before it, where negative): what is to be sent
    is worked out from the deadline as it stands, so that a reminder moves with it, and the row says what was sent.
    One that somebody sent by hand has none, and belongs to a `round`. The row decides that nothing is sent twice.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reminders")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    deadline = models.CharField(_("what is owed"), max_length=14, choices=Deadline)
    due_on = models.DateField(_("deadline"))
    offset = models.SmallIntegerField(_("days after the deadline"), null=True)
    round = models.ForeignKey(ReminderRound, on_delete=models.CASCADE, null=True, related_name="reminders")
    sent_on = models.DateField(_("sent on"))

    objects: ClassVar[ReminderQuerySet] = ReminderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-sent_on", "-id"]
        indexes = [models.Index(fields=["campaign", "unit", "-sent_on"], name="reminder_last_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "deadline", "due_on", "offset"],
                condition=Q(offset__isnull=False),
                name="reminder_once_an_offset",
                violation_error_message=_("This reminder has been sent already."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit", "deadline", "sent_on"],
                condition=Q(offset__isnull=True),
                name="reminder_by_hand_once_a_day",
                violation_error_message=_("This unit has been reminded today already."),
            ),
            models.CheckConstraint(
                name="reminder_offset_or_round",
                condition=Q(offset__isnull=False, round__isnull=True) | Q(offset__isnull=True, round__isnull=False),
                violation_error_message=_("A reminder has an offset from its deadline, or somebody sent it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.deadline} {self.due_on} {self.offset}"


class DeadlineMove(models.Model):
    """A deadline of a running campaign that was moved: that of a rule, or that of one `unit`'s document.

    `old` is None where the rule had no one day for all, or waited for what it counts from.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="deadline_moves")
    deadline = models.CharField(_("what is owed"), max_length=14, choices=Deadline)
    unit_kind = models.CharField(_("kind of unit"), max_length=24, choices=UnitKind, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    old = models.DateField(_("deadline before"), null=True)
    new = models.DateField(_("deadline now"))
    reason = models.CharField(_("reason"), max_length=500)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    objects: ClassVar[DeadlineMoveQuerySet] = DeadlineMoveQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("moved deadline")
        verbose_name_plural = _("moved deadlines")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="deadline_move_of_kind_or_unit",
                condition=(~Q(unit_kind="") & Q(unit__isnull=True, level__isnull=True))
                | Q(unit_kind="", unit__isnull=True, level__isnull=False)
                | Q(unit_kind="", unit__isnull=False, level__isnull=True),
                violation_error_message=_("Move the deadline of a kind or a level of units, or of one unit."),
            ),
            models.CheckConstraint(
                name="deadline_move_moves",
                condition=Q(old__isnull=True) | ~Q(old=F("new")),
                violation_error_message=_("This is the deadline already."),
            ),
            models.CheckConstraint(
                name="deadline_move_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the deadline is moved."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    @property
    def whose(self) -> str:
        """The unit, the kind of unit or the level, in words."""
        if self.unit is not None:
            return self.unit.name
        return level_name(self.level) if self.level is not None else str(self.get_unit_kind_display())
