"""Typed refusals of the portal."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal


class SiteExists(Refusal):
    """The unit has a portal site already."""

    code = "portal_site_exists"
    message: ClassVar[str | Promise] = _("This unit has a portal site already: %(name)s.")


class HostTaken(Refusal):
    """Another site answers at that address."""

    code = "portal_host_taken"
    message: ClassVar[str | Promise] = _("Another portal site answers at %(host)s. Choose another address.")


class HostInvalid(Refusal):
    """No name of a host."""

    code = "portal_host_invalid"
    message: ClassVar[str | Promise] = _("Enter the name of a host, such as phongtho.laichau.gov.vn.")


class NoLongerOffered(Refusal):
    """No site above offers the article."""

    code = "portal_no_longer_offered"
    message: ClassVar[str | Promise] = _("This article is offered no longer. Look at the list once more.")


class NoSuchSection(Refusal):
    """The section does not stand on the site."""

    code = "portal_no_such_section"
    message: ClassVar[str | Promise] = _("Choose a section of your own site.")


class ColourTooPale(Refusal):
    """White letters could not be read on that colour."""

    code = "portal_colour_too_pale"
    message: ClassVar[str | Promise] = _(
        "White letters cannot be read on this colour. Choose a darker one, written like #9b1c1f."
    )
