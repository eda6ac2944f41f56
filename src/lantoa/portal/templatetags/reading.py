"""Tags of articles and of the head of public pages."""

from typing import Any, cast

from django import template

from lantoa.portal.reading.heads import head_of
from lantoa.portal.reading.sharing import zalo_address

register = template.Library()


@register.inclusion_tag("portal/reading/_head.html", takes_context=True)
def describe(context: template.Context) -> dict[str, Any]:
    """What the page says to programs, in its head."""
    portal = context.get("portal")
    return {"head": head_of(portal, cast("dict[str, Any]", context.flatten())) if portal else None, "portal": portal}


@register.simple_tag
def zalo(address: str) -> str:
    """Where somebody shares an address on Zalo: a link that is followed by hand, nothing is asked of that side."""
    return zalo_address(address)
