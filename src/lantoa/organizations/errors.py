"""Typed refusals about units, persons and appointments."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NotPermitted(Refusal):
    """The actor's appointments do not give this right."""

    code = "not_permitted"
    message: ClassVar[str | Promise] = _(
        "Your appointments do not allow this. Ask the officer or the secretary of the unit to do it."
    )
    status = 403


class Stale(Refusal):
    """Somebody else saved the same object in the meantime."""

    code = "stale"
    message: ClassVar[str | Promise] = _(
        "Somebody else changed this while you were editing. Compare both versions below, then save again."
    )
    status = 409
