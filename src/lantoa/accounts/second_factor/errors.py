"""Typed refusals about the second factor."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class CodeWrong(Refusal):
    """No factor of the account gives that code now, or it was used before."""

    code = "second_factor_wrong"
    message: ClassVar[str | Promise] = _(
        "This code is not right, or it was used already. Wait for the next one, and check the phone's clock."
    )


class CodesTooMany(Refusal):
    """So many wrong codes that the next has to wait; the right one too."""

    code = "second_factor_waits"
    message: ClassVar[str | Promise] = "%(sentence)s"


class KeyUnreadable(Refusal):
    """What the browser sent is no answer of a key to the question that was put to it."""

    code = "second_factor_key"
    message: ClassVar[str | Promise] = _("The key was not recognised. Reload the page and try again.")


class AppExists(Refusal):
    """An account has one app that makes codes."""

    code = "second_factor_app_exists"
    message: ClassVar[str | Promise] = _("This account has an app already. Remove it before you set up another.")


class KeysFull(Refusal):
    """More keys than anybody carries."""

    code = "second_factor_keys_full"
    message: ClassVar[str | Promise] = _("This account has %(most)s keys already. Remove one that you no longer use.")


class NothingToRecover(Refusal):
    """Recovery codes stand in for another factor, and there is none."""

    code = "second_factor_none"
    message: ClassVar[str | Promise] = _("Set up an app or a key first; the recovery codes come with it.")
