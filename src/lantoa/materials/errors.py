"""Typed refusals about materials."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class FormSentBefore(Refusal):
    """The form's id belongs to another object."""

    code = "form_sent_before"
    message: ClassVar[str | Promise] = _("This form has been used already. Open an empty form and fill it in again.")


class TitleMissing(Refusal):
    """A material is known by its title."""

    code = "material_title_missing"
    message: ClassVar[str | Promise] = _("Give the title of the material.")


class DirectivesMissing(Refusal):
    """A material explains at least one directive."""

    code = "material_directives_missing"
    message: ClassVar[str | Promise] = _("Choose at least one directive that the material explains.")


class DirectivesOutOfReach(Refusal):
    """A chosen directive is not in the register that the actor sees."""

    code = "material_directives_out_of_reach"
    message: ClassVar[str | Promise] = _("Choose directives from the register of your unit or of a unit above it.")


class PlaceOutside(Refusal):
    """The unit whose people the material is made for does not stand under its owner."""

    code = "material_place_outside"
    message: ClassVar[str | Promise] = _("Name your own unit or one below it, or leave this empty.")


class TextMarkedSecret(Refusal):
    """What was typed bears Mật, Tối mật or Tuyệt mật as a mark (law on the protection of state secrets)."""

    code = "text_marked_secret"
    message: ClassVar[str | Promise] = _(
        "The text bears the secrecy mark “%(mark)s”. Classified contents must not be typed in; they go by the way laid "
        "down for state secrets."
    )


class ContentMissing(Refusal):
    """A version holds a file or a text."""

    code = "material_content_missing"
    message: ClassVar[str | Promise] = _("Upload a file, or write the text.")


class LinkMissing(Refusal):
    """A video is given by its address."""

    code = "material_link_missing"
    message: ClassVar[str | Promise] = _("Give the address of the video. The video itself is not kept here.")


class LinkUnfit(Refusal):
    """Only a video is given by its address."""

    code = "material_link_unfit"
    message: ClassVar[str | Promise] = _("Only a video is given by an address. Upload the file instead.")


class FileUnfit(Refusal):
    """The file is of a kind that this material does not come in."""

    code = "material_file_unfit"
    message: ClassVar[str | Promise] = _(
        "“%(name)s” does not fit this kind of material. Fitting are: %(kinds)s. Save it so, or choose another kind."
    )


class LightNotLighter(Refusal):
    """The light variant is no smaller than what it stands in for."""

    code = "material_light_not_lighter"
    message: ClassVar[str | Promise] = _(
        "The light variant must be smaller than the full one. Make the picture smaller, lower the sound's quality, or "
        "write the outline as text only."
    )


class LightWithoutFull(Refusal):
    """A light variant stands beside a file."""

    code = "material_light_without_full"
    message: ClassVar[str | Promise] = _("A light variant stands beside a file. Upload the file too.")


class ChangeUnexplained(Refusal):
    """Whoever uses the material must learn what is new in it."""

    code = "material_change_unexplained"
    message: ClassVar[str | Promise] = _("Say what this version changes, so that whoever has the former one knows.")


class Withdrawn(Refusal):
    """Nothing more is done with a withdrawn material."""

    code = "material_withdrawn"
    message: ClassVar[str | Promise] = _("This material was withdrawn. Enter a new one in its place.")


class NotWaiting(Refusal):
    """Somebody has decided on this version, or a later one has taken its place."""

    code = "material_version_not_waiting"
    message: ClassVar[str | Promise] = _("This version does not wait for review any more. Open the page anew.")


class OwnVersion(Refusal):
    """Nobody reviews what they wrote themselves."""

    code = "material_own_version"
    message: ClassVar[str | Promise] = _("You wrote this version yourself. Another approver of the unit reviews it.")


class CommentMissing(Refusal):
    """Whoever gets a version back must learn what to mend."""

    code = "material_comment_missing"
    message: ClassVar[str | Promise] = _("Say what is to be mended before you return the version.")


class ReasonMissing(Refusal):
    """A withdrawal, and a correction of the ledger, are explained."""

    code = "material_reason_missing"
    message: ClassVar[str | Promise] = _("Give the reason, so that whoever reads it later understands.")


class NotInUse(Refusal):
    """What is not in use is neither shared nor published."""

    code = "material_not_in_use"
    message: ClassVar[str | Promise] = _(
        "No version of this material is in use. It can be shared once one is accepted."
    )


class LinkEndsWrongly(Refusal):
    """A link ends on a day to come, within a year."""

    code = "material_link_ends_wrongly"
    message: ClassVar[str | Promise] = _("Choose a last day between today and a year from today.")


class PublishedInFuture(Refusal):
    """The ledger says what was done."""

    code = "material_published_in_future"
    message: ClassVar[str | Promise] = _("This day lies in the future. Enter a publication once it has taken place.")


class AddressMissing(Refusal):
    """Where it was published is what the ledger is for."""

    code = "material_address_missing"
    message: ClassVar[str | Promise] = _("Say where it was published: the address of the page, or the place.")


class ReachUnsourced(Refusal):
    """A figure of reach without its source cannot be defended."""

    code = "material_reach_unsourced"
    message: ClassVar[str | Promise] = _("Say who counted and how, for example the views that the page shows.")


class CorrectedAlready(Refusal):
    """A line of the ledger is corrected once; its correction may be corrected in turn."""

    code = "material_corrected_already"
    message: ClassVar[str | Promise] = _("This line has been corrected already. Correct the line that took its place.")
