"""The log of marks and the state folded from it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import FLAG_WORDS, DeviceKind, LateDecision, MarkMethod, MarkStatus, Rank
from lantoa.attendance.querysets import AttendanceQuerySet, EventQuerySet, LateChangeQuerySet
from lantoa.kernel import clock
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.models import Unit
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.models import Site, StudySession


class Device(models.Model):
    """Where events come from. The connected page, the sheet and the workbook have a virtual one per user and unit.

    `last_seq` is the number of a virtual device's last event; phones number their events themselves.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=DeviceKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="devices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "user"],
                condition=~Q(kind="phone"),
                name="device_one_virtual_each",
                violation_error_message=_("This user has such a device at this unit already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class AttendanceEvent(models.Model):
    """One mark as it was made; never changed, never deleted (a trigger refuses it).

    The key is the order of arrival at the server, which decides between equal ranks; the phone's `wall_time` never
    does. `late` says that the roll was closed already: such a mark counts only once somebody accepted it. `flags` are
    bits of `Flag`. Thousands come in a minute: the keys that a batch shares are checked once a statement (ADR 41).
    """

    arrival = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="events", db_constraint=False, db_index=False
    )
    seq = models.PositiveBigIntegerField()
    session = models.ForeignKey(
        StudySession, on_delete=models.PROTECT, related_name="events", db_constraint=False, db_index=False
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="events", db_constraint=False, db_index=False)
    entry = models.ForeignKey(SummonsEntry, on_delete=models.PROTECT, related_name="events")
    status = models.CharField(_("status"), max_length=9, choices=MarkStatus)
    method = models.CharField(_("way"), max_length=8, choices=MarkMethod)
    rank = models.PositiveSmallIntegerField(choices=Rank)
    reason_class = models.CharField(_("reason"), max_length=8, choices=ReasonClass, blank=True)
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    wall_time = models.DateTimeField(_("time on the device"))
    monotonic_ms = models.BigIntegerField(null=True)
    roster_id = models.UUIDField(null=True)
    payload_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received at"), default=clock.now, editable=False)
    late = models.BooleanField(_("after closing"), default=False)
    flags = models.PositiveSmallIntegerField(_("oddities"), default=0)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["arrival"]
        indexes = [
            models.Index(fields=["session", "entry", "arrival"], name="event_session_entry"),
            models.Index(fields=["site", "arrival"], name="event_site"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "seq"],
                name="event_seq_once_a_device",
                violation_error_message=_("This mark was received already."),
            ),
            models.CheckConstraint(
                name="event_reason_only_when_excused",
                condition=Q(reason_class="") | Q(status="excused"),
                violation_error_message=_("A reason goes only with an excused absence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrival} {self.status}"

    @property
    def oddities(self) -> tuple[str, ...]:
        """What is odd about it, in words."""
        return tuple(str(words) for flag, words in FLAG_WORDS.items() if self.flags & flag)

    @property
    def said_by(self) -> int | None:
        """The user whose word it is: the recorder, but the person's own where they checked in; None where these have no
        account."""
        return self.entry.person.user_id if self.method == MarkMethod.SELF else self.recorder_id


class Attendance(models.Model):
    """The state folded from the events of one person at one session, with the event that decided it.

    Written by the folder alone, from rows whose own keys are checked, and counted anew by `lantoa recount`: its keys
    are not checked once more by the database (ADR 41).
    """

    session = models.ForeignKey(
        StudySession, on_delete=models.CASCADE, related_name="attendances", db_constraint=False, db_index=False
    )
    entry = models.ForeignKey(
        SummonsEntry, on_delete=models.CASCADE, related_name="attendances", db_constraint=False, db_index=False
    )
    status = models.CharField(_("status"), max_length=9, choices=MarkStatus)
    event = models.ForeignKey(
        AttendanceEvent, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    conflict = models.BooleanField(_("two recorders disagree"), default=False)

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        indexes = [
            models.Index(fields=["entry"], name="attendance_entry"),
            models.Index(fields=["session"], condition=Q(conflict=True), name="attendance_open_conflict"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "entry"],
                name="attendance_one_state",
                violation_error_message=_("This person has a state at this session already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.status}"


class LateChange(models.Model):
    """A mark that arrived after the roll was closed, and what was decided about it."""

    event = models.OneToOneField(AttendanceEvent, on_delete=models.PROTECT, related_name="late_change")
    decision = models.CharField(_("decision"), max_length=8, choices=LateDecision, default=LateDecision.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects: ClassVar[LateChangeQuerySet] = LateChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("late change")
        verbose_name_plural = _("late changes")
        ordering = ["id"]
        indexes = [models.Index(fields=["event"], condition=Q(decision="pending"), name="late_change_pending")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.decision}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.event.site.unit
