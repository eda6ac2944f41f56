"""Persons on their way between cells, and where they take part for a time."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import TransferKind, TransferState
from lantoa.organizations.models.persons import Person
from lantoa.organizations.models.units import IdRange, Unit
from lantoa.organizations.querysets import TemporaryMembershipQuerySet, TransferQuerySet


class Transfer(models.Model):
    """A letter of introduction (giấy giới thiệu): a person goes from one unit to another, for good or for a time.

    Until the receiving unit has accepted it nothing changes: the sending unit counts the person. `ends_on` is the last
    day of a stay for a time.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(_("kind"), max_length=9, choices=TransferKind)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfers_out", verbose_name=_("from"))
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfers_in", verbose_name=_("to"))
    letter_number = models.CharField(_("number of the letter"), max_length=60)
    letter_date = models.DateField(_("date of the letter"))
    effective_on = models.DateField(_("from the day"))
    ends_on = models.DateField(_("last day"), null=True)
    state = models.CharField(_("state"), max_length=9, choices=TransferState, default=TransferState.OFFERED)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[TransferQuerySet] = TransferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-effective_on", "-id"]
        indexes = [
            models.Index(fields=["to_unit", "state"], name="transfer_to"),
            models.Index(fields=["from_unit", "state"], name="transfer_from"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(state=TransferState.OFFERED),
                name="transfer_one_offer_at_a_time",
                violation_error_message=_("This person has been offered to a unit already. Withdraw that first."),
            ),
            models.CheckConstraint(
                name="transfer_between_two_units",
                condition=~Q(from_unit=F("to_unit")),
                violation_error_message=_("A transfer leads to another unit."),
            ),
            models.CheckConstraint(
                name="transfer_for_a_time_has_an_end",
                condition=Q(kind=TransferKind.MOVE, ends_on__isnull=True)
                | Q(kind=TransferKind.STAY, ends_on__gte=F("effective_on")),
                violation_error_message=_("Only a stay for a time has a last day, not before its first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_number} {self.from_unit} → {self.to_unit}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which refusals about this letter are logged: the sending one."""
        return self.from_unit


class TemporaryMembership(models.Model):
    """A person takes part in another cell for a time (sinh hoạt tạm thời); the official cell goes on counting them.

    During it a summons calls the person where they take part, and not at home.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="temporary_memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="guests", verbose_name=_("cell"))
    transfer = models.OneToOneField(Transfer, on_delete=models.CASCADE, related_name="stay")
    period = DateRangeField(_("period"))

    objects: ClassVar[TemporaryMembershipQuerySet] = TemporaryMembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("temporary membership")
        verbose_name_plural = _("temporary memberships")
        indexes = [models.Index(fields=["unit"], name="temporary_membership_unit")]
        constraints = [
            ExclusionConstraint(
                name="temporary_membership_one_a_day",
                expressions=[(IdRange("person_id"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("This person takes part in another cell on these days already."),
            ),
            models.CheckConstraint(
                name="temporary_membership_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("A temporary membership must last at least one day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"
