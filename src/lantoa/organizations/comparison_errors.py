"""Typed refusals about a list that is compared with the records."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NothingTaken(Refusal):
    """Nobody chose what to take over."""

    code = "comparison_nothing_taken"
    message: ClassVar[str | Promise] = _(
        "Nothing is chosen to be taken over. Choose all, a field, or single rows first."
    )


class RecordsChanged(Refusal):
    """The records are no longer what the preview showed."""

    code = "comparison_records_changed"
    message: ClassVar[str | Promise] = _(
        "%(count)s records were changed since the list was compared, and nothing was written. The list has been "
        "compared again: look at the differences, then take them over."
    )
