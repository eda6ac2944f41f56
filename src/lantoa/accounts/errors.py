"""Typed refusals about sign-ins and the invitations to them."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class UsernameInvalid(Refusal):
    """A sign-in name with letters that cannot be typed everywhere, or too long."""

    code = "username_invalid"
    message: ClassVar[str | Promise] = _(
        "Use 3 to 60 letters, figures or the signs . - _ in a sign-in name, for instance lo.van.minh."
    )


class UsernameTaken(Refusal):
    """Somebody else signs in with that name."""

    code = "username_taken"
    message: ClassVar[str | Promise] = _("The sign-in name “%(username)s” is taken. Choose another.")


class PasswordWeak(Refusal):
    """A password that could be guessed."""

    code = "password_weak"
    message: ClassVar[str | Promise] = _("Choose a stronger password: %(reasons)s")


class EmailTakenSince(Refusal):
    """The address to which an invitation was mailed belongs to another account meanwhile."""

    code = "email_taken_since"
    message: ClassVar[str | Promise] = _(
        "Another account has the address %(email)s by now. Ask your administrator for a printed slip or for an "
        "invitation to another address."
    )


class InvitationEnded(Refusal):
    """A code that opens nothing; why, is told to nobody who only has the code."""

    code = "invitation_ended"
    message: ClassVar[str | Promise] = _(
        "This code opens nothing: it is mistyped, used, too old or withdrawn. Check it letter by letter; if it is "
        "right, ask the person who gave it to you for a new one."
    )
