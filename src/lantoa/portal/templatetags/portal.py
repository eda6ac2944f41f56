"""Tags of the public pages: pictures in the right size, and moments."""

import datetime as dt
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import Picture as PictureElement
from wagtail.images.shortcuts import get_renditions_or_not_found
from wagtail.models import Page

from lantoa.portal.models import Picture
from lantoa.portal.models.front import Pointer
from lantoa.portal.selectors import address_of

register = template.Library()

SIZES = ("width-480|format-avif", "width-960|format-avif", "width-480|format-webp", "width-960|format-webp")
"""Two formats, for every browser that is in use, in the sizes of a phone and of a screen."""
THUMBNAIL = "fill-320x200|format-webp"


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
    found = address_of(portal, page)
    return f"{portal.site.root_url}{found}" if portal and found.startswith("/") else found


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
    shown = PictureElement(get_renditions_or_not_found(picture, SIZES), attributes)
    return SafeString(shown.__html__())


@register.simple_tag
def beside_title(picture: Picture) -> SafeString:
    """The picture beside the title of an article, which says more: so it is silent itself."""
    found = picture.get_rendition(THUMBNAIL)
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="" loading="lazy" decoding="async">',
        found.url,
        found.width,
        found.height,
    )


@register.simple_tag
def logo(picture: Picture) -> SafeString:
    """The logo of the site beside its name."""
    found = picture.get_rendition("max-160x64|format-webp")
    return format_html('<img src="{}" width="{}" height="{}" alt="">', found.url, found.width, found.height)


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
