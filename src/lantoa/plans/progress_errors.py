"""Typed refusals about how a running plan goes, and about its files."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NothingUploaded(Refusal):
    """No file was chosen."""

    code = "nothing_uploaded"
    message: ClassVar[str | Promise] = _("Choose at least one file.")


class ReadingInFuture(Refusal):
    """A figure is of today at the latest."""

    code = "reading_in_future"
    message: ClassVar[str | Promise] = _("A figure cannot be of a day in the future.")


class EvidenceUnnamed(Refusal):
    """Evidence says what it is."""

    code = "evidence_unnamed"
    message: ClassVar[str | Promise] = _("Say what the evidence is, or where it is found.")
