"""Typed refusals about wall codes and checking in."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class WallClosed(Refusal):
    """Nobody opened the wall code of the site, or it was closed, or its hours are over."""

    code = "wall_closed"
    message: ClassVar[str | Promise] = _("Nobody can check in here now. Ask whoever takes the roll.")


class WallOutOfHours(Refusal):
    """The session is too far away for anybody to be there."""

    code = "wall_out_of_hours"
    message: ClassVar[str | Promise] = _(
        "The wall code works from two hours before the session begins until twelve hours after it ends."
    )


class CodeOld(Refusal):
    """The code is none that the wall shows now or showed a moment ago."""

    code = "wall_code_old"
    message: ClassVar[str | Promise] = _(
        "This code is not good any more: it changes every half minute. Look at the wall and scan or type the code that "
        "stands there now."
    )


class NotYou(Refusal):
    """The account belongs to nobody who could be on a list."""

    code = "account_without_person"
    message: ClassVar[str | Promise] = _("Your account belongs to no person on a list. Use your card.")


class NotCalled(Refusal):
    """The person is on no list of the session."""

    code = "not_called"
    message: ClassVar[str | Promise] = _(
        "You are not on the list of this session. Tell whoever takes the roll that you are here."
    )
