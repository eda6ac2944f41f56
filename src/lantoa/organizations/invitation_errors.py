"""Typed refusals about invitations."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class EmailMissing(Refusal):
    """An invitation by e-mail to nobody's address."""

    code = "email_missing"
    message: ClassVar[str | Promise] = _("Give the person's e-mail address, or print a slip instead.")


class MailServerMissing(Refusal):
    """An invitation by e-mail where the installation cannot send any."""

    code = "mail_server_missing"
    message: ClassVar[str | Promise] = _("No mail server is set up here. Print a slip or issue a one-time password.")


class NobodyExpected(Refusal):
    """An invitation to somebody who holds no appointment now or later."""

    code = "nobody_expected"
    message: ClassVar[str | Promise] = _("%(person)s holds no appointment that lasts. Appoint the person first.")


class AccountClosed(Refusal):
    """An invitation to an account that was closed."""

    code = "account_closed"
    message: ClassVar[str | Promise] = _("The account of %(person)s is closed. Open it again first.")


class TooManySlips(Refusal):
    """More slips at once than one page holds."""

    code = "too_many_slips"
    message: ClassVar[str | Promise] = _("Print at most %(most)s slips at once.")


class AskedBefore(Refusal):
    """A form that was sent before, and what it asked for has ended since."""

    code = "asked_before"
    message: ClassVar[str | Promise] = _(
        "This page was used before, and that invitation has ended since. Reload the page and try again."
    )


class OpenedAtOnce(Refusal):
    """A sign-in name that somebody else gave away at the same moment."""

    code = "opened_at_once"
    message: ClassVar[str | Promise] = _("Somebody opened an account at the same moment. Send the form again.")
