"""Tags of the public pages: pictures in the right size, moments, and what was searched for."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from wagtail.images.models import Picture as PictureElement
from wagtail.models import Page

from lantoa.portal.models import Picture, PictureRendition
from lantoa.portal.models.front import Pointer
from lantoa.portal.pictures import LOGO, SIZES, THUMBNAIL, found
from lantoa.portal.selectors import address_of
from lantoa.search.excerpts import Piece
from lantoa.ui.numbers import grouped

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: template.Context, page: Page) -> str:
    """Where a page is read."""
    return address_of(context.get("portal"), page)


@register.simple_tag(takes_context=True)
def full_address(context: template.Context, page: Page) -> str:
    """The same with the host of the site: the one address that does not change with how the page was asked for, nor
    with the site that shows an article of another one."""
    portal, origin = context.get("portal"), context.get("origin")
    if origin and page.alias_of_id:
        return str(origin.address)
    place = address_of(portal, page)
    return f"{portal.site.root_url}{place}" if portal and place.startswith("/") else place


@register.simple_tag(takes_context=True)
def leads_to(context: template.Context, pointer: Pointer) -> str:
    """Where a highlight leads."""
    return address_of(context.get("portal"), pointer.target) if pointer.target else pointer.address


@register.simple_tag
def responsive(picture: Picture, sizes: str, *, eager: bool = False, decorative: bool = False) -> SafeString:
    """The picture as the browser wants it. What is first seen comes at once, everything else when it is near."""
    attributes = {"sizes": sizes, "loading": "eager" if eager else "lazy", "decoding": "async"}
    if decorative:
        attributes["alt"] = ""
    return _element(found(picture, SIZES), attributes)


@register.simple_tag
def beside_title(picture: Picture) -> SafeString:
    """The picture beside the title of an article, which says more: so it is silent itself."""
    return _element(found(picture, THUMBNAIL), {"alt": "", "loading": "lazy", "decoding": "async"})


@register.simple_tag
def logo(picture: Picture) -> SafeString:
    """The logo of the site beside its name."""
    return _element(found(picture, LOGO), {"alt": ""})


def _element(sizes: dict[str, PictureRendition], attributes: dict[str, str]) -> SafeString:
    """The picture with its sizes, width and height; nothing while there is none."""
    return SafeString(PictureElement(sizes, attributes).__html__() if sizes else "")


@register.simple_tag
def facebook(address: str) -> str:
    """Where somebody shares an address on Facebook: a link that is followed by hand, nothing is asked of that side."""
    return f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}"


@register.simple_tag
def moment(value: dt.datetime | None) -> SafeString:
    """Day and hour, also for programs."""
    if value is None:
        return SafeString("")
    here = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', here.isoformat(timespec="minutes"), here.strftime("%d/%m/%Y %H:%M")
    )


@register.simple_tag
def counted(value: dt.datetime) -> SafeString:
    """As of when the figures of a page are, where the module of the beacon writes when it has newer ones."""
    here = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" data-counted-at>{}</time>',
        here.isoformat(timespec="minutes"),
        here.strftime("%d/%m/%Y %H:%M"),
    )


@register.filter
def marked(pieces: Sequence[Piece]) -> SafeString:
    """A text with what was asked for marked in it."""
    parts = (f"<mark>{escape(piece.text)}</mark>" if piece.is_hit else escape(piece.text) for piece in pieces)
    return SafeString("".join(parts))


@register.filter
def figure(value: int, name: str) -> SafeString:
    """A figure that grows while its page is a copy, under the name that newer ones come with."""
    return format_html('<span data-figure="{}">{}</span>', name, grouped(value))
