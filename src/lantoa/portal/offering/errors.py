"""Refusals of giving figures out."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NothingToTell(Refusal):
    """There is no figure that everybody may be told."""

    code = "portal_nothing_to_tell"
    message: ClassVar[str | Promise] = _("There is no figure here that may be told to everybody yet.")
