"""Typed refusals about additions to a frozen list."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class AdditionUndecided(Refusal):
    """An addition to a frozen list cites its decision."""

    code = "addition_undecided"
    message: ClassVar[str | Promise] = _("Cite the decision by which they are added to the list.")


class AdditionBeforeLetter(Refusal):
    """A list is there before anybody is added to it."""

    code = "addition_before_letter"
    message: ClassVar[str | Promise] = _(
        "The decision is older than the letter itself. Give the day on which the addition was decided."
    )


class NotCalled(Refusal):
    """The audience of the campaign does not call this person here."""

    code = "not_called"
    message: ClassVar[str | Promise] = _(
        "Somebody among them is not called by the rule of this roll-out in this unit today. Reload the page and choose "
        "again."
    )


class NobodyToAdd(Refusal):
    """Everybody whom the rule calls stands on a list."""

    code = "nobody_to_add"
    message: ClassVar[str | Promise] = _("Everybody whom the rule calls here stands on a list already.")
