"""Typed refusals about long work."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NotTheOwner(Refusal):
    """Long work belongs to whoever asked for it."""

    code = "not_the_owner"
    message: ClassVar[str | Promise] = _("Somebody else asked for this work. Only they can cancel it.")
    status = 403


class NobodySignedIn(Refusal):
    """Long work is shown to a signed-in owner; the system itself asks for none."""

    code = "nobody_signed_in"
    message: ClassVar[str | Promise] = _("Sign in before you ask for this work.")
    status = 403


class JobCancelled(Exception):
    """The owner asked to stop: whoever does the work lets its transaction roll back."""
