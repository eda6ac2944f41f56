"""What a campaign asks of whom, and by when."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.organizations.enums import UnitKind
from lantoa.plans.enums import Anchor, Owed
from lantoa.plans.models.campaigns import Campaign

MOST_DAYS = 730
"""Days from an event to a deadline, either way."""


class CampaignRule(models.Model):
    """One thing that units of one kind, or those at one level below the leading unit, owe in a campaign, and by when.

    The deadline is the day `due_on`, or `days` after the `anchor` (before it, where negative), counted in working days
    or in days of the calendar. A kind that has a rule of its own follows its own rules alone, not those of its level.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rules")
    unit_kind = models.CharField(lazy("kind of unit"), max_length=24, choices=UnitKind, blank=True)
    level = models.PositiveSmallIntegerField(lazy("level"), null=True, blank=True)
    owed = models.CharField(lazy("what is owed"), max_length=14, choices=Owed)
    due_on = models.DateField(lazy("deadline"), null=True, blank=True)
    anchor = models.CharField(lazy("counted from"), max_length=10, choices=Anchor, blank=True)
    days = models.SmallIntegerField(
        lazy("days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-MOST_DAYS), MaxValueValidator(MOST_DAYS)],
    )
    working_days = models.BooleanField(lazy("working days"), default=False)

    class Meta:
        verbose_name = lazy("rule of a campaign")
        verbose_name_plural = lazy("rules of a campaign")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit_kind", "owed"],
                condition=Q(level__isnull=True),
                name="campaign_rule_once_a_kind",
                violation_error_message=lazy("This kind of unit has such a rule already."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "level", "owed"],
                condition=Q(level__isnull=False),
                name="campaign_rule_once_a_level",
                violation_error_message=lazy("This level has such a rule already."),
            ),
            models.CheckConstraint(
                name="campaign_rule_of_kind_or_level",
                condition=(~Q(unit_kind="") & Q(level__isnull=True)) | Q(unit_kind="", level__isnull=False),
                violation_error_message=lazy("A rule is about a kind of unit or about a level."),
            ),
            models.CheckConstraint(
                name="campaign_rule_has_deadline",
                condition=Q(owed=Owed.NOTHING, due_on__isnull=True, anchor="", days__isnull=True)
                | (~Q(owed=Owed.NOTHING) & Q(due_on__isnull=False, anchor="", days__isnull=True))
                | (~Q(owed=Owed.NOTHING) & Q(due_on__isnull=True, days__isnull=False) & ~Q(anchor="")),
                violation_error_message=lazy("Say by which day it is due, or how many days after what."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.who} – {self.get_owed_display()}"

    @property
    def who(self) -> str:
        """The kind of unit, or the level, in words."""
        if self.level is None:
            return str(UnitKind(self.unit_kind).label)
        return level_name(self.level)


def level_name(level: int) -> str:
    """A level below the unit that leads, in words."""
    return _("level %(level)d below the leading unit") % {"level": level} if level else _("the leading unit")
