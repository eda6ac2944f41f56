"""Typed refusals about deadlines and reminders."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NoSuchDeadline(Refusal):
    """Only what is still owed by a date can be moved."""

    code = "no_such_deadline"
    message: ClassVar[str | Promise] = _("Nothing is owed here by a date any more. Choose another deadline.")


class DeadlineReasonNeeded(Refusal):
    """Those concerned are told why."""

    code = "deadline_reason_needed"
    message: ClassVar[str | Promise] = _("Say why the deadline is moved.")


class DeadlineSame(Refusal):
    """A move changes the date."""

    code = "deadline_same"
    message: ClassVar[str | Promise] = _("This is the deadline already. Give another date.")


class DeadlinePassed(Refusal):
    """Nobody can keep a deadline that has passed."""

    code = "deadline_passed"
    message: ClassVar[str | Promise] = _("This day has passed. Give today or a later date.")


class NoUnitChosen(Refusal):
    """A round of reminders goes to somebody."""

    code = "no_unit_chosen"
    message: ClassVar[str | Promise] = _("Tick at least one unit that is to be reminded.")


class TooManyUnits(Refusal):
    """One form reminds what its reader can look through."""

    code = "too_many_units"
    message: ClassVar[str | Promise] = _("Remind at most %(most)s units at once.")
