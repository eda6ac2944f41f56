"""Typed refusals of what phones ask: each refuses a whole request and deletes nothing on the phone."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class NoToken(Refusal):
    """The request says nothing of who sends it."""

    code = "no_token"
    message: ClassVar[str | Promise] = _("The phone did not say who it is. Set it up with a code.")
    status = 401


class UnknownDevice(Refusal):
    """The token is none of a phone of ours."""

    code = "unknown_device"
    message: ClassVar[str | Promise] = _(
        "This server does not know the phone. Set it up anew with a code; its marks stay where they are."
    )
    status = 401


class DeviceRevoked(Refusal):
    """Somebody revoked the phone."""

    code = "device_revoked"
    message: ClassVar[str | Promise] = _(
        "This phone has been revoked. Ask whoever takes the roll of the unit for a new code; its marks stay where they "
        "are."
    )
    status = 401


class TokenExpired(Refusal):
    """The token is past its end."""

    code = "token_expired"
    message: ClassVar[str | Promise] = _("The phone was set up too long ago. Set it up anew with a code.")
    status = 401


class OtherUnit(Refusal):
    """The site is kept by another unit than the phone's."""

    code = "other_unit"
    message: ClassVar[str | Promise] = _(
        "This phone takes the rolls of another unit. Send these marks with a phone of the unit that keeps the site."
    )
    status = 403


class WrongRoster(Refusal):
    """The list is of another site, or was not signed by this server."""

    code = "wrong_roster"
    message: ClassVar[str | Promise] = _("This list is not the one of the site. Fetch the list of the site again.")
    status = 403


class UnknownRoster(Refusal):
    """The server does not know the list: it was restored from an older backup."""

    code = "unknown_roster"
    message: ClassVar[str | Promise] = _("The server does not know this list yet. The phone offers it again by itself.")
    status = 409


class Unreadable(Refusal):
    """What came is no JSON, or is not packed as it says."""

    code = "unreadable"
    message: ClassVar[str | Promise] = _("The data arrived damaged. The phone sends them again by itself.")
    status = 400


class TooLarge(Refusal):
    """More came than is taken at once."""

    code = "too_large"
    message: ClassVar[str | Promise] = _("Too much was sent at once. Update the page on the phone, then send again.")
    status = 413


class WrongShape(Refusal):
    """What came is JSON and not what is asked for."""

    code = "wrong_shape"
    message: ClassVar[str | Promise] = _(
        "The server does not understand these data (%(where)s). Update the page on the phone, then send again."
    )
    status = 422


class TooMany(Refusal):
    """Too many wrong codes or tokens came from there."""

    code = "too_many"
    message: ClassVar[str | Promise] = _("Too many tries. Wait %(seconds)s seconds, then try again.")
    status = 429


class CodeWrong(Refusal):
    """No phone can be set up with the code."""

    code = "code_wrong"
    message: ClassVar[str | Promise] = _("This code is not one of ours. Scan it again, or ask for a new one.")
    status = 403


class CodeUsed(Refusal):
    """The code has made another phone a device already."""

    code = "code_used"
    message: ClassVar[str | Promise] = _("Another phone was set up with this code. Ask for a new one.")
    status = 403


class CodeExpired(Refusal):
    """The code is older than a day."""

    code = "code_expired"
    message: ClassVar[str | Promise] = _("This code is no longer good: it held for 24 hours. Ask for a new one.")
    status = 403


class TokenTaken(Refusal):
    """Another phone proves itself by a token of the same hash."""

    code = "token_taken"
    message: ClassVar[str | Promise] = _(
        "This phone has been set up before. Let it draw a new key, then scan the code."
    )
    status = 409


class ParcelNotGenuine(Refusal):
    """The parcel was not made by a phone of ours, or was changed, or is sealed with a key of long ago."""

    code = "parcel_not_genuine"
    message: ClassVar[str | Promise] = _(
        "This file was not sealed by a phone that this server knows, or it was changed. Make it again on the phone."
    )
    status = 403


class EventDecided(Refusal):
    """Somebody decided about the event before, in the other way."""

    code = "event_decided"
    message: ClassVar[str | Promise] = _("Somebody else has decided about this already. Look at the list again.")


class NothingToRecordAt(Refusal):
    """The site is gone, and the person is on no other list of the unit."""

    code = "nothing_to_record_at"
    message: ClassVar[str | Promise] = _("The site has been removed from the session, so this can only be set aside.")


class ClosingOfAnother(Refusal):
    """A roll is closed by whoever takes it, not by who decides about its marks from above."""

    code = "closing_of_another"
    message: ClassVar[str | Promise] = _("Only whoever takes the roll of the unit can close it.")


class NotAParcel(Refusal):
    """What was uploaded is no file of a phone."""

    code = "not_a_parcel"
    message: ClassVar[str | Promise] = _(
        "This is not a file that a phone saved for sending, or it was damaged on the way. Save it on the phone again "
        "and choose that file; its name ends in .json."
    )
