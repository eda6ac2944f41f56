"""Typed refusals about the recognition of speakers."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class PersonNotBelow(Refusal):
    """No unit at or below the one that recognises counts a person of this code and name today."""

    code = "speaker_not_below"
    message: ClassVar[str | Promise] = _(
        "No cell of this unit or below it counts a person with this member code and this name today. Check both in "
        "the record."
    )


class AlreadyRecognised(Refusal):
    """The same unit recognises the same person at this tier on some of these days already."""

    code = "already_recognised"
    message: ClassVar[str | Promise] = _(
        "This unit recognises the person at this tier from %(first)s already. Choose other days, or end that "
        "recognition first."
    )


class NoLanguage(Refusal):
    """A recognition that names no language."""

    code = "speaker_without_language"
    message: ClassVar[str | Promise] = _("Choose at least one language in which the person speaks.")


class EndsEarlier(Refusal):
    """An end after the day on which the recognition ends anyway."""

    code = "recognition_ends_earlier"
    message: ClassVar[str | Promise] = _(
        "The recognition ends on %(last)s already. To let it last longer, recognise the person anew."
    )


class RecognitionBeforeDecision(Refusal):
    """A recognition is ended by a decision of an earlier day than the one that began it."""

    code = "recognition_before_decision"
    message: ClassVar[str | Promise] = _(
        "The decision that ends a recognition cannot be older than the one of %(begun)s that gave it."
    )


class RecognisedTwice(Refusal):
    """Two records that are to become one person are both recognised by one unit on the same days."""

    code = "merge_recognised_twice"
    message: ClassVar[str | Promise] = _(
        "One unit recognises both records as speakers on the same days: %(unit)s. End one of the recognitions first."
    )
