"""Who is recognised to speak, by which unit, at which tier, from when until when."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.models import Person, Sector, Unit
from lantoa.organizations.models.units import IdRange
from lantoa.speakers.enums import Tier
from lantoa.speakers.querysets import SpeakerQuerySet


class Speaker(models.Model):
    """One recognition of a person as a speaker (báo cáo viên) or communicator (tuyên truyền viên), by a decision.

    `period` is half open. A recognition that ended stays as history; the next one is a row of its own. There is no
    score, and nothing here says how well somebody speaks.
    """

    client_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="speakers", verbose_name=_("recognised by"))
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    period = DateRangeField(_("period"))
    decision_number = models.CharField(_("decision number"), max_length=60)
    decision_date = models.DateField(_("decision date"))
    decision_body = models.CharField(_("deciding body"), max_length=200)
    topics = models.ManyToManyField(Sector, related_name="speakers", blank=True, verbose_name=_("topics"))
    languages = ArrayField(models.CharField(max_length=8, choices=SpokenLanguage), verbose_name=_("languages"))
    ended_by_number = models.CharField(_("ended by decision"), max_length=60, blank=True)
    ended_by_date = models.DateField(_("date of that decision"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[SpeakerQuerySet] = SpeakerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["-period", "id"]
        constraints = [
            ExclusionConstraint(
                name="speaker_once_a_unit_tier_and_day",
                expressions=[
                    (IdRange("person_id"), RangeOperators.OVERLAPS),
                    (IdRange("unit_id"), RangeOperators.OVERLAPS),
                    (IdRange("tier"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The unit recognises the person at this tier on these days already."),
            ),
            models.CheckConstraint(
                name="speaker_period_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("A recognition must last at least one day."),
            ),
            models.CheckConstraint(
                name="speaker_names_a_language",
                condition=Q(languages__len__gt=0),
                violation_error_message=_("Say in which language the person speaks."),
            ),
            models.CheckConstraint(
                name="speaker_ended_by_a_dated_decision",
                condition=Q(ended_by_number="", ended_by_date__isnull=True)
                | (~Q(ended_by_number="") & Q(ended_by_date__isnull=False, period__endswith__isnull=False)),
                violation_error_message=_("Give number and date of the decision that ends the recognition."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_tier_display()})"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which the recognition holds; None where no end is decided."""
        ends: dt.date | None = self.period.upper
        return ends - dt.timedelta(days=1) if ends else None

    @property
    def spoken(self) -> str:
        """The languages in words."""
        return ", ".join(str(SpokenLanguage(one).label) for one in self.languages)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the recognition is in force on that day."""
        return bool(self.period.lower <= day and (self.period.upper is None or day < self.period.upper))
