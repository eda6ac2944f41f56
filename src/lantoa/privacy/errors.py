"""Typed refusals about personal data."""

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


class StillCounted(Refusal):
    """The person is a member of a unit, or will be."""

    code = "erasure_still_counted"
    message: ClassVar[str | Promise] = _(
        "%(unit)s counts this person, so the data are still needed. End the membership first, then ask again."
    )


class StillAppointed(Refusal):
    """The person holds an appointment, or will."""

    code = "erasure_still_appointed"
    message: ClassVar[str | Promise] = _(
        "This person holds an appointment at %(unit)s. Let it end first, then ask again."
    )


class ReasonMissing(Refusal):
    """An erasure, a correction or a restriction is asked for, or decided, with a stated reason."""

    code = "erasure_reason_missing"
    message: ClassVar[str | Promise] = _("Say in a few words why.")


class AlreadyAsked(Refusal):
    """A request about this person waits for a decision."""

    code = "erasure_already_asked"
    message: ClassVar[str | Promise] = _("An erasure of these data was asked for already and waits to be decided.")


class AlreadyErased(Refusal):
    """Nothing is left to be erased."""

    code = "erasure_done"
    message: ClassVar[str | Promise] = _("The data of this person were erased already.")


class FilesOfOthers(Refusal):
    """An erasure would remove files of units over which the one who decides has no say."""

    code = "erasure_files_of_others"
    message: ClassVar[str | Promise] = _(
        "The name also stands in files that other units registered: %(names)s. Whoever decides must be an officer of "
        "a unit above all of them; ask such an officer to decide."
    )


class OwnRequest(Refusal):
    """Whoever asked for an erasure cannot decide on it."""

    code = "erasure_own_request"
    message: ClassVar[str | Promise] = _(
        "You asked for this erasure yourself. Another officer or secretary has to decide on it."
    )


class NotConfirmed(Refusal):
    """The typed name is not the name of the person."""

    code = "erasure_not_confirmed"
    message: ClassVar[str | Promise] = _("Type the full name of the person exactly as it is shown.")


class AlreadyDecided(Refusal):
    """The request was decided on before."""

    code = "erasure_decided"
    message: ClassVar[str | Promise] = _("Somebody decided on this request already. Nothing is left to be done.")


class RequestAlreadyAsked(Refusal):
    """The same was asked about this person, and waits for a decision or holds already."""

    code = "request_already_asked"
    message: ClassVar[str | Promise] = _(
        "The same was asked for already. Look at the requests: it waits to be decided, or the restriction holds."
    )


class ValueMissing(Refusal):
    """A correction does not say what is to stand there, or what stands there already."""

    code = "request_value_missing"
    message: ClassVar[str | Promise] = _("Write what it should say, different from what stands there now.")


class ValueNotUnderstood(Refusal):
    """A correction of a year or of a standing that is none."""

    code = "request_value_not_understood"
    message: ClassVar[str | Promise] = _("Write a year of four digits, or one of the standings: %(standings)s.")


class ValueTooLong(Refusal):
    """A correction of which the record cannot hold so much."""

    code = "request_value_too_long"
    message: ClassVar[str | Promise] = _("Write at most %(most)s characters.")


class OwnMatter(Refusal):
    """Nobody decides on a request about their own data."""

    code = "request_own_matter"
    message: ClassVar[str | Promise] = _(
        "This request is about your own data. Another officer, secretary or clerk has to decide on it."
    )


class RequestDecided(Refusal):
    """The request was decided on before, or the restriction was lifted."""

    code = "request_decided"
    message: ClassVar[str | Promise] = _("Somebody decided on this already. Reload the page to see how.")


class RequestsClash(Refusal):
    """Both of two records that are to be merged have the same request open, or a restriction."""

    code = "requests_clash"
    message: ClassVar[str | Promise] = _(
        "About both records the same request is open. Decide on one of them first, then merge the records."
    )


class RetentionRuns(Refusal):
    """Another run of retention has not ended."""

    code = "retention_runs"
    message: ClassVar[str | Promise] = _("Another run has not ended. Wait for it, then try again.")
