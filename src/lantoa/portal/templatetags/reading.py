"""Tags of articles."""

from django import template

from lantoa.portal.reading.sharing import zalo_address

register = template.Library()


@register.simple_tag
def zalo(address: str) -> str:
    """Where somebody shares an address on Zalo: a link that is followed by hand, nothing is asked of that side."""
    return zalo_address(address)
