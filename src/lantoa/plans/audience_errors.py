"""Typed refusals about exceptions from an audience."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class ExceptionTwice(Refusal):
    """The same exception is in force."""

    code = "audience_exception_twice"
    message: ClassVar[str | Promise] = _(
        "This campaign has this exception already, or the contrary one: withdraw it first."
    )


class ExceptionEmptiesLists(Refusal):
    """Nobody would be called."""

    code = "audience_exception_empties_lists"
    message: ClassVar[str | Promise] = _("This would call nobody at all. Name a unit, or a narrower class.")


class ExceptionSectorMismatch(Refusal):
    """The sector and the class of persons do not belong together."""

    code = "audience_exception_sector_mismatch"
    message: ClassVar[str | Promise] = _("Name the sector where an exception is about a sector, and nowhere else.")
