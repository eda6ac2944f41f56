"""What is kept about visits: sums by day, and for one day only who came.

Nothing points from here to other tables. What is counted is a **subject**: a kind (`site`, `article` …) and the number
of an object of it.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.visits.enums import Agent


class VisitBatch(models.Model):
    """What one server process counted in a few seconds. The folder empties it; it stays an hour, so that a process that
    did not hear whether it was written may write it again and it counts once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    content = models.JSONField(_("content"), null=True)

    objects: ClassVar[models.Manager["VisitBatch"]]

    class Meta:
        verbose_name = _("batch of visits")
        verbose_name_plural = _("batches of visits")
        indexes = [
            models.Index(fields=["written_at"], name="visit_batch_age"),
            models.Index(fields=["written_at"], condition=Q(content__isnull=False), name="visit_batch_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OpenCount(models.Model):
    """The views of a subject on a day that is not closed yet."""

    day = models.DateField(_("day"))
    kind = models.CharField(max_length=20, db_collation="C")
    object_id = models.BigIntegerField()
    agent = models.SmallIntegerField(_("agent"), choices=Agent)
    views = models.BigIntegerField(_("views"))

    objects: ClassVar[models.Manager["OpenCount"]]

    class Meta:
        verbose_name = _("views today")
        verbose_name_plural = _("views today")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "day", "agent"],
                name="visit_open_count_once",
                violation_error_message=_("These views are counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.object_id}"


class DailySum(models.Model):
    """The views of a subject on a day that is over. The table only grows: views that come to light later are a further
    row. `visitors` is how many readers came to a site that day.
    """

    day = models.DateField(_("day"))
    kind = models.CharField(max_length=20, db_collation="C")
    object_id = models.BigIntegerField()
    agent = models.SmallIntegerField(_("agent"), choices=Agent)
    views = models.BigIntegerField(_("views"))
    visitors = models.BigIntegerField(_("visitors"), default=0)
    closed_at = models.DateTimeField(_("closed at"), default=clock.now)

    objects: ClassVar[models.Manager["DailySum"]]

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views of days")
        indexes = [
            models.Index(
                fields=["kind", "object_id", "agent", "day"], include=["views", "visitors"], name="visit_daily_sum_days"
            ),
            models.Index(fields=["kind", "agent", "day"], include=["object_id", "views"], name="visit_daily_sum_most"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.object_id}"


class TotalCount(models.Model):
    """The views of a subject by readers since it is counted: the sum of its days, kept for lists."""

    kind = models.CharField(max_length=20, db_collation="C")
    object_id = models.BigIntegerField()
    views = models.BigIntegerField(_("views"))

    objects: ClassVar[models.Manager["TotalCount"]]

    class Meta:
        verbose_name = _("views in all")
        verbose_name_plural = _("views in all")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="visit_total_count_once",
                violation_error_message=_("These views are counted already."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "-views"], name="visit_total_most")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class OpeningBalance(models.Model):
    """The views that a site's former counter had up to a day; the last one entered holds, and a later one says why it
    corrects the one before. The table only grows."""

    site_id = models.BigIntegerField()
    views = models.BigIntegerField(_("views"))
    until = models.DateField(_("counted until"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("entered at"), default=clock.now)
    entered_by_id = models.BigIntegerField(_("entered by"))

    objects: ClassVar[models.Manager["OpeningBalance"]]

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        ordering = ["-entered_at", "-id"]
        indexes = [models.Index(fields=["site_id", "-entered_at"], name="visit_opening_balance_last")]
        constraints = [
            models.CheckConstraint(
                name="visit_opening_balance_not_negative",
                condition=Q(views__gte=0),
                violation_error_message=_("An opening balance is a whole number of views, 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.views}"


class DaySalt(models.Model):
    """What the marks of a day's visitors are made with. It goes with them once the day is over."""

    day = models.DateField(_("day"), unique=True)
    salt = models.BinaryField(max_length=32)

    objects: ClassVar[models.Manager["DaySalt"]]

    class Meta:
        verbose_name = _("salt of a day")
        verbose_name_plural = _("salts of days")

    def __str__(self) -> str:
        return str(self.day)


class Presence(models.Model):
    """That a reader came to a site on a day, and when last. `mark` is a hash of their address and browser with the
    day's salt: neither can be told from it, and the next day another mark is made of them.
    """

    day = models.DateField(_("day"))
    site_id = models.BigIntegerField()
    mark = models.BigIntegerField(_("mark"))
    seen_at = models.DateTimeField(_("last seen"))

    objects: ClassVar[models.Manager["Presence"]]

    class Meta:
        verbose_name = _("reader of a day")
        verbose_name_plural = _("readers of a day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "site_id", "mark"],
                name="visit_presence_once",
                violation_error_message=_("This reader is counted already."),
            ),
        ]
        indexes = [models.Index(fields=["site_id", "seen_at"], name="visit_presence_online")]

    def __str__(self) -> str:
        return f"{self.day} {self.mark}"
