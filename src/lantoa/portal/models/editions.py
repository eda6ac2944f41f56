"""The edition of the portals: it changes whenever something changes that a page for everybody may show."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

_LARGEST = 2**32


def some_weight() -> int:
    """How far a change moves the number, so that no two databases come by the same way."""
    return 1 + secrets.randbelow(_LARGEST)


class EditionChange(models.Model):
    """A step of the edition, whose number is the sum of all weights: nobody waits for a row that somebody else has
    locked, and a step is seen in the moment in which the change is seen that made it."""

    weight = models.BigIntegerField(default=some_weight)

    objects: ClassVar[models.Manager["EditionChange"]]

    class Meta:
        verbose_name = _("change of the edition")
        verbose_name_plural = _("changes of the edition")

    def __str__(self) -> str:
        return str(self.pk)
