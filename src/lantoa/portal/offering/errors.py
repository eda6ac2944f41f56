"""Refusals of giving figures out."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class FormUsed(Refusal):
    """The form gave out other figures before, or gave them to another portal."""

    code = "portal_form_used"
    message: ClassVar[str | Promise] = _(
        "This page has given out other figures already, or gave them to another portal. Reload it and try again."
    )


class NothingToTell(Refusal):
    """There is no figure that everybody may be told."""

    code = "portal_nothing_to_tell"
    message: ClassVar[str | Promise] = _("There is no figure here that may be told to everybody yet.")
