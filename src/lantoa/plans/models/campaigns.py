"""A campaign: the roll-out of one or more directives over a tree of units."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.directives.enums import DirectiveClass
from lantoa.directives.models import Directive
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import CampaignState, Document, Wave
from lantoa.plans.querysets import CampaignQuerySet, CampaignUnitQuerySet


def all_documents() -> list[str]:
    """Every kind of document goes for an opinion, unless the campaign says otherwise."""
    return list(Document.values)


class Campaign(models.Model):
    """One roll-out: what is made known, to whom, by when, and the rate that it aims at.

    `target_rate` is in per cent with one decimal. Starting it freezes the units in scope (`CampaignUnit`): all of the
    owner's, or with `pilots_first` the pilot units alone, until it is opened to the rest (`opened_at`, ADR 35).
    `days_off` are days without work besides weekends and the holidays of a fixed date; `opinion_on` are the kinds of
    document that go for an opinion before they are issued.
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
    days_off = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("days off"))
    opinion_on = ArrayField(
        models.CharField(max_length=14, choices=Document),
        default=all_documents,
        blank=True,
        verbose_name=_("opinion on"),
    )
    pilots_first = models.BooleanField(_("for the pilot units first"), default=False)
    opened_at = models.DateTimeField(_("opened to all at"), null=True)
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

    def asks_opinion(self, document: str) -> bool:
        """Whether documents of this kind go for an opinion before they are issued."""
        return document in self.opinion_on

    @property
    def is_limited(self) -> bool:
        """Whether only its pilot units take part so far."""
        return self.pilots_first and self.opened_at is None


class CampaignUnit(models.Model):
    """A unit in the scope of a campaign, with its place in the tree on the day the campaign started.

    History stays readable under the tree of its day, whatever becomes of the unit. `level` counts from the unit that
    leads the campaign, which is 0. A study or a summons that is owed without a day waits for what its rule counts from;
    `plan_above` is the study plan of the nearest unit above that owes one. The days of documents stand in the plans.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaign_units")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400, db_collation="C")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=UnitKind)
    sort_key = models.CharField(max_length=400, db_collation="C")
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    plan_above = models.ForeignKey("plans.Plan", on_delete=models.SET_NULL, null=True, related_name="+")
    owes_summons = models.BooleanField(_("owes a summons"), default=False)
    summons_due_on = models.DateField(_("summons issued by"), null=True)
    owes_study = models.BooleanField(_("owes a study"), default=False)
    study_due_on = models.DateField(_("study held by"), null=True)
    wave = models.CharField(_("takes part"), max_length=5, choices=Wave, default=Wave.FIRST)

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
