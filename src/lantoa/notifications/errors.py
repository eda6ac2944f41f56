"""Typed refusals about notifications."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class SilenceTooLong(Refusal):
    """What is owed is heard of again."""

    code = "silence_too_long"
    message: ClassVar[str | Promise] = _("Choose between 1 and %(most)s days: nothing is silenced for ever.")


class SilenceOfNothing(Refusal):
    """A silence is about a kind, or about something that the receiver was told of."""

    code = "silence_of_nothing"
    message: ClassVar[str | Promise] = _("Choose a kind of notification, or one of the campaigns of your inbox.")


class NotTheReceiver(Refusal):
    """Everybody keeps their own inbox."""

    code = "not_the_receiver"
    message: ClassVar[str | Promise] = _("This belongs to somebody else’s inbox. Open your own.")
    status: ClassVar[int] = 403
