"""Typed refusals about people whom no unit is to count any more."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class OfficeLasts(Refusal):
    """Somebody who can still act for a unit."""

    code = "departure_office_lasts"
    message: ClassVar[str | Promise] = _(
        "This person still holds: %(offices)s. Ask the administrator to end that by %(day)s, then end the membership."
    )


class TransferAhead(Refusal):
    """A transfer that was accepted for a day after the departure."""

    code = "departure_transfer_ahead"
    message: ClassVar[str | Promise] = _(
        "By letter %(number)s this person goes to %(unit)s on %(day)s. Cancel that transfer first."
    )


class GoneBefore(Refusal):
    """A departure from a unit on a day on which another one counts the person."""

    code = "departure_gone_before"
    message: ClassVar[str | Promise] = _(
        "From %(first)s on %(unit)s counts this person. Choose an earlier day, or let %(unit)s record it from then on."
    )


class ReasonUnfit(Refusal):
    """A reason that the standing rules out."""

    code = "departure_reason_unfit"
    message: ClassVar[str | Promise] = _(
        "“%(reason)s” does not fit a person who is “%(standing)s”. Choose another reason."
    )


class NotBegunYet(Refusal):
    """A departure before the membership."""

    code = "departure_before_membership"
    message: ClassVar[str | Promise] = _("This person is in %(unit)s since %(first)s. Choose a later day.")


class DiedAhead(Refusal):
    """A death that is yet to come."""

    code = "departure_died_ahead"
    message: ClassVar[str | Promise] = _("A death cannot lie in the future. Correct the day.")


class LeftAlready(Refusal):
    """A second departure of one person."""

    code = "departure_recorded_already"
    message: ClassVar[str | Promise] = _(
        "It is recorded already that this person is not counted from %(day)s on. Take that back first."
    )


class DepartureOutlived(Refusal):
    """Something came after the departure, so that the membership cannot go on as if it had not been."""

    code = "departure_outlived"
    message: ClassVar[str | Promise] = _(
        "This can no longer be taken back: the person's record was changed since (%(what)s). Register what is true now."
    )
