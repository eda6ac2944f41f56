"""Typed refusals about who is responsible for a unit in a campaign, and who follows it."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NotAnAppointee(Refusal):
    """Only somebody who holds an appointment today can be named."""

    code = "not_an_appointee"
    message: ClassVar[str | Promise] = _(
        "Choose somebody who is appointed today: at the unit itself who is responsible for it, above it who follows it."
    )
