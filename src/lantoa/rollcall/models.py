"""Phones that take rolls, the lists that they were given, and what of theirs could not be recorded."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.models import AttendanceEvent, Device
from lantoa.kernel import clock
from lantoa.kernel.spans import NumbersField
from lantoa.organizations.models import Person, Unit
from lantoa.rollcall.enums import QuarantineCode, QuarantineDecision
from lantoa.rollcall.querysets import CardQuerySet, PhoneQuerySet, QuarantineQuerySet
from lantoa.study_sessions.models import Site


class Epoch(models.Model):
    """The number of this server's history: it changes when the server is restored from a backup. There is one row."""

    value = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("epoch of the server")
        verbose_name_plural = _("epochs of the server")
        constraints = [models.CheckConstraint(name="epoch_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.value)


class Provisioning(models.Model):
    """A code by which a phone becomes a device of `user` at `unit`: good once, until `expires_at`.

    Only its hash is kept. `phone` is what came of it; the same phone may ask again, since an answer can be lost.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    phone = models.OneToOneField("rollcall.Phone", on_delete=models.PROTECT, null=True, related_name="provisioning")

    class Meta:
        verbose_name = _("code for a phone")
        verbose_name_plural = _("codes for phones")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.expires_at}"


class Phone(models.Model):
    """A device of kind `phone`: what it proves itself by, until when, and what it last said of itself.

    `token_sha256` is the hash of a token that the phone drew and the server never keeps. `previous_sha256` is that of
    the token before: it opens nothing, and is there for a renewal that is told again and for a parcel that was sealed
    before. `waiting` and `refused` are the lengths of the phone's queue as it last reported them, without what came
    with that report, `heard` the numbers of its events that have arrived, whatever became of them.
    """

    device = models.OneToOneField(Device, on_delete=models.PROTECT, primary_key=True, related_name="phone")
    label = models.CharField(_("name of the phone"), max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, null=True, unique=True)
    created_at = models.DateTimeField(_("set up at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    last_seen_at = models.DateTimeField(_("last seen"), null=True)
    client = models.CharField(_("version"), max_length=20, blank=True)
    waiting = models.PositiveIntegerField(_("waiting"), default=0)
    refused = models.PositiveIntegerField(_("to be looked at"), default=0)
    heard = NumbersField()

    objects: ClassVar[PhoneQuerySet] = PhoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.device.unit

    def is_good(self, now: dt.datetime) -> bool:
        """Whether its token opens anything at that moment."""
        return self.revoked_at is None and now < self.expires_at


class Roster(models.Model):
    """The list of a site as a phone was given it, signed. `sha256` is of the document, hex; the document itself is not
    kept: the phone has it, and offers it again to a server that was restored.

    `entries` are those on it who were to be marked, of whom alone a closing says that they were absent; None of a list
    that was given out before they were kept.
    """

    roster_id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="rosters")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rosters")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    entries = ArrayField(models.PositiveBigIntegerField(), null=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("list on a phone")
        verbose_name_plural = _("lists on phones")
        indexes = [models.Index(fields=["device", "site"], name="roster_device_site")]

    def __str__(self) -> str:
        return str(self.roster_id)


class QuarantinedEvent(models.Model):
    """An event as a phone sent it which could not be recorded, kept until somebody decides, and after.

    `device` is the one that brought it first, since a phone may be set up anew and a parcel may come meanwhile.
    `payload` is the event whole. `session_id`, `site_id` and `entry_id` are what it says: they may not exist.
    `recorded` is what was recorded of it by a decision. One that came again and could be recorded then was decided by
    nobody.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="quarantined")
    event_id = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    session_id = models.PositiveBigIntegerField()
    site_id = models.PositiveBigIntegerField()
    entry_id = models.PositiveBigIntegerField(null=True)
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    code = models.CharField(_("reason"), max_length=20, choices=QuarantineCode)
    received_at = models.DateTimeField(_("received at"), default=clock.now, editable=False)
    decision = models.CharField(
        _("decision"), max_length=9, choices=QuarantineDecision, default=QuarantineDecision.PENDING
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    recorded = models.OneToOneField(AttendanceEvent, on_delete=models.PROTECT, null=True, related_name="quarantined")

    objects: ClassVar[QuarantineQuerySet] = QuarantineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("event to be looked at")
        verbose_name_plural = _("events to be looked at")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["device"], condition=Q(decision="pending"), name="quarantine_pending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "payload_sha256"],
                name="quarantine_once",
                violation_error_message=_("This event is in the quarantine already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.code}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.device.unit


class Card(models.Model):
    """A person's QR card: a number by chance that a MAC goes with, and says nothing about the person.

    `unit` gave it out. A person has one card that is not replaced; a replaced one keeps its row and is refused by name.
    """

    number = models.CharField(max_length=16, unique=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cards")
    issued_at = models.DateTimeField(_("given out at"), default=clock.now, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(_("replaced at"), null=True)

    objects: ClassVar[CardQuerySet] = CardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["person_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(replaced_at__isnull=True),
                name="card_one_each",
                violation_error_message=_("This person has a card already."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit


class Wall(models.Model):
    """The rotating QR of a site, from when somebody opened it until `closed_at`; `key` is what its codes follow from,
    as hex: it opens nothing but the marks of people who say who they are."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="wall")
    key = models.CharField(max_length=64)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("wall code")
        verbose_name_plural = _("wall codes")

    def __str__(self) -> str:
        return f"{self.site_id} {self.opened_at}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.site.unit
