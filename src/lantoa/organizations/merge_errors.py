"""Typed refusals about two records of one person."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class SameRecord(Refusal):
    """A record merged with itself."""

    code = "merge_same_record"
    message: ClassVar[str | Promise] = _("This is one record. Choose two.")


class BothHoldOffice(Refusal):
    """Two records with authority: whoever merged them would give the rights of one account to another."""

    code = "merge_both_hold_office"
    message: ClassVar[str | Promise] = _(
        "Both records have an account or an appointment, and rights never change hands by a merger. Ask the "
        "administrator to close the account and end the appointments of one of them first."
    )


class LetterWaits(Refusal):
    """A letter of introduction of one of the two is undecided."""

    code = "merge_letter_waits"
    message: ClassVar[str | Promise] = _(
        "A letter of introduction of one of the records waits for the receiving unit. Let it be decided, or withdraw "
        "it, first."
    )


class DepartureAhead(Refusal):
    """One of the two is not counted any more from a day to come."""

    code = "merge_departure_ahead"
    message: ClassVar[str | Promise] = _(
        "It is recorded that one of the records is not counted from %(day)s on. Take that back first, and record it "
        "again after the merger."
    )


class ExemptionsClash(Refusal):
    """Both have different exemptions on the same days."""

    code = "merge_exemptions_clash"
    message: ClassVar[str | Promise] = _(
        "Both records are exempt from activities on the same days. Set the last day of one of the exemptions first."
    )


class StaysClash(Refusal):
    """Both take part somewhere for a time on the same days."""

    code = "merge_stays_clash"
    message: ClassVar[str | Promise] = _(
        "Both records take part in another cell for a time on the same days. End one of the stays first."
    )


class MergeOutlived(Refusal):
    """What the merger made was changed since, so that it cannot be parted exactly."""

    code = "merge_outlived"
    message: ClassVar[str | Promise] = _(
        "The record was changed since the merger (%(what)s), so the two cannot be parted exactly any more. Put that "
        "right by hand."
    )
