"""Changing the name, the address and the look of a portal site."""

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.files.content import PICTURE_KINDS
from lantoa.files.services import checked_upload
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors as organization_errors
from lantoa.organizations.actors import Actor
from lantoa.portal.hosts import checked_colour, checked_host, claim_host
from lantoa.portal.models import Picture, PortalSite
from lantoa.portal.policies import can_open_site


@use_case
def change_site(
    *,
    actor: Actor,
    portal: PortalSite,
    name: str,
    host: str,
    colour: str,
    logo: "File[bytes] | None" = None,
    drop_logo: bool = False,
) -> PortalSite:
    """Give a site another name, address, colour or logo; its pages stay what they are, under the new address.

    A new logo is kept among the pictures of the site; the former one stays there. What is the same already changes
    nothing. Raises NotPermitted (an administrator at the unit or above), HostInvalid, HostTaken, ColourTooPale, and
    what `checked_upload` refuses.
    """
    if not can_open_site(actor=actor, unit=portal.unit):
        raise organization_errors.NotPermitted
    kept = PortalSite.objects.select_for_update(of=("self",)).select_related("site", "unit").get(pk=portal.pk)
    host, colour = checked_host(host), checked_colour(colour)
    claim_host(host, site_id=kept.site_id)
    before = (kept.name, kept.site.hostname, kept.colour, kept.logo_id)
    kept.name, kept.colour = normalise(name) or kept.unit.name, colour
    if logo is not None:
        kept.logo = _kept_logo(actor, kept, logo)
    elif drop_logo:
        kept.logo = None
    if before == (kept.name, host, kept.colour, kept.logo_id):
        return kept
    kept.site.hostname, kept.site.site_name = host, kept.name
    kept.site.save()
    kept.save()
    audit.record(
        actor=actor,
        action="portal.change_site",
        about=kept,
        unit=kept.unit,
        facts={"host": host, "former_host": before[1], "colour": colour, "logo": kept.logo_id is not None},
    )
    return kept


def _kept_logo(actor: Actor, portal: PortalSite, logo: "File[bytes]") -> Picture:
    content, _kind, name = checked_upload(logo, PICTURE_KINDS)
    with override(settings.LANGUAGE_CODE):
        words = _("Logo of %(portal)s") % {"portal": portal.name}
    picture = Picture(
        title=words,
        description=words,
        file=ContentFile(content, name=name),
        collection=portal.collection,
        uploaded_by_user_id=actor.user_id,
    )
    picture.save()
    return picture
