"""Typed refusals about campaigns that begin with their pilot units."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NoPilots(Refusal):
    """There is no pilot unit with which the campaign could begin."""

    code = "no_pilots"
    message: ClassVar[str | Promise] = _(
        "This campaign has no pilot unit that exists today. Name one first, or start for all units at once."
    )


class NotLimited(Refusal):
    """A campaign that began with all units has nobody to be opened to."""

    code = "campaign_not_limited"
    message: ClassVar[str | Promise] = _("This campaign holds for all units already. There is nothing to open.")


class OpeningDecided(Refusal):
    """The opening was decided before."""

    code = "opening_decided"
    message: ClassVar[str | Promise] = _(
        "The opening to all units is decided already; the page of the campaign shows it."
    )


class ExperienceMissing(Refusal):
    """A campaign is opened with what its pilots taught."""

    code = "experience_missing"
    message: ClassVar[str | Promise] = _("Write what the pilot units taught: the others are to learn from it.")


class OpeningPassed(Refusal):
    """Nobody can owe anything in the past."""

    code = "opening_passed"
    message: ClassVar[str | Promise] = _("Choose today or a later day.")


class OpeningAfterEnd(Refusal):
    """The campaign would be over before it is opened."""

    code = "opening_after_end"
    message: ClassVar[str | Promise] = _("This day lies after the end of the campaign. Choose an earlier one.")


class UnitNotOpened(Refusal):
    """The unit will be in the campaign, but not before it is opened to all."""

    code = "unit_not_opened"
    message: ClassVar[str | Promise] = _(
        "This campaign is limited to its pilot units so far. This unit takes part from the day on which the campaign "
        "is opened to all; until then it is neither summoned nor bound by rules of its own."
    )
