"""What users were told, the mails that carry it, and what they silenced for a time."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.accounts.enums import MailFailure
from lantoa.kernel import clock
from lantoa.notifications.querysets import NotificationQuerySet, SilenceQuerySet

LONGEST_SILENCE = 30
"""Days: whoever owes something hears of it again after a month at the latest."""


class Mail(models.Model):
    """One mail to one receiver, committed with its cause and handed over afterwards by a task.

    It carries the notifications that refer to it; the weekly one, which bears the Monday of its `week`, carries what
    was unread that morning. Neither address nor text is kept: both are read when it is handed over.
    """

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails")
    week = models.DateField(_("week"), null=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    delivered_at = models.DateTimeField(_("taken by the mail server"), null=True)
    failure = models.CharField(_("why it was not delivered"), max_length=15, choices=MailFailure, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "week"],
                name="mail_once_a_week",
                violation_error_message=_("This receiver has the mail of this week already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.client_id}"


class Notification(models.Model):
    """One thing that one user is told, once for each `occasion`.

    `parameters` are what the sentence of the kind is made of, and name no person. `about_type` and `about_id` say what
    the receiver may silence. A `quiet` one was made during a silence: it stands in the inbox, and neither counts nor
    is mailed.
    """

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=40)
    occasion = models.CharField(max_length=120, db_collation="C")
    parameters = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    quiet = models.BooleanField(_("silenced"), default=False)
    mail = models.ForeignKey(Mail, on_delete=models.SET_NULL, null=True, related_name="notifications")
    made_at = models.DateTimeField(_("told at"), default=clock.now, editable=False)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["receiver", "-made_at"], name="notification_inbox"),
            models.Index(
                fields=["receiver"], condition=Q(read_at__isnull=True, quiet=False), name="notification_unread"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "occasion"],
                name="notification_once_an_occasion",
                violation_error_message=_("This receiver was told of this already."),
            ),
            models.CheckConstraint(
                name="notification_about_is_whole",
                condition=Q(about_type="", about_id__isnull=True) | (~Q(about_type="") & Q(about_id__isnull=False)),
                violation_error_message=_("Say what the notification is about by type and number, or not at all."),
            ),
        ]

    def __str__(self) -> str:
        return self.occasion

    @property
    def about(self) -> tuple[str, int | None]:
        """The type and the number of what it is about."""
        return self.about_type, self.about_id


class Silence(models.Model):
    """What a user does not want to hear of for a time: one kind, or everything about one thing. Both days count."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="silences")
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects: ClassVar[SilenceQuerySet] = SilenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        ordering = ["ends_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "about_type", "about_id"],
                nulls_distinct=False,
                name="silence_once",
                violation_error_message=_("You have silenced this already."),
            ),
            models.CheckConstraint(
                name="silence_of_one_thing",
                condition=(~Q(kind="") & Q(about_type="", about_id__isnull=True))
                | (Q(kind="", about_id__isnull=False) & ~Q(about_type="")),
                violation_error_message=_("Silence one kind of notification, or what concerns one campaign."),
            ),
            models.CheckConstraint(
                name="silence_not_for_ever",
                condition=Q(ends_on__gte=F("begins_on"))
                & Q(ends_on__lt=F("begins_on") + dt.timedelta(days=LONGEST_SILENCE)),
                violation_error_message=_("A silence lasts 30 days at the most."),
            ),
        ]

    def __str__(self) -> str:
        return self.kind or f"{self.about_type} {self.about_id}"

    @property
    def about(self) -> tuple[str, int | None]:
        """The type and the number of what is silenced, where it is no kind."""
        return self.about_type, self.about_id
