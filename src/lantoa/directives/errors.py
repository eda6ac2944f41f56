"""Typed refusals about the register."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class RegisteredAlready(Refusal):
    """The unit has this number and date in its register."""

    code = "registered_already"
    message: ClassVar[str | Promise] = _(
        "This unit has registered a directive of this number and date already. Search for it in the register."
    )


class FormSentBefore(Refusal):
    """The form's id belongs to another directive."""

    code = "form_sent_before"
    message: ClassVar[str | Promise] = _("This form has been used already. Open an empty form and fill it in again.")


class NumberMissing(Refusal):
    """A directive is known by its number."""

    code = "number_missing"
    message: ClassVar[str | Promise] = _("Give the number and notation as printed, for example 57-NQ/TW or 50/KH-UBND.")


class TitleMissing(Refusal):
    """A directive is known by its title."""

    code = "title_missing"
    message: ClassVar[str | Promise] = _("Give the title of the directive.")


class SectorMismatch(Refusal):
    """The sector and the class do not belong together."""

    code = "sector_mismatch"
    message: ClassVar[str | Promise] = _("Name the sectors of a sectoral directive, and of no other.")


class ReceivedBeforeIssue(Refusal):
    """The dates contradict each other."""

    code = "received_before_issue"
    message: ClassVar[str | Promise] = _("A directive cannot be received before it was issued.")


class DateInFuture(Refusal):
    """A document that does not exist yet."""

    code = "date_in_future"
    message: ClassVar[str | Promise] = _("This date lies in the future. Check the year.")


class EndsBeforeItBegins(Refusal):
    """The last day of force lies before the first."""

    code = "ends_before_it_begins"
    message: ClassVar[str | Promise] = _("A directive cannot end before it is in force.")


class OtherNotFound(Refusal):
    """No directive of that number is in the register that the actor sees."""

    code = "other_not_found"
    message: ClassVar[str | Promise] = _(
        "No directive of this number is in the register. Check the number, or register that directive first."
    )


class RelatedToItself(Refusal):
    """A directive cannot replace, amend or guide itself."""

    code = "related_to_itself"
    message: ClassVar[str | Promise] = _(
        "This is the number of the directive itself. Give the number of the other one."
    )


class RelatedAlready(Refusal):
    """Two directives stand in one relation."""

    code = "related_already"
    message: ClassVar[str | Promise] = _(
        "A relation between these two directives is in the register already. Take it back before you enter another."
    )
