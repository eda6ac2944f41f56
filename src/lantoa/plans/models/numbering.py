"""How a unit writes the numbers of its documents."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Numbered
from lantoa.plans.querysets import NumberPatternQuerySet

PLACE = "{n}"
"""Where the number stands in a pattern."""


class NumberPattern(models.Model):
    """The number and notation of one kind of a unit's documents, with `{n}` for the number: `{n}-KH/ĐU`."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="number_patterns", verbose_name=_("unit"))
    kind = models.CharField(_("kind of document"), max_length=9, choices=Numbered)
    pattern = models.CharField(_("pattern of the number"), max_length=60)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    objects: ClassVar[NumberPatternQuerySet] = NumberPatternQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("pattern of numbers")
        verbose_name_plural = _("patterns of numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                name="number_pattern_once_a_kind",
                violation_error_message=_("This unit has a pattern for this kind of document already."),
            ),
            models.CheckConstraint(
                name="number_pattern_has_a_place",
                condition=Q(pattern__contains=PLACE),
                violation_error_message=_("Write {n} where the number stands, for example {n}-KH/ĐU."),
            ),
        ]

    def __str__(self) -> str:
        return self.pattern

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
