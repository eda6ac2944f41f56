"""Typed refusals about persons on their way between cells."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class SameUnit(Refusal):
    """A transfer that leads nowhere."""

    code = "transfer_to_same_unit"
    message: ClassVar[str | Promise] = _("%(unit)s counts this person already. Choose another unit.")


class OfferedAlready(Refusal):
    """Two open offers of one person."""

    code = "transfer_offered_already"
    message: ClassVar[str | Promise] = _(
        "This person is on the way to %(unit)s already, by letter %(number)s. Withdraw that one first."
    )


class TransferClosed(Refusal):
    """A step with a transfer that was decided already."""

    code = "transfer_closed"
    message: ClassVar[str | Promise] = _("This transfer is “%(state)s” already. Nothing is left to be done.")


class TransferOutdated(Refusal):
    """The sending unit no longer counts the person as it did, or a later membership is recorded."""

    code = "transfer_outdated"
    message: ClassVar[str | Promise] = _(
        "%(unit)s does not count this person without a break from the day before %(day)s on. Choose a later day, or "
        "have the letter written by the unit that does."
    )


class StayOverlaps(Refusal):
    """Two stays of one person on one day."""

    code = "temporary_membership_overlaps"
    message: ClassVar[str | Promise] = _(
        "This person takes part in %(unit)s for a time on these days already. End that first, or choose other days."
    )


class TransferBegun(Refusal):
    """Cancelling what holds already."""

    code = "transfer_begun"
    message: ClassVar[str | Promise] = _(
        "This transfer holds since %(day)s and cannot be cancelled. Send the person back by a new letter."
    )


class ReasonMissing(Refusal):
    """A step with an accepted transfer that nobody gives a reason for."""

    code = "transfer_reason_missing"
    message: ClassVar[str | Promise] = _("Say in a few words why the transfer is cancelled.")
