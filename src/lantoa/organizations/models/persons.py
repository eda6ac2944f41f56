"""Persons, the cells that count them, and their exemptions."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, name_key, normalise
from lantoa.organizations.enums import ReasonClass, Standing
from lantoa.organizations.models.units import IdRange, Unit
from lantoa.organizations.querysets import ExemptionQuerySet, MembershipQuerySet, PersonQuerySet


class Sector(models.Model):
    """A field of work (education, health …) that a sectoral directive addresses. The organisation defines them."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A member, or a cadre who is not a member. It holds the least that tells two people apart.

    `code` is the number in the national register, where the organisation knows it: text, since zeros lead. `sort_key`
    orders by given name, then family name, then middle names; `folded_name` is what a search compares.
    """

    client_id = models.UUIDField(unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    village = models.CharField(_("village"), max_length=120, blank=True)
    code = models.CharField(_("member code"), max_length=30, blank=True)
    is_manager = models.BooleanField(_("leader or manager"), default=False)
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="persons", verbose_name=_("sector")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    folded_name = models.CharField(max_length=160, db_collation="C", editable=False)
    sort_key = models.CharField(max_length=300, db_collation="C", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[PersonQuerySet] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["sort_key", "birth_year", "id"]
        indexes = [
            models.Index(fields=["sort_key", "birth_year", "id"], name="person_order"),
            models.Index(fields=["folded_name"], name="person_folded_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="person_code_once",
                violation_error_message=_("Another person has this member code. Check the number."),
            ),
            models.CheckConstraint(
                name="person_birth_year_plausible",
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                violation_error_message=_("Give a year of birth of four digits, for instance 1975."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def audited_unit(self) -> Unit | None:
        """The unit under which refusals about this person are logged: the one that counts them, or did last."""
        last = self.memberships.filter(period__startswith__lte=clock.today()).select_related("unit")
        membership = last.order_by("-period").first()
        return None if membership is None else membership.unit

    def set_texts(self) -> None:
        """Derive the search form and the order from the name; called by whoever writes the name."""
        self.full_name = normalise(self.full_name)
        self.folded_name = fold(self.full_name)
        self.sort_key = name_key(self.full_name)


class Membership(models.Model):
    """The cell that counts a person, from a date to a date. Half open: the last day is not included."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("cell"))
    standing = models.CharField(_("standing"), max_length=12, choices=Standing)
    period = DateRangeField(_("period"))

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ExclusionConstraint(
                name="membership_one_cell_a_day",
                expressions=[(IdRange("person_id"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_(
                    "This person belongs to another cell on these days. End that membership first."
                ),
            ),
            models.CheckConstraint(
                name="membership_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("A membership must last at least one day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"


class ActivityExemption(models.Model):
    """An approved exemption from activities (miễn sinh hoạt): whoever has one on the day is excluded from the rate."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exemptions")
    reason_class = models.CharField(_("reason"), max_length=8, choices=ReasonClass)
    decision_number = models.CharField(_("decision number"), max_length=60)
    decision_date = models.DateField(_("decision date"))
    period = DateRangeField(_("period"))

    objects: ClassVar[ExemptionQuerySet] = ExemptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("exemption from activities")
        verbose_name_plural = _("exemptions from activities")
        constraints = [
            ExclusionConstraint(
                name="exemption_one_at_a_time",
                expressions=[(IdRange("person_id"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("This person has an exemption on these days already."),
            ),
            models.CheckConstraint(
                name="exemption_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("An exemption must last at least one day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} {self.period}"

    @property
    def audited_unit(self) -> Unit | None:
        """The unit under which refusals about this exemption are logged."""
        return self.person.audited_unit

    def holds_on(self, day: dt.date) -> bool:
        """Whether the exemption is in force on that day."""
        return bool(self.period.lower <= day and (self.period.upper is None or day < self.period.upper))
