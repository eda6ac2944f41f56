"""A campaign: the roll-out of one or more directives over a tree of units."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.querysets import CampaignQuerySet, CampaignUnitQuerySet


class Campaign(models.Model):
    """One roll-out: what is made known, to whom, by when, and the rate that it aims at.

    `target_rate` is in per cent with one decimal. Starting it freezes the units in scope (`CampaignUnit`).
    """

    client_id = models.UUIDField(unique=True)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("led by"))
    name = models.CharField(_("name"), max_length=200)
    directives = models.ManyToManyField(Directive, related_name="campaigns", verbose_name=_("directives"))
    audience = models.CharField(_("audience"), max_length=10, choices=DirectiveClass)
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    target_rate = models.DecimalField(
        _("target rate (%)"),
        max_digits=4,
        decimal_places=1,
        default=95,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    pilots = models.ManyToManyField(Unit, related_name="pilot_campaigns", blank=True, verbose_name=_("pilot units"))
    state = models.CharField(_("state"), max_length=8, choices=CampaignState, default=CampaignState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[CampaignQuerySet] = CampaignQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaign_dates_in_order",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("A campaign cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="campaign_target_rate_is_percent",
                condition=Q(target_rate__gt=0, target_rate__lte=100),
                violation_error_message=_("Give a target rate between 1 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="campaign_sector_fits_audience",
                condition=Q(audience="sectoral", sector__isnull=False)
                | (~Q(audience="sectoral") & Q(sector__isnull=True)),
                violation_error_message=_("Name the sector of a sectoral audience, and of no other."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.owner


class CampaignRule(models.Model):
    """What units of one kind owe in a campaign, and by when."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rules")
    unit_kind = models.CharField(_("kind of unit"), max_length=24, choices=UnitKind)
    owes_plan = models.BooleanField(_("owes a plan"), default=False)
    plan_due_on = models.DateField(_("plan issued by"), null=True, blank=True)
    study_due_on = models.DateField(_("study held by"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule of a campaign")
        verbose_name_plural = _("rules of a campaign")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit_kind"],
                name="campaign_rule_once_a_kind",
                violation_error_message=_("This kind of unit has a rule already."),
            ),
            models.CheckConstraint(
                name="campaign_rule_plan_has_deadline",
                condition=Q(owes_plan=False) | Q(plan_due_on__isnull=False),
                violation_error_message=_("Say by when the plan is due."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_unit_kind_display()}"


class CampaignUnit(models.Model):
    """A unit in the scope of a campaign, with its place in the tree on the day the campaign started.

    History stays readable under the tree of its day, whatever becomes of the unit.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaign_units")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400, db_collation="C")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=UnitKind)
    sort_key = models.CharField(max_length=400, db_collation="C")

    objects: ClassVar[CampaignUnitQuerySet] = CampaignUnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("unit of a campaign")
        verbose_name_plural = _("units of a campaign")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["campaign", "path"], name="campaign_unit_path"),
            models.Index(fields=["campaign", "parent"], name="campaign_unit_parent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit"],
                name="campaign_unit_once",
                violation_error_message=_("This unit is in the campaign already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
