"""Requests about one person's data, and the runs that let go what need not be kept any more."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Person, Unit
from lantoa.privacy.enums import ErasureState, RequestField, RequestKind, RequestState
from lantoa.privacy.querysets import DataRequestQuerySet, ErasureQuerySet


class Erasure(models.Model):
    """A request to erase a person's data, and what became of it. `unit` is the last that counted the person.

    Nobody asked for it where the period for which the data were kept was over. `result` holds, for each place that was
    emptied, how many rows were changed.
    """

    client_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=ErasureState, default=ErasureState.REQUESTED)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"), default=clock.now, editable=False)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    result = models.JSONField(default=dict)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state=ErasureState.REFUSED),
                name="erasure_once",
                violation_error_message=_("An erasure of these data was asked for already."),
            ),
            models.CheckConstraint(
                name="erasure_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                violation_error_message=_("Whoever asked for an erasure cannot decide on it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_state_display()}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit


class DataRequest(models.Model):
    """A request to correct one field of a person's record, or to restrict its processing, and what became of it.

    Asked for by the person, or by whoever keeps the list on their behalf. `due_on` is the last day of the law's term.
    A restriction holds while its state is "granted".
    """

    client_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=12, choices=RequestKind)
    field = models.CharField(_("field"), max_length=12, choices=RequestField, blank=True)
    value = models.CharField(_("what it should say"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.REQUESTED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"), default=clock.now, editable=False)
    due_on = models.DateField(_("to be decided by"))
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    lift_reason = models.CharField(_("reason of the lifting"), max_length=300, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    objects: ClassVar[DataRequestQuerySet] = DataRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "field"],
                condition=Q(state=RequestState.REQUESTED),
                name="data_request_open_once",
                violation_error_message=_("The same was asked for already and waits to be decided."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=RequestState.DONE, kind=RequestKind.RESTRICTION),
                name="data_request_restricted_once",
                violation_error_message=_("The processing of these data is restricted already."),
            ),
            models.CheckConstraint(
                name="data_request_field_of_correction",
                condition=Q(kind=RequestKind.CORRECTION) ^ Q(field=""),
                violation_error_message=_("Say which field is to be corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_kind_display()} {self.get_state_display()}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this request are logged."""
        return self.unit

    @property
    def is_overdue(self) -> bool:
        """Whether the term is over and nobody has decided."""
        return self.state == RequestState.REQUESTED and self.due_on < clock.today()


class RetentionRun(models.Model):
    """One run that lets go what has been kept long enough; it is resumed for as long as `ended_at` is empty.

    `day` is the day from which all periods are counted back; `result` holds, for each kind, how many rows went.
    """

    day = models.DateField(_("day"))
    started_at = models.DateTimeField(_("started at"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("run of retention")
        verbose_name_plural = _("runs of retention")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.day}"
