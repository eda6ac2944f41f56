"""Refusals of entering what a former counter had."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class ReasonMissing(Refusal):
    """It was entered before, and nothing is said about why it changes."""

    code = "portal_opening_reason_missing"
    message: ClassVar[str | Promise] = _("It was entered before. Say why it is corrected.")


class NotOver(Refusal):
    """The former counter cannot have counted a day that is not over."""

    code = "portal_opening_not_over"
    message: ClassVar[str | Promise] = _("The former counter ended before today. Choose its last day.")
